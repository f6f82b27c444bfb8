"""A bill: usage times prices, line by line, with the free tier as lines of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from lambada_labs.model import Architecture
from lambada_labs.pricing.price_book import DEFAULT_REGION, Price, PriceBook, price_book
from lambada_labs.pricing.usage import ARCHITECTURES, Billable, Usage, usage
from lambada_labs.units import EXACT, cents, count, dollars, plain

_JSON_PLACES = Decimal(1).scaleb(-18)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`amount` = `quantity` x `unit_price` in dollars, unrounded; a credit is negative."""

    name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    note: str = ""

    def to_json(self) -> dict[str, str]:
        """The line as `lambada price --json` prints it: numbers as strings."""
        return {
            "name": self.name,
            "quantity": _digits(self.quantity),
            "unit": self.unit,
            "unit_price": _digits(self.unit_price),
            "amount": _digits(self.amount),
        }

    def __str__(self) -> str:
        """The line to read."""
        note = f"  ({self.note})" if self.note else ""
        quantity = f"{count(self.quantity):>18} {self.unit:<8}"
        return f"{self.name:<38} {quantity} {dollars(self.amount):>14}{note}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Lines and their exact sum in dollars, by one price book."""

    book: PriceBook
    lines: tuple[Line, ...]
    total: Decimal

    @property
    def cents(self) -> Decimal:
        """The total in whole cents, for showing."""
        return cents(self.total)

    def to_json(self) -> dict[str, Any]:
        """The bill as one of the `books` of `lambada price --json`: money as strings."""
        lines = [line.to_json() for line in self.lines]
        return {"as_of": self.book.as_of, "lines": lines, "total": _digits(self.total)}

    def __str__(self) -> str:
        """The bill to read: book, lines, total."""
        title = f"{self.book.label} ({self.book.region}, {self.book.as_of})"
        return "\n".join([title, *map(str, self.lines), f"{'total':<66} {dollars(self.total):>14}"])


def bill(billable: Billable, book: PriceBook, *, free_tier: bool = True) -> Bill:
    """What a workload (or several), or measured invocations, cost in a month by this book.

    Source: AWS Lambda pricing. Requests and GB-seconds (1 GB = 1024 MB) are priced whole;
    the free tier then takes back what it covers, never more than was used.
    """
    used = usage(billable)
    lines = tuple(_charges(used, book)) + (tuple(_credits(used, book)) if free_tier else ())
    with localcontext(EXACT):
        total = sum((line.amount for line in lines), Decimal(0))
    return Bill(book=book, lines=lines, total=total)


def bill_both(
    billable: Billable, *, free_tier: bool = True, region: str = DEFAULT_REGION
) -> tuple[Bill, Bill]:
    """The bill by AWS's list price (the headline) and by the deck's."""
    parts = usage(billable)
    aws, deck = price_book("aws", region=region), price_book("deck", region=region)
    return bill(parts, aws, free_tier=free_tier), bill(parts, deck, free_tier=free_tier)


def _charges(used: Usage, book: PriceBook) -> Iterator[Line]:
    yield _line("requests", book.prices["requests"], Decimal(used.requests))
    for architecture in _architectures(used):
        note = f"of which INIT {plain(round(used.init, 3))} GB-s" if used.init else ""
        price = book.prices[f"duration.{architecture}"]
        yield _line(f"duration {architecture}", price, used.duration[architecture], note=note)


def _credits(used: Usage, book: PriceBook) -> Iterator[Line]:
    free = min(Decimal(used.requests), book.free_tier["requests"])
    yield _line("free tier: requests", book.prices["requests"], -free)
    left = book.free_tier["duration"]
    for architecture in _architectures(used):
        free = min(used.duration[architecture], left)
        left -= free
        yield _line(f"free tier: duration {architecture}", book.prices[f"duration.{architecture}"], -free)


def _architectures(used: Usage) -> list[Architecture]:
    # AWS publishes no order for an account that runs both: the dearer one takes the free tier first.
    return [architecture for architecture in ARCHITECTURES if architecture in used.duration]


def _line(name: str, price: Price, quantity: Decimal, *, note: str = "") -> Line:
    return Line(
        name=f"{name} ({price.label})" if price.label else name,
        quantity=quantity + 0,  # no minus zero
        unit=price.unit,
        unit_price=price.each,
        amount=price.of(quantity) + 0,
        note=note or ("AWS's price stands in" if price.label else ""),
    )


def _digits(number: Decimal) -> str:
    exponent = number.as_tuple().exponent
    endless = isinstance(exponent, int) and exponent < _JSON_PLACES.adjusted()
    with localcontext(EXACT):
        return plain(number.quantize(_JSON_PLACES) if endless else number)
