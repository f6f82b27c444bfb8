"""What every part of a scenario is: a few figures, and the lines they add to the bill."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, get_args, get_type_hints

from lambada_labs import facts
from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Number, Workload
from lambada_labs.pricing.item import ONE, Item, exact
from lambada_labs.units import EXACT, MB_PER_GB, MS_PER_S

KB_PER_GB = MB_PER_GB * MB_PER_GB
MINUTE_S, HOUR_S = 60, 60 * 60
DAY_H = 24
MONTH_H = facts.number("month.hours")
"""The hours of a month by AWS's own rule of thumb."""


class Part(ABC):
    """One priced thing around (or instead of) an on-demand function.

    `key` is its name in JSON, `title` its name for people. Where `compute` is true its items
    stand in place of the on-demand ones. Fields are numbers (`int`, `Number`), `bool`, or one of a
    few words (`Literal`); one called `share` or `..._share` lies between 0 and 1, and
    `hours` is no longer than a month. Raises `BadInput`, naming the option, for anything else.
    """

    __slots__ = ()
    key: ClassVar[str]
    title: ClassVar[str]
    compute: ClassVar[bool] = False
    __dataclass_fields__: ClassVar[dict[str, Any]]

    def __post_init__(self) -> None:
        """Refuse what no bill can be made of."""
        check(self)

    @abstractmethod
    def items(self, work: Workload) -> Iterator[Item]:
        """The lines of the bill that this part makes with this workload."""


def check(part: Part) -> None:
    """Hold each field to its kind and its bounds; raises `BadInput` naming the option."""
    for name, kind in kinds(type(part)).items():
        value = getattr(part, name)
        low, high = bounds(name)
        if kind is bool:
            fits, wanted = isinstance(value, bool), "true or false"
        elif kind not in {int, Number}:
            fits, wanted = value in get_args(kind), ", ".join(map(str, get_args(kind)))
        elif kind is int:
            fits, wanted = isinstance(value, int) and _between(low, value, high), "a whole number, 0 or more"
        else:
            fits, wanted = _between(low, value, high), _range(low, high)
        if not fits:
            raise BadInput(f"{part.key}.{name}={value!r}", expected=wanted)


@cache
def kinds(kind: type[Part]) -> dict[str, Any]:
    """The kind of each field of a part, in order: `int`, `Number`, `bool` or a `Literal` of words."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def bounds(name: str) -> tuple[Decimal, Decimal]:
    """The least and the greatest that a number of this name may be."""
    if name == "share" or name.endswith("_share"):
        return Decimal(0), ONE
    return Decimal(0), Decimal(MONTH_H) if name == "hours" else Decimal("Infinity")


def at_least(part: Part, name: str, least: Number) -> None:
    """Refuse a number below this one; raises `BadInput` naming the option."""
    value = getattr(part, name)
    if value < least:
        raise BadInput(f"{part.key}.{name}={value!r}", expected=f"{least} or more")


def at_most(part: Part, name: str, most: Number) -> None:
    """Refuse a number above this one; raises `BadInput` naming the option."""
    value = getattr(part, name)
    if value > most:
        raise BadInput(f"{part.key}.{name}={value!r}", expected=f"at most {most}")


def times(*factors: Number) -> Decimal:
    """The product, exactly."""
    product = ONE
    for factor in factors:
        product = EXACT.multiply(product, exact(factor))
    return product


def ratio(number: Number, by: Number) -> Decimal:
    """One number divided by another, to 60 digits where it never ends."""
    return EXACT.divide(exact(number), exact(by))


def gigabytes(kilobytes: Number) -> Decimal:
    """KB in GB of 1024 x 1024 KB, exactly."""
    return ratio(kilobytes, KB_PER_GB)


def pieces(size: Number, of: Number) -> int:
    """How many pieces AWS counts for something of this size: it rounds up, and counts at least one."""
    return max(1, math.ceil(ratio(size, of)))


def attempts(work: Workload) -> Decimal:
    """Runs of the function for each request: the first one and its retries."""
    return EXACT.add(ONE, exact(work.retry_share))


def memory_gb(work: Workload) -> Decimal:
    """The GB of memory of one execution environment."""
    return ratio(work.memory_mb, MB_PER_GB)


def seconds(milliseconds: Number) -> Decimal:
    """Milliseconds in seconds, exactly."""
    return ratio(milliseconds, MS_PER_S)


def _between(low: Decimal, value: object, high: Decimal) -> bool:
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool) and math.isfinite(value)
    return number and low <= value <= high  # type: ignore[operator]


def _range(low: Decimal, high: Decimal) -> str:
    return f"a number from {low} to {high}" if high.is_finite() else f"a number, {low} or more"
