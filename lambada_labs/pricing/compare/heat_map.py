"""What a month costs by memory and duration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lambada_labs.model.workload import LONGEST_MS, MEMORY_MAX, Number
from lambada_labs.pricing.compare.curve import Amounts
from lambada_labs.pricing.compare.priced import Priced, book_of, each_once, leaving_out, priceable, priced
from lambada_labs.pricing.compare.steps import duration_steps, memory_steps, ordered
from lambada_labs.pricing.item import exact, measures
from lambada_labs.pricing.price_book import PriceBook
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.units import count, duration, memory, money


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One memory size and duration, and what a month of it costs."""

    memory_mb: int
    duration_ms: Decimal
    total: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """Totals of a month, `totals[row of memory][column of duration]`; `here` is the scenario's own cell."""

    currency: str
    requests: int
    memory_mb: tuple[int, ...]
    duration_ms: tuple[Decimal, ...]
    totals: tuple[Amounts, ...]
    here: Cell
    twice: tuple[Cell, ...]
    """The same with twice the memory, and with twice the time, where Lambda allows it."""
    missing: tuple[str, ...] = ()

    @property
    def finding(self) -> str:
        """What the map says, in one sentence."""
        if self.here.total is None:
            return f"The total is incomplete here: no price for {', '.join(self.missing)}"
        where = f"{memory(self.here.memory_mb)} for {duration(float(self.here.duration_ms))}"
        start = f"{count(self.requests)} requests of {where} cost {money(self.here.total, self.currency)}"
        words = [_words(cell, self) for cell in self.twice if cell.total is not None]
        return leaving_out(f"{start}; {', '.join(words)}" if words else start, self.missing)


def _words(cell: Cell, made: HeatMap) -> str:
    what = "memory" if cell.memory_mb != made.here.memory_mb else "time"
    return f"twice the {what} costs {money(cell.total or Decimal(0), made.currency)}"


def heat_map(
    scenario: Scenario,
    *,
    memory_mb: Iterable[int] | None = None,
    duration_ms: Iterable[Number] | None = None,
    book: PriceBook | None = None,
) -> HeatMap:
    """Price the scenario, with all its parts, at every pair of a memory size and a duration.

    The scenario's own values are always among the steps. Raises `BadInput` for a step Lambda would not run.
    """
    work, prices = scenario.workload, book_of(scenario, book)
    scenario, left_out = priceable(scenario, prices)
    rows = tuple(sorted({*memory_mb, work.memory_mb})) if memory_mb else memory_steps(work.memory_mb)
    columns = ordered([*duration_ms, work.duration_ms]) if duration_ms else duration_steps(work.duration_ms)
    cells = [[_total(scenario, row, column, prices) for column in columns] for row in rows]
    own = exact(work.duration_ms)
    return HeatMap(
        currency=prices.currency,
        requests=work.requests,
        memory_mb=rows,
        duration_ms=columns,
        totals=tuple(tuple(cell.amount for cell in row) for row in cells),
        here=_cell(scenario, work.memory_mb, own, prices),
        twice=tuple(
            _cell(scenario, size, length, prices)
            for size, length in ((work.memory_mb * 2, own), (work.memory_mb, own * 2))
            if size <= MEMORY_MAX and length <= LONGEST_MS
        ),
        missing=each_once([left_out, *(cell.missing for row in cells for cell in row)]),
    )


def _cell(scenario: Scenario, memory_mb: int, duration_ms: Decimal, book: PriceBook) -> Cell:
    total = _total(scenario, memory_mb, duration_ms, book).amount
    return Cell(memory_mb=memory_mb, duration_ms=duration_ms, total=total)


def _total(scenario: Scenario, memory_mb: int, duration_ms: Decimal, book: PriceBook) -> Priced:
    changed = scenario.with_workload(memory_mb=memory_mb, duration_ms=duration_ms)
    return priced(changed.items(), measures(changed.workload), book, free_tier=scenario.free_tier)
