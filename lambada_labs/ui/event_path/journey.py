"""Where an event is now, and the marks of its way so far: values only, nothing is drawn here.

Waits and ages are seconds of the platform's clock, everything named `at` true seconds since the epoch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from lambada_labs import facts
from lambada_labs.model import EventAttempt, EventHistory

Station = Literal["queue", "wait", "attempt", "succeeded", "given-up", "dropped"]
Shape = Literal["success", "failed", "throttled", "running"]
#: How often a handler may see an event at most.
ATTEMPTS = facts.number("async.attempts")
#: So many events are drawn one by one; of more, these many examples.
SHOWN = 6
#: Refusals in a row above this number share one mark.
REFUSALS_APART = 3
REFUSED = frozenset({"throttled", "system-error"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an event is: `attempt` is the one it is at, or waits for (from 1).

    While it waits, `done` is the share of the wait that is over, `left_s` what is left in true seconds (None
    where the clock stands still).
    """

    station: Station
    attempt: int = 1
    done: float = 0.0
    left_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing on an event's own line: an attempt, or refusals in a row as one.

    `waited_s` stands between it and the mark before, `age_s` is how old the event was.
    """

    shape: Shape
    label: str
    waited_s: float
    age_s: float
    attempts: tuple[EventAttempt, ...] = ()
    duplicate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event's way: its marks, and the wait it is in, if any (`pending_s`, of which `place.done` is over)."""

    number: int
    history: EventHistory
    place: Place
    marks: tuple[Mark, ...]
    pending_s: float = 0.0

    @property
    def waits_s(self) -> float:
        """All its waits together."""
        return sum(mark.waited_s for mark in self.marks) + self.pending_s


def place_of(history: EventHistory, *, now: float, speed: float) -> Place:
    """Where this event is at `now`, true seconds since the epoch."""
    attempt = min(history.invocations + 1, ATTEMPTS)
    if history.condition is not None:
        return Place(station=ending(history), attempt=max(1, history.invocations))
    if history.trying_since is not None:
        return Place(station="attempt", attempt=attempt)
    if history.next_wait_s is None:
        return Place(station="wait" if history.attempts else "queue", attempt=attempt, done=1.0, left_s=0.0)
    if history.next_at is None or not speed:
        return Place(station="wait", attempt=attempt, done=0.0)
    left_s = max(0.0, history.next_at - now)
    total_s = history.next_wait_s / speed
    done = 1 - min(1.0, left_s / total_s) if total_s else 1.0
    return Place(station="wait", attempt=attempt, done=done, left_s=left_s)


def ending(history: EventHistory) -> Station:
    """Where an ended event lies: dropped is one that was given up and of which nobody was told."""
    if history.condition == "Success":
        return "succeeded"
    told = any(not one.error for one in history.deliveries)
    return "given-up" if told or history.ended_at is None else "dropped"


def line_of(number: int, history: EventHistory, *, now: float, speed: float) -> Line:
    """One event's line."""
    place = place_of(history, now=now, speed=speed)
    pending_s = (history.next_wait_s or 0.0) if place.station == "wait" else 0.0
    marks = tuple(marks_of(history, speed=speed))
    return Line(number=number, history=history, place=place, marks=marks, pending_s=pending_s)


def marks_of(history: EventHistory, *, speed: float) -> Iterator[Mark]:
    """Its attempts in order; a long row of refusals is one mark."""
    runs = 0
    for refused, found in groupby(history.attempts, key=lambda one: one.outcome in REFUSED):
        group = tuple(found)
        if refused and len(group) > REFUSALS_APART:
            yield _together(group)
            continue
        for one in group:
            runs += not refused and not one.duplicate
            yield _mark(one, "" if refused else str(runs))
    if history.trying_since is not None:
        yield _running(history, runs + 1, speed=speed)


def _mark(attempt: EventAttempt, label: str) -> Mark:
    shape: Shape = "failed" if attempt.outcome in {"error", "timeout"} else "success"
    return Mark(
        shape="throttled" if attempt.outcome in REFUSED else shape,
        label=label,
        waited_s=attempt.waited_s,
        age_s=attempt.age_s,
        attempts=(attempt,),
        duplicate=attempt.duplicate,
    )


