"""A scenario as flat text: what the link carries and what the controls hold, such as `logs.kb_per_request=2`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, scenario_from_json
from lambada_labs.pricing.flat import ON
from lambada_labs.pricing.parts import PARTS
from lambada_labs.ui.estimate.controls import CONTROLS, figure
from lambada_labs.ui.estimate.fields import fields_of, flat
from lambada_labs.ui.estimate.ranges import MARK, Ranges, middle, read_range
from lambada_labs.units import count

Flat = Mapping[str, str]
_BOOLS = {"true": True, "false": False, "on": True, "off": False, "1": True, "0": False}
_LONGEST = 60
_FIGURES = (*(field.name for field in fields(Workload)), "region", "free_tier")
_EXPONENT = re.compile(r"[-+\d._]*\d[._]?e[-+]?\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a state says: the scenario, which of its figures are ranges, a clause for each thing that cannot be read."""

    scenario: Scenario
    ranges: Ranges
    refused: tuple[str, ...]


def read(given: Flat, start: Scenario) -> Read:
    """As much of this state as can be read, on top of `start`.

    Keys are taken one by one, so that a damaged one leaves the others alone. Of a range the scenario has the middle.
    """
    scenario, refused, ranges = start, [], {}
    for key, value in _in_order(given):
        try:
            text = _modest(str(value))
            if MARK in text:
                span = read_range(scenario, key, text)
                ranges[key], text = span, middle(key, span)
            scenario = _with(scenario, key, text)
        except BadInput as error:
            refused.append(_clause(key, str(value), error))
    return Read(scenario=scenario, ranges=ranges, refused=tuple(refused))


def sentence(refused: list[str]) -> str:
    """One sentence naming what could not be read; empty where all was."""
    if not refused:
        return ""
    rest = len(refused) - 1
    more = f" and {count(rest)} more {'thing' if rest == 1 else 'things'}" if rest else ""
    return f"Not everything could be read: {refused[0]}{more}. The rest stands as it was given."


def _modest(value: str) -> str:
    """The text of a value; `1e999999999` would be a number that fills the memory."""
    if len(value) > _LONGEST or _EXPONENT.fullmatch(value):
        raise BadInput(value, expected="plain digits or a word")
    return value


def _in_order(given: Flat) -> Iterator[tuple[str, str]]:
    """The workload's figures before the parts, each in the order given."""
    return iter(sorted(given.items(), key=lambda pair: "." in pair[0] or pair[0] in PARTS))


def _with(scenario: Scenario, key: str, value: str) -> Scenario:
    if key == "parts":
        raise BadInput(key, expected="a part by its own name, such as logs=on")
    given = scenario.to_json()
    parts = {name: dict(options) for name, options in given.pop("parts", {}).items()}
    part, _, option = key.partition(".")
    _must_be_known(part, option)
    if option or part in PARTS:
        options = parts.setdefault(part, {})
        if option:
            options[option] = _option(part, option, value)
    else:
        given[key] = _BOOLS.get(value, value) if key == "free_tier" else value
    return scenario_from_json({**given, "parts": parts})


def _must_be_known(name: str, option: str) -> None:
    """Refuse a name that nothing has, with the few that are nearest to it: all of them would fill the page."""
    if option and name in PARTS:
        _nearest(option, [field.name for field in fields(PARTS[name])], f"an option of {name}")
    elif option or name not in _FIGURES:
        _nearest(name, [*PARTS, *(() if option else _FIGURES)], "a part's name such as logs")


def _nearest(name: str, known: list[str], otherwise: str) -> None:
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3)
        raise BadInput(name, expected=" or ".join(near) or otherwise)


def _option(part: str, option: str, value: str) -> str | bool:
    """An option's text; `true` and `false` where the option is a switch."""
    kinds = {field.name: str(field.type) for field in fields(PARTS[part])} if part in PARTS else {}
    return _BOOLS.get(value, value) if kinds.get(option) == "bool" else value


def _clause(key: str, value: str, error: BadInput) -> str:
    seen = f"{key}={value}"
    shown = seen if len(seen) <= _LONGEST else f"{seen[:_LONGEST]}…"
    return f"`{shown}` (expected {error.expected.rstrip('.')})" if error.expected else f"`{shown}`"


def start() -> Scenario:
    """The calculator's first scenario."""
    return Scenario(workload=Workload(memory_mb=1536, duration_ms=120, requests=3_000_000))


def full(scenario: Scenario) -> dict[str, str]:
    """Every figure and option of the scenario as flat text: what the controls show."""
    names = [*(control.name for control in CONTROLS), "architecture", "spread"]
    made = {name: figure(scenario.workload, name) for name in names}
    made |= {"region": scenario.region, "free_tier": str(scenario.free_tier).lower()}
    for part in scenario.parts:
        made[part.key] = ON
        options = fields_of(type(part))
        made |= {f"{part.key}.{each.name}": flat(getattr(part, each.name)) for each in options}
    return made
