"""The two price books side by side: why they differ, and the JSON that scripts read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lambada_labs.pricing.bill import FREE, Bill, Line, bill_both, net
from lambada_labs.pricing.price_book import PriceBook
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.pricing.usage import architecture_of
from lambada_labs.units import CENT, count, plain

_DIGITS = 2


def why_books_differ(aws: Bill, deck: Bill) -> str:
    """One sentence: what a dollar buys in either book, and what that does to these two bills.

    >>> from lambada_labs.pricing import bill_both
    >>> from lambada_labs.model.workload import Workload
    >>> work = Workload(requests=3_000_000, duration_ms=120, memory_mb=1536)
    >>> print(why_books_differ(*bill_both(work)))
    The deck lets $1 buy 600,000 GB-s where AWS sells 60,000 (x86_64): its duration is 10 times too cheap.
    """
    names = sorted({line.price for line in aws.lines if line.price.startswith("duration.")}, reverse=True)
    if aws.book.currency != deck.book.currency:
        here = f"AWS in {aws.book.currency} here"
        return f"The deck counts in {deck.book.currency}, {here}: the two totals cannot be compared."
    if not names:
        return "The deck does not price this way of running a function: AWS's prices stand in both columns."
    there = _per_dollar(deck.book, names[0])
    sold_by = {name: _per_dollar(aws.book, name) for name in names}
    sold = " or ".join(f"{count(quantity)} ({architecture_of(name)})" for name, quantity in sold_by.items())
    sentence = f"The deck lets $1 buy {count(there)} GB-s where AWS sells {sold}"
    if aws.total == deck.total:
        ran = any(line.quantity for line in aws.lines if line.price in names)
        why = "the free tier covers every GB-second" if ran else "nothing is billed by the GB-second"
        return f"{sentence}; here both come to the same, because {why}."
    times = sorted({round(there / each, 1) for each in sold_by.values()})
    return f"{sentence}: its duration is {' to '.join(map(plain, times))} times too cheap."


def what_drives(bill: Bill) -> Line | None:
    """The charge that costs most once the free tier has taken its part; `None` where nothing is left to pay."""
    left = net(bill.lines)
    name = max(left, key=lambda each: left[each], default="")
    return bill.line(name) if left.get(name, 0) > 0 else None


def one_cent_buys(run: Bill) -> int | None:
    """How many runs like this one a cent pays for; `None` where a run costs nothing."""
    return int(CENT / run.total) if run.total > 0 else None


def price_json(scenario: Scenario, bills: Sequence[Bill] = ()) -> dict[str, Any]:
    """What `lambada price --json` prints: the inputs and the bill by each book.

    `bills` are the scenario's, where they were made already. Schema: `data/schemas/price.schema.json`.
    Money and quantities are strings of plain digits.
    """
    books = {each.book.id: each.to_json() for each in bills or bill_both(scenario)}
    return {"inputs": scenario.to_json(), "books": books}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of several bills beside each other; an amount is `None` where that bill has no such line.

    `labels` are the books' words about where the price comes from ("" where it is their own).
    """

    name: str
    quantity: Decimal
    unit: str
    amounts: tuple[Decimal | None, ...]
    labels: tuple[str, ...]
    note: str = ""
    price: str = ""

    @property
    def credit(self) -> bool:
        """Whether the row gives back what the free tier covers."""
        return self.name.startswith(FREE)


def side_by_side(bills: Sequence[Bill]) -> tuple[Row, ...]:
    """The lines of several bills, matched by name: a volume tier may be a line in one and none in another."""
    plain_lines = [{_unlabelled(line, bill.book): line for line in bill.lines} for bill in bills]
    names = sorted({name: None for lines in plain_lines for name in lines}, key=_credits_last)
    return tuple(_row(name, [lines.get(name) for lines in plain_lines], bills) for name in names)


def _credits_last(name: str) -> bool:
    return name.startswith(FREE)


def _row(name: str, lines: Sequence[Line | None], bills: Sequence[Bill]) -> Row:
    first = next(line for line in lines if line is not None)
    prices = [bill.book.prices.get(first.price) for bill in bills]
    return Row(
        name=name,
        quantity=first.quantity,
        unit=first.unit,
        amounts=tuple(None if line is None else line.amount for line in lines),
        labels=tuple(price.label if price else "" for price in prices),
        note=first.note,
        price=first.price,
    )


def _unlabelled(line: Line, book: PriceBook) -> str:
    price = book.prices.get(line.price)
    return line.name.removesuffix(f" ({price.label})") if price and price.label else line.name


def _per_dollar(book: PriceBook, name: str) -> Decimal:
    """Units for one dollar, to two digits: list prices are printed rounded, 59,999.88 means 60,000."""
    price = book.prices[name]
    exact = price.per / price.amount
    return Decimal(round(exact, _DIGITS - 1 - exact.adjusted()))
