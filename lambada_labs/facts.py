"""Every number of AWS that the kit uses: its value, unit, source and date, by name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from lambada_labs import files
from lambada_labs.errors import FactMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One number or name of AWS, with its birth certificate.

    `deck_value` is what the training deck says about it, `differs` whether that is not today's value.
    """

    key: str
    value: Any
    unit: str = ""
    source: str = ""
    as_of: str = ""
    deck_value: str | None = None
    differs: bool = False
    note: str = ""


@cache
def all_facts() -> dict[str, Fact]:
    """Every fact by its key; numbers with a fraction are exact decimals."""
    raw = json.loads(files.data("facts.json").read_text(encoding="utf-8"), parse_float=Decimal)
    known = Fact.__dataclass_fields__
    return {entry["key"]: Fact(**{k: v for k, v in entry.items() if k in known}) for entry in raw["facts"]}


def fact(key: str) -> Fact:
    """The fact of this name.

    Raises:
        FactMissing: there is none.
    """
    try:
        return all_facts()[key]
    except KeyError:
        raise FactMissing(f"no fact is called {key!r}", "a key of data/facts.json") from None


def value(key: str) -> Any:
    """The value of the fact of this name; raises FactMissing."""
    return fact(key).value


def number(key: str) -> int:
    """The value of a fact that is a whole number; raises FactMissing."""
    return int(value(key))


def find(prefix: str) -> list[Fact]:
    """All facts whose key begins so, in the file's order."""
    return [entry for key, entry in all_facts().items() if key.startswith(prefix)]
