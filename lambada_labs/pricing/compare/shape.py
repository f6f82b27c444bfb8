"""The shape of a day: how its traffic spreads over the hours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from lambada_labs import facts
from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Number
from lambada_labs.pricing.item import exact

HOURS = 24
_PREFIX = "assumed.shape."


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A day in 24 relative values, one for each hour from midnight; the largest is 1."""

    name: str
    title: str
    values: tuple[Decimal, ...]


def shapes() -> tuple[Shape, ...]:
    """The shapes to start from."""
    return tuple(
        Shape(name=row.key.removeprefix(_PREFIX), title=row.note, values=hours_of(row.value))
        for row in facts.find(_PREFIX)
    )


def hours_of(shape: Shape | Sequence[Number]) -> tuple[Decimal, ...]:
    """The 24 hours of a shape, largest 1; 25 values stand at the full hours, and each hour is their mean.

    Raises `BadInput` for other lengths, negative or broken values, or a day without any traffic.
    """
    if isinstance(shape, Shape):
        return shape.values
    if len(shape) not in {HOURS, HOURS + 1}:
        raise BadInput(f"a day of {len(shape)} values", expected="24 (hours) or 25 (full hours)")
    broken = next((each for each in shape if not math.isfinite(each) or each < 0), None)
    if broken is not None:
        raise BadInput(f"{broken!r} in a day's shape", expected="numbers, 0 or more")
    values = [exact(each) for each in shape]
    if len(values) > HOURS:
        values = [(before + after) / 2 for before, after in pairwise(values)]
    if not any(values):
        raise BadInput("a day without traffic", expected="at least one hour above 0")
    return tuple(each / max(values) for each in values)
