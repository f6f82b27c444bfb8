"""A bucket's notification rules: read, refused as S3 refuses them, written, matched. Pure.

Sources: Amazon S3 user guide, "Configuring event notifications using object key name filtering" and
"Supported event types"; refusals recorded from a real account (localstack's snapshots of
`test_s3_notifications_*`); the text about overlapping rules as users quote it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Any, Literal, get_args
from urllib.parse import quote_plus
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from lambada_labs.cloud.local.aws_error import AwsError

Kind = Literal["Topic", "Queue", "CloudFunction"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SERVICES: Mapping[Kind, str] = MappingProxyType({"Topic": "sns", "Queue": "sqs", "CloudFunction": "lambda"})
FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ObjectCreated": ("Put", "Post", "Copy", "CompleteMultipartUpload"),
        "ObjectRemoved": ("Delete", "DeleteMarkerCreated"),
        "ObjectRestore": ("Post", "Completed", "Delete"),
        "Replication": (
            "OperationFailedReplication",
            "OperationMissedThreshold",
            "OperationReplicatedAfterThreshold",
            "OperationNotTracked",
        ),
        "LifecycleExpiration": ("Delete", "DeleteMarkerCreated"),
        "ObjectTagging": ("Put", "Delete"),
        "ObjectAcl": ("Put",),
    }
)
ALONE = ("ReducedRedundancyLostObject", "LifecycleTransition", "IntelligentTiering")
NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
ARN_PARTS = 6
OVERLAP = (
    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules "
    "if the prefixes are overlapping for the same event type."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: which events of which keys go where. `filters` keeps what was sent, for reading it back."""

    kind: Kind
    rule_id: str
    arn: str
    events: tuple[str, ...]
    prefix: str = ""
    suffix: str = ""
    filters: tuple[tuple[str, str], ...] = ()

    def wants(self, event: str, key: str) -> bool:
        """Whether an event such as `ObjectCreated:Put` of this key is sent.

        A filter holds for the key or for its form in the record, where a blank is `+`.
        """
        named = any(event in covered(name) for name in self.events)
        return named and any(
            text.startswith(self.prefix) and text.endswith(self.suffix) for text in (key, encoded(key))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All rules of a bucket; `event_bus`: everything goes to the default event bus, too."""

    rules: tuple[Rule, ...] = ()
    event_bus: bool = False

    def wanting(self, event: str, key: str) -> Iterator[Rule]:
        """The rules that an event is sent by."""
        return (rule for rule in self.rules if rule.wants(event, key))


def encoded(key: str) -> str:
    """A key as records carry it: URL-encoded like a form, folders kept."""
    return quote_plus(key, safe="/")


def covered(name: str) -> tuple[str, ...]:
    """The events that a name in a rule stands for, without `s3:`; empty for an unknown one."""
    family, _, action = name.removeprefix("s3:").partition(":")
    actions = FAMILIES.get(family, ())
    if action == "*":
        return tuple(f"{family}:{one}" for one in actions)
    if family in ALONE and not action:
        return (family,)
    return (f"{family}:{action}",) if action in actions else ()


def supported() -> list[str]:
    """Every name that a rule may carry."""
    named = [f"s3:{family}:{one}" for family, actions in FAMILIES.items() for one in ("*", *actions)]
    return sorted([*named, *(f"s3:{name}" for name in ALONE)])


def read(body: bytes, region: str) -> Rules:
    """The rules of a `NotificationConfiguration`.

    Raises:
        AwsError: not XML of that kind, or S3 would refuse a rule whatever it points at.
    """
    try:
        root = ET.fromstring(body or b"<NotificationConfiguration/>")  # noqa: S314 - expat bounds expansion
    except ET.ParseError:
        raise malformed() from None
    rules = tuple(_rule(element, kind) for kind in KINDS for element in _all(root, f"{kind}Configuration"))
    for rule in rules:
        if rule.arn.split(":")[3] != region:
            raise _invalid(
                "The notification destination service region is not valid for the bucket location constraint"
            )
    _check_overlap(rules)
    return Rules(rules=rules, event_bus=bool(_all(root, "EventBridgeConfiguration")))


def malformed() -> AwsError:
    """S3's words for XML it cannot use."""
    return AwsError(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )


def unreachable(refused: Sequence[tuple[Rule, str]]) -> AwsError:
    """The refusal of destinations that S3 may not or cannot send to, each with the reason."""
    fields: dict[str, Any] = {}
    for number, (rule, reason) in enumerate(refused, 1):
        fields[f"ArgumentName{number}"] = f"{rule.arn}, null" if rule.kind == "CloudFunction" else rule.arn
        fields[f"ArgumentValue{number}"] = reason
    return AwsError(
        "InvalidArgument", "Unable to validate the following destination configurations", 400, **fields
    )


def written(rules: Rules) -> bytes:
    """The rules as GetBucketNotificationConfiguration answers them."""
    inner = "".join(_written(rule) for rule in rules.rules)
    bus = "<EventBridgeConfiguration></EventBridgeConfiguration>" if rules.event_bus else ""
    root = f'<NotificationConfiguration xmlns="{NAMESPACE}">{inner}{bus}</NotificationConfiguration>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}'.encode()


def _rule(element: ET.Element, kind: Kind) -> Rule:
    arn = _text(element, kind) or ""
    parts = arn.split(":")
    if len(parts) < ARN_PARTS or parts[0] != "arn" or parts[2] != SERVICES[kind]:
        raise _invalid("The ARN could not be parsed", kind, arn)
    events = tuple(one.text or "" for one in _all(element, "Event"))
    if not events:
        raise malformed()
    for name in events:
        if not covered(name):
            raise _unsupported(name)
    filters = tuple(_filters(element))
    bounds = {name.lower(): value for name, value in filters}
    return Rule(
        kind=kind,
        rule_id=_text(element, "Id") or str(uuid.uuid4()),
        arn=arn,
        events=events,
        prefix=bounds.get("prefix", ""),
        suffix=bounds.get("suffix", ""),
        filters=filters,
    )


def _filters(element: ET.Element) -> Iterator[tuple[str, str]]:
    seen = set()
    for one in element.iter():
        if _name(one) != "FilterRule":
            continue
        name, value = (_text(one, "Name") or "").capitalize(), _text(one, "Value") or ""
        if name not in {"Prefix", "Suffix"}:
            text = "filter rule name must be either prefix or suffix"
            raise _invalid(text, "FilterRule.Name", _text(one, "Name") or "")
        if name in seen:
            text = f"Cannot specify more than one {name.lower()} rule in a filter."
            raise _invalid(text, "FilterRule.Name", name.lower())
        seen.add(name)
        yield name, value


def _check_overlap(rules: Sequence[Rule]) -> None:
    """One event of one key goes by one rule only."""
    for one, other in combinations(rules, 2):
        events = {event for name in one.events for event in covered(name)}
        same = any(event in events for name in other.events for event in covered(name))
        near = one.prefix.startswith(other.prefix) or other.prefix.startswith(one.prefix)
        if same and near and (one.suffix.endswith(other.suffix) or other.suffix.endswith(one.suffix)):
            raise _invalid(OVERLAP)


def _unsupported(name: str) -> AwsError:
    known = ", ".join(supported())
    text = (
        f"The event '{name}' is not supported for notifications. Supported events are as follows: [{known}]"
    )
    return AwsError("InvalidArgument", text, 400)


def _invalid(text: str, name: str | None = None, value: str = "") -> AwsError:
    fields: dict[str, Any] = {} if name is None else {"ArgumentName": name, "ArgumentValue": value}
    return AwsError("InvalidArgument", text, 400, **fields)


def _written(rule: Rule) -> str:
    events = "".join(f"<Event>{escape(event)}</Event>" for event in rule.events)
    members = "".join(
        f"<FilterRule><Name>{name}</Name><Value>{escape(value)}</Value></FilterRule>"
        for name, value in rule.filters
    )
    filters = f"<Filter><S3Key>{members}</S3Key></Filter>" if members else ""
    named = f"<Id>{escape(rule.rule_id)}</Id><{rule.kind}>{escape(rule.arn)}</{rule.kind}>"
    return f"<{rule.kind}Configuration>{named}{events}{filters}</{rule.kind}Configuration>"


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: ET.Element, name: str) -> list[ET.Element]:
    return [one for one in element if _name(one) == name]


def _text(element: ET.Element, name: str) -> str | None:
    return next((one.text or "" for one in _all(element, name)), None)
