"""One way of computing against another, as lines that cross: architectures, provisioned, and other services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from lambada_labs import units
from lambada_labs.ui.card import Card, prose
from lambada_labs.ui.cost.axis import Span, count_ticks, decades, money_ticks, share_ticks, straight
from lambada_labs.ui.cost.chart import Frame, Line, dot, drops, figure, gaps, names, slices, thinned
from lambada_labs.ui.cost.series import look
from lambada_labs.ui.tables import columns

if TYPE_CHECKING:
    from lambada_labs.pricing.compare import Architectures, BusyShare, Computes, Curve

_FULL_SHARE = Decimal(1)


def architectures(result: Architectures) -> Card:
    """arm64's price falls by a fifth; how much slower may it be before that is lost?"""
    slow, flat = result.slowdowns, (result.x86,) * len(result.slowdowns)
    span, ticks = straight([each for each in (*flat, *result.arm) if each is not None])
    frame = Frame(
        x=Span(low=float(slow[0]), high=float(slow[-1])),
        y=span,
        x_ticks=[(float(slow[index]), f"{float(slow[index]):g}×") for index in thinned(slow, 5)],
        y_ticks=money_ticks(ticks, result.currency),
        x_title="arm64's duration as a multiple of x86's",
        y_title="a month",
    )
    lines = [_line("x86_64", slow, flat), _line("arm64", slow, result.arm)]
    marks = ""
    if result.break_even is not None and result.x86 is not None:
        marks = dot(frame, (result.break_even, result.x86), f"even at {float(result.break_even):.3g}×")
    if result.arm_here is not None:
        marks += dot(
            frame,
            (result.here, result.arm_here),
            f"{units.money(result.arm_here, result.currency)} at {float(result.here):g}×",
            kind="here",
            below=True,
        )
    reads = [
        (
            slow[index],
            _read(
                f"{float(slow[index]):.3g}× x86's duration",
                [("x86_64", result.x86), ("arm64", result.arm[index])],
                result.currency,
            ),
        )
        for index in thinned(slow)
    ]
    return figure(
        frame.drawn(
            _shapes(frame, lines),
            slices(frame, reads) + names(frame, lines) + marks,
            label=result.finding,
            named=True,
        ),
        title=result.finding,
        reading="Left of the crossing arm64 is cheaper. Only a measurement tells where your function stands: run it on both.",
        text=_in_words(reads),
        note=gaps(result.missing),
    )


def busy_share(result: BusyShare) -> Card:
    """One environment of this memory: on demand, provisioned and SnapStart, over how busy it is."""
    span, ticks = straight(_amounts(result.curves))
    frame = Frame(
        x=Span(low=0, high=1),
        y=span,
        x_ticks=share_ticks(),
        y_ticks=money_ticks(ticks, result.currency),
        x_title="share of the month in which it is busy",
        y_title="a month",
    )
    lines = [_line(curve.name, result.shares, curve.amounts) for curve in result.curves]
    marks = "".join(
        dot(
            frame,
            (cross.at, cross.amount),
            f"**{float(cross.at):.0%}** {cross.after} gets cheaper",
            below=not index % 2,
            beyond=not index,  # both lines come from the lower left: below and beyond the first there is room
        )
        for index, cross in enumerate(result.crossings)
    )
    reads = [
        _at(
            f"Busy {float(result.shares[index]):.0%} of the month",
            result.shares[index],
            index,
            result.curves,
            result.currency,
        )
        for index in thinned(result.shares)
    ]
    return figure(
        frame.drawn(
            _shapes(frame, lines),
            slices(frame, reads) + names(frame, lines) + marks,
            label=result.finding,
            named=True,
        ),
        title=result.finding,
        reading="A flat start is capacity that you pay for while nothing runs; a steep line is time that you pay for only when it runs. The lowest line at your share is the cheapest way.",
        text=_in_words(reads),
        note=" ".join(each for each in (_rule(result), gaps(result.missing)) if each),
    )


def _rule(result: BusyShare) -> str:
    if result.rule is None:
        return ""
    own = (
        f" With your requests, INIT and storage it is {float(result.pays_from):.0%}."
        if result.pays_from is not None
        else ""
    )
    return f"By the prices alone, provisioned concurrency of {units.memory(result.memory_mb)} pays off from {float(result.rule):.0%} busy on.{own} No free tier here."


def computes(result: Computes) -> Card:
    """The same work as functions, tasks and servers, from few requests to many."""
    x, x_ticks = decades(result.requests)
    drawn = [replace(curve, amounts=tuple(map(_from_a_dollar, curve.amounts))) for curve in result.curves]
    y, y_ticks = decades(_amounts(drawn))
    frame = Frame(
        x=Span(low=float(result.requests[0]), high=float(result.requests[-1]), log=True)
        if len(result.requests) > 1
        else x,
        y=y,
        x_ticks=[
            tick for tick in count_ticks(x_ticks) if result.requests[0] <= tick[0] <= result.requests[-1]
        ],
        y_ticks=money_ticks(y_ticks, result.currency),
        x_title="requests a month (each step ten times as many)",
        y_title="a month (each step ten times as much)",
        height=300,
    )
    lines = [_line(curve.name, result.requests, curve.amounts) for curve in drawn]
    reads = [
        _at(
            f"{units.count(result.requests[index])} requests",
            result.requests[index],
            index,
            result.curves,
            result.currency,
        )
        for index in thinned(result.requests)
    ]
    over = slices(frame, reads) + names(frame, lines) + _break_evens(frame, result)
    return figure(
        frame.drawn(_shapes(frame, lines) + _here(frame, result.here), over, label=result.finding, named=True)
        + _plans(result),
        title=result.finding,
        reading="Lambda's line starts at nothing (below a dollar it is not drawn) and rises with every request; the others start with what runs all month and rise in steps. The lowest line at your requests is the cheapest way; the upright line is where you are. At once is how many requests one of them serves at the same time.",
        text=f"{_in_words(reads)}\n{_evens_in_words(result)}\n{_plans_in_words(result)}",
        note=gaps(result.missing),
    )


def _break_evens(frame: Frame, result: Computes) -> str:
    found = [
        (each.requests, each.amount, each.name, _million(each.requests))
        for each in result.break_even
        if each.requests is not None and each.amount is not None
    ]
    return drops(frame, found)


def _from_a_dollar(amount: Decimal | None) -> Decimal | None:
    """What a logarithmic axis shows of an amount: less than a dollar a month is as good as nothing."""
    return amount if amount is not None and amount >= 1 else None


def _evens_in_words(result: Computes) -> str:
    return "\n".join(
        f"{each.name} costs no more than Lambda from {units.count(each.requests)} requests a month ({units.money(each.amount, result.currency)})"
        if each.requests is not None and each.amount is not None
        else f"{each.name} is dearer than Lambda in the whole range"
        for each in result.break_even
    )


def _million(requests: int) -> str:
    return count_ticks([float(requests)])[0][1]


def _here(frame: Frame, requests: int) -> str:
    left = frame.left(requests)
    return f'<path class="lb-you" d="M{left:.5g} 0V100"/>' if requests else ""


def _plans(result: Computes) -> str:
    rows = "".join(
        f'<tr><td><i class="lb-key lb-fill lb-s-{look(plan.name).kind}"><b>{look(plan.name).letter}</b></i> {prose(plan.name)}</td><td>{prose(plan.size)}</td>'
        f'<td class="lb-num">{plan.slots}</td><td class="lb-num">{_hourly(plan.hour, result.currency)}</td></tr>'
        for plan in result.plans
    )
    head = '<th>What runs</th><th>Size</th><th class="lb-num">At once</th><th class="lb-num">An hour</th>'
    return f'<div class="lb-scroll lb-plans"><table class="lb-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _plans_in_words(result: Computes) -> str:
    rows = [
        [plan.name, plan.size, f"{plan.slots} at once", _hourly(plan.hour, result.currency) + " an hour"]
        for plan in result.plans
    ]
    return columns(rows) if rows else ""


def _hourly(amount: Decimal | None, currency: str) -> str:
    return "no price" if amount is None else units.money(round(amount, 4), currency)


def _line(name: str, xs: Sequence[Decimal | int], amounts: Sequence[Decimal | None]) -> Line:
    return Line(name=name, points=list(zip(xs, amounts, strict=True)), look=look(name))


def _shapes(frame: Frame, lines: Sequence[Line]) -> str:
    # The first line is drawn last: what the learner came with lies on top.
    return "".join(line.shape(frame) for line in reversed(lines))


def _amounts(curves: Sequence[Curve]) -> list[Decimal]:
    return [amount for curve in curves for amount in curve.amounts if amount is not None]


def _at(
    head: str, x: Decimal | int, index: int, curves: Sequence[Curve], currency: str
) -> tuple[Decimal | int, list[str]]:
    return x, _read(head, [(curve.name, curve.amounts[index]) for curve in curves], currency)


def _read(head: str, amounts: Sequence[tuple[str, Decimal | None]], currency: str) -> list[str]:
    return [
        head,
        *(
            f"{name} {units.money(amount, currency) if amount is not None else 'no price'}"
            for name, amount in amounts
        ),
    ]


def _in_words(reads: Sequence[tuple[Decimal | int, Sequence[str]]]) -> str:
    return "\n".join(f"{words[0]}: {', '.join(words[1:])}" for _, words in reads)
