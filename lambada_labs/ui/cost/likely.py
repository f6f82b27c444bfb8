"""A bill as a range: what a month may cost, what matters most, and how likely one way is the cheaper one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from lambada_labs import units
from lambada_labs.pricing.price_book import price_book
from lambada_labs.pricing.uncertainty import WORDS, Range, Swing, Uncertainty
from lambada_labs.ui.card import Card, prose
from lambada_labs.ui.cost.axis import Span, brief, count_ticks, decades, money_ticks, share_ticks
from lambada_labs.ui.cost.chart import Frame, Line, dot, figure, focusable, slices, thinned, upright
from lambada_labs.ui.cost.series import look
from lambada_labs.ui.plot import round_ticks
from lambada_labs.ui.tables import columns

HALF = 0.5


def uncertainty(result: Uncertainty, *, budget: Decimal | None = None) -> Card:
    """How a month's total scatters, with the span from P10 to P90, and the tornado below."""
    currency = price_book("aws", region=result.scenario.region).currency
    title = (
        result.finding
        if budget is None
        else f"{result.chance_below(budget):.0%} of the months stay within {units.money(budget, currency)}"
    )
    return figure(
        _histogram(result, budget, currency, title) + _tornado(result, currency),
        title=title,
        reading="Above: the taller a bar, the likelier that total; eight months in ten lie between P10 and P90. Below: how far each range alone moves the total, the widest first.",
        text=_words(result, budget, currency),
        note="A range means: eight times in ten the figure lies between its two ends. The outermost bars hold everything beyond P1 and P99.",
        styles=("cost_range.css",),
    )


def _histogram(result: Uncertainty, budget: Decimal | None, currency: str, title: str) -> str:
    low, high = result.bins[0][0], result.bins[-1][1]
    tallest = max(share for _, _, share in result.bins) or 1.0
    ticks = [tick for tick in round_ticks(high, 5) if low <= tick <= high]
    frame = Frame(
        x=Span(low=low, high=high),
        y=Span(low=0, high=tallest * 1.35),
        x_ticks=money_ticks(ticks, currency),
        x_title="a month's total",
        height=190,
    )
    p10, p90 = float(result.p10), float(result.p90)
    bars = "".join(
        f'<rect class="lb-bin{" lb-bin-in" * (p10 <= (start + end) / 2 <= p90)}" x="{frame.left(start):.4g}" width="{frame.left(end) - frame.left(start):.4g}" y="{frame.top(share):.4g}" height="{100 - frame.top(share):.4g}"/>'
        for start, end, share in result.bins
    )
    named = (("P10", result.p10), ("P50", result.p50), ("P90", result.p90))
    marks = "".join(
        upright(frame, amount, name, units.money(amount, currency), row=row)
        for row, (name, amount) in enumerate(named)
    )
    if budget is not None:
        marks += upright(frame, budget, "budget", units.money(budget, currency), row=len(named), kind="limit")
    return f'<div class="lb-histogram">{frame.drawn(bars, marks, label=title)}</div>'


def _tornado(result: Uncertainty, currency: str) -> str:
    if not result.swings:
        return ""
    ends = [float(amount) for swing in result.swings for amount in (swing.at_low, swing.at_high)]
    low, high = min(ends), max(ends)
    span = Span(low=low, high=high if high > low else low + 1)
    rows = "".join(_swing(swing, span, float(result.p50), currency) for swing in result.swings)
    return f'<p class="lb-ytitle">the total when one range moves alone</p><ul class="lb-tornado">{rows}</ul>'


def _swing(swing: Swing, span: Span, middle: float, currency: str) -> str:
    left, right = sorted((span.at(swing.at_low), span.at(swing.at_high)))
    words = f"{WORDS[swing.name]} from {_figure(swing.name, swing.range.low)} to {_figure(swing.name, swing.range.high)}: {units.money(swing.at_low, currency)} to {units.money(swing.at_high, currency)}"
    first, second = sorted((swing.at_low, swing.at_high))
    return (
        f'<li {focusable(words)}><span><b>{prose(WORDS[swing.name])}</b><small>{prose(_range(swing.name, swing.range))}</small></span><span class="lb-swing" style="--mid:{span.at(middle):.4g}%">'
        f'<i style="left:{left:.4g}%;width:{max(right - left, 0.6):.4g}%"></i></span><em class="lb-num">{brief(first, currency)} – {brief(second, currency)}</em></li>'
    )


