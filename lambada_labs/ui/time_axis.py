"""The words under a folded time axis: when each stretch began, and round times inside the long ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lambada_labs import units
from lambada_labs.ui.plot import round_ticks
from lambada_labs.ui.time_scale import TimeScale

MS_PER_S = 1000
WIDE = 0.3
ROOM = 0.1
ROOM_ON_PHONE = 0.24
RIGHT_EDGE = 0.89


def axis(scale: TimeScale) -> str:
    """Times since the first event, as many as stand without touching each other."""
    times = sorted(moments(scale))
    places = [scale.at(moment) for moment in times]
    desk, phone = (spaced(places, room) for room in (ROOM, ROOM_ON_PHONE))
    return "".join(
        f'<i class="{kind(place, on_phone=index in phone)}" style="left:{place:.2%}">{since(moment - times[0])}</i>'
        for index, (moment, place) in enumerate(zip(times, places, strict=True))
        if index in desk
    )


def moments(scale: TimeScale) -> Iterator[float]:
    """The start of each stretch that is to scale; round steps after it where it is wide."""
    for piece in scale.pieces:
        if piece.folded:
            continue
        yield piece.start
        if piece.right - piece.left >= WIDE:
            length = piece.end - piece.start
            yield from (piece.start + step for step in round_ticks(length)[1:] if step <= length)


def spaced(places: Sequence[float], room: float) -> set[int]:
    """Which of these words can stand: each needs `room`, one near the right edge to its left."""
    kept: set[int] = set()
    free_from = 0.0
    for index, place in enumerate(places):
        left = place - room if place > RIGHT_EDGE else place
        if left >= free_from:
            kept.add(index)
            free_from = left + room
    return kept


def kind(place: float, *, on_phone: bool) -> str:
    """The CSS classes of a word: hidden on a phone, hanging to the left at the right edge."""
    return " ".join(["lb-fits"] * (not on_phone) + ["lb-last"] * (place > RIGHT_EDGE))


def since(passed: float) -> str:
    """A moment as a person says it."""
    return "0 s" if passed == 0 else units.duration(passed * MS_PER_S)
