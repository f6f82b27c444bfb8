"""Figures that are given as a range: `duration_ms=80..240` in the link, and what the month may then cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lambada_labs.errors import BadInput
from lambada_labs.pricing import Scenario, price_book, scenario_from_json
from lambada_labs.pricing.uncertainty import WORDS, Range
from lambada_labs.units import plain

if TYPE_CHECKING:
    from lambada_labs.pricing.uncertainty import Uncertainty

Ranges = Mapping[str, Range]
RANGED = tuple(WORDS)
"""The figures that may be ranges."""
MARK = ".."
_PLACES = {"memory_mb": 0, "requests": 0, "duration_ms": 2, "init_ms": 2, "cold_share": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """What a month may cost, and the lines of parts that were left out since the Region has no price for them."""

    found: Uncertainty
    missing: tuple[str, ...]


def read_range(scenario: Scenario, name: str, value: str) -> Range:
    """The range of this text, such as `80..240`, each end one that the scenario could have; raises `BadInput`."""
    if name not in RANGED:
        raise BadInput(value, expected=f"one value; ranges are for {', '.join(RANGED)}")
    low, high = (_end(scenario, name, end) for end in value.split(MARK, 1))
    if low > high:
        raise BadInput(value, expected="the low end first, such as 80..240")
    return Range(low=low, high=high)


def _end(scenario: Scenario, name: str, text: str) -> Decimal:
    work = scenario_from_json({**scenario.to_json(), name: text}).workload
    return Decimal(str(getattr(work, name)))


def middle(name: str, span: Range) -> str:
    """The figure at the middle of its range, as text: what the bill is made for."""
    return plain(round(span.middle, _PLACES[name]))


def as_text(span: Range) -> str:
    """The range as the link carries it."""
    return MARK.join(ends(span))


def ends(span: Range) -> tuple[str, str]:
    """Both ends as plain digits."""
    return plain(span.low), plain(span.high)


def likely(scenario: Scenario, ranges: Ranges) -> Likely:
    """The month's cost as a distribution; parts that the Region cannot price are left out, and named.

    Raises `BadInput` where the function itself has no price in the Region.
    """
    return _likely(scenario, tuple(ranges.items()))


@lru_cache(maxsize=4)
def _likely(scenario: Scenario, ranges: tuple[tuple[str, Range], ...]) -> Likely:
    """The headline and the picture ask for the same one."""
    from lambada_labs.pricing.compare.priced import priceable
    from lambada_labs.pricing.uncertainty import uncertainty

    book = price_book("aws", region=scenario.region)
    kept, missing = priceable(scenario, book)
    return Likely(found=uncertainty(kept, dict(ranges), book), missing=missing)


def between(scenario: Scenario, ranges: Ranges) -> dict[str, Any]:
    """P10 and P90 of a month for the page, exact, or why there are none; empty where nothing is a range."""
    if not ranges:
        return {}
    try:
        made = likely(scenario, ranges)
    except BadInput as error:
        return {"why": f"No range of the total: {error.seen}."}
    return {
        "low": plain(made.found.p10),
        "high": plain(made.found.p90),
        "said": f"{made.found.finding}.",
        "why": left_out(scenario, made.missing),
    }


def left_out(scenario: Scenario, missing: tuple[str, ...]) -> str:
    """Which lines a range of the total does not count; empty where it counts all."""
    return f"The range leaves out {', '.join(missing)}: no price in {scenario.region}." if missing else ""
