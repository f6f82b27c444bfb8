"""One minute of a metric, as CloudWatch keeps it: a statistic set."""

from __future__ import annotations

from dataclasses import dataclass

Dimensions = tuple[tuple[str, str], ...]


@dataclass(slots=True, kw_only=True)
class Statistics:
    """Count, sum, smallest and largest of the samples of one metric; `at` is in seconds since the epoch."""

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
