"""Curves over one axis, the layers of a map, and where the cheapest changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise

Amounts = tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One amount for each value of the axis; `None` where a price is missing."""

    name: str
    amounts: Amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One amount for each cell of a map, row by row; `None` where a price is missing."""

    name: str
    amounts: tuple[Amounts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """At this value the cheapest changes: `before` it was one, `after` it is another; both cost `amount` there."""

    at: Decimal
    before: str
    after: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Straight:
    """A cost that is `fixed` and grows by `slope` for each unit of the axis; `None` where a price is missing."""

    name: str
    fixed: Decimal | None
    slope: Decimal

    def at(self, value: Decimal) -> Decimal | None:
        """The cost at this value of the axis."""
        return None if self.fixed is None else self.fixed + self.slope * value

    def curve(self, axis: Sequence[Decimal]) -> Curve:
        """The costs along the axis."""
        return Curve(name=self.name, amounts=tuple(self.at(value) for value in axis))


def cheapest(amounts: Sequence[tuple[str, Decimal | None]]) -> str:
    """The name of the smallest amount, the first of equals; "" where none has one."""
    known = [(amount, name) for name, amount in amounts if amount is not None]
    return min(known, key=lambda each: each[0])[1] if known else ""


def meeting(one: Straight, other: Straight) -> Decimal | None:
    """Where two straight costs are equal; `None` where they run side by side or have no price."""
    if one.fixed is None or other.fixed is None or one.slope == other.slope:
        return None
    return (other.fixed - one.fixed) / (one.slope - other.slope)


def crossings(lines: Sequence[Straight], *, low: Decimal, high: Decimal) -> tuple[Crossing, ...]:
    """Where the cheapest of these straight costs changes between `low` and `high`, exactly."""
    found = {at for one, other in combinations(lines, 2) if (at := meeting(one, other)) is not None}
    cuts = [low, *sorted(at for at in found if low < at < high), high]
    between = [_cheapest_at(lines, (left + right) / 2) for left, right in pairwise(cuts)]
    changes = zip(cuts[1:-1], between, between[1:], strict=False)
    return tuple(
        Crossing(at=at, before=before.name, after=after.name, amount=after.at(at) or Decimal(0))
        for at, before, after in changes
        if before and after and before.name != after.name
    )


def _cheapest_at(lines: Sequence[Straight], value: Decimal) -> Straight | None:
    name = cheapest([(line.name, line.at(value)) for line in lines])
    return next((line for line in lines if line.name == name), None)
