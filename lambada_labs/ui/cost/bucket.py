"""The free tier as a bucket that fills while the month runs, and the day on which it runs over."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING

from lambada_labs import units
from lambada_labs.ui.card import Card
from lambada_labs.ui.cost.axis import Span
from lambada_labs.ui.cost.chart import Frame, Line, dot, figure, names, slices
from lambada_labs.ui.cost.series import Look
from lambada_labs.ui.tables import columns

if TYPE_CHECKING:
    from lambada_labs.pricing.compare import Allowance, Runway

LOOKS = {"requests": Look(kind="ec2", letter="R"), "duration": Look(kind="lambda", letter="D")}
FULL, LOWEST_TOP, HIGHEST_TOP = 1.0, 1.25, 3.6
WEEK = 7
HOURS = 24
MANY = 10
"""From here on an allowance is used so many times, not per cent."""


def runway(result: Runway) -> Card:
    """How full each allowance is at the end of each day, and when it is used up."""
    most = max((_share(each, -1) for each in result.allowances), default=FULL)
    top = min(max(LOWEST_TOP, most * 1.1), HIGHEST_TOP)
    days = calendar.monthrange(result.month.year, result.month.month)[1]
    frame = Frame(
        x=Span(low=0, high=days),
        y=Span(low=0, high=top),
        x_ticks=[
            (day, f"{calendar.month_abbr[result.month.month]} {day}") for day in range(WEEK, days, WEEK)
        ],
        y_ticks=[(0, "0"), (0.5, "50%"), (FULL, "full")],
        x_title="end of the day",
        y_title="share of the month's free tier",
    )
    lines = [
        Line(
            name=f"{each.name} {_said(_share(each, -1))}",
            points=_points(each, top),
            look=LOOKS.get(each.name, LOOKS["duration"]),
        )
        for each in result.allowances
    ]
    shapes = _bucket(frame, lines, days) + "".join(line.shape(frame) for line in lines)
    reads = [
        (
            day,
            [
                f"After {day} days",
                *(f"{each.name}: {_said(_share(each, day))}" for each in result.allowances),
            ],
        )
        for day in range(WEEK - 2, days + 1, WEEK - 2)
    ]
    return figure(
        frame.drawn(
            shapes,
            slices(frame, reads) + names(frame, lines) + _ends(frame, result),
            label=result.finding,
            named=True,
        ),
        title=result.finding,
        reading="Each line is one allowance being used; where it reaches the brim, the free part of the month is over and every further request or GB-second is paid.",
        text=_words(result),
        note="Requests and GB-seconds have an allowance each, for the whole account: other functions drink from the same bucket.",
    )


def _share(allowance: Allowance, day: int) -> float:
    used = (
        allowance.used_by_day[min(day, len(allowance.used_by_day) - 1)]
        if day >= 0
        else allowance.used_by_day[-1]
    )
    return float(used / allowance.quantity) if allowance.quantity else 0.0


def _said(share: float) -> str:
    return f"{share:.0%}" if share < MANY else f"{share:,.0f} times"


def _points(allowance: Allowance, top: float) -> list[tuple[float, float]]:
    """The line up to the picture's upper edge, where it leaves."""
    points: list[tuple[float, float]] = []
    for day in range(len(allowance.used_by_day)):
        share = _share(allowance, day)
        if share > top:
            before_day, before = points[-1] if points else (0.0, 0.0)
            points.append((before_day + (top - before) / (share - before) * (day - before_day), top))
            break
        points.append((float(day), share))
    return points


def _bucket(frame: Frame, lines: list[Line], days: int) -> str:
    """The brim, and the surface under the fuller of the lines."""
    brim = f'<path class="lb-brim" d="{frame.path([(0, FULL), (days, FULL)])}"/>'
    fullest = max(lines, key=lambda line: max((y or 0 for _, y in line.points), default=0), default=None)
    if fullest is None:
        return brim
    last = fullest.points[-1][0]
    return f'<path class="lb-filled" d="{frame.path([(0, 0), *fullest.points, (last, 0)])}Z"/>{brim}'


def _ends(frame: Frame, result: Runway) -> str:
    ending = sorted((ends, each.name) for each in result.allowances if (ends := each.ends) is not None)
    return "".join(
        dot(
            frame,
            (ends.day - 1 + ends.hour / HOURS, FULL),
            f"**{calendar.month_abbr[ends.month]} {ends.day}** {name} used up",
            below=bool(index % 2),
        )
        for index, (ends, name) in enumerate(ending)
    )


def _words(result: Runway) -> str:
    head = ["", "free", "used in the month", "used up on"]
    rows = [
        [
            each.name,
            f"{units.count(each.quantity)} {each.unit}",
            f"{units.count(round(each.used))} ({_said(_share(each, -1))})",
            f"{each.ends:%Y-%m-%d %H:%M} UTC" if each.ends else "not this month",
        ]
        for each in result.allowances
    ]
    saved = f"What was used of it is worth {units.money(result.saved, result.currency)}."
    return f"{columns([head, *rows])}\n{saved}"
