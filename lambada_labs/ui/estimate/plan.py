"""What the browser needs to price a scenario by itself: its items and the prices they use, as exact text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from lambada_labs import facts
from lambada_labs.errors import BadInput
from lambada_labs.model.workload import EPHEMERAL_MIN, LONGEST_MS, MEMORY_MAX, MEMORY_MIN, Workload
from lambada_labs.pricing import Bill, Item, Price, PriceBook, Scenario
from lambada_labs.ui.estimate.controls import MOST_REQUESTS, SPREADS
from lambada_labs.units import MB_PER_GB, MS_PER_S, plain

ON_DEMAND = ("requests", "duration.x86_64", "duration.arm64", "ephemeral")
_PROBES: dict[str, Sequence[Any]] = {
    "memory_mb": (MEMORY_MIN, 1000, MEMORY_MAX),
    "duration_ms": (1, Decimal("1234.5"), LONGEST_MS),
    "requests": (0, 1, 1_234_567, MOST_REQUESTS),
    "architecture": ("x86_64", "arm64"),
    "spread": tuple(SPREADS),
    "cold_share": (0, Decimal("0.123"), 1),
    "init_ms": (0, Decimal("456.7"), LONGEST_MS),
    "retry_share": (0, Decimal("0.123"), 1),
    "ephemeral_mb": (EPHEMERAL_MIN, 1000),
    "event_kb": (0, 100, 300),
}


def constants() -> dict[str, Any]:
    """What never changes while a calculator lives."""
    return {
        "mb_per_gb": str(MB_PER_GB),
        "ms_per_s": str(MS_PER_S),
        "ephemeral_min": str(EPHEMERAL_MIN),
        "longest_ms": str(LONGEST_MS),
        "chunk_first": str(facts.number("async.chunk.first_kb")),
        "chunk_next": str(facts.number("async.chunk.next_kb")),
        "spreads": {
            name: [[str(factor), str(share)] for factor, share in facts.value(f"assumed.spread.{name}")]
            for name in SPREADS
        },
    }


def as_plan(scenario: Scenario) -> dict[str, Any]:
    """The items beside the on-demand ones, and which figures leave them as they are.

    Where a part's items change with a figure (`exact` is false for it) the browser's answer is an estimate
    until the kernel's comes.
    """
    items = _of_parts(scenario)
    return {
        "on_demand": not any(part.compute for part in scenario.parts),
        "items": [_item(each) for each in items],
        "exact": {name: _unmoved(scenario, items, name) for name in _PROBES},
    }


def _of_parts(scenario: Scenario) -> list[Item]:
    """In a bill's order: the compute part first."""
    parts = sorted(scenario.parts, key=lambda part: not part.compute)
    return [item for part in parts for item in part.items(scenario.workload)]


def _unmoved(scenario: Scenario, items: list[Item], name: str) -> bool:
    if not scenario.parts:
        return True
    return all(items == found for found in _probed(scenario, name))


def _probed(scenario: Scenario, name: str) -> Iterator[list[Item]]:
    """The items at other values of a figure; values that a part refuses count as other items."""
    for value in _PROBES[name]:
        work: Workload = replace(scenario.workload, **{name: value})
        try:
            yield _of_parts(replace(scenario, workload=work))
        except BadInput:
            yield []


def _item(item: Item) -> dict[str, Any]:
    return {**item._asdict(), "each": plain(item.each)}


def as_books(scenario: Scenario, books: Sequence[PriceBook], today: date) -> list[dict[str, Any]]:
    """Each book with the prices that this scenario may use: exact decimals as strings, and their origin."""
    used = {item.price for item in scenario.items()}
    names = [*ON_DEMAND, *sorted(used - set(ON_DEMAND))]
    return [_book(book, names, today) for book in books]


def _book(book: PriceBook, names: Sequence[str], today: date) -> dict[str, Any]:
    prices = {name: _price(book.prices[name], today) for name in names if name in book.prices}
    return {
        "id": book.id,
        "label": book.label,
        "region": book.region,
        "currency": book.currency,
        "prices": prices,
        "pools": {name: pool.name for name, pool in book.pools.items() if name in names},
        "free": {pool.name: plain(pool.quantity) for pool in book.free_tiers},
    }


def _price(price: Price, today: date) -> dict[str, Any]:
    tiers = [
        {"amount": plain(tier.amount), "up_to": None if tier.up_to is None else plain(tier.up_to)}
        for tier in price.tiers
    ]
    return {
        "amount": plain(price.amount),
        "per": plain(price.per),
        "unit": price.unit,
        "tiers": tiers,
        "label": price.label,
        "sku": price.sku,
        "source": price.source,
        "as_of": price.as_of,
        "stale": price.stale(today),
    }


def stale_lines(bill: Bill, today: date) -> tuple[str, ...]:
    """The names of the bill's lines whose price was last seen more than a year ago."""
    prices = bill.book.prices
    return tuple(line.name for line in bill.lines if line.price in prices and prices[line.price].stale(today))
