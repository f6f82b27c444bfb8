"""A room for each test, and ways to hear what AWS says when it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from lambda_room import Room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    made.close()


@pytest.fixture
def slow_room(tmp_path: Path) -> Iterator[Room]:
    """Nothing settles here within a test."""
    made = Room(tmp_path, held=True)
    yield made
    made.close()


@pytest.fixture
def client(room: Room) -> Any:
    return room.client()


@pytest.fixture
def unchecked(room: Room) -> Any:
    """A client that sends what it is given, so that the service has to refuse."""
    return room.client(validate=False)


@pytest.fixture
def refused() -> Callable[..., tuple[str, str, int]]:
    """Code, text and HTTP status of the refusal of a call."""

    def call(operation: Callable[..., Any], /, **parameters: Any) -> tuple[str, str, int]:
        with pytest.raises(ClientError) as caught:
            operation(**parameters)
        error = caught.value.response
        return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]

    return call
