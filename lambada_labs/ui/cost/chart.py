"""What the figures of cost are drawn with: lines with their names at the end, dots with words, slices to read off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from lambada_labs.ui.card import Card, picture, prose
from lambada_labs.ui.cost.axis import Span, Tick, Value
from lambada_labs.ui.cost.series import Look, look
from lambada_labs.ui.plot import Axes, plot

STYLES = ("plot.css", "cost.css")
LINE_HEIGHT = 18
TWO_LINES_FROM = 13
_FULL = 100
_HALF = 50
_LEFT_EDGE, _RIGHT_EDGE = 22, 78
_BEYOND_EDGE = 62

Place = tuple[Value, Value | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Both axes of a figure; values are in the data's own units."""

    x: Span
    y: Span
    x_ticks: Sequence[Tick] = ()
    y_ticks: Sequence[Tick] = ()
    x_title: str = ""
    y_title: str = ""
    height: int = 250

    def left(self, value: Value) -> float:
        """A value's place from the left, 0 to 100."""
        return self.x.at(value)

    def top(self, value: Value) -> float:
        """A value's place from the top, 0 to 100."""
        return _FULL - self.y.at(value)

    @property
    def axes(self) -> Axes:
        """The same for `plot`, whose shapes are in per cent already."""
        return Axes(
            x_max=_FULL,
            y_max=_FULL,
            x_ticks=[(self.x.at(value), said) for value, said in self.x_ticks],
            y_ticks=[(self.y.at(value), said) for value, said in self.y_ticks],
            x_title=self.x_title,
            y_title=self.y_title,
        )

    def path(self, points: Iterable[Place]) -> str:
        """A line through these points for an SVG `d`; a point without a value leaves a gap."""
        made, pen = "", "M"
        for x, y in points:
            if y is None:
                pen = "M"
                continue
            made += f"{pen}{self.left(x):.5g} {self.top(y):.5g}"
            pen = "L"
        return made

    def drawn(self, shapes: str, over: str = "", *, label: str, under: str = "", named: bool = False) -> str:
        """The whole plot; `named` leaves room at the right for the names of its lines."""
        inner = plot(self.axes, shapes, over, under=under, height=self.height, label=label)
        return f'<div class="lb-cost{" lb-cost-named" * named}">{inner}</div>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One curve with its name and its look."""

    name: str
    points: Sequence[Place]
    look: Look

    def shape(self, frame: Frame) -> str:
        """The curve as SVG."""
        return f'<path class="lb-line lb-s-{self.look.kind}" d="{frame.path(self.points)}"/>'


def names(frame: Frame, lines: Sequence[Line]) -> str:
    """Each line's name at its right end, pushed apart where two would cover each other."""
    ends = [(_end(frame, line), line) for line in lines if any(y is not None for _, y in line.points)]
    ends.sort(key=lambda each: each[0])
    wanted = [top * frame.height / _FULL for top, _ in ends]
    rooms = [LINE_HEIGHT * (2 if len(line.name) > TWO_LINES_FROM else 1) for _, line in ends]
    placed = spread_apart(wanted, rooms, frame.height)
    return "".join(
        f'<span class="lb-end lb-s-{line.look.kind}" style="top:{top:.4g}px"><i></i>{prose(line.name)}</span>'
        for top, (_, line) in zip(placed, ends, strict=True)
    )


def _end(frame: Frame, line: Line) -> float:
    return frame.top(next(y for _, y in reversed(line.points) if y is not None))


def spread_apart(wanted: Sequence[float], rooms: Sequence[float], height: float) -> list[float]:
    """Places in ascending order, as near to the wanted ones as their rooms permit.

    >>> spread_apart([10, 12, 100], [18, 18, 18], 240)
    [10, 28.0, 100]
    """
    placed = list(wanted)
    for index in range(1, len(placed)):
        gap = (rooms[index - 1] + rooms[index]) / 2
        placed[index] = max(placed[index], placed[index - 1] + gap)
    limit = height
    for index in reversed(range(len(placed))):
        placed[index] = min(placed[index], limit)
        limit = placed[index] - (rooms[index] + rooms[index - 1]) / 2 if index else limit
    return placed


