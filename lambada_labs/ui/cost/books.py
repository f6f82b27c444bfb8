"""Two slips made visible: the deck's tenfold price, and the old rounding to 100 ms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from lambada_labs import facts, units
from lambada_labs.model import Architecture
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import DEFAULT_REGION, PriceBook, price_book
from lambada_labs.ui.card import Card, prose
from lambada_labs.ui.cost.chart import figure
from lambada_labs.ui.tables import columns

SQUARE = 10_000  # not AWS's: GB-seconds that one square stands for
OLD_STEP_MS = 100  # until the date in the fact status.billing_increment
_DIGITS = 2


def dollar_buys(*, architecture: Architecture = "x86_64", region: str = DEFAULT_REGION) -> Card:
    """What a dollar buys in either book, one square for each 10,000 GB-seconds."""
    aws, deck = price_book("aws", region=region), price_book("deck", region=region)
    bought = [(book, gb_seconds_for_one(book, architecture)) for book in (deck, aws)]
    rows = "".join(_squares(book, quantity, first=book is aws) for book, quantity in bought)
    times = bought[0][1] / bought[1][1]
    title = f"{units.money(Decimal(1), aws.currency)} buys {units.count(bought[1][1])} GB-seconds, not {units.count(bought[0][1])}"
    return figure(
        f'<div class="lb-squares">{rows}</div>',
        title=title,
        reading=f"One square is {units.count(SQUARE)} GB-seconds. The deck's figure has {float(times):.3g} times as many of them for the same dollar: its duration is that much too cheap.",
        text=columns(
            [
                [
                    book.label,
                    f"{units.count(quantity)} GB-s for {units.money(Decimal(1), book.currency)}",
                    f"{units.count(round(quantity / SQUARE))} squares",
                ]
                for book, quantity in bought
            ]
        ),
        note=f"{architecture}, {region}, first volume tier; AWS's list of {aws.as_of}.",
        styles=("cost_area.css",),
    )


def gb_seconds_for_one(book: PriceBook, architecture: Architecture) -> Decimal:
    """GB-seconds for one dollar, to two digits: list prices are printed rounded, 59,999.88 means 60,000."""
    price = book.price(f"duration.{architecture}")
    exact = price.per / price.amount
    return Decimal(round(exact, _DIGITS - 1 - exact.adjusted()))


def _squares(book: PriceBook, quantity: Decimal, *, first: bool) -> str:
    whole, rest = divmod(quantity, SQUARE)
    boxes = "<i></i>" * int(whole) + (
        f'<i style="width:calc(var(--square)*{float(rest / SQUARE):.3f})"></i>' if rest else ""
    )
    return (
        f'<div class="lb-square-row{" lb-square-first" * first}"><p><b>{prose(book.label)}</b> <span class="lb-num">{units.count(quantity)} GB-s</span></p>'
        f'<div role="img" aria-label="{units.count(round(quantity / SQUARE, 1))} squares">{boxes}</div></div>'
    )


def rounding(
    durations_ms: Sequence[float],
    *,
    memory_mb: int = units.MB_PER_GB,
    requests: int = 1_000_000,
    architecture: Architecture = "x86_64",
    region: str = DEFAULT_REGION,
) -> Card:
    """Each duration as it was billed until December 2020, and as it is billed since."""
    book = price_book("aws", region=region)
    works = [
        Workload(requests=requests, duration_ms=each, memory_mb=memory_mb, architecture=architecture)
        for each in durations_ms
    ]
    rows = [(float(work.duration_ms), _cost(work, 1, book), _cost(work, OLD_STEP_MS, book)) for work in works]
    longest = max(_billed(each, OLD_STEP_MS) for each in durations_ms)
    worst = max(rows, key=lambda row: row[2] / row[1])
    drawn = "".join(_rounded(each, new, old, longest, book.currency) for each, new, old in rows)
    title = f"Rounded up to {OLD_STEP_MS} ms, {units.duration(worst[0])} cost {_times(worst[2] / worst[1])} as much"
    return figure(
        f'<div class="lb-rounding">{drawn}</div>',
        title=title,
        reading=f"Blue is what ran, hatched is what the old step added to the bill. Amounts are the duration charge of {units.count(requests)} invocations with {units.memory(memory_mb)}, today's price.",
        text=columns(
            [
                ["runs", "billed per 1 ms", f"billed per {OLD_STEP_MS} ms"],
                *(
                    [units.duration(each), units.money(new, book.currency), units.money(old, book.currency)]
                    for each, new, old in rows
                ),
            ]
        ),
        note=f"{OLD_STEP_MS} ms became 1 ms on {facts.value('status.billing_increment')}.",
        styles=("cost_area.css",),
    )


def _billed(duration_ms: float, step: int) -> int:
    return math.ceil(duration_ms / step) * step


def _cost(work: Workload, step: int, book: PriceBook) -> Decimal:
    """The duration charge when each invocation is rounded up to so many milliseconds."""
    used = units.gb_seconds(work.memory_mb, _billed(float(work.duration_ms), step), requests=work.requests)
    return book.price(f"duration.{work.architecture}").of(used)


def _rounded(duration_ms: float, new: Decimal, old: Decimal, longest: int, currency: str) -> str:
    ran, billed = _billed(duration_ms, 1) / longest, _billed(duration_ms, OLD_STEP_MS) / longest
    return (
        f'<div class="lb-rounded"><b>{units.duration(duration_ms)}</b><span class="lb-rounded-bar"><i class="lb-wasted" style="width:{billed:.3%}"></i><i class="lb-ran" style="width:{ran:.3%}"></i></span>'
        f'<span class="lb-num">{units.money(new, currency)} <small>per 1 ms</small></span><span class="lb-num">{units.money(old, currency)} <small>per {OLD_STEP_MS} ms ({_times(old / new)})</small></span></div>'
    )


def _times(ratio: Decimal) -> str:
    return f"{float(ratio):.3g} times"
