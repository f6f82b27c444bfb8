"""What was measured at one memory size: runs, their percentiles, their cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from statistics import median
from typing import Literal

from lambada_labs.model import Architecture
from lambada_labs.model.report_line import ReportLine
from lambada_labs.pricing.cpu_share import checked_memory
from lambada_labs.pricing.percentile import percentile
from lambada_labs.pricing.price_book import PriceBook
from lambada_labs.units import EXACT, gb_seconds

Mode = Literal["warm", "cold"]

MILLION = 1_000_000
_P90, _P99 = 0.9, 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One invocation: milliseconds and MB as its REPORT line has them; `init_ms` only where it was a first call.

    `failed` is true where the handler raised, timed out or ran out of memory.
    """

    memory_mb: int
    duration_ms: float
    billed_ms: int
    init_ms: float | None = None
    max_memory_used_mb: int = 0
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What was measured at one memory size.

    `runs` were judged, `first_calls` of the size's runs had an INIT, `failed` went wrong. Times are in
    milliseconds: what the caller waited for (with INIT in cold mode). Below 100 runs, P99 is hardly
    anything but the longest. `billed_ms` is the mean; `rounding` is billed / real - 1. `cost` is in
    dollars (the book's currency) for a million runs, requests included, free tier not.
    """

    memory_mb: int
    runs: int
    first_calls: int
    failed: int
    median_ms: float
    p90_ms: float
    p99_ms: float
    duration_ms: float
    billed_ms: Decimal
    gb_seconds: Decimal
    cost: Decimal
    rounding: float
    max_memory_used_mb: int
    first_call_ms: float | None
    init_ms: float | None


def run_of(line: ReportLine, *, failed: bool = False) -> Run:
    """A REPORT line as a run; a line that bears a status (timeout, error) is a failed one.

    SnapStart's restore stands where INIT would.
    """
    start = line.restore_ms if line.init_ms is None else line.init_ms
    return Run(
        memory_mb=line.memory_mb,
        duration_ms=float(line.duration_ms),
        billed_ms=line.billed_ms,
        init_ms=None if start is None else float(start),
        max_memory_used_mb=line.max_memory_used_mb,
        failed=failed or line.status is not None,
    )


def by_size(runs: Iterable[Run]) -> dict[int, list[Run]]:
    """The runs of each memory size, smallest first; raises `BadInput` for a size that Lambda has not."""
    sizes: dict[int, list[Run]] = {}
    for run in runs:
        sizes.setdefault(checked_memory(run.memory_mb), []).append(run)
    return dict(sorted(sizes.items()))


def judged(runs: Sequence[Run], mode: Mode) -> list[Run]:
    """The successful runs that a mode looks at: those with an INIT, or those without."""
    return [run for run in runs if not run.failed and (run.init_ms is not None) == (mode == "cold")]


def level_of(
    size: int, runs: Sequence[Run], architecture: Architecture, book: PriceBook, mode: Mode
) -> Level:
    """One size with at least one judged run; raises `BadInput` where the book lacks the price."""
    counted = judged(runs, mode)
    first = [run for run in runs if run.init_ms is not None and not run.failed]
    waited = [run.duration_ms + (run.init_ms or 0.0) for run in counted]
    with localcontext(EXACT):
        billed = Decimal(sum(run.billed_ms for run in counted)) / len(counted)
        used = gb_seconds(size, billed)
        cost = book.price("requests").of(Decimal(MILLION)) + book.price(f"duration.{architecture}").of(
            used * MILLION
        )
    return Level(
        memory_mb=size,
        runs=len(counted),
        first_calls=len(first),
        failed=sum(run.failed for run in runs),
        median_ms=median(waited),
        p90_ms=percentile(waited, _P90),
        p99_ms=percentile(waited, _P99),
        duration_ms=median(run.duration_ms for run in counted),
        billed_ms=billed,
        gb_seconds=used,
        cost=cost,
        rounding=float(billed) * len(counted) / sum(waited) - 1 if sum(waited) else 0.0,
        max_memory_used_mb=max(run.max_memory_used_mb for run in runs),
        first_call_ms=median(run.duration_ms for run in first) if first else None,
        init_ms=median(run.init_ms for run in first if run.init_ms is not None) if first else None,
    )
