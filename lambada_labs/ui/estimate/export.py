"""What leaves the calculator as a file: JSON that `lambada price --input` replays, and a table of lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from lambada_labs import pricing
from lambada_labs.pricing import Scenario
from lambada_labs.pricing.bill import digits
from lambada_labs.pricing.flat import flat
from lambada_labs.pricing.inputs import RESULTS
from lambada_labs.ui.estimate.ranges import Ranges, ends

_FORMULAS = ("=", "+", "@", "\t", "\r")


def as_json(scenario: Scenario, ranges: Ranges | None = None) -> str:
    """Inputs and both bills, as `lambada price --json` prints them; beside the inputs which of them are ranges."""
    made = pricing.price_json(scenario)
    if ranges:
        spans = {name: ends(span) for name, span in ranges.items()}
        made = {"inputs": made.pop("inputs"), "ranges": spans, **made}
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def as_csv(scenarios: dict[str, Scenario]) -> str:
    """One row for each line of each bill, and one for each line that has no price; numbers unrounded.

    Every row carries its scenario's inputs, so that the table can be priced again.
    """
    inputs = {name: flat(scenario) for name, scenario in scenarios.items()}
    names = tuple(dict.fromkeys(column for cells in inputs.values() for column in cells))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("name", *names, *RESULTS))
    for name, scenario in scenarios.items():
        given = [inputs[name].get(column, "") for column in names]
        for row in _results(scenario):
            writer.writerow(map(_harmless, (name, *given, *row)))
    return out.getvalue()


def _results(scenario: Scenario) -> Iterator[tuple[str, ...]]:
    """The cells under `RESULTS`, for each line of both bills."""
    for bill in pricing.bill_both(scenario):
        book, currency = (bill.book.id, bill.book.as_of), bill.book.currency
        for line in bill.lines:
            each, amount = digits(line.unit_price), digits(line.amount)
            yield (*book, line.name, digits(line.quantity), line.unit, each, amount, currency, line.note)
        for used in bill.missing:
            gap = f"no price in {bill.book.region}"
            yield (*book, used.name, digits(used.quantity), "", "", "", currency, gap)


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell
