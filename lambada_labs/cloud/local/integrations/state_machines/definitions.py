"""Mistakes in a state machine's definition that Step Functions refuses and moto does not see.

Source: AWS Step Functions API reference, CreateStateMachine (InvalidDefinition); the form of the texts as users
quote them. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

REFUSED = "Invalid State Machine Definition: '{mistakes}'"
ENDS = frozenset({"Succeed", "Fail", "Choice"})


def mistakes(definition: str) -> list[str]:
    """What is wrong, each with where it stands; nothing where all transitions lead somewhere."""
    try:
        machine = json.loads(definition)
    except ValueError as problem:
        return [f"INVALID_JSON_DESCRIPTION: {problem}"]
    if not isinstance(machine, dict):
        return ["SCHEMA_VALIDATION_FAILED: The definition is not an object at /"]
    return list(_of_machine(machine, ""))


def refusal(definition: str, otherwise: str = "") -> str:
    """The text of `InvalidDefinition`."""
    found = mistakes(definition) or [f"SCHEMA_VALIDATION_FAILED: {otherwise}"]
    return REFUSED.format(mistakes=", ".join(found))


def _of_machine(machine: Mapping[str, Any], place: str) -> Iterator[str]:
    states, start = machine.get("States"), machine.get("StartAt")
    if not isinstance(states, dict) or not states:
        yield f"SCHEMA_VALIDATION_FAILED: The field 'States' is missing or empty at {place or '/'}"
        return
    if start not in states:
        yield f"MISSING_TRANSITION_TARGET: Missing 'Next' target: {start} at {place}/StartAt"
    reached = {start} | {target for state in states.values() for _, target in _targets(state)}
    for name, state in states.items():
        where = f"{place}/States/{name}"
        if name not in reached:
            yield f'MISSING_TRANSITION_TARGET: State "{name}" is not reachable. at {where}'
        yield from _of_state(state, where, states)


def _of_state(state: Any, where: str, states: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(state, dict):
        yield f"SCHEMA_VALIDATION_FAILED: A state is an object at {where}"
        return
    if state.get("Type") not in ENDS and "Next" not in state and not state.get("End"):
        yield f"SCHEMA_VALIDATION_FAILED: One of 'Next' or 'End' is required at {where}"
    if state.get("Type") == "Task" and "Resource" not in state:
        yield f"SCHEMA_VALIDATION_FAILED: The field 'Resource' is required at {where}"
    for field, target in _targets(state):
        if target not in states:
            yield f"MISSING_TRANSITION_TARGET: Missing 'Next' target: {target} at {where}/{field}"
    for field, inner in _inside(state):
        yield from _of_machine(inner, f"{where}/{field}")


def _targets(state: Any) -> Iterator[tuple[str, Any]]:
    """Where a state leads, and in which field that stands."""
    if not isinstance(state, dict):
        return
    for field in ("Next", "Default"):
        if field in state:
            yield field, state[field]
    for field in ("Catch", "Choices"):
        for number, one in enumerate(state.get(field) or ()):
            if isinstance(one, dict) and "Next" in one:
                yield f"{field}[{number}]/Next", one["Next"]


def _inside(state: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The machines in a Map or Parallel state."""
    for field in ("ItemProcessor", "Iterator"):
        if isinstance(state.get(field), dict):
            yield field, state[field]
    for number, one in enumerate(state.get("Branches") or ()):
        if isinstance(one, dict):
            yield f"Branches[{number}]", one
