"""A queue's attributes: read from what a client sends, checked, and shown again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from lambada_labs import facts
from lambada_labs.cloud.local.queues.refusals import (
    QueueRefusal,
    invalid_attribute,
    invalid_value,
    unknown_attribute,
)

MOST_RECEIVES = facts.number("limit.sqs.max_receive_count")
SMALLEST, LARGEST = facts.number("limit.sqs.smallest_maximum"), facts.number("limit.sqs.message_bytes")
SHORTEST_KEPT, LONGEST_KEPT = (facts.number(f"limit.sqs.retention_{end}_s") for end in ("min", "max"))
SHORTEST_REUSE, LONGEST_REUSE = (facts.number(f"limit.sqs.kms_reuse_{end}_s") for end in ("min", "max"))
STANDARD_REUSE_S = facts.number("limit.sqs.kms_reuse_default_s")
SCOPES, THROUGHPUTS = ("queue", "messageGroup"), ("perQueue", "perMessageGroupId")
FIFO_ONLY = frozenset({"ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"})
ONE_ENCRYPTION = (
    "You can use one type of server-side encryption (SSE) at one time. "
    "You can either enable KMS SSE or SQS SSE."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrive:
    """Where a message goes after `max_receives` receives."""

    target_arn: str
    max_receives: int

    def __str__(self) -> str:
        """The policy as AWS shows it."""
        shown = {"deadLetterTargetArn": self.target_arn, "maxReceiveCount": self.max_receives}
        return json.dumps(shown, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSettings:
    """What can be set about a queue; times in seconds, sizes in bytes, policies as JSON or None."""

    delay_s: int = 0
    max_bytes: int = LARGEST
    retention_s: int = facts.number("limit.sqs.retention_default_s")
    wait_s: int = 0
    visibility_s: int = facts.number("limit.sqs.visibility_default_s")
    fifo: bool = False
    content_based: bool = False
    scope: str = SCOPES[0]
    throughput: str = THROUGHPUTS[0]
    redrive: Redrive | None = None
    redrive_allow: str | None = None
    policy: str | None = None
    kms_key: str | None = None
    kms_reuse_s: int = STANDARD_REUSE_S
    managed_sse: bool = True


def read(given: Mapping[str, str], base: QueueSettings) -> QueueSettings:
    """The settings with attributes changed as `given`, under AWS's names.

    Raises:
        QueueRefusal: an attribute is unknown, cannot have that value, or not on this type of queue.
    """
    for name in given:
        if name not in _ATTRIBUTES:
            raise unknown_attribute(name)
    _check_fifo(given, base)
    found = {_ATTRIBUTES[name][0]: _ATTRIBUTES[name][1](name, value) for name, value in given.items()}
    if found.get("kms_key") and found.get("managed_sse"):
        raise QueueRefusal("InvalidAttributeName", ONE_ENCRYPTION)
    if found.get("kms_key"):
        found["managed_sse"] = False
    elif found.get("managed_sse"):
        found["kms_key"] = None
    settings = replace(base, **found)
    if settings.throughput == THROUGHPUTS[1] and settings.scope != SCOPES[1]:
        reason = "FifoThroughputLimit can be perMessageGroupId only when DeduplicationScope is messageGroup."
        raise invalid_attribute("FifoThroughputLimit", reason)
    return settings


def show(settings: QueueSettings) -> dict[str, str]:
    """What was set, under AWS's names; attributes of the other type of queue are left out."""
    shown: dict[str, str | None] = {
        "VisibilityTimeout": str(settings.visibility_s),
        "MaximumMessageSize": str(settings.max_bytes),
        "MessageRetentionPeriod": str(settings.retention_s),
        "DelaySeconds": str(settings.delay_s),
        "ReceiveMessageWaitTimeSeconds": str(settings.wait_s),
        "Policy": settings.policy,
        "RedrivePolicy": str(settings.redrive) if settings.redrive else None,
        "RedriveAllowPolicy": settings.redrive_allow,
        "KmsMasterKeyId": settings.kms_key,
        "KmsDataKeyReusePeriodSeconds": str(settings.kms_reuse_s) if settings.kms_key else None,
        "SqsManagedSseEnabled": _said(settings.managed_sse),
    }
    if settings.fifo:
        shown |= {
            "FifoQueue": "true",
            "ContentBasedDeduplication": _said(settings.content_based),
            "DeduplicationScope": settings.scope,
            "FifoThroughputLimit": settings.throughput,
        }
    return {name: value for name, value in shown.items() if value is not None}


