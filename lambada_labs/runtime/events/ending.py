"""The end of an event: who is told, with what, and what is counted when telling fails.

A dead-letter queue and a destination each get their record when both are configured. Delivery is tried once:
what cannot be delivered is counted (DeadLetterErrors, DestinationDeliveryFailures) and gone, as on AWS.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

from lambada_labs import facts
from lambada_labs.model import Condition, EventDelivery
from lambada_labs.runtime.events import messages
from lambada_labs.runtime.events.event import QueuedEvent
from lambada_labs.runtime.events.ports import (
    DeliveryFailed,
    EventMetric,
    EventPorts,
    EventTarget,
    Parcel,
)

#: Above this size a topic gets the record without the payloads.
TOPIC_BYTES = facts.number("limit.topic_message")
log = logging.getLogger(__name__)


async def conclude(
    event: QueuedEvent, condition: Condition, target: EventTarget | None, ports: EventPorts
) -> None:
    """Count the end of `event` and send its records; what becomes of each stands in its deliveries."""
    if condition != "Success":
        ports.measure(event.invocation, "AsyncEventsDropped", 1)
    if target is None:
        return
    for parcel in parcels(event, condition, target):
        error = await _sent(parcel, ports)
        if error:
            ports.measure(event.invocation, _failure_metric(parcel), 1)
        event.deliveries.append(
            EventDelivery(kind=parcel.kind, target=parcel.target, at=time.time(), error=error)
        )


def parcels(event: QueuedEvent, condition: Condition, target: EventTarget) -> Iterator[Parcel]:
    """The messages about an event that has ended."""
    rules = target.rules
    if condition == "Success":
        if rules.on_success:
            yield _record(event, condition, target, rules.on_success)
        return
    if rules.on_failure:
        yield _record(event, condition, target, rules.on_failure)
    if target.function.dead_letter_arn:
        yield _dead_letter(event, condition, target)


def _record(event: QueuedEvent, condition: Condition, target: EventTarget, destination: str) -> Parcel:
    body = _body(event, condition)
    if destination.split(":")[2] == "sns" and len(body) > TOPIC_BYTES:
        body = _body(event, condition, payloads=False)
    return Parcel(
        kind="on-success" if condition == "Success" else "on-failure",
        target=destination,
        function=target.function,
        function_arn=messages.qualified_arn(event.invocation),
        request_id=event.invocation.request_id,
        body=body,
        trace_id=event.invocation.trace_id,
    )


def _body(event: QueuedEvent, condition: Condition, *, payloads: bool = True) -> bytes:
    return messages.invocation_record(
        event.invocation,
        condition=condition,
        invocations=event.invocations,
        reply=event.reply,
        at=time.time(),
        payloads=payloads,
    )


def _dead_letter(event: QueuedEvent, condition: Condition, target: EventTarget) -> Parcel:
    """The event itself, and why it is there beside it."""
    return Parcel(
        kind="dead-letter",
        target=target.function.dead_letter_arn,
        function=target.function,
        function_arn=messages.qualified_arn(event.invocation),
        request_id=event.invocation.request_id,
        body=event.invocation.event,
        attributes=messages.dead_letter_attributes(event.invocation, condition, event.reply),
        trace_id=event.invocation.trace_id,
    )


async def _sent(parcel: Parcel, ports: EventPorts) -> str:
    """Why it did not arrive; empty where it did."""
    try:
        await ports.deliver(parcel)
    except DeliveryFailed as failure:
        return str(failure) or "refused"
    except Exception as failure:  # a mistake of ours must not undo the event's end
        log.exception("no record of event %s reached %s", parcel.request_id, parcel.target)
        return f"the cloud failed: {type(failure).__name__}"
    return ""


def _failure_metric(parcel: Parcel) -> EventMetric:
    return "DeadLetterErrors" if parcel.kind == "dead-letter" else "DestinationDeliveryFailures"
