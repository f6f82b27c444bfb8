"""The picture of who waits for whom: time runs right, a caller's wait above, what it waited for below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lambada_labs import units
from lambada_labs.errors import BadInput
from lambada_labs.model import InvocationRecord
from lambada_labs.ui.call_sequence.calls import MS_PER_S, Exchange, Strand, strands
from lambada_labs.ui.card import Card, picture, prose
from lambada_labs.ui.pick import Pick
from lambada_labs.ui.time_axis import axis
from lambada_labs.ui.time_scale import TimeScale, time_scale
from lambada_labs.ui.timeline_card import fold, track
from lambada_labs.ui.timeline_words import plural

STRANDS_AT_MOST = 6
LETTER_PX, ROOM_PX, ROOM_ON_PHONE_PX = 8, 586, 290
READING = (
    "Time runs right, to scale; a long gap between two calls is folded. The upper row is a caller who waits, below it what the wait was for: the "
    "cold start and the handler. What is left over went into the ways there and back, the door and Lambda itself. "
    "Choose a wait to read its numbers; the arrow keys go on."
)


def call_sequence(
    calls: Iterable[Any], records: Iterable[InvocationRecord] = (), *, title: str = "", kicker: str = ""
) -> Card:
    """Calls (`Call`s, or mappings of its fields) above the invocations behind them.

    Raises:
        BadInput: more than six callers and doors: `ui.herd` draws many.
    """
    found = strands(calls, records)
    if len(found) > STRANDS_AT_MOST:
        raise BadInput(
            f"{len(found)} callers", f"at most {STRANDS_AT_MOST}", "ui.herd({name: calls}) draws many"
        )
    return picture(
        drawing(found),
        title=title or finding(found),
        reading=READING if found else "Make a call, then draw this again.",
        text="\n".join(line for strand in found for line in words(strand)) or "No call yet.",
        styles=("pick.css", "timeline.css", "call_sequence.css"),
        kicker=kicker or "Who waits for whom",
    )


def finding(found: Sequence[Strand]) -> str:
    """The title: how long callers waited, and how often they tried again."""
    every = [each for strand in found for each in strand.exchanges]
    if not every:
        return "No call yet"
    retries = sum(each.retry for each in every)
    longest = max(each.call.waited_ms for each in every)
    if not retries:
        return f"{plural(len(every), 'call')}; the longest wait was {said(longest)}"
    total = max(strand.total_s for strand in found if any(each.retry for each in strand.exchanges))
    paused = sum(each.backoff_s for each in every) * MS_PER_S
    tries = plural(len(every), "call")
    return f"{tries}, {retries} of them tried again: {said(total * MS_PER_S)} in all, {said(paused)} of it waiting to retry"


def drawing(found: Sequence[Strand]) -> str:
    """All strands on one axis."""
    if not found:
        return ""
    scale = time_scale([span for strand in found for span in busy(strand)])
    pick = Pick("calls")
    blocks = "".join(block(pick, strand, scale, first=not index) for index, strand in enumerate(found))
    folds = "".join(fold(piece, 2 * len(found)) for piece in scale.pieces if piece.folded)
    head = track("", "", folds, "lb-tl-events lb-cs-folds") if folds else ""
    below = track("Time", "since the first call", axis(scale), "lb-tl-axis")
    return pick.scope(f'<div class="lb-tl lb-cs">{head}{blocks}{below}</div>{legend(found)}{pick.panels()}')


def busy(strand: Strand) -> list[tuple[float, float]]:
    """What must be to scale: the waits, and the pauses before retries."""
    waits = [(each.call.sent_at, each.call.answered_at) for each in strand.exchanges]
    pauses = [
        (each.call.sent_at - each.backoff_s, each.call.sent_at) for each in strand.exchanges if each.retry
    ]
    return waits + pauses


def block(pick: Pick, strand: Strand, scale: TimeScale, *, first: bool) -> str:
    """One caller's two rows."""
    above = "".join(
        backoff(each, scale) + wait(pick, strand, number, each, scale, first=first and number == 1)
        for number, each in enumerate(strand.exchanges, 1)
    )
    below = "".join(worked(each, scale) for each in strand.exchanges)
    return track(strand.caller, f"via {strand.door}", above, "lb-cs-caller") + track(
        "", "your function", below, "lb-cs-function"
    )


def wait(pick: Pick, strand: Strand, number: int, one: Exchange, scale: TimeScale, *, first: bool) -> str:
    """A caller's wait as a bar to choose."""
    call = one.call
    text = in_words(strand, number, one)
    shape = "lb-cs-wait lb-cs-failed" if call.failed else "lb-cs-wait"
    button = pick.button(
        text,
        f"<p>{prose(text)}</p>",
        shape=shape,
        style=place(call.sent_at, call.answered_at, scale),
        first=first,
    )
    return button + label(f"{call.answer} · {said(call.waited_ms)}", call.sent_at, call.answered_at, scale)


