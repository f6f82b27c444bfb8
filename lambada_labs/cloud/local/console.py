"""The cloud's private operations (`/_lambada/…`), signed like everything else and for its owner only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.journal import Journal, life_to_json, record_to_json
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse
from lambada_labs.cloud.local.private_client import ROOT_PATH
from lambada_labs.cloud.port import CloudStatus


class Console:
    """Answers the commands and notebooks of the learner who owns this cloud."""

    def __init__(
        self, *, journal: Journal, status: Callable[[], CloudStatus], stop: Callable[[], None]
    ) -> None:
        self._journal, self._status, self._stop = journal, status, stop
        self._operations: Mapping[str, Callable[[AwsRequest], Any]] = {
            "ping": lambda _: {},
            "status": lambda _: asdict(self._status()),
            "records": self._records,
            "life": self._life,
            "stop": self._end,
        }

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """The operation that the path names."""
        if request.caller.kind != "root":
            text = f"User: {request.caller.arn} does not own this cloud"
            raise AwsError("AccessDeniedException", text, 403)
        operation = self._operations.get(request.path.removeprefix(ROOT_PATH))
        if operation is None:
            raise AwsError("UnknownOperationException", f"{request.path} is no operation", 404)
        return AwsResponse.of_json(operation(request))

    def _records(self, request: AwsRequest) -> list[Any]:
        return [record_to_json(one) for one in self._journal.records(*_filter(request))]

    def _life(self, request: AwsRequest) -> list[Any]:
        return [life_to_json(one) for one in self._journal.events(*_filter(request))]

    def _end(self, _: AwsRequest) -> dict[str, str]:
        self._stop()
        return {}


def _filter(request: AwsRequest) -> tuple[str | None, float | None]:
    since = request.parameter("since")
    try:
        return request.parameter("function"), None if since is None else float(since)
    except ValueError as error:
        raise AwsError("ValidationException", f"since is {since!r}, not seconds since the epoch") from error
