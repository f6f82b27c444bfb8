"""A bill: usage times prices, line by line, with volume tiers and the free tier as lines of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from lambada_labs.pricing.item import ZERO
from lambada_labs.pricing.price_book import DEFAULT_REGION, FreeTier, Price, PriceBook, price_book
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.pricing.usage import Billable, Used, usage
from lambada_labs.units import EXACT, cents, count, money, plain

_JSON_PLACES = Decimal(1).scaleb(-18)
_SHOWN_PLACES = Decimal(1).scaleb(-6)
_add = EXACT.add
FREE = "free tier: "
_STANDS_IN = "AWS's price stands in"


class Line(NamedTuple):
    """`amount` = `quantity` x `unit_price`, unrounded; a credit is negative.

    `price` is the price's name in the book. A named tuple: thousands of bills are made while a slider moves.
    """

    name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    note: str = ""
    price: str = ""

    @property
    def credit(self) -> bool:
        """Whether the line gives back what the free tier covers."""
        return self.name.startswith(FREE)

    def to_json(self) -> dict[str, str]:
        """The line as `lambada price --json` prints it: numbers as strings."""
        return {
            "name": self.name,
            "quantity": digits(self.quantity),
            "unit": self.unit,
            "unit_price": digits(self.unit_price),
            "amount": digits(self.amount),
        }


class Bill(NamedTuple):
    """Lines and their exact sum, by one price book, in the book's currency.

    `missing` is what was used and has no price in this Region's list: the total is then incomplete.
    """

    book: PriceBook
    lines: tuple[Line, ...]
    total: Decimal
    missing: tuple[Used, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every line has a price."""
        return not self.missing

    @property
    def cents(self) -> Decimal:
        """The total in whole cents, for showing."""
        return cents(self.total)

    @property
    def like_aws(self) -> Decimal:
        """The total as an AWS invoice comes to it: each price's charge rounded to the cent first.

        What the free tier covers never reaches the invoice, so a charge is rounded after its credit.
        """
        charges: dict[str, Decimal] = {}
        for line in self.lines:
            charges[line.price] = _add(charges.get(line.price, ZERO), line.amount)
        return sum((cents(amount) for amount in charges.values()), ZERO)

    def line(self, name: str) -> Line | None:
        """The line of this name, or `None`."""
        return next((line for line in self.lines if line.name == name), None)

    def to_json(self) -> dict[str, Any]:
        """The bill as one of the `books` of `lambada price --json`: money as strings."""
        made: dict[str, Any] = {"as_of": self.book.as_of, "currency": self.book.currency}
        lines = [line.to_json() for line in self.lines]
        missing = [{"name": used.name, "quantity": digits(used.quantity)} for used in self.missing]
        return {**made, "lines": lines, "total": digits(self.total), "missing": missing}

    def __str__(self) -> str:
        """The bill to read: book, lines, total."""
        title = f"{self.book.label} ({self.book.region}, {self.book.as_of})"
        word = "total" if self.complete else "total so far, incomplete"
        rows = [_row(line, self.book.currency) for line in self.lines]
        total = f"{word:<65} {money(self.total, self.book.currency):>14}"
        gaps = [f"{used.name}: no price in {self.book.region}" for used in self.missing]
        return "\n".join([title, *rows, total, *gaps])


def bill(billable: Billable, book: PriceBook, *, free_tier: bool | None = None) -> Bill:
    """What workloads, scenarios or measured invocations cost in a month by this book.

    Everything used is priced whole, tier by tier; the free tier then takes back what it covers at the
    first tier's price, never more than was used (source: AWS Lambda pricing; the free tier comes off
    before tier 1). `free_tier` overrules what a scenario says; it is True for anything else.
    """
    if free_tier is None:
        free_tier = billable.free_tier if isinstance(billable, Scenario) else True
    lines: list[Line] = []
    credited: list[Line] = []
    missing: list[Used] = []
    left: dict[str, Decimal] = {}
    spent: dict[str, Decimal] = {}
    for used in usage(billable):
        price = book.prices.get(used.price)
        if price is None:
            missing.append(used)
            continue
        pool = book.pools.get(used.price) if free_tier and used.free else None
        free = _take(used.quantity, pool, left) if pool else ZERO
        if price.tiers:
            _add_tiers(lines, used, price, free, spent)
        else:
            lines.append(_line(used.name, used.quantity, price, used))
        if pool:
            credited.append(_line(FREE + used.name, free.copy_negate(), price, used))
    lines += credited
    total = ZERO
    for line in lines:
        total = _add(total, line.amount)
    return Bill(book, tuple(lines), total, tuple(missing))


