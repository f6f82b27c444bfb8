"""What every part of a scenario is: a few numbers, and the lines they add to the bill."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from typing import Any, ClassVar, Protocol, get_args

from lambada_labs import facts
from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing.item import Item


class Part(Protocol):
    """One priced thing around (or instead of) an on-demand function.

    `key` is its name in JSON, `title` its name for people. Where `compute` is true its items
    stand in place of the on-demand ones. Fields are numbers (`int`, `Number`), `bool`, or words.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    compute: ClassVar[bool]
    __dataclass_fields__: ClassVar[dict[str, Any]]

    def items(self, work: Workload) -> Iterator[Item]:
        """The lines of the bill that this part makes with this workload."""
        ...


def month_hours() -> Decimal:
    """The hours of a month by AWS's own rule of thumb."""
    return facts.decimal("month.hours")


def none_negative(part: Part) -> None:
    """Refuse a number below 0, or one that is none; raises `BadInput` naming the option."""
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, str | bool):
            continue
        if not isinstance(value, int | float | Decimal) or not math.isfinite(value) or value < 0:
            raise BadInput(f"{part.key}.{field.name}={value!r}", expected="a number, 0 or more")


def one_of(part: Part, name: str, kind: Any) -> None:
    """Refuse a word that is none of the kind's; raises `BadInput` naming the option."""
    if getattr(part, name) not in get_args(kind):
        seen = f"{part.key}.{name}={getattr(part, name)!r}"
        raise BadInput(seen, expected=", ".join(map(str, get_args(kind))))
