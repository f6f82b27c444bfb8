"""What a message is: as it is sent, as a queue keeps it, as it is received."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NOTHING: Mapping[str, Attribute] = MappingProxyType({})
TRACE_HEADER = "AWSTraceHeader"
TEXT, BINARY = b"\x01", b"\x02"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A message attribute: `data_type` is `String`, `Number` or `Binary`, with a label after a dot or none."""

    data_type: str
    value: str | bytes

    @property
    def raw(self) -> bytes:
        """The value as bytes."""
        return self.value if isinstance(self.value, bytes) else _raw(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message on its way into a queue; `delay_s` None is the queue's own delay.

    `sender_id` is what AWS calls SenderId: the unique id of the IAM user or role, or the account.
    """

    body: str
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    trace_header: str | None = None
    delay_s: int | None = None
    group_id: str | None = None
    deduplication_id: str | None = None
    sender_id: str = ""

    @property
    def size(self) -> int:
        """Bytes that count against the limits: the body, and names, types and values of the attributes."""
        named = self.attributes.items()
        beside = sum(len(_raw(name)) + len(_raw(found.data_type)) + len(found.raw) for name, found in named)
        return len(_raw(self.body)) + beside


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What the sender learns; `sequence_number` on FIFO queues only. The digests are MD5 in hexadecimal."""

    message_id: str
    body_md5: str
    attributes_md5: str | None = None
    system_md5: str | None = None
    sequence_number: str | None = None


@dataclass(slots=True, kw_only=True)
class Message:
    """A message in a queue; `number` counts arrivals of this queue. All times are seconds since the epoch.

    `receives` go on counting in a dead-letter queue; `receives_before` are those of the queues before it.
    """

    number: int
    sent: Sent
    draft: Draft
    sent_at: float
    receives: int = 0
    receives_before: int = 0
    first_received_at: float | None = None
    received_at: float | None = None
    source_arn: str | None = None

    @property
    def group_id(self) -> str:
        """The message group; empty where there is none."""
        return self.draft.group_id or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One delivery of a message. `receives` and the times are those of this delivery, not of a later one.

    `source_arn` is the queue it was moved from, when it came here as a dead letter.
    """

    receipt_handle: str
    sent: Sent
    draft: Draft
    sent_at: float
    receives: int
    first_received_at: float
    source_arn: str | None

    @property
    def message_id(self) -> str:
        """The same for every delivery of this message, in a dead-letter queue too."""
        return self.sent.message_id

    @property
    def body(self) -> str:
        """The text that was sent."""
        return self.draft.body

    @property
    def attributes(self) -> Mapping[str, Attribute]:
        """The message attributes by name."""
        return self.draft.attributes

    @property
    def system_attributes(self) -> dict[str, str]:
        """AWS's own attributes by name, as ReceiveMessage and a Lambda event show them."""
        draft = self.draft
        shown = {
            "SenderId": draft.sender_id or None,
            "SentTimestamp": milliseconds(self.sent_at),
            "ApproximateReceiveCount": str(self.receives),
            "ApproximateFirstReceiveTimestamp": milliseconds(self.first_received_at),
            "SequenceNumber": self.sent.sequence_number,
            "MessageDeduplicationId": draft.deduplication_id,
            "MessageGroupId": draft.group_id,
            TRACE_HEADER: draft.trace_header,
            "DeadLetterQueueSourceArn": self.source_arn,
        }
        return {name: value for name, value in shown.items() if value is not None}


def milliseconds(seconds: float) -> str:
    """A time as AWS writes it in attributes."""
    return str(round(seconds * 1000))


def md5(text: str) -> str:
    """The digest of a message body."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def md5_of_attributes(attributes: Mapping[str, Attribute]) -> str | None:
    """The digest of message attributes as the SQS Developer Guide defines it; None for none.

    By name: name, type, one byte for text or binary, value; each but the byte with its length in front.
    """
    if not attributes:
        return None
    digest = hashlib.md5(usedforsecurity=False)
    for name, found in sorted(attributes.items()):
        transport = BINARY if isinstance(found.value, bytes) else TEXT
        parts = (_long(name.encode()), _long(found.data_type.encode()), transport, _long(found.raw))
        digest.update(b"".join(parts))
    return digest.hexdigest()


def _raw(text: str) -> bytes:
    """The text as bytes; halves of characters, which no check has seen yet, count too."""
    return text.encode(errors="surrogatepass")


def _long(raw: bytes) -> bytes:
    return len(raw).to_bytes(4, "big") + raw
