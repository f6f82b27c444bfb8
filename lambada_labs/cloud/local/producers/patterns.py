"""Event patterns: which events a rule or a filter policy wants. Pure.

Sources: Amazon EventBridge user guide, "Comparison operators for use in event patterns"; Amazon SNS developer
guide, "Subscription filter policies"; what a real account answered (localstack's snapshots and templates of
`test_events_patterns`). How matching goes: names are joined by dots on both sides, an array matches where one
of its elements does, and all that a pattern asks of an array's objects has to hold for the same one.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from lambada_labs.cloud.local.producers.matchers import ABSENT, BadPattern, Matcher, matcher

OR = "$or"
FEWEST_ALTERNATIVES = 2
MOST_ALTERNATIVES = 1000
TOO_COMPLEX = (
    "Rule is too complex - try using fewer wildcard characters or "
    "fewer repeating character sequences after a wildcard character"
)
_WORD = re.compile(r"[^\W\d]\w*")

Path = tuple[str, ...]
Demand = tuple[Path, tuple[Matcher, ...]]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was found valid: alternatives, each a list of what has to hold together."""

    alternatives: tuple[tuple[Demand, ...], ...]

    def matches(self, event: Mapping[str, Any]) -> bool:
        """Whether an event fits."""
        return any(_holds(demands, event) for demands in self.alternatives)


def parse(text: str) -> Pattern:
    """The pattern in a text; raises `BadPattern` with AWS's reason."""
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise BadPattern(_unreadable(text, problem)) from None
    return compiled(found)


def compiled(pattern: Any) -> Pattern:
    """The pattern in a JSON object; raises `BadPattern` with AWS's reason."""
    if not isinstance(pattern, dict):
        raise BadPattern("Filter is not an object")
    if not pattern:
        raise BadPattern("Empty objects are not allowed")
    return Pattern(tuple(tuple(one) for one in _alternatives(pattern, ())))


def _alternatives(pattern: Mapping[str, Any], at: Path) -> list[list[Demand]]:
    """What has to hold, as a choice of lists; `$or` is where the choices come from."""
    choices: list[list[list[Demand]]] = []
    for name, value in pattern.items():
        if name == OR and _is_or(value):
            choices.append([chosen for one in value for chosen in _alternatives(one, at)])
        elif isinstance(value, dict):
            if not value:
                raise BadPattern("Empty objects are not allowed")
            choices.append(_alternatives(value, (*at, *name.split("."))))
        elif isinstance(value, list):
            if not value:
                raise BadPattern("Empty arrays are not allowed")
            choices.append([[((*at, *name.split(".")), tuple(matcher(one) for one in value))]])
        else:
            raise BadPattern(f'"{name}" must be an object or an array')
    if math.prod(len(one) for one in choices) > MOST_ALTERNATIVES:
        raise BadPattern(TOO_COMPLEX)
    return [[demand for part in chosen for demand in part] for chosen in product(*choices)]


def _is_or(value: Any) -> bool:
    """`$or` is an operator in front of at least two objects; elsewhere it is a name like any other."""
    return (
        isinstance(value, list)
        and len(value) >= FEWEST_ALTERNATIVES
        and all(isinstance(one, dict) and one for one in value)
    )


def _holds(demands: Sequence[Demand], node: Any) -> bool:
    if isinstance(node, list):
        inner = [one for one in node if isinstance(one, dict | list)]
        return any(_holds(demands, one) for one in inner) if inner else _absent(demands)
    if not isinstance(node, dict):
        return _absent(demands)
    deeper: dict[str, list[Demand]] = defaultdict(list)
    for path, wanted in demands:
        name, rest = _step(node, path)
        if name is None:
            if not _accepts(wanted, ABSENT):
                return False
        elif rest:
            deeper[name].append((rest, wanted))
        elif not _fits(wanted, node[name]):
            return False
    return all(_holds(inner, node[name]) for name, inner in deeper.items())


def _step(node: Mapping[str, Any], path: Path) -> tuple[str | None, Path]:
    """The name under which the path goes on here, one that holds dots included."""
    for length in range(1, len(path) + 1):
        name = ".".join(path[:length])
        if name in node:
            return name, path[length:]
    return None, ()


def _fits(wanted: Sequence[Matcher], value: Any) -> bool:
    values = [one for one in _leaves(value) if not isinstance(one, dict)]
    return any(_accepts(wanted, one) for one in values) if values else _accepts(wanted, ABSENT)


def _leaves(value: Any) -> list[Any]:
    return [leaf for one in value for leaf in _leaves(one)] if isinstance(value, list) else [value]


def _absent(demands: Sequence[Demand]) -> bool:
    return all(_accepts(wanted, ABSENT) for _, wanted in demands)


def _accepts(wanted: Sequence[Matcher], value: Any) -> bool:
    return any(one(value) for one in wanted)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _unreadable(text: str, problem: Exception) -> str:
    """The reason in the words of the parser AWS uses, without the place it names."""
    at = problem.pos if isinstance(problem, json.JSONDecodeError) else 0
    word = _WORD.match(text, at)
    if word:
        expected = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
        return f"Unrecognized token '{word[0]}': was expecting {expected}"
    if at >= len(text):
        return "Unexpected end-of-input"
    seen = text[at]
    return (
        f"Unexpected character ('{seen}' (code {ord(seen)})): was expecting double-quote to start field name"
    )
