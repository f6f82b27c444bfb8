"""What CloudWatch holds of the functions: the shapes of log lines and metrics, and how many are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

LogLine = tuple[int, str]
Dimensions = tuple[tuple[str, str], ...]


class StoredLine(NamedTuple):
    """A line of a log group; `number` grows with every line stored, `at_ms` is since the epoch."""

    number: int
    at_ms: int
    stream: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How much is kept before the oldest is forgotten, so that memory stays flat.

    A line costs about a third of a kilobyte beside its text; `log_events` is for all groups together.
    """

    log_events_per_stream: int = 10_000
    log_events_per_group: int = 50_000
    log_events: int = 100_000
    metric_data: int = 10_000


@dataclass(slots=True, kw_only=True)
class Statistics:
    """A statistic set of one metric; `at` is when its first sample came, in seconds since the epoch."""

    name: str
    dimensions: Dimensions
    unit: str
    at: float
    count: int = 0
    total: float = 0.0
    minimum: float = float("inf")
    maximum: float = float("-inf")

    def add(self, value: float) -> None:
        """One more sample."""
        self.count += 1
        self.total += value
        self.minimum, self.maximum = min(self.minimum, value), max(self.maximum, value)


class Store(Protocol):
    """Where logs and metrics end; calls may block, so they come from worker threads."""

    def append_logs(self, region: str, group: str, stream: str, events: Sequence[LogLine]) -> None:
        """Append to a stream; group and stream are made when missing."""
        ...

    def read_logs(self, region: str, group: str, since_ms: int = 0) -> list[StoredLine]:
        """What a group holds, by time."""
        ...

    def put_metrics(self, region: str, namespace: str, statistics: Sequence[Statistics]) -> None:
        """Append statistic sets to a namespace."""
        ...
