"""The picture of events on their way, as a static card and as the markup of the live one."""

from __future__ import annotations

import time
from collections.abc import Sequence

from lambada_labs.model import EventHistory
from lambada_labs.ui.card import Card, picture, plain, prose
from lambada_labs.ui.event_path.flow import flow
from lambada_labs.ui.event_path.journey import counted, lines
from lambada_labs.ui.event_path.scale import scale
from lambada_labs.ui.event_path.words import NOTHING, clock_words, event_path_words, finding

STYLES = ("pick.css", "event_path.css")
READING = (
    "Above: a numbered dot is an event; while it waits for its next attempt it is in the queue, drawn on the way to "
    "that attempt. Below: one line for each event, waits to scale on the platform's clock, attempts as marks. "
    "Choose a mark to read it; the arrow keys go from mark to mark."
)
MANY = "Not every event is drawn: the dots are examples, one of each kind of ending; the numbers count all."


def event_path(
    events: Sequence[EventHistory],
    *,
    speed: float = 1.0,
    now: float | None = None,
    title: str = "",
    live: bool = False,
) -> Card:
    """Events from their producer to their end, as they are at `now` (true seconds since the epoch).

    `speed` is that of the platform's clock. With `live` the waiting dots move by themselves until their wait is
    over: for the widget, which draws again when something happens.
    """
    at = time.time() if now is None else now
    drawn, tally = lines(events, now=at, speed=speed), counted(events, now=at, speed=speed)
    clock = f'<p class="lb-ep-clock">{prose(clock_words(speed))}</p>'
    empty = f'<p class="lb-ep-empty">{prose(NOTHING)}</p>' if not events else ""
    drawing = f'<div class="lb-ep">{clock}{flow(events, drawn, tally, live=live)}{empty}{scale(drawn)}</div>'
    return picture(
        drawing,
        title=title or finding(events, now=at, speed=speed),
        reading=READING,
        text=plain(event_path_words(events, speed=speed, now=at)),
        styles=STYLES,
        note=MANY if len(drawn) < len(events) else "",
        kicker="The path of an event" if len(events) == 1 else "The path of events",
    )
