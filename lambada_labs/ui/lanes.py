"""Execution environments as lanes: which phase each one was in, from when to when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lambada_labs.model import InvocationRecord, LifeEvent, Phase

MS_PER_S = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One phase of one environment; seconds since the epoch; `record` where an invocation ran."""

    phase: Phase
    start: float
    end: float
    record: InvocationRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One execution environment, its segments in order of time."""

    environment_id: str
    function_name: str
    segments: tuple[Segment, ...]

    @property
    def records(self) -> tuple[InvocationRecord, ...]:
        """What ran here."""
        return tuple(segment.record for segment in self.segments if segment.record)


def lanes(records: Iterable[InvocationRecord], life: Iterable[LifeEvent] = ()) -> tuple[Lane, ...]:
    """One lane per environment, the oldest first; throttled records have none."""
    ran = sorted(
        (record for record in records if record.environment_id), key=lambda record: record.started_at
    )
    events = sorted(life, key=lambda event: event.at)
    names = dict.fromkeys(
        [event.environment_id for event in events] + [record.environment_id for record in ran]
    )
    until = max([record.ended_at for record in ran] + [event.at for event in events], default=0.0)
    made = [lane(name, ran, events, until) for name in names]
    return tuple(sorted((one for one in made if one.segments), key=lambda one: one.segments[0].start))


def lane(name: str, ran: Sequence[InvocationRecord], events: Sequence[LifeEvent], until: float) -> Lane:
    """The lane of one environment: from its life events where there are any, from its records otherwise."""
    mine = [record for record in ran if record.environment_id == name]
    lived = [event for event in events if event.environment_id == name]
    found = from_life(lived, mine, until) if lived else from_records(mine, until)
    function = mine[0].function_name if mine else lived[0].function_name
    return Lane(environment_id=name, function_name=function, segments=tuple(found))


def from_life(
    events: Sequence[LifeEvent], records: Sequence[InvocationRecord], until: float
) -> list[Segment]:
    """Each phase lasts until the next one begins; an ended environment has no length."""
    by_request = {record.request_id: record for record in records}
    ends = [after.at for _, after in pairwise(events)] + [until]
    result: list[Segment] = []
    for event, end in zip(events, ends, strict=True):
        record = (
            by_request.pop(event.request_id, None) if event.phase == "invoke" and event.request_id else None
        )
        last = event.at if event.phase == "killed" else end
        result.append(Segment(phase=event.phase, start=event.at, end=max(last, event.at), record=record))
    known = [segment.record for segment in result if segment.record]
    missed = [
        Segment(phase="invoke", start=one.started_at, end=one.ended_at, record=one)
        for one in records
        if one not in known
    ]
    return sorted(result + missed, key=lambda segment: segment.start)


def from_records(records: Sequence[InvocationRecord], until: float) -> list[Segment]:
    """What records alone tell: init where one was paid, invoke, and waiting in between."""
    result: list[Segment] = []
    for index, record in enumerate(records):
        begun = record.started_at - (record.init_ms or 0.0) / MS_PER_S
        if record.cold:
            result.append(Segment(phase="init", start=begun, end=record.started_at))
        result.append(Segment(phase="invoke", start=record.started_at, end=record.ended_at, record=record))
        following = records[index + 1].started_at if index + 1 < len(records) else until
        if following > record.ended_at:
            result.append(Segment(phase="frozen", start=record.ended_at, end=following))
    return result
