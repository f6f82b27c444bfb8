"""The timeline in words: what became of each event, and what each environment did."""

from __future__ import annotations

from collections.abc import Sequence

from lambada_labs import units
from lambada_labs.model import InvocationRecord
from lambada_labs.ui.lanes import Lane

STATES_NOW = {
    "killed": "it has ended",
    "frozen": "it is frozen now",
    "idle": "it waits, warm",
    "init": "it is starting",
}


def counted(records: Sequence[InvocationRecord], rows: Sequence[Lane]) -> str:
    """`3 invocations, 1 execution environment, 1 cold start`."""
    cold = sum(record.cold for record in records)
    throttled = sum(record.outcome == "throttled" for record in records)
    if not records:
        return "No invocation yet"
    parts = [
        plural(len(records), "invocation"),
        plural(len(rows), "execution environment"),
        plural(cold, "cold start"),
    ]
    return ", ".join(parts + [f"{throttled} throttled"] * bool(throttled))


def plural(number: int, noun: str) -> str:
    """`1 cold start`, `2 cold starts`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def in_words(records: Sequence[InvocationRecord], rows: Sequence[Lane]) -> str:
    """The picture as sentences: the events first, then the environments."""
    place = {row.environment_id: number for number, row in enumerate(rows, 1)}
    events = [
        event_in_words(index, one, place.get(one.environment_id, 0)) for index, one in enumerate(records, 1)
    ]
    return (
        "\n".join([*events, *(lane_in_words(number, row) for number, row in enumerate(rows, 1))])
        or "No invocation yet."
    )


def event_in_words(index: int, record: InvocationRecord, lane: int) -> str:
    """What became of one event, in one sentence."""
    if record.outcome == "throttled":
        return f"Event {index} was throttled: no environment took it, nothing is billed for it."
    start = f"cold: init {units.duration(record.init_ms)}, then" if record.init_ms is not None else "warm:"
    end = {"error": " and failed", "timeout": " and ran into its timeout"}.get(record.outcome, "")
    where = f"environment {lane}" if lane else f"environment {record.environment_id}"
    ran = units.duration(record.duration_ms)
    return f"Event {index} ran in {where}, {start} {ran}{end}, billed {record.billed_ms:,} ms at {units.memory(record.memory_mb)}."


def lane_in_words(number: int, row: Lane) -> str:
    """One environment in a sentence."""
    last = row.segments[-1]
    state = STATES_NOW.get("frozen" if last.record else last.phase, "it is busy")
    return (
        f"Environment {number} ({row.function_name}) ran {plural(len(row.records), 'invocation')}; {state}."
    )
