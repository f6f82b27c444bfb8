"""The timeline: every execution environment is a lane, every event a dot that drops into the lane that took it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lambada_labs import units
from lambada_labs.model import InvocationRecord, LifeEvent
from lambada_labs.ui import theme
from lambada_labs.ui.card import Card, picture, prose
from lambada_labs.ui.lanes import MS_PER_S, Lane, Segment, lanes
from lambada_labs.ui.pick import Pick
from lambada_labs.ui.time_axis import axis
from lambada_labs.ui.time_scale import Piece, TimeScale, time_scale
from lambada_labs.ui.timeline_words import counted, event_in_words, in_words, plural

LANES_SHOWN = 20
DOTS_SHOWN = 120
LABEL_FROM = 0.15
LABEL_FROM_ON_PHONE = 0.3
LEGEND = ("init", "invoke", "idle", "frozen", "failed", "throttled", "killed")
READING = (
    "Time runs right. Each lane is one execution environment; each dot is an event, and its line ends in the lane "
    "that took it. Choose a dot to read what it cost."
)


def timeline(
    records: Iterable[InvocationRecord],
    life: Iterable[LifeEvent] = (),
    *,
    title: str | None = None,
    compress_idle: bool = True,
) -> Card:
    """The life of the environments behind these records; the title is the finding, counted when none is given."""
    kept = sorted(records, key=lambda record: record.accepted_at)
    rows = lanes(kept, life)
    scale = time_scale(busy_spans(rows, kept), fold=compress_idle)
    shown = rows[:LANES_SHOWN]
    more = f"{len(rows) - len(shown)} more environments are not drawn." if len(rows) > len(shown) else ""
    return picture(
        drawing(kept, shown, scale),
        title=title or counted(kept, rows),
        reading=READING if kept else "Invoke the function, then draw this again.",
        text=in_words(kept, rows),
        styles=("pick.css", "timeline.css"),
        note=more,
    )


def busy_spans(rows: Sequence[Lane], records: Sequence[InvocationRecord]) -> list[tuple[float, float]]:
    """When something ran or waited to run: the stretches that are drawn to scale."""
    ran = [
        (each.start, each.end) for row in rows for each in row.segments if each.phase in {"init", "invoke"}
    ]
    ended = [(each.start, each.start) for row in rows for each in row.segments if each.phase == "killed"]
    return (
        ran + ended + [(record.accepted_at, max(record.ended_at, record.accepted_at)) for record in records]
    )


def drawing(records: Sequence[InvocationRecord], rows: Sequence[Lane], scale: TimeScale) -> str:
    """Events, lanes, axis and legend."""
    if not rows and not records:
        return ""
    pick = Pick("timeline")
    several = len({row.function_name for row in rows}) > 1
    place = {row.environment_id: number for number, row in enumerate(rows, 1)}
    dots = "".join(
        dot(pick, index, record, place, scale) for index, record in enumerate(records[:DOTS_SHOWN], 1)
    )
    folds = "".join(fold(piece, len(rows)) for piece in scale.pieces if piece.folded)
    events = track("Events", "", folds + dots, "lb-tl-events")
    drawn = "".join(lane_row(number, row, scale, several=several) for number, row in enumerate(rows, 1))
    chart = f'<div class="lb-tl">{events}{drawn}{track("Time", "since the first event", axis(scale), "lb-tl-axis")}</div>'
    return pick.scope(chart + legend(records, rows) + (pick.panels() if records else ""))


def track(name: str, small: str, inside: str, kind: str = "") -> str:
    """One row: its name at the left, time at the right."""
    return (
        f'<div class="lb-tl-row {kind}"><div class="lb-tl-name">{prose(name)}<small>{prose(small)}</small></div>'
        f'<div class="lb-tl-track">{inside}</div></div>'
    )


def lane_row(number: int, row: Lane, scale: TimeScale, *, several: bool) -> str:
    """One environment's lane."""
    inside = "".join(bar(segment, scale) for segment in row.segments)
    name = row.function_name if several else f"Environment {number}"
    small = f"environment {number}" if several else plural(len(row.records), "invocation")
    return track(name, small, inside)


def bar(segment: Segment, scale: TimeScale) -> str:
    """One phase as a bar; the text inside only where it fits."""
    left, right = scale.at(segment.start), scale.at(segment.end)
    kind = kind_of(segment)
    if kind == "killed":
        return f'<i class="lb-bar lb-bar-killed" style="left:{left:.2%}" title="ended"></i>'
    wide = right - left
    fits = "lb-fits-phone" if wide >= LABEL_FROM_ON_PHONE else "lb-fits"
    length = units.duration((segment.end - segment.start) * MS_PER_S)
    said = f"init {length}" if kind == "init" else length
    label = (
        f'<span class="{fits}">{said}</span>' if wide >= LABEL_FROM and kind not in {"idle", "frozen"} else ""
    )
    return (
        f'<i class="lb-bar lb-bar-{kind}" style="left:{left:.2%};width:{wide:.2%}" '
        f'title="{theme.words(kind)}, {length}">{label}</i>'
    )


def kind_of(segment: Segment) -> str:
    """The token of a segment: its phase, or `failed` where the invocation was."""
    failed = segment.record is not None and segment.record.outcome in {"error", "timeout"}
    return "failed" if failed else segment.phase


def dot(pick: Pick, index: int, record: InvocationRecord, place: dict[str, int], scale: TimeScale) -> str:
    """One event: a dot on the events' row and a line down to its lane."""
    left = scale.at(record.accepted_at)
    lane = place.get(record.environment_id, 0)
    said = event_in_words(index, record, lane)
    line = f'<i class="lb-drop" style="left:{left:.2%};--down:{lane}"></i>' if lane else ""
    shape = {
        "throttled": "lb-dot lb-dot-throttled",
        "error": "lb-dot lb-dot-failed",
        "timeout": "lb-dot lb-dot-failed",
    }
    button = pick.button(
        said,
        f"<p>{prose(said)}</p><p><small>request id <code>{record.request_id}</code></small></p>",
        shape=shape.get(record.outcome, "lb-dot"),
        style=f"left:{left:.2%};--down:{lane}",
        first=index == 1,
    )
    return line + button


def fold(piece: Piece, count: int) -> str:
    """A folded stretch of idle time, through all lanes, with its length on top."""
    left, width = piece.left, piece.right - piece.left
    length = units.duration((piece.end - piece.start) * MS_PER_S)
    return (
        f'<i class="lb-fold-band" style="left:{left:.2%};width:{width:.2%};--rows:{count}" title="{length} idle">'
        f"<b>{length}</b></i>"
    )


def legend(records: Sequence[InvocationRecord], rows: Sequence[Lane]) -> str:
    """The shapes that this picture really uses, with their words."""
    used = {kind_of(segment) for row in rows for segment in row.segments}
    used |= {"throttled"} if any(record.outcome == "throttled" for record in records) else set()
    items = "".join(
        f'<li><i class="lb-swatch lb-bar-{kind}"></i>{theme.words(kind)}</li>'
        for kind in LEGEND
        if kind in used
    )
    folds = "<li><i class='lb-swatch lb-fold-band'></i>idle time, folded</li>" if rows else ""
    return f'<ul class="lb-legend">{items}{folds}</ul>'