def _together(attempts: tuple[EventAttempt, ...]) -> Mark:
    return Mark(
        shape="throttled",
        label=f"×{len(attempts)}",
        waited_s=sum(one.waited_s for one in attempts),
        age_s=attempts[-1].age_s,
        attempts=attempts,
    )


def _running(history: EventHistory, run: int, *, speed: float) -> Mark:
    """The attempt that runs now: what it waited is measured, the record of it comes when it ends."""
    since = history.trying_since or 0.0
    age_s = max(0.0, since - history.accepted_at) * speed
    waited_s = max(0.0, since - history.attempts[-1].ended_at) * speed if history.attempts else 0.0
    return Mark(shape="running", label=str(run), waited_s=waited_s, age_s=age_s)


def lines(histories: Sequence[EventHistory], *, now: float, speed: float) -> list[Line]:
    """The events to draw one by one, numbered in the order in which they were accepted."""
    numbered = list(enumerate(sorted(histories, key=lambda one: (one.accepted_at, one.request_id)), 1))
    chosen = numbered if len(numbered) <= SHOWN else sorted(examples(numbered))
    return [line_of(number, history, now=now, speed=speed) for number, history in chosen]


def examples(numbered: Sequence[tuple[int, EventHistory]]) -> list[tuple[int, EventHistory]]:
    """The first event of each kind of ending, then the oldest ones."""
    first: dict[object, tuple[int, EventHistory]] = {}
    for number, history in numbered:
        if history.condition is not None:
            first.setdefault(kind_of(history), (number, history))
    found = list(first.values())[:SHOWN]
    taken = {number for number, _ in found}
    rest = [pair for pair in numbered if pair[0] not in taken]
    return found + rest[: SHOWN - len(found)]


def kind_of(history: EventHistory) -> object:
    """Events that ended alike have the same kind."""
    told = tuple((one.kind, one.target, bool(one.error)) for one in history.deliveries)
    return history.condition, history.invocations, told


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many events are where now, how many ever came to each attempt, how many failed there, who was told.

    Keys of `here`: `queue`, `wait 2` (waits for attempt 2), `attempt 2`, `succeeded`, `given-up`, `dropped`.
    `told`: (kind, target) to (arrived, lost).
    """

    total: int
    here: Counter[str]
    came: Counter[int]
    failed: Counter[int]
    refused: int
    duplicates: int
    told: dict[tuple[str, str], tuple[int, int]]


def counted(histories: Sequence[EventHistory], *, now: float, speed: float) -> Counted:
    """The numbers on the stations."""
    here: Counter[str] = Counter()
    for history in histories:
        place = place_of(history, now=now, speed=speed)
        here[key_of(place)] += 1
    came, failed = Counter[int](), Counter[int]()
    for history in histories:
        for run, outcome in enumerate(_outcomes(history), 1):
            came[run] += 1
            failed[run] += outcome in {"error", "timeout"}
    return Counted(
        total=len(histories),
        here=here,
        came=came,
        failed=failed,
        refused=sum(one.outcome in REFUSED for each in histories for one in each.attempts),
        duplicates=sum(one.duplicate for each in histories for one in each.attempts),
        told=told(histories),
    )


def key_of(place: Place) -> str:
    """The key of a place in `Counted.here`."""
    return f"{place.station} {place.attempt}" if place.station in {"wait", "attempt"} else place.station


def _outcomes(history: EventHistory) -> Iterable[str]:
    """What became of each run of the handler in turn, a running one included; duplicates apart."""
    yield from (one.outcome for one in history.attempts if one.outcome not in REFUSED and not one.duplicate)
    if history.trying_since is not None:
        yield "running"


def told(histories: Sequence[EventHistory]) -> dict[tuple[str, str], tuple[int, int]]:
    """For each destination how many records arrived and how many were lost."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for one in (delivery for each in histories for delivery in each.deliveries):
        arrived, lost = found.get((one.kind, one.target), (0, 0))
        found[one.kind, one.target] = (arrived + (not one.error), lost + bool(one.error))
    return found
