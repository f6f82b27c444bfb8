"""The two price books side by side: why they differ, and the JSON that scripts read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lambada_labs.model.workload import Workload
from lambada_labs.pricing.bill import Bill, Line, bill_both
from lambada_labs.pricing.price_book import DEFAULT_REGION, PriceBook
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
    names = [name for name in aws.book.prices if name in _used(aws)] or ["duration.x86_64"]
    there = _per_dollar(deck.book, names[0])
    here = {name: _per_dollar(aws.book, name) for name in names}
    sold = " or ".join(f"{count(quantity)} ({name.split('.')[1]})" for name, quantity in here.items())
    sentence = f"The deck lets $1 buy {count(there)} GB-s where AWS sells {sold}"
    if aws.total == deck.total:
        return f"{sentence}; here both come to the same, because the free tier covers every GB-second."
    times = " to ".join(
        plain(factor) for factor in sorted({round(there / each, 1) for each in here.values()})
    )
    return f"{sentence}: its duration is {times} times too cheap."


def what_drives(bill: Bill) -> Line | None:
    """The charge that costs most once the free tier has taken its part; `None` where nothing is left to pay."""
    charges = [line for line in bill.lines if line.amount > 0]
    left = {
        line.name: line.amount
        + sum(credit.amount for credit in bill.lines if credit.name == f"free tier: {line.name}")
        for line in charges
    }
    name = max(left, key=lambda each: left[each], default="")
    return next((line for line in charges if line.name == name and left[name] > 0), None)


def one_cent_buys(run: Bill) -> int | None:
    """How many runs like this one a cent pays for; `None` where a run costs nothing."""
    return int(CENT / run.total) if run.total > 0 else None


def price_json(workload: Workload, *, free_tier: bool = True, region: str = DEFAULT_REGION) -> dict[str, Any]:
    """What `lambada price --json` prints: the inputs and the bill by each book.

    Schema: `data/schemas/price.schema.json`. Money and quantities are strings of plain digits.
    """
    inputs = {
        "memory_mb": workload.memory_mb,
        "duration_ms": plain(Decimal(str(workload.duration_ms))),
        "requests": workload.requests,
        "architecture": workload.architecture,
        "region": region,
        "free_tier": free_tier,
    }
    bills = bill_both(workload, free_tier=free_tier, region=region)
    return {"inputs": inputs, "books": {each.book.id: each.to_json() for each in bills}}


def _used(bill: Bill) -> set[str]:
    return {line.name.replace(" ", ".", 1) for line in bill.lines if line.name.startswith("duration ")}


def _per_dollar(book: PriceBook, name: str) -> Decimal:
    """Units for one dollar, to two digits: list prices are printed rounded, 59,999.88 means 60,000."""
    price = book.prices[name]
    exact = price.per / price.amount
    return Decimal(round(exact, _DIGITS - 1 - exact.adjusted()))
