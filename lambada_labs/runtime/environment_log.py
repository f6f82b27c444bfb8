"""The log of one execution environment: one stream, events in order, the tail for the caller."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from lambada_labs import facts
from lambada_labs.runtime.log_pipe import Record

_TAIL = facts.number("limit.log_tail")
#: A handler that runs for long shows its lines this soon, in seconds.
_WRITE_AFTER_S = 0.2


class EnvironmentLog:
    """Collects what the runtime and the platform write, hands it on in batches, and keeps the tail."""

    def __init__(self, write: Callable[[Sequence[Record]], None]) -> None:
        self._write = write
        self._events: list[Record] = []
        self._tail = bytearray()
        self._newest_ms = 0
        self._timer: asyncio.TimerHandle | None = None

    def output(self, records: list[Record]) -> None:
        """Lines of the runtime."""
        for at_ms, text in records:
            self._append(at_ms, text)
            self._remember(text)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_WRITE_AFTER_S, self.flush)

    def platform(self, text: str | None, *, in_tail: bool = True) -> None:
        """A line of the platform; None is none."""
        if text is None:
            return
        self._append(time.time_ns() // 1_000_000, text)
        if in_tail:
            self._remember(text)

    def flush(self) -> None:
        """Hand on what was collected."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._events:
            events, self._events = self._events, []
            self._write(events)

    def take_tail(self) -> bytes:
        """The last 4 KB since the last time somebody asked."""
        tail = bytes(self._tail[-_TAIL:])
        self._tail.clear()
        return tail

    def _append(self, at_ms: int, text: str) -> None:
        # A stream's events never go back in time, whatever clock a record carries.
        self._newest_ms = max(self._newest_ms, at_ms)
        self._events.append((self._newest_ms, text))

    def _remember(self, text: str) -> None:
        self._tail += text.encode("utf-8", "replace")
        if len(self._tail) > 2 * _TAIL:
            del self._tail[:-_TAIL]
