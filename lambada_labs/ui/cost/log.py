"""A log as money: what it cost, what of it was wasted, how durations scatter, and what else it could have cost."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

from lambada_labs import facts, units
from lambada_labs.errors import BadInput
from lambada_labs.model import Architecture
from lambada_labs.model.workload import Number
from lambada_labs.pricing import Bill, PriceBook, bill, price_book, why_books_differ
from lambada_labs.pricing.log_totals import LogSummary, histogram_percentile
from lambada_labs.pricing.log_what_if import WhatIf, at_memory, on_architecture, usage_of, with_provisioned
from lambada_labs.ui.card import Card
from lambada_labs.ui.cost.axis import Span, decades, shortened
from lambada_labs.ui.cost.bars import Bar
from lambada_labs.ui.cost.bars import drawn as bars_drawn
from lambada_labs.ui.cost.chart import Frame, figure, upright
from lambada_labs.ui.tables import columns

Curve = Callable[[int], Number]

BINS_PER_DECADE = 6
OTHERS: dict[Architecture, Architecture] = {"x86_64": "arm64", "arm64": "x86_64"}
SIZES = (128, 256, 512, 1024, 2048, 4096)
SHARE_OF_NOTE = Decimal("0.01")
P50, P99 = 50, 99
TWICE = 2
HOUR_S = 3600


def log_summary(
    summary: LogSummary,
    *,
    architecture: Architecture = "x86_64",
    book: PriceBook | None = None,
    curve: Curve | None = None,
) -> Card:
    """What a log cost, by both books, and what the same traffic would cost otherwise; no free tier."""
    aws = book or price_book("aws")
    used = usage_of(summary, architecture)
    now = bill(used, aws, free_tier=False)
    deck = bill(used, price_book("deck", region=aws.region), free_tier=False)
    wastes = _wastes(summary)
    others = _what_ifs(summary, architecture, aws, curve)
    title = _title(summary, now, wastes)
    return figure(
        _heads(summary, now, deck) + _wasted(wastes) + _durations(summary, title) + _others(now, others),
        title=title,
        reading="First what the log cost, then which share of its GB-seconds bought nothing, then how long invocations took (a bar is a range of durations), then the same traffic paid for in other ways. The shares overlap and do not add up: unused memory is unused during INIT and timeouts too.",
        text=_words(summary, now, deck, wastes, others),
        note=f"{why_books_differ(now, deck)} {_unread(summary)} The free tier is not taken off.",
        styles=("money.css", "cost_bars.css", "cost_range.css"),
    )


def _title(summary: LogSummary, now: Bill, wastes: Sequence[tuple[str, Decimal, str]]) -> str:
    worst = max(wastes, key=lambda each: each[1])
    cost = f"{_counted(summary.count, 'invocation')} cost {units.money(now.total, now.book.currency)}"
    return (
        f"{cost}; {float(worst[1]):.0%} of the GB-seconds went into {worst[0]}"
        if worst[1] >= SHARE_OF_NOTE
        else f"{cost}, and hardly anything was wasted"
    )


def _wastes(summary: LogSummary) -> list[tuple[str, Decimal, str]]:
    return [
        ("memory never used", summary.unused_share, "Memory Size minus Max Memory Used"),
        ("INIT", summary.init_share, _counted(summary.cold, "cold start")),
        (
            "timeouts paid in full",
            summary.timeout_share,
            _counted(summary.timeouts.count, "invocation"),
        ),
    ]


def _heads(summary: LogSummary, now: Bill, deck: Bill) -> str:
    median = units.duration(histogram_percentile(_billed(summary), P50))
    return (
        '<div class="lb-books"><div class="lb-book lb-book-first"><span>AWS list price, this log</span>'
        f'<b class="lb-num">{units.money(now.total, now.book.currency)}</b><small>{units.count(summary.count)} invocations, {units.count(round(summary.gb_seconds, 1))} GB-s</small></div>'
        f'<div class="lb-book"><span>The deck\'s price</span><b class="lb-num">{units.money(deck.total, deck.book.currency)}</b><small>half of them took {median} or less</small></div></div>'
    )


def _wasted(wastes: Sequence[tuple[str, Decimal, str]]) -> str:
    bars = [
        Bar(
            name=name[:1].upper() + name[1:],
            small=small,
            said=f"{float(share):.1%}",
            end=float(share),
            kind="dear",
        )
        for name, share, small in wastes
    ]
    return '<p class="lb-ytitle">share of the GB-seconds that were paid for</p>' + bars_drawn(
        bars, "What was wasted"
    )


def _billed(summary: LogSummary) -> Counter[int]:
    merged: Counter[int] = Counter()
    for size in summary.sizes:
        merged.update(size.billed)
    return merged


def _durations(summary: LogSummary, title: str) -> str:
    counts = {ms: count for ms, count in _billed(summary).items() if ms > 0}
    if not counts:
        return ""
    bins: Counter[int] = Counter()
    for ms, count in counts.items():
        bins[math.floor(math.log10(ms) * BINS_PER_DECADE)] += count
    span, ticks = decades(counts)
    tallest = max(bins.values())
    frame = Frame(
        x=span,
        y=Span(low=0, high=tallest * 1.3),
        x_ticks=[(tick, units.duration(tick)) for tick in ticks],
        y_ticks=[(tallest, shortened(tallest))],
        x_title="billed duration (each step ten times as long)",
        y_title="invocations",
        height=150,
    )
    bars = "".join(_bin(frame, index, count) for index, count in sorted(bins.items()))
    marks = "".join(
        upright(frame, value, f"P{percent}", units.duration(value), row=row)
        for row, percent in enumerate((P50, P99))
        if (value := histogram_percentile(counts, percent))
    )
    return f'<div class="lb-histogram">{frame.drawn(bars, marks, label=f"Durations. {title}")}</div>'


def _bin(frame: Frame, index: int, count: int) -> str:
    left = frame.left(10 ** (index / BINS_PER_DECADE))
    width = frame.left(10 ** ((index + 1) / BINS_PER_DECADE)) - left
    top = frame.top(count)
    return f'<rect class="lb-bin lb-bin-in" x="{left:.4g}" width="{width:.4g}" y="{top:.4g}" height="{100 - top:.4g}"/>'


def _what_ifs(
    summary: LogSummary, architecture: Architecture, book: PriceBook, curve: Curve | None
) -> list[tuple[str, Bill | None, str]]:
    """Each alternative with its bill; one that cannot be told has no bill and says why."""
    most = max((size.max_used_mb for size in summary.sizes), default=0)
    smaller = next((size for size in SIZES if size >= most), most)
    asked: list[tuple[str, Callable[[], WhatIf]]] = [
        (f"on {OTHERS[architecture]}", lambda: on_architecture(summary, OTHERS[architecture])),
        (f"with {units.memory(smaller)}", lambda: at_memory(summary, smaller, architecture, curve=curve)),
        ("provisioned", lambda: _provisioned(summary, architecture)),
    ]
    return [_tried(name, ask, book) for name, ask in asked]


def _provisioned(summary: LogSummary, architecture: Architecture) -> WhatIf:
    """Capacity is paid by steps of minutes: against a log that is hardly longer, its price says nothing."""
    seconds = summary.observed_seconds
    if seconds is not None and 0 < seconds < HOUR_S:
        raise BadInput(
            f"This log covers {units.duration(float(seconds) * units.MS_PER_S)}",
            f"an hour or more, because capacity is paid by steps of {facts.number('provisioned.round_up_min')} minutes",
        )
    return with_provisioned(summary, architecture)


def _tried(name: str, ask: Callable[[], WhatIf], book: PriceBook) -> tuple[str, Bill | None, str]:
    try:
        found = ask()
    except BadInput as error:
        return name, None, str(error)
    return name, bill(found.usage, book, free_tier=False), found.assumption


def _others(now: Bill, others: Sequence[tuple[str, Bill | None, str]]) -> str:
    currency = now.book.currency
    largest = max([now.total, *(each.total for _, each, _ in others if each)]) or Decimal(1)
    bars = [
        Bar(
            name="As it was", said=units.money(now.total, currency), end=float(now.total / largest), here=True
        )
    ]
    for name, found, why in others:
        said = (
            "cannot be told"
            if found is None
            else "incomplete"
            if not found.complete
            else f"{units.money(found.total, currency)} ({_change(found.total, now.total)})"
        )
        complete = found is not None and found.complete
        bars.append(
            Bar(
                name=name[:1].upper() + name[1:],
                small=why,
                said=said,
                end=float(found.total / largest) if found else 0.0,
                kind="other" if complete else "missing",
            )
        )
    return '<p class="lb-ytitle">the same traffic, paid for otherwise</p>' + bars_drawn(bars, "What if")


def _change(amount: Decimal, before: Decimal) -> str:
    if not before:
        return "–"
    ratio = amount / before
    return (
        f"{float(ratio):,.3g} times as much"
        if ratio >= TWICE
        else f"{float(ratio - 1):+.0%}".replace("-", "−")
    )


def _counted(number: int, noun: str) -> str:
    return f"{units.count(number)} {noun}{'s' if number != 1 else ''}"


def _unread(summary: LogSummary) -> str:
    parts = [
        f"{units.count(summary.unreadable)} places could not be read."
        if summary.unreadable
        else "Every line was read.",
        f"{units.count(summary.managed)} reports of Managed Instances bill no duration."
        if summary.managed
        else "",
    ]
    return " ".join(part for part in parts if part)


def _words(
    summary: LogSummary,
    now: Bill,
    deck: Bill,
    wastes: Sequence[tuple[str, Decimal, str]],
    others: Sequence[tuple[str, Bill | None, str]],
) -> str:
    counts = _billed(summary)
    rows = [
        ["AWS list price", units.money(now.total, now.book.currency), ""],
        ["the deck's price", units.money(deck.total, deck.book.currency), ""],
        *([name, f"{float(share):.1%} of the GB-seconds", small] for name, share, small in wastes),
        *(
            [f"P{percent} of the billed durations", units.duration(histogram_percentile(counts, percent)), ""]
            for percent in (P50, P99)
        ),
        *(
            [name, units.money(found.total, now.book.currency) if found else "cannot be told", why]
            for name, found, why in others
        ),
    ]
    return columns(rows)
