"""The data plane: sending, receiving, deleting, hiding, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.queues import wire
from lambada_labs.cloud.local.queues.call import Call, Members
from lambada_labs.cloud.local.queues.messages import (
    TRACE_HEADER,
    Attribute,
    Draft,
    Received,
    Sent,
    md5_of_attributes,
)
from lambada_labs.cloud.local.queues.refusals import invalid, invalid_value, missing, unknown_attribute
from lambada_labs.cloud.local.queues.wanted import Wanted

MOST_AT_ONCE = facts.number("limit.sqs.receive")
LONGEST_WAIT_S = facts.number("limit.sqs.wait_s")
LONGEST_HIDDEN_S = facts.number("limit.sqs.visibility_s")
ALL = "All"
TRACE_REQUEST_HEADER = "x-amzn-trace-id"


async def send_message(call: Call) -> Members:
    """SendMessage."""
    if not call.get("MessageBody"):
        raise missing("MessageBody")
    return sent_members(call.queue().send(draft_of(call, call.parameters)))


async def receive_message(call: Call) -> Members:
    """ReceiveMessage; the answer has no `Messages` where there are none."""
    queue, wanted = call.queue(), _wanted(call)
    system_names = [*(call.get("AttributeNames") or ()), *(call.get("MessageSystemAttributeNames") or ())]
    _check_names(system_names)
    attribute_names = call.get("MessageAttributeNames") or []
    found = await queue.receive(wanted)
    if not found:
        return {}
    return {"Messages": [_message(one, system_names, attribute_names) for one in found]}


async def delete_message(call: Call) -> Members:
    """DeleteMessage."""
    call.queue().delete(call.need("ReceiptHandle"))
    return None


async def change_message_visibility(call: Call) -> Members:
    """ChangeMessageVisibility."""
    handle = call.need("ReceiptHandle")
    call.queue().change_visibility(handle, visibility_of(call.need("VisibilityTimeout")))
    return None


def draft_of(call: Call, given: Mapping[str, Any]) -> Draft:
    """The message in the parameters of SendMessage, or in an entry of a batch."""
    named = given.get("MessageAttributes") or {}
    system = given.get("MessageSystemAttributes") or {}
    for name in system:
        if name != TRACE_HEADER:
            raise invalid(f"Message system attribute name '{name}' is invalid.")
    trace = system.get(TRACE_HEADER)
    return Draft(
        body=given.get("MessageBody") or "",
        attributes={name: _attribute(value) for name, value in named.items()},
        # An SDK inside a handler sends its trace as a header: that is how a loop through the queue is seen.
        trace_header=trace.get("StringValue") if trace else call.request.headers.get(TRACE_REQUEST_HEADER),
        delay_s=given.get("DelaySeconds"),
        group_id=given.get("MessageGroupId"),
        deduplication_id=given.get("MessageDeduplicationId"),
        sender_id=call.request.caller.user_id,
    )


def sent_members(sent: Sent) -> dict[str, Any]:
    """What SendMessage answers."""
    shown = {
        "MD5OfMessageBody": sent.body_md5,
        "MD5OfMessageAttributes": sent.attributes_md5,
        "MD5OfMessageSystemAttributes": sent.system_md5,
        "MessageId": sent.message_id,
        "SequenceNumber": sent.sequence_number,
    }
    return {name: value for name, value in shown.items() if value is not None}


def visibility_of(seconds: int) -> int:
    """A visibility timeout within its bounds; raises `InvalidParameterValue`."""
    if not 0 <= seconds <= LONGEST_HIDDEN_S:
        reason = f"Must be >= 0 and <= {LONGEST_HIDDEN_S}, if provided."
        raise invalid_value(seconds, "VisibilityTimeout", reason)
    return seconds


def _attribute(given: Mapping[str, Any]) -> Attribute:
    value = given.get("StringValue")
    if value is None:
        value = given.get("BinaryValue", "")
    return Attribute(data_type=given.get("DataType", ""), value=value)


def _wanted(call: Call) -> Wanted:
    most, wait_s = call.get("MaxNumberOfMessages"), call.get("WaitTimeSeconds")
    visibility_s = call.get("VisibilityTimeout")
    if most is not None and not 1 <= most <= MOST_AT_ONCE:
        reason = f"Must be between 1 and {MOST_AT_ONCE}, if provided."
        raise invalid_value(most, "MaxNumberOfMessages", reason)
    if wait_s is not None and not 0 <= wait_s <= LONGEST_WAIT_S:
        reason = f"Must be >= 0 and <= {LONGEST_WAIT_S}, if provided."
        raise invalid_value(wait_s, "WaitTimeSeconds", reason)
    return Wanted(
        most=most or 1,
        visibility_s=None if visibility_s is None else visibility_of(visibility_s),
        wait_s=wait_s,
        attempt_id=call.get("ReceiveRequestAttemptId"),
        gone=call.request.gone,
    )


def _check_names(names: list[str]) -> None:
    known = wire.model()["shapes"]["MessageSystemAttributeName"]["enum"]
    for name in names:
        if name not in known:
            raise unknown_attribute(name)


def _message(found: Received, system_names: list[str], attribute_names: list[str]) -> dict[str, Any]:
    chosen = {name: one for name, one in found.attributes.items() if _is_chosen(name, attribute_names)}
    system = {
        name: value
        for name, value in found.system_attributes.items()
        if ALL in system_names or name in system_names
    }
    shown: dict[str, Any] = {
        "MessageId": found.message_id,
        "ReceiptHandle": found.receipt_handle,
        "MD5OfBody": found.sent.body_md5,
        "Body": found.body,
        "Attributes": system,
        "MD5OfMessageAttributes": md5_of_attributes(chosen),
        "MessageAttributes": {name: _shown(one) for name, one in chosen.items()},
    }
    return {name: value for name, value in shown.items() if value}


def _is_chosen(name: str, wanted: list[str]) -> bool:
    prefixes = tuple(one[:-2] for one in wanted if one.endswith(".*"))
    return ALL in wanted or name in wanted or (bool(prefixes) and name.startswith(prefixes))


def _shown(found: Attribute) -> dict[str, Any]:
    member = "BinaryValue" if isinstance(found.value, bytes) else "StringValue"
    return {member: found.value, "DataType": found.data_type}
