"""Function logs on their way to CloudWatch Logs: taken without waiting, there before anyone reads."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from lambada_labs.cloud.local.producers.log_subscriptions import Lines
from lambada_labs.cloud.local.telemetry import LogLine, Store, StoredLine
from lambada_labs.model import FunctionConfig

FLUSH_AT = 1000
log = logging.getLogger(__name__)


class LogStore:
    """`write` returns at once; `flush` makes everything written so far visible, in order."""

    def __init__(self, store: Store, *, flush_at: int = FLUSH_AT) -> None:
        self._store, self._flush_at = store, flush_at
        #: Told of every write, before it is visible.
        self.heard: Callable[[Lines], None] | None = None
        self._buffer: list[tuple[str, str, str, Sequence[LogLine]]] = []
        self._held = 0
        self._taking, self._flushing = threading.Lock(), threading.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="logs")

    def write(self, function: FunctionConfig, stream: str, events: Sequence[LogLine]) -> None:
        """Take the lines of one function's stream; (epoch milliseconds, message) each."""
        if not events:
            return
        with self._taking:
            self._buffer.append((function.region, function.log_group_name, stream, events))
            self._held += len(events)
            full = self._held >= self._flush_at
            if full:
                self._held = 0
        if full:
            self._worker.submit(self.flush)
        if self.heard is not None:
            self.heard(Lines(function.account_id, function.region, function.log_group_name, stream, events))

    def flush(self) -> None:
        """Hand everything over; a second caller waits, so that it finds what the first one took."""
        with self._flushing:
            with self._taking:
                buffer, self._buffer, self._held = self._buffer, [], 0
            for target, events in _joined(buffer).items():
                self._append(target, events)

    def read(self, region: str, group: str, since_ms: int = 0) -> list[StoredLine]:
        """The lines of a group from a moment on (epoch milliseconds), those just written included."""
        self.flush()
        return self._store.read_logs(region, group, since_ms)

    def _append(self, target: tuple[str, str, str], events: Sequence[LogLine]) -> None:
        try:
            self._store.append_logs(*target, events)
        except Exception:  # lines that have no place must not take others with them
            log.exception("%d lines lost for %s", len(events), "/".join(target))

    def close(self) -> None:
        """Let the worker end."""
        self._worker.shutdown(wait=False)


def _joined(
    buffer: list[tuple[str, str, str, Sequence[LogLine]]],
) -> dict[tuple[str, str, str], list[LogLine]]:
    """The lines by region, group and stream: one append for many invocations."""
    joined: dict[tuple[str, str, str], list[LogLine]] = {}
    for region, group, stream, events in buffer:
        joined.setdefault((region, group, stream), []).extend(events)
    return joined
