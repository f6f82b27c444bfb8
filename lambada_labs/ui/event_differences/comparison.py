"""Events laid over each other: values only, nothing is drawn here."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lambada_labs.errors import BadInput

Verdict = Literal["same", "differs", "some", "only"]
FEWEST, MOST = 2, 5
#: Texts that hold an event of their own: they are opened.
OPENED = frozenset({"Body", "body", "Message"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One place in the events (`requestContext.http.method`) and its value in each that has it.

    `same`: in all, and equal; `differs`: in all, not equal; `some`: in some, not in all; `only`: in one.
    """

    path: str
    values: Mapping[str, Any]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`names` in the order given; `tops` the keys of the events themselves, `rows` every value inside, in order."""

    names: tuple[str, ...]
    tops: tuple[Row, ...]
    rows: tuple[Row, ...]

    def of(self, verdict: Verdict) -> list[Row]:
        """The rows of one kind."""
        return [row for row in self.rows if row.verdict == verdict]

    def only(self, name: str) -> list[str]:
        """The paths that this event alone has."""
        return [row.path for row in self.of("only") if name in row.values]


def compare_events(events: Mapping[str, Any], *, only: Collection[str] | None = None) -> Comparison:
    """Lay events over each other; `only` keeps these keys of theirs.

    Raises:
        BadInput: fewer than two or more than five events, or a text that is no JSON.
    """
    if not FEWEST <= len(events) <= MOST:
        raise BadInput(f"{len(events)} events", f"{FEWEST} to {MOST}", 'Hand over {"SDK": event, …}')
    read = {name: restricted(parsed(name, event), only) for name, event in events.items()}
    leaves = {name: dict(flat(event)) for name, event in read.items()}
    heads = {name: event if isinstance(event, Mapping) else {"": event} for name, event in read.items()}
    return Comparison(names=tuple(read), tops=tuple(rows_of(heads)), rows=tuple(rows_of(leaves)))


def parsed(name: str, event: Any) -> Any:
    """The event as Python values; a text or bytes is read as JSON."""
    if not isinstance(event, str | bytes | bytearray):
        return event
    try:
        return json.loads(event)
    except ValueError as error:
        raise BadInput(f"{name}: {event[:40]!r}", "an event as a dict, or as JSON text") from error


def restricted(event: Any, only: Collection[str] | None) -> Any:
    """The event with these keys alone."""
    if only is None or not isinstance(event, Mapping):
        return event
    return {key: value for key, value in event.items() if key in only}


def rows_of(events: Mapping[str, Mapping[str, Any]]) -> Iterator[Row]:
    """One row for each key, in the order in which the events bring them."""
    paths = list(dict.fromkeys(path for event in events.values() for path in event))
    for path in paths:
        values = {name: event[path] for name, event in events.items() if path in event}
        yield Row(path=path, values=values, verdict=verdict_of(list(values.values()), len(events)))


def verdict_of(values: list[Any], of: int) -> Verdict:
    """How these values of one key compare, of so many events."""
    if len(values) < of:
        return "only" if len(values) == 1 else "some"
    # As JSON: in Python True equals 1.
    return (
        "same"
        if len({json.dumps(value, sort_keys=True, default=str) for value in values}) == 1
        else "differs"
    )


def flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value inside with its path; empty objects and lists stay values, as do lists of plain values."""
    inside = opened(path, value)
    if isinstance(inside, Mapping) and inside:
        for key, each in inside.items():
            yield from flat(each, f"{path}.{key}" if path else str(key))
    elif isinstance(inside, list) and any(isinstance(each, Mapping) for each in inside):
        for index, each in enumerate(inside):
            yield from flat(each, f"{path}[{index}]")
    else:
        yield path, inside


def opened(path: str, value: Any) -> Any:
    """The event inside a text such as a message's `Body`, where there is one."""
    last = path.rsplit(".", 1)[-1]
    if last not in OPENED or not isinstance(value, str) or value[:1] not in {"{", "["}:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
