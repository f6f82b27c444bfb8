"""Every AWS number, by name, each with its unit, its source and the day it was true.

The numbers stand in `data/facts.json`; code and prose ask for them here, so that one edit
moves all of them and a reader can always ask where a figure comes from.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from lambada_labs import files
from lambada_labs.errors import FactMissing

RuntimeStatus = Literal["supported", "preview", "deprecated", "blocked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One AWS fact, next to what the training deck says about it.

    `differs` is `None` where the deck says nothing to compare with; `name` says in words what the key means,
    where a learner reads it. A table (price
    tiers, a region's prices) has a list or a mapping as its value.
    """

    key: str
    value: Any
    unit: str = ""
    source: str = ""
    as_of: str = ""
    deck_value: str | None = None
    differs: bool | None = None
    note: str = ""
    name: str = ""

    @property
    def measure(self) -> str:
        """The value as it is read: with its unit where that is short, as `60 s`."""
        unit = self.unit if self.unit.isalpha() else ""
        return f"{self.value} {unit}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """A runtime identifier of AWS and how long it lives.

    `family` is nodejs, python, java, dotnet, ruby, go or provided. `deprecated`: no more
    updates, functions can still be created; `blocked`: creating one is refused; `preview`:
    offered, not yet for production. Dates are ISO, `None` where AWS gives none.
    """

    identifier: str
    name: str
    family: str
    os: str
    status: RuntimeStatus
    deprecation: str | None = None
    note: str = ""


@cache
def all_facts() -> Mapping[str, Fact]:
    """Every fact by its name, in the order of the file."""
    return {row["key"]: Fact(**{n: row[n] for n in Fact.__slots__ if n in row}) for row in _rows()}


def fact(key: str) -> Fact:
    """The fact of this name; raises `FactMissing`, naming the nearest ones."""
    found = all_facts().get(key)
    if found is None:
        near = ", ".join(difflib.get_close_matches(key, all_facts(), n=3, cutoff=0.4))
        raise FactMissing(f"No fact is called {key!r}", expected=near or "a key of data/facts.json")
    return found


def value(key: str) -> Any:
    """The value of a fact: exact (`Decimal`) where AWS has a fraction; raises `FactMissing`."""
    return fact(key).value


def number(key: str) -> int:
    """A whole number: a limit, a count, a size in the fact's unit; raises `FactMissing`."""
    found = value(key)
    if isinstance(found, int):
        return found
    raise FactMissing(f"The fact {key!r} is {found!r}", expected="a whole number")


def decimal(key: str) -> Decimal:
    """A number as an exact `Decimal`: a price, a share; raises `FactMissing`."""
    found = value(key)
    if isinstance(found, int | Decimal):
        return Decimal(found)
    raise FactMissing(f"The fact {key!r} is {found!r}", expected="a number")


def find(prefix: str) -> list[Fact]:
    """All facts whose name starts like this, in the order of the file."""
    return [found for key, found in all_facts().items() if key.startswith(prefix)]


@cache
def runtimes() -> tuple[Runtime, ...]:
    """Every runtime identifier that AWS ever had, newest of a family first."""
    rows = (row for row in _rows() if row["key"].startswith("runtime."))
    return tuple(
        Runtime(
            identifier=row["value"],
            name=row["name"],
            family=row["unit"],
            os=row["os"],
            status=row["status"],
            deprecation=row["deprecation"],
            note=row.get("note", ""),
        )
        for row in rows
    )


def runtime(identifier: str) -> Runtime | None:
    """The runtime of this identifier, or `None` where AWS knows none."""
    return next((row for row in runtimes() if row.identifier == identifier), None)


def deck_runtimes(language: str) -> tuple[str, ...]:
    """Today's runtime identifiers for a `language.*` fact (a line of the deck); raises `FactMissing`."""
    key = fact(language).key
    return next(tuple(row.get("runtimes", ())) for row in _rows() if row["key"] == key)


@cache
def _rows() -> tuple[Mapping[str, Any], ...]:
    # parse_float keeps prices exact: no binary fraction ever stands between the file and a bill.
    text = files.data("facts.json").read_text(encoding="utf-8")
    return tuple(json.loads(text, parse_float=Decimal)["facts"])
