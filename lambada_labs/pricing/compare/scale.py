"""What a thousand requests, a month and a year cost, and what ten times the traffic does to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Number
from lambada_labs.pricing.compare.priced import Priced, book_of, each_once, leaving_out, priceable, priced
from lambada_labs.pricing.compare.steps import ordered
from lambada_labs.pricing.item import measures
from lambada_labs.pricing.price_book import PriceBook
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.units import count, money, plain

_THOUSAND, _MILLION, _MONTHS = 1000, 1_000_000, 12
_TODAY = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleRow:
    """A month with `factor` times today's requests; `times` is its total against today's.

    `times` is `None` where today costs nothing, `per_million` where there are no requests.
    """

    factor: Decimal
    requests: int
    total: Decimal | None
    times: Decimal | None
    per_million: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Today's cost for a thousand requests, a month and a year, and rows for more traffic, today's among them."""

    currency: str
    per_thousand: Decimal | None
    per_month: Decimal | None
    per_year: Decimal | None
    rows: tuple[ScaleRow, ...]
    missing: tuple[str, ...] = ()

    @property
    def finding(self) -> str:
        """What was found, in one sentence."""
        if self.per_month is None:
            return f"The total is incomplete here: no price for {', '.join(self.missing)}"
        month = f"A month costs {money(self.per_month, self.currency)}"
        more = next((row for row in self.rows if row.factor > 1 and row.total is not None), None)
        if more is None or more.total is None:
            return leaving_out(month, self.missing)
        start = f"{month}; {plain(more.factor)} times the traffic costs {money(more.total, self.currency)}"
        times = "" if more.times is None else f", {count(round(more.times, 1))} times as much"
        return leaving_out(start + times, self.missing)


def scale(
    scenario: Scenario, *, factors: Iterable[Number] = (1, 10, 100), book: PriceBook | None = None
) -> Scale:
    """Price the scenario at several times its traffic, with all its parts.

    The free tier makes growth dearer than its factor, volume tiers make it cheaper. Raises `BadInput` for a
    negative factor.
    """
    prices, axis = book_of(scenario, book), ordered([*factors, 1])
    if axis[0] < 0:
        raise BadInput(f"factor {axis[0]}", expected="0 or more")
    scenario, left_out = priceable(scenario, prices)
    made = {factor: _month(scenario, factor, prices) for factor in axis}
    today = made[_TODAY].amount
    asked = scenario.workload.requests
    return Scale(
        currency=prices.currency,
        per_thousand=today / asked * _THOUSAND if today is not None and asked else None,
        per_month=today,
        per_year=None if today is None else today * _MONTHS,
        rows=tuple(_row(factor, _requests(scenario, factor), each, today) for factor, each in made.items()),
        missing=each_once([left_out, *(each.missing for each in made.values())]),
    )


def _requests(scenario: Scenario, factor: Decimal) -> int:
    return int(scenario.workload.requests * factor)


def _month(scenario: Scenario, factor: Decimal, book: PriceBook) -> Priced:
    more = scenario.with_workload(requests=_requests(scenario, factor))
    return priced(more.items(), measures(more.workload), book, free_tier=scenario.free_tier)


def _row(factor: Decimal, requests: int, made: Priced, today: Decimal | None) -> ScaleRow:
    total = made.amount
    return ScaleRow(
        factor=factor,
        requests=requests,
        total=total,
        times=total / today if total is not None and today else None,
        per_million=total / requests * _MILLION if total is not None and requests else None,
    )
