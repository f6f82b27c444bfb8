"""A bill as a distribution: what a month may cost when its figures are only known as ranges.

You give a range for what you do not know, and mean: eight times in ten it lies between these two.
Latin hypercube samples of all ranges are billed; the tornado moves one range at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from lambada_labs.errors import BadInput
from lambada_labs.pricing.bill import bill
from lambada_labs.pricing.frame import COLUMNS, OPTIONAL, RANGES, dollars_of
from lambada_labs.pricing.item import exact
from lambada_labs.pricing.price_book import PriceBook
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.units import money

if TYPE_CHECKING:
    from lambada_labs.pricing.frame import Floats

SAMPLES = 4096
SEED = 20261125
WORDS = {
    "memory_mb": "memory",
    "duration_ms": "duration",
    "requests": "requests",
    "cold_share": "share of cold starts",
    "init_ms": "INIT",
}
_WHOLE = {"memory_mb", "requests"}
_P90 = NormalDist().inv_cdf(0.9)
_LEAST = {"duration_ms": Decimal("0.01")}
_BINS = 24
_LOW, _MIDDLE, _HIGH = 10, 50, 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Two values between which a figure lies eight times in ten (its P10 and P90), in the figure's unit.

    Above 0 the figure scatters by factors (log-normal); a range that touches 0 is taken as evenly spread.
    """

    low: Decimal
    high: Decimal

    @property
    def middle(self) -> Decimal:
        """The value that is exceeded as often as not."""
        return (self.low * self.high).sqrt() if self.low > 0 else (self.low + self.high) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """One bar of a tornado: the total at either end of one range, all else at its middle."""

    name: str
    range: Range
    at_low: Decimal
    at_high: Decimal

    @property
    def width(self) -> Decimal:
        """How far this range alone moves the total, in dollars."""
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertainty:
    """What a month may cost, in `currency`: percentiles, the tornado (widest first), and a histogram.

    `bins` are (from, to, share of the samples); the two ends hold what lies beyond P1 and P99.
    """

    scenario: Scenario
    p10: Decimal
    p50: Decimal
    p90: Decimal
    swings: tuple[Swing, ...]
    bins: tuple[tuple[float, float, float], ...]
    totals: tuple[float, ...]
    currency: str = "USD"

    def chance_below(self, amount: Decimal) -> float:
        """How likely the month costs no more than this, 0 to 1."""
        return sum(total <= amount for total in self.totals) / len(self.totals)

    @property
    def finding(self) -> str:
        """What was found, in a sentence."""
        low, high = (money(each, self.currency) for each in (self.p10, self.p90))
        between = f"Eight months in ten cost between {low} and {high}"
        widest = self.swings[0] if self.swings else None
        if widest is None or not widest.width:
            return between
        verb = "are" if widest.name == "requests" else "is"
        return f"{between}; what matters most {verb} the {WORDS[widest.name]}"


def uncertainty(scenario: Scenario, ranges: Mapping[str, Range], book: PriceBook) -> Uncertainty:
    """The month's cost when these figures (`memory_mb`, `duration_ms`, `requests`, …) are ranges.

    Raises:
        BadInput: an unknown figure, or a range whose low end lies above its high end, or that reaches beyond
            what Lambda would run.
    """
    import numpy as np

    middle = _middle(scenario, ranges)
    totals = dollars_of(samples(middle, ranges), middle, book)
    p10, p50, p90 = (_dollars(each) for each in np.percentile(totals, [_LOW, _MIDDLE, _HIGH]))
    swings = sorted(
        (_swing(middle, name, ranges[name], book) for name in ranges), key=lambda each: -each.width
    )
    ordered = tuple(np.sort(totals).tolist())
    return Uncertainty(
        scenario=middle,
        p10=p10,
        p50=p50,
        p90=p90,
        swings=tuple(swings),
        bins=_bins(totals),
        totals=ordered,
        currency=book.currency,
    )


def chance_cheaper(
    scenario: Scenario,
    ranges: Mapping[str, Range],
    book: PriceBook,
    *,
    monthly: Decimal,
    requests: tuple[int, ...],
) -> tuple[tuple[int, float], ...]:
    """Break-even as a probability: how likely the scenario costs no more than `monthly`, at each volume.

    `monthly` is the fixed price of the alternative, in dollars; the range of `requests` itself is set aside.
    """
    others = {name: each for name, each in ranges.items() if name != "requests"}
    points = []
    for volume in requests:
        at = _middle(scenario.with_workload(requests=volume), others)
        totals = dollars_of(samples(at, others), at, book)
        points.append((volume, float((totals <= float(monthly)).mean())))
    return tuple(points)


def samples(middle: Scenario, ranges: Mapping[str, Range]) -> dict[str, Floats]:
    """A table of workloads, each range stratified into as many layers as there are rows."""
    import numpy as np

    chance = np.random.default_rng(SEED)
    table: dict[str, Any] = {}
    for name in (*COLUMNS, *OPTIONAL):
        if name in ranges:
            drawn = _drawn(ranges[name], chance.permutation(_layers()))
            table[name] = np.rint(drawn) if name in _WHOLE else drawn
            low, high = RANGES[name]
            table[name] = np.clip(table[name], low or float(_LEAST.get(name, 0)), high)
        else:
            table[name] = np.full(SAMPLES, float(getattr(middle.workload, name)))
    return table


@cache
def _layers() -> Any:
    import numpy as np

    return (np.arange(SAMPLES) + 0.5) / SAMPLES


def _drawn(span: Range, layers: Any) -> Any:
    """Values at these probabilities: log-normal through P10 and P90, or even where the range touches 0."""
    import numpy as np

    low, high = float(span.low), float(span.high)
    if low <= 0:
        return low + (high - low) * layers
    normal = NormalDist()
    scores = np.array([normal.inv_cdf(each) for each in layers]) / _P90
    return np.exp((np.log(low) + np.log(high)) / 2 + scores * (np.log(high) - np.log(low)) / 2)


def _middle(scenario: Scenario, ranges: Mapping[str, Range]) -> Scenario:
    for name, span in ranges.items():
        if name not in WORDS:
            raise BadInput(f"No range can be given for {name!r}", expected=f"one of {', '.join(WORDS)}")
        least, most = RANGES[name]
        finite = span.low.is_finite() and span.high.is_finite()
        if not (finite and least <= span.low <= span.high <= most):
            seen = f"{name} from {span.low} to {span.high}"
            raise BadInput(seen, expected=f"{least} to {most}, the low end first")
    return scenario.with_workload(**{name: _value(name, span.middle) for name, span in ranges.items()})


def _swing(middle: Scenario, name: str, span: Range, book: PriceBook) -> Swing:
    ends = (middle.with_workload(**{name: _value(name, end)}) for end in (span.low, span.high))
    low, high = (bill(end, book).total for end in ends)
    return Swing(name=name, range=span, at_low=low, at_high=high)


def _value(name: str, value: Decimal) -> Any:
    return round(value) if name in _WHOLE else exact(max(value, _LEAST.get(name, value)))


def _bins(totals: Floats) -> tuple[tuple[float, float, float], ...]:
    import numpy as np

    first, last = np.percentile(totals, [1, 99])
    edges = np.linspace(first, last if last > first else first + 1, _BINS + 1)
    counts, _ = np.histogram(np.clip(totals, edges[0], edges[-1]), edges)
    shares = (counts / len(totals)).tolist()
    return tuple(zip(edges[:-1].tolist(), edges[1:].tolist(), shares, strict=True))


def _dollars(amount: float) -> Decimal:
    return Decimal(repr(float(amount)))
