"""What a log adds up to: the sums and histograms, by memory size and in all.

Everything is a whole number (counts, billed milliseconds, MB-milliseconds), so the sums are exact
and do not depend on the order of the lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from lambada_labs.model.report_record import Unreadable
from lambada_labs.units import gb_seconds


@dataclass(frozen=True, kw_only=True)
class SizeSummary:
    """The invocations with one memory size.

    `warm`: how often each billed duration (ms) came, where nothing but the handler was billed. `cold`:
    the same for (billed, INIT in it, restore or unexplained in it), all in milliseconds.
    `used`: for each Max Memory Used (MB), how many invocations and how many billed ms.
    """

    memory_mb: int
    warm: Mapping[int, int]
    cold: Mapping[tuple[int, int, int], int]
    used: Mapping[int, tuple[int, int]]

    @cached_property
    def billed(self) -> Mapping[int, int]:
        """How often each billed duration (ms) came, whatever was in it."""
        merged = Counter(dict(self.warm))
        for (billed, _, _), count in self.cold.items():
            merged[billed] += count
        return merged

    @cached_property
    def count(self) -> int:
        """Invocations."""
        return sum(self.warm.values()) + sum(self.cold.values())

    @cached_property
    def billed_ms(self) -> int:
        """Milliseconds billed in all."""
        return sum(billed * count for billed, count in self.billed.items())

    @cached_property
    def init_ms(self) -> int:
        """Milliseconds billed for INIT in all."""
        return sum(init * count for (_, init, _), count in self.cold.items())

    @property
    def gb_seconds(self) -> Decimal:
        """GB-seconds billed."""
        return gb_seconds(self.memory_mb, self.billed_ms)

    @property
    def unused_gb_seconds(self) -> Decimal:
        """GB-seconds paid for memory that no invocation touched; Max Memory Used is the environment's maximum."""
        return gb_seconds(1, sum(max(0, self.memory_mb - mb) * ms for mb, (_, ms) in self.used.items()))

    @property
    def max_used_mb(self) -> int:
        """The most memory that any invocation's environment had used, in MB."""
        return max(self.used)

    def used_percentile(self, percent: int) -> int:
        """The memory (MB) that this share of the invocations stayed at or below."""
        return histogram_percentile({mb: count for mb, (count, _) in self.used.items()}, percent)

    def billed_percentile(self, percent: int) -> int:
        """The billed duration (ms) that this share of the invocations stayed at or below."""
        return histogram_percentile(self.billed, percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """Some of the invocations: how many, and the MB-milliseconds billed for them."""

    count: int = 0
    mb_ms: int = 0

    @property
    def gb_seconds(self) -> Decimal:
        """GB-seconds billed."""
        return gb_seconds(1, self.mb_ms)


@dataclass(frozen=True, kw_only=True)
class LogSummary:
    """What a log says in all.

    `cold` counts lines that print Init or Restore Duration; the portions `init` and `restore`
    hold only what was billed for them, `unexplained` what was billed beyond Duration for no printed
    reason; `timeouts` and `errors` were paid in full. `managed` counts reports of Managed Instances,
    which bill no duration and are in no other number. `examples` are the first unreadable places.
    """

    sizes: tuple[SizeSummary, ...]
    cold: int
    init: Portion
    restore: Portion
    unexplained: Portion
    timeouts: Portion
    errors: Portion
    managed: int
    init_reports: int
    restore_reports: int
    unreadable: int
    examples: tuple[Unreadable, ...]
    first: datetime | None
    last: datetime | None

    @cached_property
    def count(self) -> int:
        """Invocations with a billed duration."""
        return sum(size.count for size in self.sizes)

    @cached_property
    def billed_ms(self) -> int:
        """Milliseconds billed in all."""
        return sum(size.billed_ms for size in self.sizes)

    @cached_property
    def gb_seconds(self) -> Decimal:
        """GB-seconds billed in all, INIT included."""
        return gb_seconds(1, sum(size.memory_mb * size.billed_ms for size in self.sizes))

    @property
    def unused_share(self) -> Decimal:
        """The share of the GB-seconds paid for memory never used, from 0 to 1."""
        unused = sum((size.unused_gb_seconds for size in self.sizes), Decimal(0))
        return self._share(unused)

    @property
    def init_share(self) -> Decimal:
        """The share of the GB-seconds paid for INIT, from 0 to 1."""
        return self._share(self.init.gb_seconds)

    @property
    def timeout_share(self) -> Decimal:
        """The share of the GB-seconds paid for invocations that timed out, from 0 to 1."""
        return self._share(self.timeouts.gb_seconds)

    @property
    def observed_seconds(self) -> Decimal | None:
        """Seconds between the first and the last timestamp; `None` where fewer than two moments are printed."""
        if self.first is None or self.last is None or self.first == self.last:
            return None
        return Decimal(str((self.last - self.first).total_seconds()))

    def _share(self, part: Decimal) -> Decimal:
        return part / self.gb_seconds if self.gb_seconds else Decimal(0)


def histogram_percentile(counts: Mapping[int, int], percent: int) -> int:
    """The smallest value that at least `percent` per cent of the counted values do not exceed."""
    wanted = sum(counts.values()) * percent
    seen = 0
    for value in sorted(counts):
        seen += counts[value] * 100
        if seen >= wanted:
            return value
    return max(counts)
