"""Lambda's own metrics in CloudWatch, gathered minute by minute from records and life events.

Source: the Lambda developer guide, "Types of metrics": Invocations, Errors, Throttles, Duration,
ConcurrentExecutions and those of asynchronous invocation, for a function, for one of its versions or
aliases, and across the account.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from lambada_labs.cloud.local.telemetry import Dimensions, Statistics, Store
from lambada_labs.model import LATEST, Invocation, InvocationRecord, LifeEvent

NAMESPACE = "AWS/Lambda"
FLUSH_AT = 500
MINUTE_S = 60
BUSY_PHASES = frozenset({"init", "invoke"})
FAILURES = frozenset({"error", "timeout"})
UNITS = {"Duration": "Milliseconds", "AsyncEventAge": "Milliseconds"}

_Key = tuple[str, int, str, Dimensions]


class MetricStore:
    """`record` and `life` return at once; `flush` makes what they gathered visible."""

    def __init__(self, store: Store, *, flush_at: int = FLUSH_AT) -> None:
        self._store, self._flush_at = store, flush_at
        self._gathered: dict[_Key, Statistics] = {}
        self._busy: dict[str, set[str]] = defaultdict(set)
        self._peak: dict[str, int] = {}
        self._taking, self._flushing = threading.Lock(), threading.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="metrics")

    def life(self, event: LifeEvent) -> None:
        """Follow how many environments of the function work at the same time."""
        with self._taking:
            busy = self._busy[event.function_name]
            if event.phase not in BUSY_PHASES:
                busy.discard(event.environment_id)
                return
            busy.add(event.environment_id)
            self._peak[event.function_name] = max(self._peak.get(event.function_name, 0), len(busy))

    def record(self, record: InvocationRecord) -> None:
        """Count one invocation, or one throttled attempt."""
        region = record.function_arn.split(":")[3]
        with self._taking:
            for name, value in self._samples(record):
                for dimensions in _dimensions(record.function_name, _resource(record)):
                    self._statistics(region, name, dimensions, record.ended_at).add(value)
        self._flush_when_full()

    def sample(self, invocation: Invocation, name: str, value: float, at: float) -> None:
        """One sample about an event in the queue of its function; `at` in seconds since the epoch."""
        function = invocation.function
        resource = invocation.invoked_arn.partition(":function:")[2].removesuffix(f":{LATEST}")
        with self._taking:
            for dimensions in _dimensions(function.name, resource or function.name):
                self._statistics(function.region, name, dimensions, at).add(value)
        self._flush_when_full()

    def flush(self) -> None:
        """Hand everything over; a second caller waits, so that it finds what the first one took."""
        with self._flushing:
            with self._taking:
                gathered, self._gathered = self._gathered, {}
            by_region: dict[str, list[Statistics]] = defaultdict(list)
            for (region, *_), statistics in gathered.items():
                by_region[region].append(statistics)
            for region, found in by_region.items():
                self._store.put_metrics(region, NAMESPACE, found)

    def _flush_when_full(self) -> None:
        if len(self._gathered) >= self._flush_at:
            self._worker.submit(self.flush)

    def close(self) -> None:
        """Let the worker end."""
        self._worker.shutdown(wait=False)

    def _samples(self, record: InvocationRecord) -> Iterator[tuple[str, float]]:
        if record.outcome == "throttled":
            yield "Throttles", 1
            return
        yield "Invocations", 1
        yield "Errors", record.outcome in FAILURES
        yield "Throttles", 0
        yield "Duration", record.duration_ms
        yield "ConcurrentExecutions", self._concurrency(record.function_name)

    def _concurrency(self, function_name: str) -> int:
        """The peak since the last record of the function; the one just recorded counts."""
        now = len(self._busy[function_name])
        peak = self._peak.get(function_name, 0)
        self._peak[function_name] = now
        return max(peak, now, 1)

    def _statistics(self, region: str, name: str, dimensions: Dimensions, at: float) -> Statistics:
        key = (region, int(at // MINUTE_S), name, dimensions)
        found = self._gathered.get(key)
        if found is None:
            unit = UNITS.get(name, "Count")
            found = self._gathered[key] = Statistics(name=name, dimensions=dimensions, unit=unit, at=at)
        return found


def _dimensions(function_name: str, resource: str) -> tuple[Dimensions, ...]:
    """Across the account, of the function, of the version or alias that was invoked."""
    function = ("FunctionName", function_name)
    return (), (function,), (function, ("Resource", resource))


def _resource(record: InvocationRecord) -> str:
    invoked = record.function_arn.partition(":function:")[2]
    if ":" in invoked or record.function_version == LATEST:
        return invoked.removesuffix(f":{LATEST}") or record.function_name
    return f"{record.function_name}:{record.function_version}"
