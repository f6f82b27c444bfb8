"""Each event's own line: waits as gaps to one scale, attempts as marks of one size, every mark a button."""

from __future__ import annotations

from collections.abc import Sequence

from lambada_labs.ui.card import prose
from lambada_labs.ui.event_path.journey import Line, Mark
from lambada_labs.ui.event_path.words import ending_words, mark_words, span, state_words
from lambada_labs.ui.pick import Pick
from lambada_labs.ui.producer_words import named

LABEL_FROM, LABEL_FROM_ON_PHONE = 0.14, 0.24
ID_SHOWN = 8
SHAPES = {
    "success": "attempt",
    "failed": "attempt, failed",
    "throttled": "refused, no attempt",
    "running": "attempt, running",
}


def scale(drawn: Sequence[Line]) -> str:
    """The lines of these events below each other, to one scale."""
    if not drawn:
        return ""
    pick = Pick("path")
    longest = max((line.waits_s for line in drawn), default=0.0)
    slots = max(len(line.marks) for line in drawn) + 2
    rows = "".join(row(pick, line, longest, first=not index) for index, line in enumerate(drawn))
    return pick.scope(
        f'<div class="lb-ep-lines" style="--slots:{slots}">{rows}</div>{legend(drawn)}{pick.panels()}'
    )


def legend(drawn: Sequence[Line]) -> str:
    """The shapes of these lines, with their words."""
    used = {mark.shape for line in drawn for mark in line.marks}
    ended = {line.place.station for line in drawn}
    shown = [(f"lb-ep-{shape}", said) for shape, said in SHAPES.items() if shape in used]
    shown += [("lb-ep-again", "delivered once more")] * any(
        mark.duplicate for line in drawn for mark in line.marks
    )
    shown += [("lb-ep-done", "the end: succeeded")] * ("succeeded" in ended)
    shown += [("lb-ep-done lb-ep-lost", "the end: given up")] * bool(ended & {"given-up", "dropped"})
    shown += [("lb-ep-now", "is here now")] * bool(ended & {"queue", "wait", "attempt"})
    items = "".join(f'<li><i class="lb-ep-mark {kind}"></i>{said}</li>' for kind, said in shown)
    return f'<ul class="lb-ep-legend">{items}</ul>'


def row(pick: Pick, line: Line, longest: float, *, first: bool) -> str:
    """One event's name, line and end."""
    passed, marks = 0.0, [sent(pick, line, first=first)]
    for place, mark in enumerate(line.marks, 1):
        marks.append(gap(passed, mark.waited_s, longest, place))
        passed += mark.waited_s
        marks.append(tried(pick, line, mark, _share(passed, longest), place))
    marks.append(last(pick, line, passed, longest))
    short = line.history.request_id[:ID_SHOWN]
    return (
        f'<div class="lb-ep-line"><div class="lb-ep-name">Event {line.number}<small><code>{prose(short)}</code></small></div>'
        f'<div class="lb-ep-track">{"".join(marks)}</div>'
        f'<div class="lb-ep-outcome">{prose(ending_words(line))}</div></div>'
    )


def sent(pick: Pick, line: Line, *, first: bool) -> str:
    """The moment it was accepted."""
    event = line.history
    said = f"Event {line.number} was accepted (status 202), sent by {named(event.producer).words}, {event.size:,} bytes."
    return _button(pick, line, said, "lb-ep-mark lb-ep-sent", _at(0.0, 0), key="sent", first=first)


def tried(pick: Pick, line: Line, mark: Mark, share: float, place: int) -> str:
    """One attempt."""
    said = f"Event {line.number}: {mark_words(mark)}."
    shape = f"lb-ep-mark lb-ep-{mark.shape}" + " lb-ep-again" * mark.duplicate
    button = _button(pick, line, said, shape, _at(share, place), key=f"try{place}")
    over = "again" if mark.duplicate else mark.label
    return button + f'<b class="lb-ep-label" aria-hidden="true" style="{_at(share, place)}">{over}</b>'


def last(pick: Pick, line: Line, passed: float, longest: float) -> str:
    """The end of the line: the wait it is in, or how it ended."""
    place = len(line.marks) + 1
    said = f"Event {line.number}: {state_words(line)}."
    if line.history.condition is not None:
        kind = "lb-ep-mark lb-ep-done" + " lb-ep-lost" * (line.place.station != "succeeded")
        return _button(pick, line, said, kind, _at(_share(passed, longest), place), key="end")
    done = passed + line.pending_s * line.place.done
    waits = gap(passed, line.pending_s, longest, place, pending=True)
    kind = "lb-ep-mark lb-ep-now"
    return waits + _button(pick, line, said, kind, _at(_share(done, longest), place), key="end")


def gap(start: float, waited_s: float, longest: float, place: int, *, pending: bool = False) -> str:
    """A wait as a gap to scale, its length on it."""
    if not waited_s:
        return ""
    share = _share(waited_s, longest)
    fits = "lb-ep-fits-phone" if share >= LABEL_FROM_ON_PHONE else "lb-ep-fits"
    label = f'<span class="{fits}">{span(waited_s)}</span>' if share >= LABEL_FROM else ""
    kind = " lb-ep-pending" if pending else ""
    return f'<i class="lb-ep-gap{kind}" style="{_at(_share(start, longest), place)};--wide:{share:.4f}" title="wait {span(waited_s)}">{label}</i>'


def _button(pick: Pick, line: Line, said: str, shape: str, at: str, *, key: str, first: bool = False) -> str:
    panel = f"<p>{prose(said)}</p><p><small>Request id <code>{line.history.request_id}</code>, the same at every attempt</small></p>"
    return pick.button(
        said, panel, shape=shape, style=at, first=first, key=f"{line.history.request_id} {key}"
    )


def _share(seconds: float, longest: float) -> float:
    return seconds / longest if longest else 0.0


def _at(share: float, place: int) -> str:
    return f"--at:{share:.4f};--slot:{place}"
