"""You pay for an area: memory times time is GB-seconds, and GB-seconds are money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lambada_labs import pricing, units
from lambada_labs.model import Architecture
from lambada_labs.model.workload import LONGEST_MS, MEMORY_MAX, MEMORY_MIN, Workload
from lambada_labs.pricing import Bill, PriceBook, Scenario
from lambada_labs.ui.card import Card, prose
from lambada_labs.ui.cost.axis import Span
from lambada_labs.ui.cost.chart import Frame, figure
from lambada_labs.ui.tables import columns

ROOM = 1.4
"""The axes end at the next round value beyond the corner times this."""
MEMORY_ENDS = (256, 512, 1024, 2048, 4096, 8192)
TIME_ENDS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000, 180_000, 300_000)
ONE_GB, ONE_S = units.MB_PER_GB, units.MS_PER_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The rectangle and its words: everything the browser swaps while a corner is dragged."""

    memory_mb: int
    duration_ms: float
    memory_end: int
    time_end: int
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    unit: tuple[float, float]
    title: str
    sum: str
    month: str
    aws: str
    deck: str
    aws_cents: int
    why: str
    words: str


def area_card(work: Scenario | Workload) -> Card:
    """The rectangle of one invocation, and what a month of them costs in both price books."""
    scenario = work if isinstance(work, Scenario) else Scenario(workload=work)
    return card_of(area_of(scenario), scenario)


def card_of(now: Area, scenario: Scenario, *, movable: bool = False) -> Card:
    """The card of a rectangle, with or without the grip at its corner."""
    how = "Drag the corner, or use the arrow keys on it (Shift for larger steps). " if movable else ""
    return figure(
        drawing(now, handle=grip(now) if movable else ""),
        title=now.title,
        reading=(
            f"{how}The width is the billed time of one invocation, the height its memory: the blue surface is its GB-seconds. "
            "Twice the surface is twice the duration charge. The dashed square, where there is room for it, is one GB-second."
        ),
        text=now.words,
        note=f"{now.why} Free tier {'included' if scenario.free_tier else 'not included'}.",
        styles=("money.css", "servers.css", "cost_area.css"),
    )


