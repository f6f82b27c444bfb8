"""x86_64 against arm64: at the same durations, and where arm64 is slower or faster."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import LONGEST_MS, Number
from lambada_labs.pricing.compare.curve import Amounts
from lambada_labs.pricing.compare.priced import Priced, book_of, each_once, leaving_out, priceable, priced
from lambada_labs.pricing.compare.steps import ordered
from lambada_labs.pricing.item import exact, measures
from lambada_labs.pricing.price_book import PriceBook
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.units import money, plain

_SLOWEST, _FASTEST = Decimal(10), Decimal("0.01")
_FINE = Decimal("0.000001")
_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Architectures:
    """Totals of a month on arm64 by its `slowdown` (1.1: it takes a tenth longer), against x86_64's.

    `break_even` is the largest slowdown at which arm64 costs no more; `None` where it never costs more
    up to ten times as long, or where a price is missing.
    """

    currency: str
    slowdowns: tuple[Decimal, ...]
    x86: Decimal | None
    arm: Amounts
    here: Decimal
    arm_here: Decimal | None
    break_even: Decimal | None
    missing: tuple[str, ...] = ()

    @property
    def finding(self) -> str:
        """What was found, in one sentence."""
        if self.x86 is None or self.arm_here is None:
            return f"The totals are incomplete here: no price for {', '.join(self.missing)}"
        both = f"arm64 costs {money(self.arm_here, self.currency)} where x86_64 costs {money(self.x86, self.currency)}"
        if self.here != 1:
            both += f", taking {plain(self.here)} times as long"
        if self.break_even is None:
            found = f"{both}; it stays no dearer even at ten times the duration"
        else:
            slower = (self.break_even - 1) * _PERCENT
            found = f"{both}; it pays until it is {plain(round(slower, 1))} % slower"
        return leaving_out(found, self.missing)


def architectures(
    scenario: Scenario,
    *,
    slowdown: Number = 1,
    slowdowns: Iterable[Number] | None = None,
    book: PriceBook | None = None,
) -> Architectures:
    """Price the scenario on both architectures, arm64's durations times each slowdown.

    The scenario's duration is taken as x86_64's. Raises `BadInput` for a slowdown of 0 or below, or one beyond
    Lambda's 15 minutes.
    """
    prices = book_of(scenario, book)
    scenario, left_out = priceable(scenario, prices)
    here = exact(slowdown)
    axis = ordered([*(slowdowns or (Decimal(step) / 20 for step in range(10, 41))), here])
    if axis[0] <= 0:
        raise BadInput(f"slowdown={axis[0]}", expected="a number above 0")
    longest = LONGEST_MS / exact(scenario.workload.duration_ms)
    if here > longest:
        raise BadInput(f"slowdown={here}", expected="a duration of 15 minutes at most")
    axis = tuple(each for each in axis if each <= longest)
    x86 = _total(scenario.with_workload(architecture="x86_64"), prices)

    def arm(times: Decimal) -> Priced:
        time = exact(scenario.workload.duration_ms) * times
        return _total(scenario.with_workload(architecture="arm64", duration_ms=time), prices)

    made = [arm(times) for times in axis]
    return Architectures(
        currency=prices.currency,
        slowdowns=axis,
        x86=x86.amount,
        arm=tuple(each.amount for each in made),
        here=here,
        arm_here=arm(here).amount,
        break_even=_break_even(x86.amount, arm, min(_SLOWEST, longest)),
        missing=each_once([left_out, *(each.missing for each in (x86, *made))]),
    )


def _total(scenario: Scenario, book: PriceBook) -> Priced:
    return priced(scenario.items(), measures(scenario.workload), book, free_tier=scenario.free_tier)


def _break_even(x86: Decimal | None, arm: Callable[[Decimal], Priced], high: Decimal) -> Decimal | None:
    """Halve the interval: what arm64 costs never falls as it takes longer."""

    def no_dearer(times: Decimal) -> bool:
        amount = arm(times).amount
        return x86 is not None and amount is not None and amount <= x86

    low = _FASTEST
    if not no_dearer(low) or no_dearer(high):
        return None
    while high - low > _FINE:
        middle = (low + high) / 2
        low, high = (middle, high) if no_dearer(middle) else (low, middle)
    return low
