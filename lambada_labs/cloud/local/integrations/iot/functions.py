"""The message that IoT SQL reads, and the functions that it may call."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lambada_labs.cloud.local.integrations.iot.values import UNDEFINED, known


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message on a topic; `at_ms` since the epoch."""

    topic: str
    payload: bytes
    at_ms: int
    client_id: str = "N/A"

    @property
    def value(self) -> Any:
        """The payload as JSON; `UNDEFINED` where it is none."""
        try:
            return json.loads(self.payload)
        except (ValueError, RecursionError):
            return UNDEFINED


def _topic(message: Message, given: list[Any]) -> Any:
    if not given:
        return message.topic
    levels, number = message.topic.split("/"), given[0]
    return levels[number - 1] if isinstance(number, int) and 0 < number <= len(levels) else UNDEFINED


def _cased(how: Callable[[str], str]) -> Callable[[Message, list[Any]], Any]:
    return lambda _, given: how(given[0]) if len(given) == 1 and isinstance(given[0], str) else UNDEFINED


FUNCTIONS: Mapping[str, Callable[[Message, list[Any]], Any]] = {
    "topic": _topic,
    "timestamp": lambda message, _: message.at_ms,
    "clientid": lambda message, _: message.client_id,
    "lower": _cased(str.lower),
    "upper": _cased(str.upper),
    "isundefined": lambda _, given: not known(given[0]) if given else UNDEFINED,
    "newuuid": lambda *_: str(uuid.uuid4()),
}
