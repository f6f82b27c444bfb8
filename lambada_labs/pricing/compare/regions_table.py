"""One scenario in every Region with a price list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from lambada_labs.pricing.bill import Bill, bill
from lambada_labs.pricing.price_book import price_book, regions
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.units import count, money


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRow:
    """A month in one Region; `total` lacks what is `missing`, and stands beside no complete one then.

    `against_here` is the total against the scenario's own Region (1.05 is 5 % dearer), where both are
    complete and in one currency. `stale` names used prices that are older than a year.
    """

    region: str
    currency: str
    total: Decimal
    complete: bool
    missing: tuple[str, ...]
    against_here: Decimal | None
    stale: tuple[str, ...]
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionsTable:
    """Rows: complete ones in the scenario's currency, cheapest first; incomplete ones; other currencies."""

    rows: tuple[RegionRow, ...]
    here: str

    @property
    def finding(self) -> str:
        """What was found, in one sentence."""
        own = next(row for row in self.rows if row.here)
        compared = [row for row in self.rows if row.against_here is not None]
        if not own.complete:
            return f"{self.here} has no price for {', '.join(own.missing)}: nothing to compare with"
        if not compared:
            return f"The same month costs nothing in {self.here}"
        cheapest, dearest = compared[0], compared[-1]
        gaps = sum(not row.complete for row in self.rows)
        rest = f"; {count(gaps)} Regions lack a price" if gaps else ""
        ends = f"from {_said(cheapest)} to {_said(dearest)}"
        if own not in (cheapest, dearest):
            ends += f", {money(own.total, own.currency)} in {self.here}"
        return f"The same month costs {ends}{rest}"


def _said(row: RegionRow) -> str:
    return f"{money(row.total, row.currency)} ({row.region})"


def regions_table(scenario: Scenario, *, today: date | None = None) -> RegionsTable:
    """Price the scenario, with all its parts, in every Region by AWS's list; `today` finds stale prices."""
    bills = {
        region: bill(replace(scenario, region=region), price_book("aws", region=region))
        for region in regions()
    }
    own = bills[scenario.region]
    rows = [_row(made, own, today) for made in bills.values()]
    return RegionsTable(rows=tuple(_in_order(rows, own.book.currency)), here=scenario.region)


def _in_order(rows: Iterable[RegionRow], currency: str) -> list[RegionRow]:
    return sorted(rows, key=lambda row: (row.currency != currency, not row.complete, row.total, row.region))


def _row(made: Bill, own: Bill, today: date | None) -> RegionRow:
    comparable = made.complete and own.complete and made.book.currency == own.book.currency
    return RegionRow(
        region=made.book.region,
        currency=made.book.currency,
        total=made.total,
        complete=made.complete,
        missing=tuple(line.name for line in made.missing),
        against_here=made.total / own.total if comparable and own.total else None,
        stale=_stale(made, today),
        here=made.book.region == own.book.region,
    )


def _stale(made: Bill, today: date | None) -> tuple[str, ...]:
    if today is None:
        return ()
    used = {line.price: None for line in made.lines}
    return tuple(name for name in used if made.book.prices[name].stale(today))
