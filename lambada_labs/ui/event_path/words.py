"""The path of events in sentences: the finding, each event, each mark on its line, the clock."""

from __future__ import annotations

from collections.abc import Sequence

from lambada_labs import units
from lambada_labs.model import EventAttempt, EventHistory
from lambada_labs.ui.event_path.journey import Counted, Line, Mark, counted, lines, told
from lambada_labs.ui.producer_words import named, target
from lambada_labs.ui.timeline_words import plural

MS_PER_S, MINUTE_S, HOUR_S = 1000, 60, 3600
TENTHS_BELOW_S = 10
ORDINALS = ("", "first", "second", "third")
CONDITIONS = {
    "Success": "succeeded",
    "RetriesExhausted": "given up: the tries are used up",
    "EventAgeExceeded": "given up: at its next try it would be too old",
    "ZeroReservedConcurrency": "given up: the function's reserved concurrency is 0",
    "RecursiveInvocation": "stopped: the function had called itself in a loop",
    "FunctionDeleted": "given up: the function is gone",
}
KINDS = {
    "on-success": "on-success destination",
    "on-failure": "on-failure destination",
    "dead-letter": "dead-letter queue",
}
NOTHING = 'No event yet. Invoke the function with `InvocationType="Event"`, and a dot sets out here.'


def event_path_words(events: Sequence[EventHistory], *, speed: float = 1.0, now: float = 0.0) -> str:
    """The whole picture as text, first line the clock."""
    if not events:
        return NOTHING
    drawn = lines(events, now=now, speed=speed)
    left_out = len(events) - len(drawn)
    more = [f"{left_out:,} more events are counted, not told one by one."] * bool(left_out)
    tally = counted(events, now=now, speed=speed)
    return "\n".join([clock_words(speed), *station_words(tally), *map(line_words, drawn), *more])


def finding(events: Sequence[EventHistory], *, now: float, speed: float) -> str:
    """The title: what became of the events so far."""
    if not events:
        return "No event yet"
    tally = counted(events, now=now, speed=speed)
    if tally.total == 1:
        return _one(events[0])
    parts = [
        f"{tally.here['succeeded']:,} succeeded" * bool(tally.here["succeeded"]),
        f"{given_up(tally):,} given up" * bool(given_up(tally)),
        f"{under_way(tally):,} under way" * bool(under_way(tally)),
    ]
    return f"{plural_count(tally.total, 'event')}: {', '.join(part for part in parts if part)}"


def given_up(tally: Counted) -> int:
    """Events that ended without success."""
    return tally.here["given-up"] + tally.here["dropped"]


def under_way(tally: Counted) -> int:
    """Events that have not ended."""
    return tally.total - tally.here["succeeded"] - given_up(tally)


def plural_count(number: int, noun: str) -> str:
    """`1 event`, `1,000 events`."""
    return plural(number, noun).replace(str(number), f"{number:,}", 1)


def _one(event: EventHistory) -> str:
    extra = sum(one.duplicate for one in event.attempts)
    tries = plural(event.invocations - extra, "attempt")
    if event.condition is None:
        return _under_way(event)
    if event.condition == "Success":
        twice = ", then delivered once more" * bool(extra)
        return f"One event, {tries}{twice}: succeeded"
    found = told([event])
    kept = [KINDS[kind] for (kind, _), (arrived, _) in found.items() if arrived]
    where = f"its record is in the {' and the '.join(kept)}" if kept else "nobody was told"
    return f"One event, {tries}: given up, {where}"


def _under_way(event: EventHistory) -> str:
    following = ORDINALS[min(event.invocations + 1, len(ORDINALS) - 1)]
    if event.trying_since is not None:
        return f"One event, at its {following} attempt"
    if event.next_wait_s:
        return f"One event, waiting {span(event.next_wait_s)} for its {following} attempt"
    return f"One event, in the queue for its {following} attempt"


def clock_words(speed: float) -> str:
    """How fast the platform's clock runs."""
    if not speed:
        return "The platform's clock stands still: turn it by hand."
    if speed == 1:
        return "The platform's clock runs as fast as yours: 1 minute there is 1 minute here."
    return f"The platform's clock runs {speed:,g}×: 1 minute there is {units.duration(MINUTE_S * MS_PER_S / speed)} here."


