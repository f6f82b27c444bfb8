"""A plot that stays readable at any width: shapes stretch, words keep their size."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """The ranges of both axes (data units) and their ticks as (value, words)."""

    x_max: float
    y_max: float
    x_ticks: Sequence[tuple[float, str]] = ()
    y_ticks: Sequence[tuple[float, str]] = ()
    x_title: str = ""
    y_title: str = ""

    def x(self, value: float) -> float:
        """A value's place from the left, 0 to 100."""
        return 100 * value / self.x_max

    def y(self, value: float) -> float:
        """A value's place from the top, 0 to 100."""
        return 100 - 100 * value / self.y_max

    def path(self, points: Iterable[Point]) -> str:
        """A line through these points, for an SVG `d`."""
        return "M" + "L".join(f"{self.x(x):.6g} {self.y(y):.6g}" for x, y in points)

    def area(self, points: Sequence[Point]) -> str:
        """The surface between these points and the zero line."""
        return f"{self.path([(points[0][0], 0), *points, (points[-1][0], 0)])}Z" if points else ""


def plot(
    axes: Axes, shapes: str, words: str = "", *, under: str = "", height: int = 240, label: str = ""
) -> str:
    """The frame, the ticks, the SVG shapes (in per cent) and the words placed over them."""
    lines = "".join(
        f'<i class="lb-rule" style="top:{axes.y(value):.4g}%"><b>{escape(said)}</b></i>'
        for value, said in axes.y_ticks
    )
    ticks = "".join(
        f'<i style="left:{axes.x(value):.4g}%">{escape(said)}</i>' for value, said in axes.x_ticks
    )
    titles = f'<p class="lb-ytitle">{escape(axes.y_title)}</p>' if axes.y_title else ""
    return (
        f'{titles}<div class="lb-plot" style="--height:{height}px">{lines}{under}'
        f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="{escape(label)}">{shapes}</svg>{words}'
        f'<div class="lb-xticks" aria-hidden="true">{ticks}</div></div>'
        f'<p class="lb-xtitle">{escape(axes.x_title)}</p>'
    )


def word(axes: Axes, at: Point, markup: str, *, side: str = "") -> str:
    """A short text placed at a data point; `side` is a CSS class that says where it hangs."""
    return f'<span class="lb-word {side}" style="left:{axes.x(at[0]):.4g}%;top:{axes.y(at[1]):.4g}%">{markup}</span>'


def round_ticks(largest: float, about: int = 4) -> list[float]:
    """Round values from 0 up to at least `largest`, about so many steps.

    >>> round_ticks(2900), round_ticks(0.3)
    ([0.0, 1000.0, 2000.0, 3000.0], [0.0, 0.1, 0.2, 0.3])
    """
    if largest <= 0:
        return [0.0, 1.0]
    power = 10.0 ** math.floor(math.log10(largest / about))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor * about >= largest)
    count = math.ceil(round(largest / step, 6))
    return [round(step * index, 10) for index in range(count + 1)]
