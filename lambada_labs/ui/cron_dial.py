"""When a schedule came, on a dial: of an hour, or of a day with a second ring for the clocks of another place."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Literal
from zoneinfo import ZoneInfo

from lambada_labs.ui.card import Card, picture

Face = Literal["hour", "day"]
SECONDS = {"hour": 3600, "day": 86400}
OUTER, INNER, TICK = 118, 80, 7
LISTED = 6
HOURS, MINUTES = 24, 60


def cron_dial(
    expression: str, came: Sequence[float], *, face: Face = "day", zone: str = "UTC", title: str = ""
) -> Card:
    """When the schedule `expression` came; `came` in seconds since the epoch, UTC.

    The dial of a day has 24 hours, midnight at the top; its inner ring shows the clocks of `zone`.
    """
    where = ZoneInfo(zone)
    drawn = f'<div class="lb-dial">{_dial(came, face, where)}{_list(came, face, where)}</div>'
    return picture(
        drawn,
        title=title or finding(came, face, where),
        reading=_reading(face, where),
        text=_words(expression, came, face, where),
        styles=("dial.css",),
        kicker=f"`{expression}`",
    )


def finding(came: Sequence[float], face: Face, where: ZoneInfo) -> str:
    """What the dial shows, as a sentence."""
    if not came:
        return "It has not come yet"
    if face == "hour":
        return f"It came {len(came)} time{'s' * (len(came) != 1)}"
    return f"It came at {_utc(came[-1])} UTC" + _there(came[-1], where)


def _there(at: float, where: ZoneInfo) -> str:
    return "" if where.key == "UTC" else f": {_local(at, where)} in {_place(where)}"


def _reading(face: Face, where: ZoneInfo) -> str:
    if face == "hour":
        return (
            "Once round the dial is an hour of the platform's clock; each dot is one time that the rule came."
        )
    rings = f" The outer ring is UTC, the inner ring shows the clocks of {_place(where)}."
    inner = "" if where.key == "UTC" else rings
    return f"Once round the dial is a day, midnight at the top.{inner} Each dot is one time that the schedule came."


def _dial(came: Sequence[float], face: Face, where: ZoneInfo) -> str:
    moments = Counter(round(_turn(at, face), 4) for at in came)
    dots = "".join(_dot(turn, face, where, last=turn == round(_turn(came[-1], face), 4)) for turn in moments)
    offset = _offset(came[-1], where) if came else 0
    inner = _inner_ring(where, offset) if face == "day" and where.key != "UTC" else ""
    middle = f'<text class="lb-dial-count" y="8">{len(came)}</text>' if face == "hour" else ""
    return (
        f'<svg viewBox="-164 -154 328 308" aria-hidden="true"><circle class="lb-dial-ring" r="{OUTER}"/>'
        f"{_marks(face)}{inner}{dots}{middle}</svg>"
    )


def _marks(face: Face) -> str:
    """Short lines all round, and a number at every third hour or fifth minute."""
    steps, every = (HOURS, 3) if face == "day" else (MINUTES, 5)
    lines = "".join(
        _line(step / steps, OUTER, OUTER - (TICK if step % every == 0 else TICK / 2)) for step in range(steps)
    )
    numbers = "".join(
        _text(
            f"{step}" if face == "hour" else f"{step}:00", step / steps, OUTER + (25 if face == "day" else 17)
        )
        for step in range(0, steps, every)
    )
    return lines + numbers


def _inner_ring(where: ZoneInfo, offset: float) -> str:
    numbers = "".join(
        _text(f"{hour}", (hour - offset) / HOURS, INNER - 13, "lb-dial-there") for hour in range(0, HOURS, 3)
    )
    lines = "".join(
        _line((hour - offset) / HOURS, INNER, INNER - TICK / 2, "lb-dial-there") for hour in range(HOURS)
    )
    name = f'<text class="lb-dial-name" y="4">{escape(_place(where))}</text>'
    return f'<circle class="lb-dial-ring lb-dial-there" r="{INNER}"/>{lines}{numbers}{name}'


def _dot(turn: float, face: Face, where: ZoneInfo, *, last: bool) -> str:
    x, y = _at(turn, OUTER)
    hand = ""
    if face == "day" and where.key != "UTC":
        hand = _line(turn, OUTER, INNER, "lb-dial-hand")
    now = " lb-dial-last" if last else ""
    return f'{hand}<circle class="lb-dial-dot{now}" cx="{x:.1f}" cy="{y:.1f}" r="{7 if last else 5}"/>'


def _line(turn: float, start: float, end: float, kind: str = "") -> str:
    (x1, y1), (x2, y2) = _at(turn, start), _at(turn, end)
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(text: str, turn: float, radius: float, kind: str = "") -> str:
    x, y = _at(turn, radius)
    return f'<text class="{kind}" x="{x:.1f}" y="{y + 4:.1f}">{text}</text>'


def _at(turn: float, radius: float) -> tuple[float, float]:
    """The place on a circle after this share of a turn, clockwise from the top."""
    angle = 2 * math.pi * turn
    return radius * math.sin(angle), -radius * math.cos(angle)


def _turn(at: float, face: Face) -> float:
    return at % SECONDS[face] / SECONDS[face]


def _offset(at: float, where: ZoneInfo) -> float:
    """Hours that the clocks there are ahead of UTC."""
    ahead = datetime.fromtimestamp(at, where).utcoffset()
    return ahead.total_seconds() / SECONDS["hour"] if ahead else 0


def _list(came: Sequence[float], face: Face, where: ZoneInfo) -> str:
    rows = [f"<li>{escape(said)}</li>" for said in _said(came[-LISTED:], face, where)]
    more = f"<li>and {len(came) - LISTED} before</li>" if len(came) > LISTED else ""
    return f'<ol class="lb-dial-list">{"".join(reversed(rows))}{more}</ol>'


def _said(came: Sequence[float], face: Face, where: ZoneInfo) -> list[str]:
    if face == "hour":
        return [f"{datetime.fromtimestamp(at, UTC):%H:%M:%S} UTC" for at in came]
    return [f"{datetime.fromtimestamp(at, UTC):%a %d %b, %H:%M} UTC{_there(at, where)}" for at in came]


def _words(expression: str, came: Sequence[float], face: Face, where: ZoneInfo) -> str:
    return "\n".join(
        [f"{expression} came {len(came)} time{'s' * (len(came) != 1)}.", *_said(came, face, where)]
    )


def _utc(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M}"


def _local(at: float, where: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(at, where):%H:%M}"


def _place(where: ZoneInfo) -> str:
    return where.key.rpartition("/")[2].replace("_", " ")
