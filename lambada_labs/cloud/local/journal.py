"""What happened in this cloud: the last invocations, life events and ended events, so many and no more."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import fields
from typing import Any

from lambada_labs.model import EventHistory, InvocationRecord, LifeEvent

_RECORD_FIELDS = tuple(field.name for field in fields(InvocationRecord))
_LIFE_FIELDS = tuple(field.name for field in fields(LifeEvent))


class Journal:
    """Three rings: memory stays flat however long the cloud runs. Safe to call from any thread."""

    def __init__(self, kept: int) -> None:
        self._lock = threading.Lock()
        self._records: deque[InvocationRecord] = deque(maxlen=kept)
        self._life: deque[LifeEvent] = deque(maxlen=kept)
        self._histories: deque[EventHistory] = deque(maxlen=kept)
        self.invocations = 0

    def record(self, record: InvocationRecord) -> None:
        """Keep a record, and forget the oldest when there are too many."""
        with self._lock:
            self.invocations += 1
            self._records.append(record)

    def life(self, event: LifeEvent) -> None:
        """Keep a life event, and forget the oldest when there are too many."""
        with self._lock:
            self._life.append(event)

    def event_ended(self, history: EventHistory) -> None:
        """Keep an asynchronous event's history, and forget the oldest when there are too many."""
        with self._lock:
            self._histories.append(history)

    def histories(self, function: str | None = None, since: float | None = None) -> list[EventHistory]:
        """Asynchronous events that have ended, in that order: of one function, ended at or after `since`."""
        with self._lock:
            kept = list(self._histories)
        return [one for one in kept if _wanted(one.function_name, one.ended_at or 0, function, since)]

    def records(self, function: str | None = None, since: float | None = None) -> list[InvocationRecord]:
        """Oldest first: of one function, ended at or after `since` (seconds since the epoch)."""
        with self._lock:
            kept = list(self._records)
        return [one for one in kept if _wanted(one.function_name, one.ended_at, function, since)]

    def events(self, function: str | None = None, since: float | None = None) -> list[LifeEvent]:
        """Oldest first: of one function's execution environments, at or after `since`."""
        with self._lock:
            kept = list(self._life)
        return [one for one in kept if _wanted(one.function_name, one.at, function, since)]


def _wanted(name: str, at: float, function: str | None, since: float | None) -> bool:
    return (function is None or name == function) and (since is None or at >= since)


def record_to_json(record: InvocationRecord) -> list[Any]:
    """A record as the list of its fields: half the size of an object, for there may be thousands."""
    return [getattr(record, name) for name in _RECORD_FIELDS]


def record_from_json(values: list[Any]) -> InvocationRecord:
    """The record that `record_to_json` wrote."""
    return InvocationRecord(**dict(zip(_RECORD_FIELDS, values, strict=True)))


def life_to_json(event: LifeEvent) -> list[Any]:
    """A life event as the list of its fields."""
    return [getattr(event, name) for name in _LIFE_FIELDS]


def life_from_json(values: list[Any]) -> LifeEvent:
    """The life event that `life_to_json` wrote."""
    return LifeEvent(**dict(zip(_LIFE_FIELDS, values, strict=True)))
