"""A message of a topic as its subscriptions get it, and which of them want it. Pure.

Sources: Amazon SNS developer guide, "Subscription filter policies", "Raw message delivery", "Parsing message
formats"; AWS Lambda developer guide, "Using Lambda with Amazon SNS"; messages recorded from a real account
(localstack's snapshots of `TestSNSSubscriptionLambda`, `TestSNSSubscriptionSQS`).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from lambada_labs.cloud.local.producers.arns import Arn
from lambada_labs.cloud.local.producers.matchers import BadPattern
from lambada_labs.cloud.local.producers.moments import millis
from lambada_labs.cloud.local.producers.patterns import Pattern, compiled
from lambada_labs.cloud.local.queues.messages import Attribute

NOTHING: Mapping[str, Mapping[str, str]] = MappingProxyType({})
BODY_SCOPE = "MessageBody"
SIGNATURE_BYTES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A published message; `attributes` as `{"Type": …, "Value": …}` by name, `at` in seconds since the epoch."""

    topic_arn: str
    message_id: str
    message: str
    at: float
    subject: str | None = None
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: NOTHING)
    group_id: str | None = None
    deduplication_id: str | None = None
    trace_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Who listens to a topic. `filter_policy` and `redrive_target` are empty where there is none."""

    arn: str
    protocol: str
    endpoint: str
    raw: bool = False
    filter_policy: str = ""
    filter_scope: str = "MessageAttributes"
    redrive_target: str = ""

    def wants(self, notice: Notice) -> bool:
        """Whether the filter policy lets the message through."""
        if not self.filter_policy or self.filter_policy == "{}":
            return True
        pattern = _pattern(self.filter_policy)
        seen = _body(notice.message) if self.filter_scope == BODY_SCOPE else _values(notice.attributes)
        return pattern is not None and seen is not None and pattern.matches(seen)


def lambda_event(notice: Notice, subscription_arn: str) -> dict[str, Any]:
    """The event that a function gets."""
    told = {
        "Type": "Notification",
        "MessageId": notice.message_id,
        "TopicArn": notice.topic_arn,
        "Subject": notice.subject,
        "Message": notice.message,
        "Timestamp": millis(notice.at),
        "SignatureVersion": "1",
        "Signature": signature(notice),
        "SigningCertUrl": _certificate(notice),
        "UnsubscribeUrl": _unsubscribe(notice, subscription_arn),
        "MessageAttributes": {name: dict(one) for name, one in notice.attributes.items()},
    }
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription_arn,
        "Sns": told,
    }
    return {"Records": [record]}


def envelope(notice: Notice, subscription_arn: str) -> str:
    """The message around the message, for queues without raw delivery."""
    told: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": notice.message_id,
        "TopicArn": notice.topic_arn,
        **({"Subject": notice.subject} if notice.subject else {}),
        "Message": notice.message,
        "Timestamp": millis(notice.at),
        "SignatureVersion": "1",
        "Signature": signature(notice),
        "SigningCertURL": _certificate(notice),
        "UnsubscribeURL": _unsubscribe(notice, subscription_arn),
    }
    if notice.attributes:
        told["MessageAttributes"] = {name: dict(one) for name, one in notice.attributes.items()}
    return json.dumps(told, indent=2, separators=(",", " : "), ensure_ascii=False)


def raw_attributes(notice: Notice) -> dict[str, Attribute]:
    """The attributes as those of a queue's message, for raw delivery."""
    return {
        name: Attribute(
            data_type=one["Type"],
            value=base64.b64decode(one["Value"]) if one["Type"].startswith("Binary") else one["Value"],
        )
        for name, one in notice.attributes.items()
    }


def chosen_text(message: str, protocol: str) -> str:
    """The text of a structured message for a protocol: its own, else the default.

    Raises:
        ValueError: the message is not JSON, or has no default; the text is AWS's.
    """
    told = "Invalid parameter: Message Structure - "
    try:
        found = json.loads(message)
    except ValueError:
        raise ValueError(told + "JSON message body failed to parse") from None
    texts = (
        {name: one for name, one in found.items() if isinstance(one, str)} if isinstance(found, dict) else {}
    )
    if "default" not in texts:
        raise ValueError(told + "No default entry in JSON message body")
    return texts.get(protocol, texts["default"])


def signature(notice: Notice) -> str:
    """Something of a signature's size: AWS's key is not ours, so nobody can verify it."""
    seed = f"{notice.topic_arn}\n{notice.message_id}\n{notice.message}".encode(errors="replace")
    return base64.b64encode(hashlib.shake_256(seed).digest(SIGNATURE_BYTES)).decode()


def _certificate(notice: Notice) -> str:
    name = hashlib.md5(notice.topic_arn.encode(), usedforsecurity=False).hexdigest()
    region = Arn.of(notice.topic_arn).region
    return f"https://sns.{region}.amazonaws.com/SimpleNotificationService-{name}.pem"


def _unsubscribe(notice: Notice, subscription_arn: str) -> str:
    region = Arn.of(notice.topic_arn).region
    return f"https://sns.{region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={subscription_arn}"


@lru_cache(maxsize=256)
def _pattern(policy: str) -> Pattern | None:
    """None for a policy nothing fits; one that is no policy at all was refused when it was set."""
    try:
        return compiled(json.loads(policy))
    except (BadPattern, ValueError):
        return None


def _body(message: str) -> dict[str, Any] | None:
    try:
        found = json.loads(message)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _values(attributes: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """What a filter policy compares; binary attributes are not compared."""
    values: dict[str, Any] = {}
    for name, one in attributes.items():
        kind, text = one["Type"], one["Value"]
        if kind == "Number" or kind.startswith("Number."):
            values[name] = _number(text)
        elif kind == "String.Array":
            values[name] = _array(text)
        elif not kind.startswith("Binary"):
            values[name] = text
    return values


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _array(text: str) -> Any:
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, list) else text
