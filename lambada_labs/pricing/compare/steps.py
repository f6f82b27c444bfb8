"""The values along the axes of a comparison."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import LONGEST_MS, MEMORY_MAX, MEMORY_MIN, Number
from lambada_labs.pricing.item import exact

_ONE_TWO_FIVE = (1, 2, 5)


def memory_steps(*own: int) -> tuple[int, ...]:
    """Memory sizes from the smallest to the largest, doubling with one step between, and these."""
    sizes = set(own) | {MEMORY_MAX}
    size = MEMORY_MIN
    while size < MEMORY_MAX:
        sizes |= {size, min(size * 3 // 2, MEMORY_MAX)}
        size *= 2
    return tuple(sorted(sizes))


def duration_steps(*own: Number) -> tuple[Decimal, ...]:
    """Milliseconds 10, 20, 50, 100 ... up to the longest that Lambda allows, and these."""
    sizes = {Decimal(each * 10**power) for power in range(1, 6) for each in _ONE_TWO_FIVE}
    return tuple(sorted({size for size in sizes if size < LONGEST_MS} | {exact(each) for each in own}))


def request_steps(*own: int) -> tuple[int, ...]:
    """Requests a month from ten thousand to ten thousand million: twenty steps for each factor of ten, and these."""
    sizes = {round(Decimal(10) ** (Decimal(step) / 20)) for step in range(80, 201)}
    return tuple(sorted(sizes | {each for each in own if each > 0}))


def share_steps(steps: int = 100) -> tuple[Decimal, ...]:
    """Shares from 0 to 1 in equal steps, both ends included."""
    return tuple(Decimal(step) / steps for step in range(steps + 1))


def ordered(given: Iterable[Number]) -> tuple[Decimal, ...]:
    """These values as exact decimals, smallest first, each once; raises `BadInput` for what is no number."""
    values = {exact(each) for each in given}
    broken = next((each for each in values if not each.is_finite()), None)
    if broken is not None:
        raise BadInput(f"{broken} among the values of an axis", expected="numbers")
    return tuple(sorted(values))
