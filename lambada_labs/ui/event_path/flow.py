"""The way as stations: what is where now. A numbered dot is an event, the numbers count all of them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lambada_labs.model import EventHistory
from lambada_labs.ui.card import prose
from lambada_labs.ui.event_path.journey import ATTEMPTS, Counted, Line, key_of
from lambada_labs.ui.event_path.words import KINDS, plural_count, span
from lambada_labs.ui.producer_words import named, target

PRODUCERS_NAMED = 2
DOT = {"succeeded": "good", "given-up": "failed", "dropped": "failed", "attempt": "running"}


def flow(events: Sequence[EventHistory], drawn: Sequence[Line], tally: Counted, *, live: bool) -> str:
    """Producer, queue and attempts in a row; below them where events ended, and the records about them."""
    apart = len(drawn) < tally.total
    way = [producer(events), link("queue"), queue(drawn, tally, apart=apart)]
    for attempt in range(1, ATTEMPTS + 1):
        way += [
            link(f"wait {attempt}", drawn, tally, apart=apart, live=live),
            trial(attempt, drawn, tally, apart=apart),
        ]
    ends = [*endings(drawn, tally, apart=apart), *records(drawn, tally, apart=apart)]
    return f'<ol class="lb-ep-way">{"".join(way)}</ol><ul class="lb-ep-ends">{"".join(ends)}</ul>'


def producer(events: Sequence[EventHistory]) -> str:
    """Who sent them."""
    senders = list(dict.fromkeys(named(event.producer).words for event in events))
    more = [f"{len(senders) - PRODUCERS_NAMED} more"] * (len(senders) > PRODUCERS_NAMED)
    said = ", ".join(senders[:PRODUCERS_NAMED] + more) or "nobody yet"
    return station("Producer", said, "", step=0)


def queue(drawn: Sequence[Line], tally: Counted, *, apart: bool) -> str:
    """The event queue: accepted, not yet with a handler."""
    said = f"{tally.total:,} accepted" if tally.total else "empty"
    return station("Event queue", said, held("queue", drawn, tally, apart=apart), step=1)


def trial(attempt: int, drawn: Sequence[Line], tally: Counted, *, apart: bool) -> str:
    """The function, at its so manieth attempt."""
    came, failed = tally.came[attempt], tally.failed[attempt]
    said = f"{came:,} came" + (f", {failed:,} failed" if failed else "") if came else ""
    inside = held(f"attempt {attempt}", drawn, tally, apart=apart)
    return station(f"Attempt {attempt}", said, inside, step=attempt + 1, pale=not came)


def station(name: str, said: str, inside: str, *, step: int, pale: bool = False) -> str:
    """One station; `step` is its place on the way, which a travelling dot passes in order."""
    kind = " lb-ep-pale" if pale else ""
    return (
        f'<li class="lb-ep-station{kind}" data-step="{step}"><b>{escape(name)}</b><small>{prose(said)}</small>'
        f'<span class="lb-ep-held">{inside}</span></li>'
    )


def link(
    place: str,
    drawn: Sequence[Line] = (),
    tally: Counted | None = None,
    *,
    apart: bool = False,
    live: bool = False,
) -> str:
    """The way between two stations; what waits for the next attempt moves along it."""
    waiting = [line for line in drawn if key_of(line.place) == place]
    dots = "".join(waiting_dot(line, live=live) for line in waiting)
    lengths = list(dict.fromkeys(span(line.pending_s) for line in waiting if line.pending_s))
    count = tally.here[place] if tally else 0
    number = f"{count:,} wait" if apart and count else ""
    said = " · ".join(each for each in (number, f"wait {lengths[0]}" if lengths else "") if each)
    return f'<li class="lb-ep-link" data-place="{place}"><span>{said}</span><i class="lb-ep-rail">{dots}</i></li>'


def waiting_dot(line: Line, *, live: bool) -> str:
    """A dot on its way through a wait; in the live picture the browser moves it on until the wait is over."""
    done, left_s = line.place.done, line.place.left_s
    moves = f";--left:{left_s:.2f}s" if live and left_s else ""
    kind = " lb-ep-moves" if moves else ""
    return dot(line, "waiting" + kind, style=f"left:{done:.1%}{moves}")


def held(place: str, drawn: Sequence[Line], tally: Counted, *, apart: bool) -> str:
    """The dots at a station; their number where not all are drawn."""
    here = [line for line in drawn if key_of(line.place) == place]
    dots = "".join(dot(line, DOT.get(line.place.station, "queued")) for line in here)
    count = tally.here[place]
    return dots + (f'<em class="lb-num">{count:,}</em>' if apart and count else "")


def dot(line: Line, kind: str, *, style: str = "") -> str:
    """One event; `data-dot` lets the live picture follow it from place to place."""
    placed = f' style="{style}"' if style else ""
    return (
        f'<i class="lb-ep-dot lb-ep-{kind}" data-dot="{escape(line.history.request_id)}"{placed} '
        f'title="event {line.number}">{line.number}</i>'
    )


def endings(drawn: Sequence[Line], tally: Counted, *, apart: bool) -> list[str]:
    """Where the events ended."""
    shown = [("succeeded", "Succeeded", ""), ("given-up", "Given up", "")]
    shown += [("dropped", "Dropped", "nobody was told")] * bool(tally.here["dropped"])
    return [
        end(name, said, held(place, drawn, tally, apart=apart), place, step=ATTEMPTS + 2)
        for place, name, said in shown
    ]


def records(drawn: Sequence[Line], tally: Counted, *, apart: bool) -> list[str]:
    """The records that were sent about ended events, by destination."""
    found = []
    for (kind, arn), (arrived, lost) in tally.told.items():
        about = [line for line in drawn if _reached(line.history, kind, arn)]
        marks = "".join(
            f'<i class="lb-ep-record" data-dot="{escape(line.history.request_id)}-{kind}" title="the record of event {line.number}">{line.number}</i>'
            for line in about
        )
        number = f'<em class="lb-num">{arrived:,}</em>' if apart and arrived else ""
        said = f"{target(arn)}" + (f", {plural_count(lost, 'record')} lost" if lost else "")
        found.append(end(KINDS[kind].capitalize(), said, marks + number, kind, step=ATTEMPTS + 3))
    return found


def end(name: str, said: str, inside: str, kind: str, *, step: int) -> str:
    """One box of the lower row."""
    pale = "" if inside or said else " lb-ep-pale"
    return (
        f'<li class="lb-ep-end lb-ep-end-{kind}{pale}" data-step="{step}"><b>{escape(name)}</b>'
        f'<small>{prose(said)}</small><span class="lb-ep-held">{inside}</span></li>'
    )


def _reached(history: EventHistory, kind: str, arn: str) -> bool:
    return any((one.kind, one.target, one.error) == (kind, arn, "") for one in history.deliveries)
