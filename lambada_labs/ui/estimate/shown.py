"""Bills as the strings on the card: what the browser's preview must agree with, character by character."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from lambada_labs import pricing, units
from lambada_labs.pricing import Bill, Row
from lambada_labs.units import EXACT

_PLACES = Decimal(1).scaleb(-12)


def shown(bills: Sequence[Bill]) -> dict[str, Any]:
    """The totals of each bill, and their lines beside each other.

    `value` and `values` are exact (12 places); `total` and `amounts` are to read, `None` where a bill lacks
    the line; `missing` names what has no price.
    """
    return {
        "books": [_total(bill) for bill in bills],
        "rows": [_row(row, bills) for row in pricing.side_by_side(bills)],
    }


def _total(bill: Bill) -> dict[str, Any]:
    return {
        "id": bill.book.id,
        "value": exact(bill.total),
        "total": units.money(bill.total, bill.book.currency),
        "like_aws": exact(bill.like_aws),
        "missing": [used.name for used in bill.missing],
    }


def _row(row: Row, bills: Sequence[Bill]) -> dict[str, Any]:
    return {
        "name": row.name,
        "quantity": quantity(row.quantity),
        "unit": row.unit,
        "price": row.price,
        "values": [None if amount is None else exact(amount) for amount in row.amounts],
        "amounts": [
            None if amount is None else units.money(amount, bill.book.currency)
            for amount, bill in zip(row.amounts, bills, strict=True)
        ],
    }


def exact(amount: Decimal) -> str:
    """An amount to reckon with: plain digits, twelve places at most."""
    return units.plain(EXACT.quantize(amount, _PLACES))


def quantity(number: Decimal) -> str:
    """A quantity as the card writes it."""
    return units.count(round(number, 3))