def bill_both(
    billable: Billable, *, free_tier: bool | None = None, region: str | None = None
) -> tuple[Bill, Bill]:
    """The bill by AWS's list price (the headline) and by the deck's."""
    if region is None:
        region = billable.region if isinstance(billable, Scenario) else DEFAULT_REGION
    if free_tier is None:
        free_tier = billable.free_tier if isinstance(billable, Scenario) else True
    parts = usage(billable)
    aws, deck = price_book("aws", region=region), price_book("deck", region=region)
    return bill(parts, aws, free_tier=free_tier), bill(parts, deck, free_tier=free_tier)


def _take(quantity: Decimal, pool: FreeTier, left: dict[str, Decimal]) -> Decimal:
    """What the free tier covers of this quantity; lines that share it take from it in their order."""
    here = left.get(pool.name, pool.quantity)
    free = min(quantity, here)
    left[pool.name] = here - free
    return free


def _add_tiers(lines: list[Line], used: Used, price: Price, free: Decimal, spent: dict[str, Decimal]) -> None:
    """One line for each volume tier that this use reaches; its free part counts toward none of them.

    `spent` holds what earlier lines at this price have filled already.
    """
    low = spent.get(used.price, ZERO)
    high = spent[used.price] = _add(low, used.quantity - free)
    if price.tiers[0].up_to is None or high <= price.tiers[0].up_to:
        lines.append(_line(used.name, used.quantity, price, used))
    else:
        lines += _tiers(used, price, free, low, high)


def _tiers(used: Used, price: Price, free: Decimal, low: Decimal, high: Decimal) -> Iterator[Line]:
    """What is free stands at the first tier's price, at which it is credited, however full that tier is."""
    floor: Decimal | None = None
    for tier in price.tiers:
        end = high if tier.up_to is None else min(high, tier.up_to)
        quantity = max(end - low, ZERO) + (free if floor is None else ZERO)
        if quantity:
            name = used.name if floor is None else f"{used.name}, over {count(floor)}"
            yield _line(name, quantity, price.tier(tier), used)
        low, floor = max(low, end), tier.up_to


def _line(name: str, quantity: Decimal, price: Price, used: Used) -> Line:
    quantity = quantity or ZERO  # no minus zero
    if price.label:
        name = f"{name} ({price.label})"
        note = used.note or price.note or _STANDS_IN
        return Line(name, quantity, price.unit, price.each, price.of(quantity), note, used.price)
    return Line(
        name, quantity, price.unit, price.each, price.of(quantity), used.note or price.note, used.price
    )


def _row(line: Line, currency: str) -> str:
    # Where AWS's price stands in, the line's name says so already.
    note = f"  ({line.note})" if line.note not in {"", _STANDS_IN} else ""
    quantity = f"{count(EXACT.quantize(line.quantity, _SHOWN_PLACES)):>17} {line.unit:<8}"
    return f"{line.name:<38} {quantity} {money(line.amount, currency):>14}{note}"


def digits(number: Decimal) -> str:
    """A number as plain digits; what never ends is cut after 18 places."""
    exponent = number.as_tuple().exponent
    endless = isinstance(exponent, int) and exponent < _JSON_PLACES.adjusted()
    return plain(EXACT.quantize(number, _JSON_PLACES) if endless else number)


def net(lines: Sequence[Line]) -> dict[str, Decimal]:
    """What each line costs once its own credit is taken off, by the line's name, in order."""
    left = {line.name: line.amount for line in lines if not line.credit}
    for line in lines:
        name = line.name.removeprefix(FREE)
        if line.credit and name in left:
            left[name] = _add(left[name], line.amount)
    return left
