"""What the event queue asks of the cloud around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol

from lambada_labs import facts
from lambada_labs.model import DeliveryKind, EventHistory, FunctionConfig, Invocation

EventMetric = Literal[
    "AsyncEventsReceived",
    "AsyncEventAge",
    "AsyncEventsDropped",
    "DeadLetterErrors",
    "DestinationDeliveryFailures",
    "RecursiveInvocationsDropped",
]
_RETRIES = facts.number("async.retries")
_AGE_S = float(facts.number("async.max_event_age_s"))
#: A message attribute: its data type and its text.
Attribute = tuple[Literal["String", "Number"], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRules:
    """What is configured for a function's events; ARNs are empty where nothing is. Age in seconds."""

    maximum_retries: int = _RETRIES
    maximum_age_s: float = _AGE_S
    on_success: str = ""
    on_failure: str = ""
    stops_loops: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTarget:
    """What an event would run at this moment, and by which rules."""

    function: FunctionConfig
    rules: EventRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A message about an event for one destination, to be sent as the function's role.

    `function_arn` is qualified, as the record spells it. `trace_id` goes along, so that a loop is noticed.
    """

    kind: DeliveryKind
    target: str
    function: FunctionConfig
    function_arn: str
    request_id: str
    body: bytes
    attributes: Mapping[str, Attribute] = field(default_factory=lambda: MappingProxyType({}))
    trace_id: str | None = None


class DeliveryFailed(Exception):
    """The destination did not take a parcel; the text says why."""


class EventPorts(Protocol):
    """Effects handed in to the queue."""

    def target(self, invocation: Invocation) -> EventTarget | None:
        """What the event runs now; None where its function is gone."""

    async def deliver(self, parcel: Parcel) -> None:
        """Send a parcel, once; raises `DeliveryFailed`."""

    def measure(self, invocation: Invocation, metric: EventMetric, value: float) -> None:
        """One sample of a metric of the event's function."""

    def ended(self, history: EventHistory) -> None:
        """The event is through."""


class NoEventPorts:
    """A cloud without destinations: every event runs the function it was accepted for, by AWS's defaults."""

    def target(self, invocation: Invocation) -> EventTarget | None:
        """The function as it was when the event was accepted."""
        return EventTarget(function=invocation.function, rules=EventRules())

    async def deliver(self, parcel: Parcel) -> None:
        """There is nowhere to send it."""
        raise DeliveryFailed(f"there is no {parcel.target} here")

    def measure(self, invocation: Invocation, metric: EventMetric, value: float) -> None:
        """Nobody counts."""

    def ended(self, history: EventHistory) -> None:
        """Nobody asks."""