def backoff(one: Exchange, scale: TimeScale) -> str:
    """The pause before a retry."""
    if not one.retry:
        return ""
    start, end = one.call.sent_at - one.backoff_s, one.call.sent_at
    return (
        f'<i class="lb-cs-pause" style="{place(start, end, scale)}" title="pause {said(one.backoff_s * MS_PER_S)}"></i>'
        + label(said(one.backoff_s * MS_PER_S), start, end, scale, kind="lb-cs-quiet")
    )


def worked(one: Exchange, scale: TimeScale) -> str:
    """The invocation below its caller's wait: on the way, cold start, handler, on the way back."""
    record, accepted, ended = one.record, one.accepted_at, one.ended_at
    if record is None or accepted is None or ended is None:
        return ""
    if record.outcome == "throttled":
        return f'<i class="lb-cs-refused" style="{place(accepted, accepted, scale)}" title="throttled"></i>'
    began = max(accepted, ended - record.duration_ms / MS_PER_S)
    cold = max(accepted, began - one.init_ms / MS_PER_S)
    init = bar("init", cold, began, scale, f"init {said(one.init_ms)}") if one.init_ms else ""
    failed = record.outcome in {"error", "timeout"}
    ways = "".join(
        f'<i class="lb-cs-way" style="left:{scale.at(moment):.2%}"></i>'
        for moment in (one.call.sent_at, one.call.answered_at)
    )
    return ways + init + bar("failed" if failed else "invoke", began, ended, scale, said(record.duration_ms))


def bar(kind: str, start: float, end: float, scale: TimeScale, text: str) -> str:
    """One phase of an invocation."""
    left, right = scale.at(start), scale.at(end)
    fits = fitting(text, right - left)
    inside = f'<span class="{fits}">{text}</span>' if fits else ""
    return f'<i class="lb-bar lb-bar-{kind}" style="left:{left:.2%};width:{right - left:.2%}" title="{text}">{inside}</i>'


def label(text: str, start: float, end: float, scale: TimeScale, *, kind: str = "") -> str:
    """Words on a stretch of time, where they fit."""
    fits = fitting(text, scale.at(end) - scale.at(start))
    if not fits:
        return ""
    return f'<b class="lb-cs-label {kind} {fits}" aria-hidden="true" style="{place(start, end, scale)}">{prose(text)}</b>'


def fitting(text: str, share: float) -> str:
    """The class of words that fit on this share of the width: everywhere, at a desk only, or nowhere (empty)."""
    wide = len(text) * LETTER_PX
    if share * ROOM_ON_PHONE_PX >= wide:
        return "lb-fits-phone"
    return "lb-fits" if share * ROOM_PX >= wide else ""


def place(start: float, end: float, scale: TimeScale) -> str:
    """Left edge and width of a stretch of time."""
    left, right = scale.at(start), scale.at(end)
    return f"left:{left:.2%};width:{right - left:.2%}"


def legend(found: Sequence[Strand]) -> str:
    """The shapes of this picture, with their words."""
    every = [each for strand in found for each in strand.exchanges]
    records = [each.record for each in every if each.record]
    failed = any(each.call.failed for each in every)
    shown = [("lb-cs-wait", "a caller waits")]
    shown += [("lb-cs-wait lb-cs-failed", "waits, and gets an error")] * failed
    shown += [("lb-cs-pause", "pause before the next try")] * any(each.retry for each in every)
    shown += [("lb-bar-init", "init (cold start)")] * any(each.init_ms for each in every)
    shown += [("lb-bar-invoke", "handler")] * any(record.outcome == "success" for record in records)
    shown += [("lb-bar-failed", "handler, failed")] * any(
        record.outcome in {"error", "timeout"} for record in records
    )
    shown += [("lb-cs-refused", "throttled: nothing ran")] * any(
        record.outcome == "throttled" for record in records
    )
    items = "".join(f'<li><i class="lb-swatch {shape}"></i>{text}</li>' for shape, text in shown)
    return f'<ul class="lb-legend">{items}</ul>'


def words(strand: Strand) -> list[str]:
    """One caller's calls as sentences."""
    return [in_words(strand, number, each) for number, each in enumerate(strand.exchanges, 1)]


def in_words(strand: Strand, number: int, one: Exchange) -> str:
    """One call: who waited how long, for what."""
    call = one.call
    pause = f" after a pause of {said(one.backoff_s * MS_PER_S)}" if one.retry else ""
    head = f"{strand.caller} through {strand.door}, call {number}{pause}: waited {said(call.waited_ms)} and got {call.answer}"
    record = one.record
    if record is None:
        return f"{head}; no invocation is known for it."
    if record.outcome == "throttled":
        return f"{head}; Lambda throttled it, nothing ran."
    cold = f"{said(one.init_ms)} for the cold start, " if one.init_ms else ""
    ending = {"error": ", which failed", "timeout": ", which ran into its timeout"}.get(record.outcome, "")
    return f"{head}: {cold}{said(one.handler_ms)} for the handler{ending}, {said(one.rest_ms)} for everything between."


def said(milliseconds: float) -> str:
    """A duration to read."""
    return units.duration(milliseconds)