def _said(value: bool) -> str:  # noqa: FBT001 - one value, one word
    return "true" if value else "false"


def _check_fifo(given: Mapping[str, str], base: QueueSettings) -> None:
    if base.fifo:
        if given.get("FifoQueue", "true").lower() != "true":
            raise invalid_attribute("FifoQueue", "Modifying queue type is not supported.")
        return
    for name in ("FifoQueue", "ContentBasedDeduplication"):
        if name in given:
            raise unknown_attribute(name)
    for name in FIFO_ONLY & given.keys():
        text = f"You can specify the {name} only when FifoQueue is set to true."
        raise QueueRefusal("InvalidAttributeName", text)


def _whole(least: int, most: int) -> Callable[[str, str], int]:
    def read_whole(name: str, value: str) -> int:
        text = value.strip()
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise invalid_attribute(name)
        return int(text)

    return read_whole


def _flag(name: str, value: str) -> bool:
    if value.lower() not in {"true", "false"}:
        raise invalid_attribute(name)
    return value.lower() == "true"


def _one_of(*allowed: str) -> Callable[[str, str], str]:
    def read_word(name: str, value: str) -> str:
        if value not in allowed:
            raise invalid_attribute(name)
        return value

    return read_word


def _document(name: str, value: str) -> str | None:
    if not value:
        return None
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        raise invalid_attribute(name) from None
    if not isinstance(found, dict):
        raise invalid_attribute(name)
    return value if found else None


def _key(_: str, value: str) -> str | None:
    return value or None


def _redrive(name: str, value: str) -> Redrive | None:
    text = _document(name, value)
    if text is None:
        return None

    def refuse(reason: str) -> NoReturn:
        raise invalid_value(value, name, reason)

    found: dict[str, Any] = json.loads(text)
    for member in ("deadLetterTargetArn", "maxReceiveCount"):
        if found.get(member) in (None, ""):
            refuse(f"Redrive policy does not contain mandatory attribute: {member}.")
    count = str(found["maxReceiveCount"])
    if not (count.isascii() and count.isdigit() and 1 <= int(count) <= MOST_RECEIVES):
        valid = f"valid values are from 1 to {MOST_RECEIVES} both inclusive."
        refuse(f"Invalid value for maxReceiveCount: {count}, {valid}")
    return Redrive(target_arn=str(found["deadLetterTargetArn"]), max_receives=int(count))


_ATTRIBUTES: Mapping[str, tuple[str, Callable[[str, str], Any]]] = {
    "DelaySeconds": ("delay_s", _whole(0, facts.number("limit.sqs.delay_s"))),
    "MaximumMessageSize": ("max_bytes", _whole(SMALLEST, LARGEST)),
    "MessageRetentionPeriod": ("retention_s", _whole(SHORTEST_KEPT, LONGEST_KEPT)),
    "ReceiveMessageWaitTimeSeconds": ("wait_s", _whole(0, facts.number("limit.sqs.wait_s"))),
    "VisibilityTimeout": ("visibility_s", _whole(0, facts.number("limit.sqs.visibility_s"))),
    "FifoQueue": ("fifo", _flag),
    "ContentBasedDeduplication": ("content_based", _flag),
    "DeduplicationScope": ("scope", _one_of(*SCOPES)),
    "FifoThroughputLimit": ("throughput", _one_of(*THROUGHPUTS)),
    "RedrivePolicy": ("redrive", _redrive),
    "RedriveAllowPolicy": ("redrive_allow", _document),
    "Policy": ("policy", _document),
    "KmsMasterKeyId": ("kms_key", _key),
    "KmsDataKeyReusePeriodSeconds": ("kms_reuse_s", _whole(SHORTEST_REUSE, LONGEST_REUSE)),
    "SqsManagedSseEnabled": ("managed_sse", _flag),
}
