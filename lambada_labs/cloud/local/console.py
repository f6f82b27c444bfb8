"""The cloud's private operations (`/_lambada/…`), signed like everything else and for its owner only."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.clock_door import ClockDoor
from lambada_labs.cloud.local.journal import Journal, life_to_json, record_to_json
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse
from lambada_labs.cloud.local.private_client import ROOT_PATH
from lambada_labs.cloud.local.telemetry import StoredLine
from lambada_labs.cloud.port import CloudStatus, DoorShown
from lambada_labs.model import EventHistory
from lambada_labs.model.event_history import history_to_json

_MS = 1000


class Console:
    """Answers the commands and notebooks of the learner who owns this cloud."""

    def __init__(
        self,
        *,
        journal: Journal,
        status: Callable[[], CloudStatus],
        stop: Callable[[], None],
        log_lines: Callable[[str, int], list[StoredLine]],
        waiting: Callable[[], list[EventHistory]],
        clock: ClockDoor,
        doors: Callable[[], Sequence[DoorShown]],
        more: Mapping[str, Callable[[AwsRequest], Awaitable[Any]]],
    ) -> None:
        self._journal, self._status, self._stop, self._log_lines = journal, status, stop, log_lines
        self._waiting, self._clock, self._shown_doors = waiting, clock, doors
        self._operations: Mapping[str, Callable[[AwsRequest], Awaitable[Any]]] = {
            "ping": self._ping,
            "status": self._show_status,
            "records": self._records,
            "life": self._life,
            "events": self._events,
            "clock": self._clock.show,
            "logs": self._logs,
            "doors": self._doors,
            "stop": self._end,
            **more,
        }

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """The operation that the path names."""
        if request.caller.kind != "root":
            text = f"User: {request.caller.arn} does not own this cloud"
            raise AwsError("AccessDeniedException", text, 403)
        operation = self._operations.get(request.path.removeprefix(ROOT_PATH))
        if operation is None:
            raise AwsError("UnknownOperationException", f"{request.path} is no operation", 404)
        return AwsResponse.of_json(await operation(request))

    async def _ping(self, _: AwsRequest) -> dict[str, str]:
        return {}

    async def _show_status(self, _: AwsRequest) -> dict[str, Any]:
        return asdict(self._status())

    async def _records(self, request: AwsRequest) -> list[Any]:
        return [record_to_json(one) for one in self._journal.records(*_filter(request))]

    async def _life(self, request: AwsRequest) -> list[Any]:
        return [life_to_json(one) for one in self._journal.events(*_filter(request))]

    async def _events(self, request: AwsRequest) -> list[Any]:
        """Asynchronous events: those that ended, then those that have not."""
        function, since = _filter(request)
        waiting = [one for one in self._waiting() if function in (None, one.function_name)]
        return [history_to_json(one) for one in (*self._journal.histories(function, since), *waiting)]

    async def _doors(self, _: AwsRequest) -> list[Any]:
        """Where APIs and load balancers answer."""
        return [asdict(one) for one in self._shown_doors()]

    async def _logs(self, request: AwsRequest) -> list[Any]:
        """Lines of one function's log group from `since` on, those after number `after` only."""
        function, since = _filter(request)
        lines = await asyncio.to_thread(self._log_lines, function or "", int((since or 0) * _MS))
        after = int(request.parameter("after") or -1)
        return [list(line) for line in lines if line.number > after]

    async def _end(self, _: AwsRequest) -> dict[str, str]:
        self._stop()
        return {}


def _filter(request: AwsRequest) -> tuple[str | None, float | None]:
    since = request.parameter("since")
    try:
        return request.parameter("function"), None if since is None else float(since)
    except ValueError as error:
        raise AwsError("ValidationException", f"since is {since!r}, not seconds since the epoch") from error