def station_words(tally: Counted) -> list[str]:
    """What stands on the stations."""
    tries = [
        f"Attempt {run}: {plural_count(tally.came[run], 'event')} came, {tally.failed[run]:,} failed."
        for run in sorted(tally.came)
    ]
    extra = [
        f"{plural_count(tally.refused, 'try').replace('trys', 'tries')} refused before a handler saw the event."
    ]
    twice = [
        f"{plural_count(tally.duplicates, 'delivery').replace('deliverys', 'deliveries')} came twice, after a success."
    ]
    sent = [record_words(kind, arn, *numbers) for (kind, arn), numbers in tally.told.items()]
    return [*tries, *extra * bool(tally.refused), *twice * bool(tally.duplicates), *sent]


def record_words(kind: str, arn: str, arrived: int, lost: int) -> str:
    """One destination's records."""
    missing = f", {lost:,} did not arrive" if lost else ""
    return f"{KINDS[kind].capitalize()} {target(arn)}: {plural_count(arrived, 'record')}{missing}."


def line_words(line: Line) -> str:
    """One event from its producer to its end."""
    event = line.history
    sent = f"Event {line.number} ({event.request_id}), sent by {named(event.producer).words}"
    tries = "; ".join(mark_words(mark) for mark in line.marks) or "no attempt yet"
    return f"{sent}: {tries}; {state_words(line)}."


def mark_words(mark: Mark) -> str:
    """One attempt: after which wait, how old the event was, what came of it."""
    wait = f" after a wait of {span(mark.waited_s)}" if mark.waited_s else ""
    if mark.shape == "running":
        return f"attempt {mark.label}{wait}, at {span(mark.age_s)}: running"
    if mark.shape == "throttled":
        return f"{_refused(mark)}{wait}, at {span(mark.age_s)}"
    one = mark.attempts[-1]
    name = "delivered once more" if mark.duplicate else f"attempt {mark.label}"
    return f"{name}{wait}, at {span(mark.age_s)}: {outcome_words(one)} after {took(one)}"


def _refused(mark: Mark) -> str:
    reason = mark.attempts[-1].reason
    what = "throttled" if mark.attempts[-1].outcome == "throttled" else "not run, a fault of the system"
    times = f" {len(mark.attempts)} times in a row" if len(mark.attempts) > 1 else ""
    return f"{what}{times}" + (f" ({reason})" if reason else "")


def outcome_words(attempt: EventAttempt) -> str:
    """What came of one run of the handler."""
    reason = f" ({attempt.reason})" if attempt.reason else ""
    return {"success": "succeeded", "timeout": "ran into its timeout"}.get(attempt.outcome, f"failed{reason}")


def took(attempt: EventAttempt) -> str:
    """How long an attempt took, in true time."""
    return units.duration((attempt.ended_at - attempt.started_at) * MS_PER_S)


def state_words(line: Line) -> str:
    """Where the event is now, or how it ended and who was told."""
    event, place = line.history, line.place
    if event.condition is not None:
        return "; ".join([CONDITIONS[event.condition], *_told(event)])
    if place.station == "attempt":
        return "a handler has it now"
    if line.pending_s:
        return f"it waits {span(line.pending_s)} for attempt {place.attempt}"
    return "it is in the queue"


def _told(event: EventHistory) -> list[str]:
    said = [
        f"the {KINDS[one.kind]} {target(one.target)} "
        + (f"could not be told ({one.error})" if one.error else "got a record")
        for one in event.deliveries
    ]
    if (
        event.condition != "Success"
        and event.ended_at is not None
        and not any(not one.error for one in event.deliveries)
    ):
        said.append("dropped: nobody was told")
    return said


def ending_words(line: Line) -> str:
    """The end in a few words, for beside the line."""
    station = line.place.station
    if station == "succeeded":
        return "succeeded"
    if station == "given-up":
        kinds = [KINDS[one.kind] for one in line.history.deliveries if not one.error]
        return f"given up → {', '.join(kinds)}" if kinds else "given up"
    if station == "dropped":
        return "dropped"
    return {"attempt": "running", "queue": "in the queue"}.get(station, "waiting")


def span(seconds: float) -> str:
    """A time of the platform's clock.

    >>> span(0.4), span(60), span(78.2), span(7500)
    ('0.4 s', '1 min', '1 min 18 s', '2 h 5 min')
    """
    if seconds < TENTHS_BELOW_S:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    whole = round(seconds)
    hours, minutes, rest = whole // HOUR_S, whole % HOUR_S // MINUTE_S, whole % MINUTE_S
    parts = [(hours, "h"), (minutes, "min"), (0 if hours else rest, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"
