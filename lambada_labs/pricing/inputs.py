"""Scenarios out of a file: JSON, one JSON object a line, or CSV with one scenario a row.

An export of the calculator or of `lambada price --json` is read too: its inputs are priced again, and
what its bills came to then is kept beside them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from lambada_labs.errors import BadInput
from lambada_labs.pricing.flat import nested
from lambada_labs.pricing.scenario import Scenario, scenario_from_json

RESULTS = ("book", "as_of", "line", "quantity", "unit", "unit_price", "amount", "currency", "note")
"""Columns of an exported bill: its rows repeat a scenario once for each line, and stand for one scenario."""
_SHAPES = "a JSON object, a list of them, one a line, or CSV with a header"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A scenario with its name in the file ("" where it has none), and the totals that the file holds by book."""

    name: str
    scenario: Scenario
    before: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))


def read_scenarios(text: str) -> list[Named]:
    """Every scenario of a file's text, in its order.

    Raises:
        BadInput: nothing is there, it is none of the shapes, or one scenario cannot be (its place is named).
    """
    text = text.lstrip("\ufeff").strip()
    rows = list(_rows(text)) if text else []
    if not rows:
        raise BadInput("No scenario is in there", expected=_SHAPES)
    return [_named(place, row, alone=len(rows) == 1) for place, row in rows]


def _rows(text: str) -> Iterator[tuple[str, Any]]:
    """Each raw scenario and where it stands."""
    if not text.startswith(("{", "[")):
        yield from _csv(text)
        return
    try:
        whole = _decoded(text)
    except ValueError as error:
        yield from _json_lines(text, error)
        return
    found = whole.get("scenarios", whole) if isinstance(whole, dict) else whole
    many = found if isinstance(found, list) else [found]
    yield from ((f"scenario {number}", row) for number, row in enumerate(many, 1))


def _decoded(text: str) -> Any:
    """JSON with exact fractions; raises `ValueError` for what is none, `BadInput` for a key given twice."""
    try:
        return json.loads(text, parse_float=Decimal, object_pairs_hook=_once)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except InvalidOperation:
        raise ValueError("a number in it has no end") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _twice([key for key, _ in pairs])
    return found


def _twice(names: Sequence[str]) -> BadInput:
    name = next(name for name in names if names.count(name) > 1)
    return BadInput(f"{name!r} stands there twice", expected="each name once", todo="Take one of them out")


def _json_lines(text: str, error: ValueError) -> Iterator[tuple[str, Any]]:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > 1 and all(line.lstrip().startswith("{") for _, line in lines):
        for number, line in lines:
            try:
                yield f"line {number}", _decoded(line)
            except ValueError as broken:
                raise BadInput(f"line {number} is no JSON ({broken})", expected=_SHAPES) from broken
        return
    raise BadInput(f"This is no JSON ({error})", expected=_SHAPES) from error


def _csv(text: str) -> Iterator[tuple[str, Any]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        names = [name.strip() for name in reader.fieldnames or ()]
        _must_be_header(names, text)
        before: dict[str, str] = {}
        for row in reader:
            if None in row or None in row.values():
                raise BadInput(
                    f"line {reader.line_num} has not {len(names)} cells", expected="one for each column"
                )
            cells = {n.strip(): c.strip() for n, c in row.items() if c.strip()}
            inputs = {name: cell for name, cell in cells.items() if name not in RESULTS}
            if inputs != before:
                yield f"line {reader.line_num}", nested(inputs)
            before = inputs if "line" in names else {}
    except csv.Error as error:
        line = max(1, reader.line_num)
        raise BadInput(f"line {line} is no CSV ({error})", expected=_SHAPES) from error


def _must_be_header(names: Sequence[str], text: str) -> None:
    if "memory_mb" not in names:
        semicolons = ";" in text.split("\n", 1)[0]
        todo = "Separate the cells by commas, not semicolons" if semicolons else ""
        raise BadInput(f"This begins with {text[:40]!r}", expected=_SHAPES, todo=todo)
    if len(set(names)) < len(names):
        raise _twice(names)


def _named(place: str, row: Any, *, alone: bool) -> Named:
    try:
        name = ""
        if isinstance(row, Mapping) and "name" in row:
            name = str(row["name"])
            row = {key: value for key, value in row.items() if key != "name"}
        return Named(name=name, scenario=scenario_from_json(row), before=_before(row))
    except BadInput as error:
        if alone:
            raise
        raise BadInput(f"{place}: {error.seen}", expected=error.expected, todo=error.todo) from error


def _before(row: Any) -> dict[str, Decimal]:
    books = row.get("books") if isinstance(row, Mapping) else None
    try:
        return {} if books is None else {str(book): _total(bill["total"]) for book, bill in books.items()}
    except (AttributeError, InvalidOperation, KeyError, TypeError, ValueError) as error:
        raise BadInput(
            "The export's books cannot be read", expected='{"aws": {"total": "2.73", …}}'
        ) from error


def _total(printed: Any) -> Decimal:
    total = Decimal(printed)
    if not total.is_finite():
        raise InvalidOperation(printed)
    return total
