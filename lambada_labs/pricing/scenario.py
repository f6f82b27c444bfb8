"""A scenario: a workload, the Region it runs in, and everything around it that costs money.

A scenario is plain data. Its JSON is what `lambada price --input` reads, what the calculator's link
carries and what an export holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import Any

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing.item import Item, on_demand
from lambada_labs.pricing.parts import PARTS, Part
from lambada_labs.pricing.price_book import DEFAULT_REGION, price_book
from lambada_labs.units import plain

_DEFAULTS = {field.name: field.default for field in fields(Workload)}
_ALWAYS = ("memory_mb", "duration_ms", "requests", "architecture")
_WHOLE = {"memory_mb", "requests", "ephemeral_mb"}
_WORDS = {"architecture", "spread"}
_MOST_DIGITS = 18
_PLACES = {key: place for place, key in enumerate(PARTS)}
_OWN = ("region", "free_tier", "parts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A month of `workload` in `region`, with at most one of each kind of part around it.

    One part may change how the function itself is paid for (`compute`); the others add to it.
    Raises `BadInput` for an unknown Region, two parts of a kind, or two ways to pay for the function.
    """

    workload: Workload
    region: str = DEFAULT_REGION
    free_tier: bool = True
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot stand together; put the parts in the order of `PARTS`, whatever order they came in."""
        if len(self.parts) > 1:
            object.__setattr__(self, "parts", tuple(sorted(self.parts, key=lambda part: _PLACES[part.key])))
        price_book("aws", region=self.region)
        keys = [part.key for part in self.parts]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice:
            raise BadInput(f"The part {twice!r} stands here twice", expected="one of each kind")
        ways = [part.key for part in self.parts if part.compute]
        if len(ways) > 1:
            raise BadInput(f"The function is paid for as {' and as '.join(ways)}", expected="one of them")

    def items(self) -> Iterator[Item]:
        """The lines of its bill, as a plan."""
        compute = [part.items(self.workload) for part in self.parts if part.compute]
        return chain(*(compute or [iter(on_demand(self.workload))]), *self._around())

    def _around(self) -> Iterator[Iterator[Item]]:
        return (part.items(self.workload) for part in self.parts if not part.compute)

    def with_workload(self, **changes: Any) -> Scenario:
        """The same scenario with another memory, duration or any other of its figures."""
        return replace(self, workload=replace(self.workload, **changes))

    def with_parts(self, *parts: Part) -> Scenario:
        """The same scenario with these parts, in place of its own ones of the same kinds."""
        new = {part.key for part in parts}
        return replace(self, parts=(*(part for part in self.parts if part.key not in new), *parts))

    def without(self, *keys: str) -> Scenario:
        """The same scenario without the parts of these kinds."""
        return replace(self, parts=tuple(part for part in self.parts if part.key not in keys))

    def part(self, key: str) -> Part | None:
        """Its part of this kind, or `None`."""
        return next((part for part in self.parts if part.key == key), None)

    def to_json(self) -> dict[str, Any]:
        """The `inputs` of `lambada price --json`: what differs from the defaults, and the four main figures."""
        order = (*_ALWAYS, *(name for name in _DEFAULTS if name not in _ALWAYS))
        given = {name: getattr(self.workload, name) for name in order}
        work = {n: _as_json(n, value) for n, value in given.items() if n in _ALWAYS or value != _DEFAULTS[n]}
        parts = {"parts": {part.key: _part_json(part) for part in self.parts}} if self.parts else {}
        return {**work, "region": self.region, "free_tier": self.free_tier, **parts}


def scenario_from_json(given: object) -> Scenario:
    """A scenario out of its JSON (an object, or an export that holds one under `inputs`).

    Numbers may be given as numbers or as text. Raises `BadInput`, naming the key.
    """
    if isinstance(given, Mapping) and isinstance(given.get("inputs"), Mapping):
        given = given["inputs"]
    if not isinstance(given, Mapping):
        raise BadInput(
            f"{json.dumps(given, default=str)[:60]}",
            expected="an object with memory_mb, duration_ms, requests",
        )
    unknown = sorted(set(given) - {*_DEFAULTS, *_OWN})
    if unknown:
        raise BadInput(f"Unknown key {unknown[0]!r}", expected=f"one of {', '.join([*_DEFAULTS, *_OWN])}")
    missing = [name for name in _ALWAYS[:3] if name not in given]
    if missing:
        raise BadInput(f"{', '.join(missing)} missing", expected="memory_mb, duration_ms and requests")
    free_tier = given.get("free_tier", True)
    if not isinstance(free_tier, bool):
        raise BadInput(f"free_tier={free_tier!r}", expected="true or false")
    work = {
        name: _read(name, given[name], whole=name in _WHOLE, word=name in _WORDS)
        for name in _DEFAULTS
        if name in given
    }
    return Scenario(
        workload=Workload(**work),
        region=_read("region", given.get("region", DEFAULT_REGION), word=True),
        free_tier=free_tier,
        parts=_parts(given.get("parts", {})),
    )


def _parts(given: object) -> tuple[Part, ...]:
    if not isinstance(given, Mapping):
        raise BadInput(f"parts={given!r}", expected='an object such as {"logs": {"kb_per_request": 2}}')
    return tuple(_part(key, options) for key, options in given.items())


def _part(key: str, options: object) -> Part:
    kind = PARTS.get(key)
    if kind is None:
        raise BadInput(f"Unknown part {key!r}", expected=f"one of {', '.join(PARTS)}")
    if not isinstance(options, Mapping):
        raise BadInput(f"{key}={options!r}", expected="an object with its options")
    known = {field.name: field.type for field in fields(kind)}
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise BadInput(f"Unknown option {key}.{unknown[0]}", expected=f"one of {', '.join(known)}")
    return kind(
        **{name: _option(f"{key}.{name}", value, str(known[name])) for name, value in options.items()}
    )


def _option(name: str, value: object, kind: str) -> Any:
    if kind == "bool":
        if isinstance(value, bool):
            return value
        raise BadInput(f"{name}={value!r}", expected="true or false")
    return _read(name, value, whole=kind == "int", word=kind not in {"int", "Number", "Decimal"})


def _read(name: str, value: object, *, whole: bool = False, word: bool = False) -> Any:
    """A word as it is; a number exactly: an `int` where it is whole, otherwise a `Decimal`."""
    if word:
        if isinstance(value, str):
            return value
        raise BadInput(f"{name}={value!r}", expected="a word")
    number = _number(name, value)
    if number == int(number):
        return int(number)
    if whole:
        raise BadInput(f"{name}={value!r}", expected="a whole number")
    return number


def _number(name: str, value: object) -> Decimal:
    """Refused by its size before any digit is written out: `1e999999999` has a thousand million of them."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise BadInput(f"{name}={value!r}", expected="a number")
    if number and abs(number.adjusted()) > _MOST_DIGITS:
        seen = str(value)
        raise BadInput(
            f"{name}={seen[:_MOST_DIGITS]}{'…' * (len(seen) > _MOST_DIGITS)}",
            expected=f"a number with at most {_MOST_DIGITS} digits before the point, or zeros after it",
        )
    return number


def _as_json(name: str, value: Any) -> Any:
    """Counts and words as they are; what may be a fraction as its exact text."""
    return value if name in _WHOLE or name in _WORDS else plain(Decimal(str(value)))


def _part_json(part: Part) -> dict[str, Any]:
    given = ((field, getattr(part, field.name)) for field in fields(part))
    return {
        field.name: plain(Decimal(str(value))) if field.type == "Number" else value
        for field, value in given
        if value != field.default
    }
