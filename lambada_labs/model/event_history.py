"""The path of one asynchronous event: accepted, tried, waited, ended, told to others.

`at`, `started_at` and the like are true seconds since the epoch, as in an `InvocationRecord`; waits and
ages are seconds of the platform's clock, which may run faster: at speed 60 a wait of 60 s takes one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

AttemptOutcome = Literal["success", "error", "timeout", "throttled", "system-error"]
#: How an event ended. The first four are AWS's words in a destination's record, the others are ours.
Condition = Literal[
    "Success",
    "RetriesExhausted",
    "EventAgeExceeded",
    "ZeroReservedConcurrency",
    "RecursiveInvocation",
    "FunctionDeleted",
]
DeliveryKind = Literal["on-success", "on-failure", "dead-letter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAttempt:
    """One try to run the function with the event.

    `waited_s`: how long the event was made to wait before it; `age_s`: how old the event was then.
    `reason` is the error type or AWS's reason of a throttle. `duplicate`: delivered although an attempt
    before it had succeeded, as a queue that delivers at least once may do.
    """

    started_at: float
    ended_at: float
    outcome: AttemptOutcome
    waited_s: float = 0.0
    age_s: float = 0.0
    reason: str = ""
    environment_id: str = ""
    duplicate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDelivery:
    """One record of the event sent to a destination or a dead-letter queue; `error` is empty if it arrived."""

    kind: DeliveryKind
    target: str
    at: float
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventHistory:
    """Everything that happened to an event so far.

    `producer` is who sent it: the caller's ARN, a service, or a resource. While it waits for another try,
    `next_wait_s` says how long and `next_at` about when, in true seconds since the epoch; while a handler has
    it, `trying_since` says since when. `condition` is None until no further try will come, `ended_at` until
    every destination was told, too.
    """

    request_id: str
    function_name: str
    function_arn: str
    producer: str
    accepted_at: float
    size: int
    attempts: tuple[EventAttempt, ...] = ()
    next_wait_s: float | None = None
    next_at: float | None = None
    trying_since: float | None = None
    condition: Condition | None = None
    ended_at: float | None = None
    deliveries: tuple[EventDelivery, ...] = ()

    @property
    def invocations(self) -> int:
        """How often a handler saw it."""
        return sum(attempt.outcome not in ("throttled", "system-error") for attempt in self.attempts)


def history_to_json(history: EventHistory) -> list[Any]:
    """A history as the list of its fields, attempts and deliveries likewise."""
    values = {field.name: getattr(history, field.name) for field in fields(EventHistory)}
    values["attempts"] = [_values(attempt) for attempt in history.attempts]
    values["deliveries"] = [_values(delivery) for delivery in history.deliveries]
    return list(values.values())


def history_from_json(values: list[Any]) -> EventHistory:
    """The history that `history_to_json` wrote."""
    found = dict(zip((field.name for field in fields(EventHistory)), values, strict=True))
    found["attempts"] = tuple(EventAttempt(**_named(EventAttempt, one)) for one in found["attempts"])
    found["deliveries"] = tuple(EventDelivery(**_named(EventDelivery, one)) for one in found["deliveries"])
    return EventHistory(**found)


def _values(record: EventAttempt | EventDelivery) -> list[Any]:
    return [getattr(record, field.name) for field in fields(record)]


def _named(kind: type[EventAttempt | EventDelivery], values: list[Any]) -> Mapping[str, Any]:
    return dict(zip((field.name for field in fields(kind)), values, strict=True))
