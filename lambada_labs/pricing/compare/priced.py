"""What a plan costs at a month's measures, and what lacks a price: the one step all comparisons share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from lambada_labs import facts
from lambada_labs.model.workload import Workload
from lambada_labs.pricing.bill import bill
from lambada_labs.pricing.item import Item, Measures, measures
from lambada_labs.pricing.price_book import PriceBook, price_book
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.pricing.usage import Usage, evaluated
from lambada_labs.units import EXACT

SECONDS_PER_HOUR = 3600


class Priced(NamedTuple):
    """An amount, or `None` and the names of the lines that have no price in this Region."""

    amount: Decimal | None
    missing: tuple[str, ...] = ()


def priced(plan: Iterable[Item], measured: Measures, book: PriceBook, *, free_tier: bool = False) -> Priced:
    """What this plan costs; an amount only where every line that is used has a price."""
    used = Usage(line for line in evaluated(plan, measured) if line.quantity)
    made = bill(used, book, free_tier=free_tier)
    return Priced(made.total if made.complete else None, tuple(line.name for line in made.missing))


def scaled(work: Workload, requests: Decimal) -> Measures:
    """The measures of this workload with another number of requests, fractions allowed."""
    one = _of_one(work)
    many = [EXACT.multiply(each, requests) for each in one[:4]]
    return Measures(many[0], many[1], many[2], many[3], one.gb)


@lru_cache(maxsize=32)
def _of_one(work: Workload) -> Measures:
    """A curve asks for the same workload at hundreds of places."""
    return measures(replace(work, requests=1))


def book_of(scenario: Scenario, book: PriceBook | None) -> PriceBook:
    """The book that was given, or AWS's of the scenario's Region."""
    return book or price_book("aws", region=scenario.region)


def priceable(scenario: Scenario, book: PriceBook) -> tuple[Scenario, tuple[str, ...]]:
    """The scenario without the parts around it that this Region's list cannot price, and the lines left out.

    A comparison of the function is worth having without them, as long as it says so.
    """
    lines = {
        part.key: tuple(item.name for item in part.items(scenario.workload) if item.price not in book.prices)
        for part in scenario.parts
        if not part.compute
    }
    gaps = {key: names for key, names in lines.items() if names}
    return scenario.without(*gaps), each_once(gaps.values())


def leaving_out(finding: str, missing: tuple[str, ...]) -> str:
    """The finding, and what it does not count."""
    return f"{finding} (without {', '.join(missing)}: no price here)" if missing else finding


def month_seconds() -> Decimal:
    """The seconds of a month of 730 hours."""
    return facts.decimal("month.hours") * SECONDS_PER_HOUR


def each_once(missing: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Names of lines without a price, each once, in order."""
    return tuple(dict.fromkeys(name for names in missing for name in names))


def tenths(share: Decimal) -> str:
    """A share as per cent with at most one place: 0.6 is `60 %`."""
    return f"{round(share * 100, 1).normalize():f} %"
