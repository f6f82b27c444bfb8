"""A scenario as flat text cells, such as `logs.kb_per_request: 2`: a row of a table, or the state in a link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambada_labs.errors import BadInput
from lambada_labs.pricing.parts import PARTS
from lambada_labs.pricing.scenario import Scenario

ON = "on"
_BOOLS = {"true": True, "false": False, "on": True, "off": False}


def flat(scenario: Scenario) -> dict[str, str]:
    """The scenario's JSON with dots; a part whose options are all at their defaults is `PART: on`.

    What is at its default is left out, but for the four main figures and the Region.
    """
    given = scenario.to_json()
    parts = given.pop("parts", {})
    cells = {name: _cell(value) for name, value in given.items() if (name, value) != ("free_tier", True)}
    for part, options in parts.items():
        cells |= {f"{part}.{name}": _cell(value) for name, value in options.items()} or {part: ON}
    return cells


def nested(cells: Mapping[str, str]) -> dict[str, Any]:
    """The scenario's JSON out of flat cells: the inverse of `flat`.

    Raises `BadInput` for `parts` itself, and for a part that is neither on nor off.
    """
    made: dict[str, Any] = {}
    parts: dict[str, dict[str, Any]] = {}
    for name, cell in cells.items():
        value = _BOOLS.get(cell.lower(), cell)
        part, _, option = name.partition(".")
        if option:
            parts.setdefault(part, {})[option] = value
        elif name == "parts":
            raise BadInput(f"parts={cell!r}", expected="a part by its own name, such as logs=on")
        elif name not in PARTS:
            made[name] = value
        elif value is True:
            parts.setdefault(name, {})
        elif value is not False:
            raise BadInput(f"{name}={cell!r}", expected=f"on or off, or an option such as {name}.…")
    return {**made, "parts": parts} if parts else made


def _cell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
