"""What leaves the calculator as a file: JSON that `lambada price --input` replays, and a table of lines."""

from __future__ import annotations

import csv
import io
import json

from lambada_labs import pricing
from lambada_labs.pricing import Scenario
from lambada_labs.pricing.bill import digits

HEAD = ("scenario", "book", "region", "as_of", "line", "quantity", "unit", "unit_price", "amount", "currency", "note")  # fmt: skip
_FORMULAS = ("=", "+", "@", "\t", "\r")


def as_json(scenario: Scenario) -> str:
    """Inputs and both bills, as `lambada price --json` prints them."""
    return json.dumps(pricing.price_json(scenario), indent=2, ensure_ascii=False) + "\n"


def as_csv(scenarios: dict[str, Scenario]) -> str:
    """One row for each line of each bill, and one for each line that has no price; numbers unrounded."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for name, scenario in scenarios.items():
        for bill in pricing.bill_both(scenario):
            where = (name, bill.book.id, bill.book.region, bill.book.as_of)
            for line in bill.lines:
                numbers = (digits(line.quantity), line.unit, digits(line.unit_price), digits(line.amount))
                writer.writerow(map(_harmless, (*where, line.name, *numbers, bill.book.currency, line.note)))
            for used in bill.missing:
                gap = (
                    used.name,
                    digits(used.quantity),
                    "",
                    "",
                    "",
                    bill.book.currency,
                    "no price in this Region",
                )
                writer.writerow(map(_harmless, (*where, *gap)))
    return out.getvalue()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell
