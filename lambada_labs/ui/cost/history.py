"""The price time machine: one workload by every price list since 2014, as a step line with dated events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from lambada_labs import units
from lambada_labs.ui.card import Card, prose
from lambada_labs.ui.cost.axis import Span, Tick, money_ticks, straight
from lambada_labs.ui.cost.chart import Frame, figure, focusable, tip

if TYPE_CHECKING:
    from lambada_labs.pricing.compare import Era, TimeMachine

_YEARS_APART = 2
ROOM = 10.0
"""A mark's share of the width, in per cent, on a phone."""


def time_machine(result: TimeMachine) -> Card:
    """The total of the same month in each era; a hollow dot marks one that Lambda could not run then."""
    first, last = result.eras[0].since, _end(result)
    span, ticks = straight([era.total for era in result.eras])
    frame = Frame(
        x=Span(low=first.toordinal(), high=last.toordinal()),
        y=span,
        x_ticks=_years(first, last),
        y_ticks=money_ticks(ticks, result.currency),
        x_title="prices of the time",
        y_title="a month",
    )
    points: list[tuple[float, float]] = []
    for era, until in zip(result.eras, [*(each.since for each in result.eras[1:]), last], strict=True):
        points += [(era.since.toordinal(), float(era.total)), (until.toordinal(), float(era.total))]
    shapes = f'<path class="lb-line lb-s-lambda" d="{frame.path(points)}"/>'
    rows = stacked([frame.left(era.since.toordinal()) for era in result.eras])
    dots = "".join(
        _dot(frame, number, era, row, result.currency)
        for number, (era, row) in enumerate(zip(result.eras, rows, strict=True), 1)
    )
    return figure(
        frame.drawn(shapes, dots, label=result.finding) + _events(result),
        title=result.finding,
        reading="A step down is a price that fell, a step up is something that began to be billed. The numbers are the events below; a hollow one marks a time in which Lambda could not run this at all.",
        text="\n".join(_words(number, era, result.currency) for number, era in enumerate(result.eras, 1)),
        note="us-east-1's list prices of the time; the source of each stands in the words below.",
        styles=("cost_bars.css",),
    )


def stacked(places: Sequence[float], room: float = ROOM) -> list[int]:
    """The row of each mark, 0 on the line: one that would cover another stands above it; `places` ascend.

    >>> stacked([0, 5, 12, 14], room=10)
    [0, 1, 0, 2]
    """
    last: list[float] = []
    rows = []
    for place in places:
        row = next((row for row, before in enumerate(last) if place - before >= room), len(last))
        last[row : row + 1] = [place]
        rows.append(row)
    return rows


def _end(result: TimeMachine) -> date:
    last: date = result.eras[-1].since
    return date(last.year + 1, last.month, 1)


def _years(first: date, last: date) -> list[Tick]:
    years = range(first.year + 1, last.year + 1, _YEARS_APART)
    return [(date(year, 1, 1).toordinal(), str(year)) for year in years]


def _dot(frame: Frame, number: int, era: Era, row: int, currency: str) -> str:
    left, top = frame.left(era.since.toordinal()), frame.top(era.total)
    words = [
        f"{era.since:%Y-%m-%d} {era.title}",
        units.money(era.total, currency),
        era.note if not era.runnable else "",
    ]
    hollow = "" if era.runnable else " lb-hollow"
    right = " lb-slice-right" if left > 50 else ""  # noqa: PLR2004
    return f'<span class="lb-number{hollow}{right}" style="left:{left:.4g}%;top:{top:.4g}%;--row:{row}" {focusable("; ".join(each for each in words if each))}>{number}{tip([each for each in words if each])}</span>'


def _events(result: TimeMachine) -> str:
    rows = "".join(
        f'<li><span class="lb-number{"" if era.runnable else " lb-hollow"}" aria-hidden="true">{number}</span><span><b>{era.since:%Y-%m-%d}</b> {prose(era.title)}'
        f'<small>{prose(_said(era))}</small></span><b class="lb-num">{units.money(era.total, result.currency)}</b></li>'
        for number, era in enumerate(result.eras, 1)
    )
    return f'<ol class="lb-events">{rows}</ol>'


def _said(era: Era) -> str:
    return (
        era.note if era.runnable else f"Could not run then: {era.note}" if era.note else "Could not run then"
    )


def _words(number: int, era: Era, currency: str) -> str:
    lines = ", ".join(f"{name} {units.money(amount, currency)}" for name, amount in era.lines)
    parts = [
        f"{number}. {era.since:%Y-%m-%d} {era.title}: {units.money(era.total, currency)}",
        f" ({lines})" if lines else "",
        f". {_said(era)}" if _said(era) else "",
        f" [{era.source}, {era.as_of}]",
    ]
    return "".join(parts)