def area_of(scenario: Scenario, ends: tuple[int, int] | None = None) -> Area:
    """The rectangle of this scenario's invocation, with the words of both its bills.

    `ends` are the ends of the memory and time axes (MB, ms), where they must not follow the corner.
    """
    work = scenario.workload
    bills = pricing.bill_both(scenario)
    surface = units.gb_seconds(work.memory_mb, work.billed_ms)
    memory_end, time_end = ends or ends_for(work.memory_mb, work.billed_ms)
    each = _charge(surface, bills[0].book, work.architecture)
    aws = _total(bills[0])
    size = f"{units.memory(work.memory_mb)} for {units.duration(work.billed_ms)}"
    return Area(
        memory_mb=work.memory_mb,
        duration_ms=float(work.billed_ms),
        memory_end=memory_end,
        time_end=time_end,
        x_ticks=tuple((share / 4, units.duration(time_end * share / 4)) for share in (0, 1, 2, 3, 4)),
        y_ticks=tuple((share / 4, _gb(memory_end * share // 4)) for share in (0, 1, 2, 3, 4)),
        unit=(ONE_S / time_end, ONE_GB / memory_end),
        title=f"{size}: {units.count(work.requests)} of these cost {aws} a month",
        sum=f"{_decimal_gb(work.memory_mb)} GB × {_seconds(work.billed_ms)} s = {_rounded(surface)} GB-s = {each}",
        month=f"{units.count(work.requests)} × {_rounded(surface)} GB-s = {_rounded(surface * work.requests)} GB-s",
        aws=aws,
        deck=_total(bills[1]),
        aws_cents=int(bills[0].cents * 100),
        why=pricing.why_books_differ(*bills),
        words=_words(scenario, surface, each, bills),
    )


def ends_for(memory_mb: int, duration_ms: float) -> tuple[int, int]:
    """Round ends of both axes (MB, ms) that leave the corner some room."""
    memory_end = next((end for end in MEMORY_ENDS if end >= memory_mb * ROOM), MEMORY_MAX)
    return memory_end, next((end for end in TIME_ENDS if end >= duration_ms * ROOM), LONGEST_MS)


def frame_of(now: Area) -> Frame:
    """The axes: straight ones, so that the surface on the screen is in proportion to the money."""
    return Frame(
        x=Span(low=0, high=now.time_end),
        y=Span(low=0, high=now.memory_end),
        x_ticks=[(share * now.time_end, said) for share, said in now.x_ticks],
        y_ticks=[(share * now.memory_end, said) for share, said in now.y_ticks],
        x_title="billed time of one invocation",
        y_title="memory",
        height=260,
    )


def drawing(now: Area, *, handle: str = "") -> str:
    """The money, then the rectangle; `handle` is the corner's grip where it can be dragged."""
    frame = frame_of(now)
    right, top = frame.left(now.duration_ms), frame.top(now.memory_mb)
    under = (
        f'<i class="lb-area" data-part="area" style="width:{right:.4g}%;height:{100 - top:.4g}%"></i>'
        f'<i class="lb-area-unit" data-part="unit" style="width:{100 * now.unit[0]:.4g}%;height:{100 * now.unit[1]:.4g}%"'
        f"{' hidden' * (max(now.unit) > 1)}><b>1 GB-s</b></i>"
    )
    said = f'<span class="lb-area-said" data-part="sum">{prose(now.sum)}</span>'
    return boxes(now) + frame.drawn("", said + handle, under=under, label=now.title)


def boxes(now: Area) -> str:
    """What a month costs by either book."""
    return (
        '<div class="lb-books"><div class="lb-book lb-book-first"><span>AWS list price, a month</span>'
        f'<b class="lb-num" data-part="aws">{prose(now.aws)}</b><small data-part="month">{prose(now.month)}</small></div>'
        f'<div class="lb-book"><span>The deck\'s price</span><b class="lb-num" data-part="deck">{prose(now.deck)}</b>'
        "<small>the same month</small></div></div>"
    )


def grip(now: Area) -> str:
    """The corner that can be dragged: two sliders in one, so each arrow key has its axis."""
    frame = frame_of(now)
    return (
        f'<span class="lb-handle lb-corner" data-part="grip" tabindex="0" role="slider" aria-label="Corner: memory and time" '
        f'aria-valuemin="{MEMORY_MIN}" aria-valuemax="{MEMORY_MAX}" aria-valuenow="{now.memory_mb}" aria-valuetext="{prose(now.title)}" '
        f'style="left:{frame.left(now.duration_ms):.4g}%;top:{frame.top(now.memory_mb):.4g}%"></span>'
    )


def _words(scenario: Scenario, surface: Decimal, each: str, bills: tuple[Bill, Bill]) -> str:
    work = scenario.workload
    rows = [
        ["memory", units.memory(work.memory_mb)],
        ["billed time", units.duration(work.billed_ms)],
        ["surface of one invocation", f"{_rounded(surface)} GB-s"],
        ["duration charge of one", each],
        ["requests a month", units.count(work.requests)],
        *([f"a month, {bill.book.label}", _total(bill)] for bill in bills),
    ]
    return columns(rows)


def _charge(surface: Decimal, book: PriceBook, architecture: Architecture) -> str:
    """What this surface costs, as words: a Region may have no price for an architecture."""
    price = book.prices.get(f"duration.{architecture}")
    return units.money(price.of(surface), book.currency) if price else "no price in this Region"


def _total(bill: Bill) -> str:
    said = units.money(bill.total, bill.book.currency)
    return said if bill.complete else f"{said} (incomplete)"


def _rounded(number: Decimal) -> str:
    return units.count(number if number >= ONE_S else round(number, 3 - number.adjusted()))


def _decimal_gb(memory_mb: int) -> str:
    return f"{memory_mb / ONE_GB:.4g}"


def _gb(memory_mb: int) -> str:
    return f"{memory_mb / ONE_GB:g} GB" if memory_mb >= ONE_GB else f"{memory_mb} MB" if memory_mb else "0"


def _seconds(duration_ms: int) -> str:
    return f"{duration_ms / ONE_S:g}"
