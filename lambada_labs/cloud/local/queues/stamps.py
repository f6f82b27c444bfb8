"""What a queue puts on a message that it takes: id, digests, sequence number, deduplication id."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from lambada_labs.cloud.local.queues.messages import (
    TRACE_HEADER,
    Attribute,
    Draft,
    Sent,
    md5,
    md5_of_attributes,
)
from lambada_labs.cloud.local.queues.settings import SCOPES, QueueSettings

FIRST_SEQUENCE_NUMBER, SEQUENCE_STEP = 18_849_496_460_467_696_128, 256  # twenty digits, as AWS's have


def sequence_number(number: int) -> str:
    """The sequence number of the message that came as this one into a FIFO queue."""
    return str(FIRST_SEQUENCE_NUMBER + number * SEQUENCE_STEP)


def sent(draft: Draft, message_id: str, sequence: str | None = None) -> Sent:
    """What the sender is told about a message."""
    trace = draft.trace_header
    system = {TRACE_HEADER: Attribute(data_type="String", value=trace)} if trace else {}
    return Sent(
        message_id=message_id,
        body_md5=md5(draft.body),
        attributes_md5=md5_of_attributes(draft.attributes),
        system_md5=md5_of_attributes(system),
        sequence_number=sequence,
    )


def with_deduplication(draft: Draft, settings: QueueSettings) -> Draft:
    """The message as a FIFO queue keeps it: without an id of its own, its content is the id."""
    if not settings.fifo or draft.deduplication_id is not None:
        return draft
    return replace(draft, deduplication_id=hashlib.sha256(draft.body.encode()).hexdigest())


def deduplication_key(draft: Draft, settings: QueueSettings) -> tuple[str, str] | None:
    """What duplicates have in common: the id, or group and id; None on a standard queue."""
    if not settings.fifo:
        return None
    scope = "" if settings.scope == SCOPES[0] else draft.group_id or ""
    return scope, draft.deduplication_id or ""


def delay_s(draft: Draft, settings: QueueSettings) -> int:
    """The delay of a message; a FIFO queue's own holds for every message, whether it says 0 or nothing."""
    if draft.delay_s is None or settings.fifo:
        return settings.delay_s
    return draft.delay_s
