"""Memory is also speed: measured sizes with their fitted curve, and the size that a power tuning recommends."""

from __future__ import annotations

from collections.abc import Sequence

from lambada_labs import units
from lambada_labs.pricing.cpu_share import DECK_ONE_VCPU_MB, ONE_VCPU_MB
from lambada_labs.pricing.memory_curve import MemoryCurve
from lambada_labs.pricing.tuning import Tuning
from lambada_labs.pricing.tuning_level import Level
from lambada_labs.ui.card import Card, prose
from lambada_labs.ui.cost.axis import Span, Tick, decades, money_ticks, straight
from lambada_labs.ui.cost.chart import Frame, Line, figure, focusable, tip
from lambada_labs.ui.cost.series import look
from lambada_labs.ui.plot import round_ticks
from lambada_labs.ui.tables import columns

STEPS = 48
SIZES = (128, 256, 512, 1024, 2048, 4096, 8192)
LOG_FROM = 12
"""Durations that differ by more than this factor get a logarithmic axis."""


def memory_curve(curve: MemoryCurve) -> Card:
    """Measured medians, the fitted curve, its P10-P90 band, and the knee at one vCPU."""
    low, high = min(curve.measured), max(*curve.measured, ONE_VCPU_MB)
    sizes = _between(low, high)
    bands = [(size, curve.band(size)) for size in sizes]
    values = [
        *curve.measured.values(),
        *(curve.duration_ms(size) for size in sizes),
        *(edge for _, band in bands if band for edge in band),
    ]
    frame = _frame(low, high, values)
    said = f"{'The curve misses unseen sizes by ' + format(curve.error, '.0%') if curve.error is not None else 'Too few sizes to tell the error'}"
    title = _finding(curve)
    shapes = (
        _band(frame, bands)
        + _knee(frame, curve)
        + Line(
            name="",
            points=[(size, curve.duration_ms(size)) for size in sizes],
            look=look("Lambda" if curve.good else "EC2"),
        ).shape(frame)
    )
    points = "".join(
        _point(frame, size, value, curve.duration_ms(size)) for size, value in curve.measured.items()
    )
    return figure(
        frame.drawn(shapes, points + _knee_words(frame, curve), label=title),
        title=title,
        reading="Dots are what was measured, the line is the model through them, the pale band is where eight sizes in ten are to be expected. Right of the knee more memory makes one thread no faster.",
        text=_curve_words(curve),
        note=f"{curve.sentence} {said}."
        if curve.sentence and f"{curve.error:.0%}" not in curve.sentence
        else curve.sentence,
    )


def _finding(curve: MemoryCurve) -> str:
    smallest = min(curve.measured)
    if not curve.good:
        return "The model does not fit these measurements: read the dots only"
    faster = curve.duration_ms(smallest) / curve.floor_ms
    if faster < LOG_FROM / 10:
        return f"More memory buys no speed here: it waits {curve.waiting_share:.0%} of its time"
    return f"From {units.memory(smallest)} to {units.memory(curve.knee_mb)} it gets {faster:.1f} times as fast, then no faster"


def _between(low: int, high: int) -> list[int]:
    factor = (high / low) ** (1 / STEPS) if high > low else 1.0
    return sorted(
        {
            *(round(low * factor**step) for step in range(STEPS + 1)),
            *([ONE_VCPU_MB] if low <= ONE_VCPU_MB <= high else []),
        }
    )


def _frame(low: int, high: int, values: Sequence[float]) -> Frame:
    span, ticks = decades(values) if max(values) / min(values) > LOG_FROM else straight(values)
    return Frame(
        x=Span(low=low * 0.9, high=high * 1.1, log=True),
        y=span,
        x_ticks=_size_ticks(low, high),
        y_ticks=[(tick, units.duration(tick) if tick else "0") for tick in ticks],
        x_title="memory (each step twice as much)",
        y_title="duration of one warm invocation" + (", each step ten times as long" if span.log else ""),
    )


def _size_ticks(low: int, high: int) -> list[Tick]:
    return [(size, units.memory(size)) for size in SIZES if low * 0.9 <= size <= high * 1.1]


def _band(frame: Frame, bands: Sequence[tuple[int, tuple[float, float] | None]]) -> str:
    known = [(size, band) for size, band in bands if band]
    if not known:
        return ""
    edge = [*((size, band[1]) for size, band in known), *((size, band[0]) for size, band in reversed(known))]
    return f'<path class="lb-filled" d="{frame.path(edge)}Z"/>'


def _knee(frame: Frame, curve: MemoryCurve) -> str:
    return f'<path class="lb-you" d="M{frame.left(curve.knee_mb):.5g} 0V100"/>'