def dot(
    frame: Frame,
    at: tuple[Value, Value],
    words: str,
    *,
    kind: str = "mark",
    below: bool = False,
    beyond: bool = False,
) -> str:
    """A point with its words beside it, on the side where there is room; `beyond`: rather at its right."""
    left, top = frame.left(at[0]), frame.top(at[1])
    side = (
        "lb-at-right"
        if left > _RIGHT_EDGE
        else "lb-at-left"
        if left < (_BEYOND_EDGE if beyond else _LEFT_EDGE)
        else "lb-at-middle"
    )
    under = " lb-below" if below else ""
    return (
        f'<i class="lb-spot lb-spot-{kind}" style="left:{left:.4g}%;top:{top:.4g}%"></i>'
        f'<span class="lb-callout {side}{under}" style="left:{left:.4g}%;top:{top:.4g}%;--left:{left:.4g}%">{prose(words)}</span>'
    )


def upright(frame: Frame, value: Value, name: str, words: str, *, row: int, kind: str = "percentile") -> str:
    """An upright line at a value with its words at the upper end; `row` keeps several apart."""
    left = frame.left(value)
    flip = " lb-flip" if left > _RIGHT_EDGE else ""
    return f'<span class="lb-{kind}{flip}" style="left:{left:.4g}%;top:{row * LINE_HEIGHT}px"><span><b>{prose(name)}</b> {prose(words)}</span></span>'


def drops(frame: Frame, found: Sequence[tuple[Value, Value, str, str]]) -> str:
    """Points (x, y, the curve's name, from where) whose words hang below them, the leftmost lowest, so that none crosses another."""
    made = ""
    for index, (x, y, name, start) in enumerate(sorted(found, reverse=True)):
        left, top = frame.left(x), frame.top(y)
        depth = max(_FULL * LINE_HEIGHT * (1.4 + 1.2 * index) / frame.height, 0.0)
        height = min(depth, _FULL - top - 2)
        made += (
            f'<i class="lb-spot" style="left:{left:.4g}%;top:{top:.4g}%"></i>'
            f'<span class="lb-hang lb-s-{look(name).kind}{" lb-flip" * (left > _RIGHT_EDGE)}" style="left:{left:.4g}%;top:{top:.4g}%;height:{height:.4g}%;--left:{left:.4g}%"><span><b>{prose(name)} from</b><b aria-hidden="true">{look(name).letter}</b> {prose(start)}</span></span>'
        )
    return made


def slices(frame: Frame, reads: Sequence[tuple[Value, Sequence[str]]]) -> str:
    """Upright stripes: pointing at one, or reaching it with the Tab key, reads all curves off at its middle."""
    places = [frame.left(x) for x, _ in reads]
    made = ""
    for index, (place, (_, words)) in enumerate(zip(places, reads, strict=True)):
        start = (places[index - 1] + place) / 2 if index else max(0.0, place - 3)
        end = (place + places[index + 1]) / 2 if index + 1 < len(places) else min(float(_FULL), place + 3)
        share = _FULL * (place - start) / (end - start) if end > start else _HALF
        made += (
            f'<span class="lb-slice{" lb-slice-right" * (place > _HALF)}" style="left:{start:.4g}%;width:{end - start:.4g}%;--at:{share:.4g}%" '
            f"{focusable('; '.join(words))}>{tip(words)}</span>"
        )
    return made


def focusable(words: str) -> str:
    """The attributes of a part that can be reached with the Tab key and says these words."""
    return f'tabindex="0" role="img" aria-label="{escape(words)}" data-lm-suppress-shortcuts="true"'


def tip(words: Sequence[str]) -> str:
    """The small box that appears over a part while it is pointed at or has the focus."""
    first, *more = (prose(each) for each in words)
    return f'<b class="lb-readings" aria-hidden="true"><strong>{first}</strong>{"".join(f"<br>{each}" for each in more)}</b>'


def figure(
    drawing: str, *, title: str, reading: str, text: str, note: str = "", styles: Sequence[str] = ()
) -> Card:
    """A figure of cost as a card, with the styles that all of them need."""
    return picture(
        drawing,
        title=title,
        reading=reading,
        text=text,
        note=note,
        kicker="Cost",
        styles=(*STYLES, *styles),
    )


def gaps(missing: Sequence[str]) -> str:
    """What a Region has no price for, as a sentence; empty where nothing is missing."""
    if not missing:
        return ""
    return (
        f"**Incomplete**: this Region's list has no price for {', '.join(dict.fromkeys(missing))}; "
        "what needs it is left out, not counted as 0."
    )


def thinned(values: Sequence[object], most: int = 9) -> list[int]:
    """Indices of about `most` values spread evenly over all, first and last included.

    >>> thinned(range(5), 3), thinned([7])
    ([0, 2, 4], [0])
    """
    last = len(values) - 1
    count = min(most, len(values))
    return sorted({round(index * last / max(count - 1, 1)) for index in range(count)})
