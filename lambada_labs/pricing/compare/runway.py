"""The day of the month on which the free tier ends."""

from __future__ import annotations

import calendar
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Number
from lambada_labs.pricing.bill import bill
from lambada_labs.pricing.compare.priced import SECONDS_PER_HOUR, book_of
from lambada_labs.pricing.item import exact
from lambada_labs.pricing.price_book import FreeTier, PriceBook
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.pricing.usage import usage
from lambada_labs.units import count, money

HOURS, DAYS = 24, 7
_NAMES = ("requests", "duration")
_ZERO, _ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """One free tier and how a month uses it up; `ends` is `None` where it lasts.

    `used_by_day` is the use up to each day's end, 0 first; it may go beyond `quantity`.
    """

    name: str
    quantity: Decimal
    unit: str
    used: Decimal
    ends: datetime | None
    used_by_day: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Runway:
    """How long the free tier lasts in a calendar month; AWS counts it in UTC. `saved` is what it takes off."""

    currency: str
    month: date
    allowances: tuple[Allowance, ...]
    saved: Decimal

    @property
    def finding(self) -> str:
        """What was found, in one sentence."""
        worth = f"it is worth {money(self.saved, self.currency)}"
        if not self.allowances:
            return "No free tier covers this scenario"
        ends = [each for each in self.allowances if each.ends]
        if not ends:
            return f"The free tier lasts all month: {worth}"
        words = ", ".join(f"{_named(each)} on {_when(each.ends)}" for each in ends if each.ends)
        lasting = [each.name for each in self.allowances if not each.ends]
        rest = f", {' and '.join(lasting)} never" if lasting else ""
        return f"The free tier ends for {words}{rest}; {worth}"


def _named(each: Allowance) -> str:
    return f"the {count(each.quantity)} {each.unit}"


def _when(moment: datetime) -> str:
    return f"{moment:%B} {moment.day} at {moment:%H:%M} UTC"


def runway(
    scenario: Scenario,
    *,
    month: date,
    hourly: Sequence[Number] | None = None,
    daily: Sequence[Number] | None = None,
    book: PriceBook | None = None,
) -> Runway:
    """When the allowances of requests and GB-seconds end in the month that holds this day.

    The scenario's requests spread over the month evenly, or as `hourly` (24 relative values) and `daily`
    (7, Monday first) say; inside an hour they are even. Raises `BadInput` for other shapes.
    """
    prices, first = book_of(scenario, book), month.replace(day=1)
    weights = _weights(first, _shape(hourly, HOURS, "hourly"), _shape(daily, DAYS, "daily"))
    with_it, without = (bill(scenario, prices, free_tier=free).total for free in (True, False))
    pools = {pool.name: pool for pool in prices.free_tiers if scenario.free_tier}
    return Runway(
        currency=prices.currency,
        month=first,
        allowances=tuple(
            _allowance(pools[name], scenario, prices, first, weights)
            for name in _NAMES
            if name in pools and _used(scenario, pools[name])
        ),
        saved=without - with_it if scenario.free_tier else _ZERO,
    )


def _shape(values: Sequence[Number] | None, length: int, name: str) -> tuple[Decimal, ...]:
    if values is None:
        return (_ONE,) * length
    if (
        len(values) != length
        or not all(math.isfinite(each) and each >= 0 for each in values)
        or not any(values)
    ):
        raise BadInput(f"{name}={list(values)!r}", expected=f"{length} numbers, 0 or more, not all of them 0")
    return tuple(exact(each) for each in values)


def _weights(first: date, hourly: tuple[Decimal, ...], daily: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """The traffic up to the end of each hour of the month, 0 first, in the units of the shapes."""
    days = calendar.monthrange(first.year, first.month)[1]
    dates = (first + timedelta(days=day) for day in range(days))
    return tuple(accumulate((daily[day.weekday()] * each for day in dates for each in hourly), initial=_ZERO))


def _used(scenario: Scenario, pool: FreeTier) -> Decimal:
    lines = [line for line in usage(scenario) if line.free and line.price in pool.covers]
    return sum((line.quantity for line in lines), _ZERO)


def _allowance(
    pool: FreeTier, scenario: Scenario, book: PriceBook, first: date, weights: tuple[Decimal, ...]
) -> Allowance:
    used = _used(scenario, pool)
    covered = book.prices.get(pool.covers[0])
    return Allowance(
        name=pool.name,
        quantity=pool.quantity,
        unit=covered.unit if covered else pool.name,
        used=used,
        ends=_end(pool.quantity, used, weights, first),
        used_by_day=tuple(used * each / weights[-1] for each in weights[::HOURS]),
    )


def _end(quantity: Decimal, used: Decimal, weights: tuple[Decimal, ...], first: date) -> datetime | None:
    """The moment at which the use reaches the allowance, to the second; `None` where it does not exceed it."""
    if used <= quantity:
        return None
    # The division comes last, so that an end on the hour stays on the hour.
    reached = quantity * weights[-1] / used
    hour = next(index for index, each in enumerate(weights[1:]) if each >= reached)
    into = (reached - weights[hour]) * SECONDS_PER_HOUR / (weights[hour + 1] - weights[hour])
    start = datetime(first.year, first.month, 1, tzinfo=UTC)
    return start + timedelta(hours=hour, seconds=round(into))
