"""The remaining-time chart: `get_remaining_time_in_millis()` falling towards the deadline."""

from __future__ import annotations

from collections.abc import Sequence

from lambada_labs import units
from lambada_labs.ui.card import Card, picture
from lambada_labs.ui.plot import Axes, plot, round_ticks, word

Reading = tuple[float, float]


def remaining_time(points: Sequence[Reading], *, timeout_ms: float, title: str | None = None) -> Card:
    """Readings (elapsed ms, remaining ms) against the deadline; a gap above zero is what the function did not need."""
    kept = sorted(points)
    ticks = [(value, units.duration(value)) for value in round_ticks(timeout_ms)]
    axes = Axes(
        x_max=timeout_ms,
        y_max=timeout_ms,
        x_ticks=[(value, said) for value, said in ticks if value <= timeout_ms],
        y_ticks=[(value, said) for value, said in ticks if value <= timeout_ms],
        x_title="time since the handler was called",
        y_title="time left",
    )
    last = kept[-1] if kept else (0.0, timeout_ms)
    found = title or finding(last, timeout_ms)
    return picture(
        plot(axes, shapes(axes, kept, timeout_ms), end_word(axes, last), label=found),
        title=found,
        reading="Each dot is one reading. The dashed line is where the clock goes if the handler never returns: at the square, Lambda ends it.",
        text=in_words(kept, timeout_ms),
        styles=("plot.css",),
    )


def finding(last: Reading, timeout_ms: float) -> str:
    """How much of the time the handler had left at its last reading."""
    return f"The handler was done with {units.duration(last[1])} of its {units.duration(timeout_ms)} left"


def shapes(axes: Axes, points: Sequence[Reading], timeout_ms: float) -> str:
    """The fall to the deadline, the way that was gone, and a dot per reading."""
    way = f'<path d="{axes.path([(0, timeout_ms), (timeout_ms, 0)])}" fill="none" stroke="var(--lb-muted)" stroke-width="1.5" stroke-dasharray="3 5"/>'
    gone = (
        f'<path d="{axes.path(points)}" fill="none" stroke="var(--lb-invoke)" stroke-width="3" stroke-linecap="round"/>'
        if points
        else ""
    )
    # A zero-length line with a round cap is the only circle that a stretched SVG keeps round.
    dots = "".join(
        f'<path d="M{axes.x(x):.6g} {axes.y(y):.6g}h0" stroke="var(--lb-invoke)" stroke-width="10" stroke-linecap="round"/>'
        for x, y in points
    )
    end = '<path d="M100 100h0" stroke="var(--lb-failed)" stroke-width="12" stroke-linecap="square"/>'
    return way + gone + dots + end


def end_word(axes: Axes, last: Reading) -> str:
    """The last reading, spelled beside its dot."""
    return word(axes, last, f"<b>{units.duration(last[1])}</b> left")


def in_words(points: Sequence[Reading], timeout_ms: float) -> str:
    """The readings as lines."""
    lines = [f"after {units.duration(elapsed)}: {units.duration(left)} left" for elapsed, left in points]
    return "\n".join([f"The timeout is {units.duration(timeout_ms)}.", *lines])
