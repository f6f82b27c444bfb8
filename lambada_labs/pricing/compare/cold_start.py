"""What cold starts cost: billed INIT, SnapStart or provisioned concurrency, by cold-start rate and memory."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from lambada_labs import facts
from lambada_labs.model.workload import Number, Workload
from lambada_labs.pricing.compare.around import in_progress
from lambada_labs.pricing.compare.curve import Layer, cheapest
from lambada_labs.pricing.compare.priced import Priced, book_of, each_once, priced, tenths
from lambada_labs.pricing.compare.steps import memory_steps, ordered
from lambada_labs.pricing.compare.ways import (
    PROVISIONED,
    SNAPSTART,
    gb_of,
    provisioned_plan,
    restoring,
    snapstart_plan,
)
from lambada_labs.pricing.item import measures, on_demand
from lambada_labs.pricing.price_book import PriceBook
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.units import memory, money

INIT = "INIT"
NAMES = (INIT, SNAPSTART, PROVISIONED)
_RATES = ("0", "0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedies:
    """What SnapStart and provisioned concurrency are set to.

    `versions` published versions keep a snapshot for `hours` of the month, a restore takes `restore_ms`;
    as many environments as are busy on average, rounded up, stay provisioned for as many hours.
    """

    versions: int
    hours: Number
    restore_ms: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxHere:
    """The scenario's own point: its tax by each of INIT, SnapStart and provisioned, and the cheapest."""

    rate: Decimal
    memory_mb: int
    taxes: tuple[Decimal | None, ...]
    cheapest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdStartTax:
    """What each way adds to a month without any cold start: layers of `amounts[memory][rate]`.

    Provisioned concurrency may be negative: it also makes duration cheaper. Its layer does not know
    the rate: environments that stay ready have no cold start until traffic spills over.
    """

    currency: str
    rates: tuple[Decimal, ...]
    memory_mb: tuple[int, ...]
    taxes: tuple[Layer, ...]
    cheapest: tuple[tuple[str, ...], ...]
    here: TaxHere
    init_ms: Decimal
    missing: tuple[str, ...] = ()

    @property
    def finding(self) -> str:
        """What the map says, in one sentence."""
        here = self.here
        where = f"{tenths(here.rate)} cold starts at {memory(here.memory_mb)}"
        known = {
            name: money(tax, self.currency)
            for name, tax in zip(NAMES, here.taxes, strict=True)
            if tax is not None
        }
        if here.cheapest not in known:
            return f"{where}: no price to compare"
        rest = ", ".join(f"{name} {tax}" for name, tax in known.items() if name != here.cheapest)
        least = f"{where}: {here.cheapest} adds least, {known[here.cheapest]} a month"
        return f"{least}; {rest}" if rest else least


def cold_start_tax(
    scenario: Scenario,
    *,
    rates: Iterable[Number] | None = None,
    memory_mb: Iterable[int] | None = None,
    versions: int = 1,
    hours: Number | None = None,
    restore_ms: Number | None = None,
    book: PriceBook | None = None,
) -> ColdStartTax:
    """Price what cold starts add, three ways, with the scenario's duration held at every memory size.

    Where the scenario states no Init, the kit's assumption stands in. Raises `BadInput` for a rate
    beyond 0 to 1 or a memory size Lambda has not.
    """
    prices, work = book_of(scenario, book), _with_init(scenario.workload)
    set_to = Remedies(
        versions=versions,
        hours=facts.number("month.hours") if hours is None else hours,
        restore_ms=facts.number("assumed.snapstart.restore_ms") if restore_ms is None else restore_ms,
    )
    columns = ordered([*(rates or map(Decimal, _RATES)), work.cold_share])
    rows = tuple(sorted({*memory_mb, work.memory_mb})) if memory_mb else memory_steps(work.memory_mb)
    free = scenario.free_tier
    cells = [_row(replace(work, memory_mb=row), columns, set_to, prices, free=free) for row in rows]
    own = ordered([work.cold_share])[0]
    here = cells[rows.index(work.memory_mb)][columns.index(own)]
    return ColdStartTax(
        currency=prices.currency,
        rates=columns,
        memory_mb=rows,
        taxes=tuple(
            Layer(name=name, amounts=tuple(tuple(cell[index].amount for cell in row) for row in cells))
            for index, name in enumerate(NAMES)
        ),
        cheapest=tuple(tuple(_cheapest(cell) for cell in row) for row in cells),
        here=TaxHere(
            rate=own,
            memory_mb=work.memory_mb,
            taxes=tuple(each.amount for each in here),
            cheapest=_cheapest(here),
        ),
        init_ms=ordered([work.init_ms])[0],
        missing=each_once(each.missing for row in cells for cell in row for each in cell),
    )


def _with_init(work: Workload) -> Workload:
    return work if work.init_ms else replace(work, init_ms=facts.number("assumed.cold.init_ms"))


def _row(
    work: Workload, rates: Iterable[Decimal], set_to: Remedies, book: PriceBook, *, free: bool
) -> list[tuple[Priced, ...]]:
    """What each way adds to the same month without cold starts, for each rate; provisioned knows no rate."""
    warm = replace(work, cold_share=0)
    used = measures(warm)
    base = priced(on_demand(warm), used, book, free_tier=free).amount
    kept = max(1, math.ceil(in_progress(used.gb_seconds / gb_of(work.memory_mb))))
    plan = provisioned_plan(warm, environments=kept, hours=set_to.hours)
    ready = priced(plan, used, book, free_tier=free)
    made = ((*_at_rate(replace(work, cold_share=rate), set_to, book, free=free), ready) for rate in rates)
    return [tuple(_above(each, base) for each in ways) for ways in made]


def _at_rate(work: Workload, set_to: Remedies, book: PriceBook, *, free: bool) -> tuple[Priced, Priced]:
    """INIT and SnapStart."""
    restored = restoring(work, set_to.restore_ms)
    plan = snapstart_plan(restored, versions=set_to.versions, hours=set_to.hours)
    return (
        priced(on_demand(work), measures(work), book, free_tier=free),
        priced(plan, measures(restored), book, free_tier=free),
    )


def _above(made: Priced, base: Decimal | None) -> Priced:
    if made.amount is None or base is None:
        return Priced(None, made.missing)
    return Priced(made.amount - base, made.missing)


def _cheapest(cell: tuple[Priced, ...]) -> str:
    return cheapest([(name, each.amount) for name, each in zip(NAMES, cell, strict=True)])