def _knee_words(frame: Frame, curve: MemoryCurve) -> str:
    deck = f" (the deck: {DECK_ONE_VCPU_MB:,})" if curve.threads == 1 else ""
    vcpus = "one vCPU" if curve.threads == 1 else f"{curve.threads} vCPUs"
    side = "lb-at-right" if frame.left(curve.knee_mb) > 50 else "lb-at-left"  # noqa: PLR2004
    return f'<span class="lb-callout lb-knee {side}" style="left:{frame.left(curve.knee_mb):.4g}%;top:12%;--left:{frame.left(curve.knee_mb):.4g}%">{vcpus} at {curve.knee_mb:,} MB{deck}</span>'


def _point(frame: Frame, size: int, value: float, expected: float) -> str:
    words = [units.memory(size), f"measured {units.duration(value)}", f"model {units.duration(expected)}"]
    return f'<span class="lb-point{" lb-slice-right" * (frame.left(size) > 50)}" style="left:{frame.left(size):.4g}%;top:{frame.top(value):.4g}%" {focusable(", ".join(words))}>{tip(words)}</span>'  # noqa: PLR2004


def _curve_words(curve: MemoryCurve) -> str:
    rows = [
        [
            units.memory(size),
            units.duration(value),
            units.duration(curve.duration_ms(size)),
            _range(curve.band(size)),
        ]
        for size, value in curve.measured.items()
    ]
    return columns([["memory", "measured", "model", "P10 to P90"], *rows]) + f"\n{curve.sentence}"


def _range(band: tuple[float, float] | None) -> str:
    return f"{units.duration(band[0])} to {units.duration(band[1])}" if band else "unknown"


def tuning(result: Tuning) -> Card:
    """Cost against time for every measured size; the cheapest, the fastest and the balanced one are named."""
    currency = result.book.currency
    times, costs = (
        [level.median_ms for level in result.levels],
        [float(level.cost) for level in result.levels],
    )
    span, ticks = straight([each * 1.12 for each in costs])
    x_ticks = round_ticks(max(times) * 1.08)
    frame = Frame(
        x=Span(low=0, high=x_ticks[-1]),
        y=span,
        x_ticks=[(tick, units.duration(tick) if tick else "0") for tick in x_ticks],
        y_ticks=money_ticks(ticks, currency),
        x_title=f"median time of a {result.mode} invocation",
        y_title="a million invocations",
        height=290,
    )
    path = f'<path class="lb-line lb-s-other" d="{frame.path(list(zip(times, costs, strict=True)))}"/>'
    points = "".join(_level(frame, level, result) for level in result.levels)
    return figure(
        frame.drawn(path, points, label=result.sentence),
        title=result.sentence.removesuffix("."),
        reading="Down is cheaper, left is faster; the line joins the sizes from small to large. The ringed sizes are the recommended ones.",
        text=_tuning_words(result),
        note=result.caution,
    )


def _roles(level: Level, result: Tuning) -> list[str]:
    named = (("cheapest", result.cheapest), ("fastest", result.fastest), ("balanced", result.balanced))
    return [name for name, chosen in named if chosen.memory_mb == level.memory_mb]


def _row(level: Level, result: Tuning) -> str:
    """Where a size's name stands: recommended ones above, the others below, neighbours in two rows."""
    like = [each for each in result.levels if bool(_roles(each, result)) == bool(_roles(level, result))]
    second = like.index(level) % 2
    return (" lb-higher" * second) if _roles(level, result) else (" lb-deeper" if second else " lb-below")


def _level(frame: Frame, level: Level, result: Tuning) -> str:
    left, top = frame.left(level.median_ms), frame.top(level.cost)
    roles = _roles(level, result)
    words = [
        units.memory(level.memory_mb),
        units.duration(level.median_ms),
        f"{units.money(level.cost, result.book.currency)} a million",
        *([f"{level.failed} failed"] if level.failed else []),
    ]
    said = f"<b>{units.memory(level.memory_mb)}</b>" + (f" {prose(', '.join(roles))}" if roles else "")
    right = left > 60  # noqa: PLR2004
    return (
        f'<span class="lb-point{" lb-chosen" * bool(roles)}{" lb-slice-right" * right}" style="left:{left:.4g}%;top:{top:.4g}%" {focusable(", ".join([*words, *roles]))}>{tip(words)}</span>'
        f'<span class="lb-callout {"lb-at-right" if right else "lb-at-left"}{_row(level, result)}" style="left:{left:.4g}%;top:{top:.4g}%;--left:{left:.4g}%">{said}</span>'
    )


def _tuning_words(result: Tuning) -> str:
    rows = [
        [
            units.memory(level.memory_mb),
            units.duration(level.median_ms),
            units.duration(level.p90_ms),
            units.money(level.cost, result.book.currency),
            f"{level.runs} runs",
            ", ".join(_roles(level, result)),
        ]
        for level in result.levels
    ]
    head = ["memory", "median", "P90", "a million", "measured", ""]
    return columns([head, *rows]) + (f"\n{result.caution}" if result.caution else "")
