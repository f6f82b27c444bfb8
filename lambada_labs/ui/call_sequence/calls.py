"""Calls as their callers saw them, brought together with what Lambda recorded: values only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lambada_labs.model import InvocationRecord
from lambada_labs.ui.card import field

#: Clocks of two processes on one machine, read one after the other.
TOLERANCE_S = 0.002
MS_PER_S = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: who, through which door, when sent and answered (seconds since the epoch), and with what.

    `answer` is the status or error code the caller read; `failed` whether it counts as one.
    """

    caller: str
    sent_at: float
    answered_at: float
    door: str = "SDK"
    answer: str = "200"
    failed: bool = False
    request_id: str = ""

    @property
    def waited_ms(self) -> float:
        """How long the caller waited."""
        return (self.answered_at - self.sent_at) * MS_PER_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A call and the invocation it led to, if any; `backoff_s` is how long its caller paused before it."""

    call: Call
    record: InvocationRecord | None
    retry: bool = False
    backoff_s: float = 0.0

    @property
    def init_ms(self) -> float:
        """The cold start the caller waited for."""
        return (self.record.init_ms or 0.0) if self.record else 0.0

    @property
    def handler_ms(self) -> float:
        """How long the handler ran."""
        return self.record.duration_ms if self.record else 0.0

    @property
    def rest_ms(self) -> float:
        """What was neither cold start nor handler: the ways, the door, Lambda itself."""
        return max(0.0, self.call.waited_ms - self.init_ms - self.handler_ms)

    @property
    def accepted_at(self) -> float | None:
        """When Lambda had it, never outside of the caller's wait."""
        return self._inside(self.record.accepted_at) if self.record else None

    @property
    def ended_at(self) -> float | None:
        """When the handler was done, never outside of the caller's wait."""
        return self._inside(self.record.ended_at) if self.record else None

    def _inside(self, moment: float) -> float:
        return min(max(moment, self.call.sent_at), self.call.answered_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strand:
    """All calls of one caller through one door, oldest first."""

    caller: str
    door: str
    exchanges: tuple[Exchange, ...]

    @property
    def total_s(self) -> float:
        """From the first call to the last answer."""
        return self.exchanges[-1].call.answered_at - self.exchanges[0].call.sent_at


def as_call(given: Any) -> Call:
    """A call from one, or from a mapping of its fields."""
    if isinstance(given, Call):
        return given
    names = ("caller", "sent_at", "answered_at", "door", "answer", "failed", "request_id")
    found = {name: value for name in names if (value := field(given, name)) is not None}
    return Call(
        **{**found, "caller": str(found.get("caller", "you")), "answer": str(found.get("answer", "200"))}
    )


def strands(calls: Iterable[Any], records: Iterable[InvocationRecord] = ()) -> list[Strand]:
    """The calls by caller and door, in the order in which these first came, each with its record."""
    kept = sorted(map(as_call, calls), key=lambda call: call.sent_at)
    found = matched(kept, list(records))
    names = list(dict.fromkeys((call.caller, call.door) for call in kept))
    return [
        Strand(
            caller=caller,
            door=door,
            exchanges=tuple(
                retried([pair for pair in found if (pair[0].caller, pair[0].door) == (caller, door)])
            ),
        )
        for caller, door in names
    ]


def matched(
    calls: Sequence[Call], records: Sequence[InvocationRecord]
) -> list[tuple[Call, InvocationRecord | None]]:
    """Each call with its record: by request id where the caller has it, else by time."""
    by_id = {record.request_id: record for record in records}
    left = {record.request_id: record for record in sorted(records, key=lambda one: one.accepted_at)}
    for call in calls:
        left.pop(call.request_id, None)
    found = []
    for call in calls:
        record = by_id.get(call.request_id)
        if record is None and not call.request_id:
            record = next((one for one in left.values() if within(one, call)), None)
            left.pop(record.request_id if record else "", None)
        found.append((call, record))
    return found


def within(record: InvocationRecord, call: Call) -> bool:
    """Whether this invocation lies inside the caller's wait."""
    return (
        call.sent_at - TOLERANCE_S <= record.accepted_at and record.ended_at <= call.answered_at + TOLERANCE_S
    )


def retried(pairs: Sequence[tuple[Call, InvocationRecord | None]]) -> Iterator[Exchange]:
    """The exchanges of one strand: a call after a failed one is a retry, the pause before it its backoff."""
    if pairs:
        yield Exchange(call=pairs[0][0], record=pairs[0][1])
    for (before, _), (call, record) in pairwise(pairs):
        pause_s = max(0.0, call.sent_at - before.answered_at)
        yield Exchange(
            call=call, record=record, retry=before.failed, backoff_s=pause_s if before.failed else 0.0
        )
