"""Languages side by side: the cold start and the warm invocation of the same handler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from lambada_labs import units
from lambada_labs.model import InvocationRecord
from lambada_labs.ui.card import Card, picture, prose

FITS_FROM = 0.16


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """One language: milliseconds of its cold start and of a warm invocation (medians); `None` where none was seen."""

    language: str
    init_ms: float | None
    invoke_ms: float | None


def languages(records: Mapping[str, Sequence[InvocationRecord]], *, title: str | None = None) -> Card:
    """INIT against invoke for each language, all bars to one scale."""
    speeds = [speed(name, list(found)) for name, found in records.items()]
    largest = max([(one.init_ms or 0) + (one.invoke_ms or 0) for one in speeds], default=1.0) or 1.0
    rows = "".join(row(one, largest) for one in speeds)
    legend = '<ul class="lb-legend"><li><i class="lb-swatch lb-bar-init"></i>init, once per environment</li><li><i class="lb-swatch lb-bar-invoke"></i>invoke, warm</li></ul>'
    return picture(
        f'<div class="lb-bars">{rows}</div>{legend}',
        title=title or finding(speeds),
        reading="Longer is slower; all bars share one scale. Medians of what ran on this machine: on AWS the figures differ, the order rarely does.",
        text="\n".join(in_words(one) for one in speeds),
        styles=("timeline.css", "bars.css"),
    )


def speed(language: str, records: Sequence[InvocationRecord]) -> Speed:
    """The medians of one language's records."""
    inits = [record.init_ms for record in records if record.init_ms is not None]
    warm = [record.duration_ms for record in records if not record.cold] or [
        record.duration_ms for record in records
    ]
    return Speed(
        language=language, init_ms=median(inits) if inits else None, invoke_ms=median(warm) if warm else None
    )


def finding(speeds: Sequence[Speed]) -> str:
    """Who starts fastest, and by how much."""
    known = sorted((one for one in speeds if one.init_ms), key=lambda one: one.init_ms or 0)
    if len(known) < 2:  # noqa: PLR2004
        return "One handler, several languages"
    fast, slow = known[0], known[-1]
    return f"{fast.language} starts {(slow.init_ms or 0) / (fast.init_ms or 1):.1f} times as fast as {slow.language}"


def row(one: Speed, largest: float) -> str:
    """One language's bar."""
    parts = (
        (kind, value)
        for kind, value in (("init", one.init_ms), ("invoke", one.invoke_ms))
        if value is not None
    )
    bars = "".join(
        f'<i class="lb-part lb-bar-{kind}" style="width:{value / largest:.2%}"></i>' for kind, value in parts
    )
    said = ", ".join(
        part
        for part in (
            one.init_ms is not None and f"init {units.duration(one.init_ms)}",
            one.invoke_ms is not None and f"invoke {units.duration(one.invoke_ms)}",
        )
        if part
    )
    return f'<div class="lb-bar-row"><b>{prose(one.language)}</b><div class="lb-bar-line">{bars}</div><span class="lb-num">{said}</span></div>'


def in_words(one: Speed) -> str:
    """One language in a sentence."""
    init = f"cold start {units.duration(one.init_ms)}" if one.init_ms is not None else "no cold start seen"
    invoke = (
        f"warm invocation {units.duration(one.invoke_ms)}" if one.invoke_ms is not None else "not invoked"
    )
    return f"{one.language}: {init}, {invoke}"
