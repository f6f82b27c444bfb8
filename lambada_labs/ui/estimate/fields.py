"""A part's options as the controls of a form: what each is called, which kind, and where it starts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from lambada_labs import files
from lambada_labs.errors import LambadaError
from lambada_labs.pricing.parts import PARTS, Part
from lambada_labs.units import plain

Kind = Literal["number", "switch", "choice"]
_UNITS = {
    "kb": "KB",
    "mb": "MB",
    "gb": "GB",
    "ms": "ms",
    "rps": "requests per second",
    "lcu": "LCU",
    "nat": "NAT",
    "ipv4": "IPv4",
    "az": "AZ",
    "kbs": "KB",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One option of a part; `start` is its default as flat text."""

    name: str
    label: str
    kind: Kind
    start: str
    choices: tuple[str, ...] = ()
    unit: str = ""
    help: str = ""


def fields_of(kind: type[Part]) -> tuple[Field, ...]:
    """The options of a kind of part, in their order."""
    hints = get_type_hints(kind)
    return tuple(_field(kind.key, each.name, hints[each.name], each.default) for each in fields(kind))


def _field(part: str, name: str, hint: Any, default: Any) -> Field:
    said = _words(part).get("options", {}).get(name, {})
    choices = tuple(map(str, get_args(hint))) if get_origin(hint) is Literal else ()
    kind: Kind = "switch" if hint is bool else "choice" if choices else "number"
    return Field(
        name=name,
        label=said.get("label") or human(name),
        kind=kind,
        start=flat(default),
        choices=choices,
        unit=said.get("unit", ""),
        help=said.get("help", ""),
    )


def human(name: str) -> str:
    """An option's name as words: `kb_per_request` is "KB per request"."""
    words = [_UNITS.get(word, word) for word in name.split("_")]
    said = " ".join(words)
    return said[:1].upper() + said[1:]


def help_of(part: str) -> str:
    """What a part stands for, in a sentence; empty where nobody has written one."""
    return str(_words(part).get("help", ""))


def group_of(part: str) -> str:
    """The heading under which a part is offered."""
    return str(_words(part).get("group", "Around it"))


def flat(value: Any) -> str:
    """A figure or an option as text: plain digits, `true` or `false`, or the word itself."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else plain(Decimal(str(value)))


@cache
def _all_words() -> Mapping[str, Mapping[str, Any]]:
    """What `data/parts.json` says about the parts and their options, where it is shipped."""
    try:
        raw: Mapping[str, Any] = json.loads(files.data("parts.json").read_text(encoding="utf-8"))
    except LambadaError:
        return {}
    return {key: raw[key] for key in PARTS if isinstance(raw.get(key), Mapping)}


def _words(part: str) -> Mapping[str, Any]:
    return _all_words().get(part, {})