def _range(name: str, span: Range) -> str:
    return f"{_figure(name, span.low)} to {_figure(name, span.high)}"


def _figure(name: str, value: Decimal) -> str:
    if name == "memory_mb":
        return units.memory(int(value))
    if name in {"duration_ms", "init_ms"}:
        return units.duration(float(value))
    return f"{float(value):.2%}" if name == "cold_share" else units.count(round(value))


def _words(result: Uncertainty, budget: Decimal | None, currency: str) -> str:
    rows = [
        [name, units.money(amount, currency)]
        for name, amount in (("P10", result.p10), ("P50", result.p50), ("P90", result.p90))
    ]
    swings = [
        [
            WORDS[each.name],
            _range(each.name, each.range),
            f"{units.money(each.at_low, currency)} to {units.money(each.at_high, currency)}",
        ]
        for each in result.swings
    ]
    chance = (
        [f"{result.chance_below(budget):.0%} of the months stay within {units.money(budget, currency)}."]
        if budget is not None
        else []
    )
    return "\n".join([columns(rows), *([columns(swings)] if swings else []), *chance])


def chance_cheaper(
    points: Sequence[tuple[int, float]], *, monthly: Decimal, against: str, currency: str = "USD"
) -> Card:
    """How likely Lambda costs no more than a fixed price, at each volume."""
    volumes = [volume for volume, _ in points]
    _, ticks = decades(volumes)
    frame = Frame(
        x=Span(low=float(volumes[0]), high=float(volumes[-1]), log=True),
        y=Span(low=0, high=1),
        x_ticks=[tick for tick in count_ticks(ticks) if volumes[0] <= tick[0] <= volumes[-1]],
        y_ticks=share_ticks(),
        x_title="requests a month",
        y_title=f"chance that Lambda costs no more than {against}",
    )
    even = break_even(points)
    line = Line(name="Lambda", points=points, look=look("Lambda"))
    under = f'<path class="lb-filled" d="{frame.path([(volumes[0], 0), *points, (volumes[-1], 0)])}Z"/>'
    marks = dot(frame, (even, HALF), f"**{count_ticks([even])[0][1]}** as likely as not") if even else ""
    reads = [
        (
            volumes[index],
            [f"{units.count(volumes[index])} requests", f"Lambda no dearer: {points[index][1]:.0%}"],
        )
        for index in thinned(volumes)
    ]
    price = units.money(monthly, currency)
    title = (
        f"Against {against} at {price} a month, Lambda is as likely cheaper as not at {units.count(round(round(even), 2 - len(str(round(even)))))} requests"
        if even
        else f"Against {against} at {price} a month, Lambda is {'likely' if points[-1][1] > HALF else 'unlikely'} to be the cheaper one over the whole range"
    )
    return figure(
        frame.drawn(under + line.shape(frame), slices(frame, reads) + marks, label=title),
        title=title,
        reading="Read up from your volume: a flat part is an answer that the ranges cannot change, a steep part is where measuring more pays.",
        text="\n".join(f"{words[0]}: {words[1]}" for _, words in reads),
    )


def break_even(points: Sequence[tuple[int, float]]) -> float | None:
    """The volume at which the chance crosses one half, straight between its neighbours; `None` where it never does.

    >>> break_even([(100, 0.9), (200, 0.1)]), break_even([(1, 1.0), (2, 0.8)])
    (150.0, None)
    """
    for (before, high), (after, low) in pairwise(points):
        if high >= HALF > low:
            return before + (high - HALF) / (high - low) * (after - before)
    return None
