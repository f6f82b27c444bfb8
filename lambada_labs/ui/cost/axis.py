"""From a value to a place on an axis, straight or logarithmic, and the few words that fit beside a tick."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lambada_labs import units
from lambada_labs.ui.plot import round_ticks

Value = int | float | Decimal
Tick = tuple[float, str]

_MOST_TICKS = 5
_THOUSAND, _MILLION, _BILLION = 10**3, 10**6, 10**9
_TEN = 10
_CENT = 0.01
_FULL = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The range of an axis; `log` gives every factor of ten the same room."""

    low: float
    high: float
    log: bool = False

    def at(self, value: Value) -> float:
        """A value's place, 0 to 100; what lies outside sticks to the edge."""
        low, high, here = self._room(self.low), self._room(self.high), self._room(float(value))
        if high == low:
            return 0.0
        return min(max(_FULL * (here - low) / (high - low), 0.0), _FULL)

    def _room(self, value: float) -> float:
        return math.log10(max(value, self.low / _TEN)) if self.log else value


def straight(values: Iterable[Value], *, about: int = 4) -> tuple[Span, list[float]]:
    """A range from 0 that holds all these values, and its round ticks."""
    ticks = round_ticks(max((float(value) for value in values), default=1.0), about)
    return Span(low=0.0, high=ticks[-1]), ticks


def decades(values: Iterable[Value]) -> tuple[Span, list[float]]:
    """A logarithmic range over whole powers of ten that holds all values above 0, and its ticks."""
    kept = [float(value) for value in values if value > 0] or [1.0, float(_TEN)]
    first, last = math.floor(math.log10(min(kept))), math.ceil(math.log10(max(kept)))
    last = max(last, first + 1)
    step = math.ceil((last - first) / _MOST_TICKS)
    ticks = [float(_TEN**power) for power in range(first, last + 1, step)]
    return Span(low=float(_TEN**first), high=float(_TEN**last), log=True), ticks


def brief(amount: Value, currency: str = "USD") -> str:
    """An amount in at most six characters, for a tick or a cell.

    >>> [brief(each) for each in (0, 0.004, 0.4, 12.3, 4567, 1_200_000, -3)]
    ['$0', '<$0.01', '$0.40', '$12', '$4.6k', '$1.2M', '-$3.00']
    """
    sign = units.money(Decimal(0), currency).split("0", maxsplit=1)[0]
    minus, size = ("-" if amount < 0 else ""), abs(float(amount))
    if size == 0:
        return f"{sign}0"
    if size < _CENT:
        return f"{minus}<{sign}0.01"
    return f"{minus}{sign}{shortened(size, places=2)}"


def shortened(size: float, *, places: int = 0) -> str:
    """A number above 0 in at most four digits: 1200 is `1.2k`; `places` decimals below ten.

    >>> shortened(950), shortened(1200), shortened(3_000_000), shortened(2.5, places=2)
    ('950', '1.2k', '3M', '2.50')
    """
    for unit, word in ((_BILLION, "B"), (_MILLION, "M"), (_THOUSAND, "k")):
        if size >= unit:
            part = size / unit
            return f"{part:.1f}".removesuffix(".0") + word if part < _TEN else f"{part:,.0f}{word}"
    return f"{size:.{places}f}" if size < _TEN and places else f"{size:.3g}" if size < 1 else f"{size:.0f}"


def money_ticks(values: Sequence[float], currency: str) -> tuple[Tick, ...]:
    """Ticks of an axis of money."""
    return tuple((value, _tick_money(value, currency)) for value in values)


def count_ticks(values: Sequence[float]) -> tuple[Tick, ...]:
    """Ticks of an axis of counts."""
    return tuple((value, shortened(value) if value else "0") for value in values)


def share_ticks(about: int = 4) -> tuple[Tick, ...]:
    """Ticks of an axis from 0 to 100 %."""
    return tuple((step / about, f"{step / about:.0%}") for step in range(about + 1))


def _tick_money(value: float, currency: str) -> str:
    sign = units.money(Decimal(0), currency).split("0", maxsplit=1)[0]
    if 0 < value < _CENT:
        return f"{sign}{value:g}" if value >= _CENT / _TEN else units.money(Decimal(repr(value)), currency)
    said = brief(value, currency)
    return said.removesuffix(".00")
