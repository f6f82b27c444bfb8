"""Notifications of buckets that CloudFormation makes: moto makes the bucket and leaves them out.

Source: CloudFormation template reference, `AWS::S3::Bucket NotificationConfiguration`. The stack's template is in
order here when the rules are; whether S3 may send to each destination is asked when there is something to send.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

Made = Callable[[str, bytes], None]
#: What a template calls a list of rules and the destination in each, and what S3's API calls them.
_LISTS = (
    ("QueueConfigurations", "Queue", "Queue"),
    ("TopicConfigurations", "Topic", "Topic"),
    ("LambdaConfigurations", "Function", "CloudFunction"),
)
_OFF = frozenset({"false", "False", False})


def tap_buckets(bucket: type[Any], made: Made) -> None:
    """Hear of each bucket that a stack makes or changes: its name, its `NotificationConfiguration` in S3's XML."""
    for name in ("create_from_cloudformation_json", "update_from_cloudformation_json"):
        original = getattr(getattr(bucket, name), "original", getattr(bucket, name))
        setattr(bucket, name, _heard(original, made))


def _heard(original: Callable[..., Any], made: Made) -> Callable[..., Any]:
    def from_stack(*given: Any, **named: Any) -> Any:
        found = original(*given, **named)
        resource = next(
            (one for one in given if isinstance(one, Mapping)), named.get("cloudformation_json", {})
        )
        rules = (resource.get("Properties") or {}).get("NotificationConfiguration")
        if rules is not None:
            made(found.name, as_xml(rules))
        return found

    from_stack.original = original  # type: ignore[attr-defined]
    return from_stack


def as_xml(rules: Mapping[str, Any]) -> bytes:
    """The rules of a template as PutBucketNotificationConfiguration takes them."""
    inner = "".join(_lists(rules))
    bus = rules.get("EventBridgeConfiguration")
    if bus is not None and bus.get("EventBridgeEnabled", True) not in _OFF:
        inner += "<EventBridgeConfiguration/>"
    return f"<NotificationConfiguration>{inner}</NotificationConfiguration>".encode()


def _lists(rules: Mapping[str, Any]) -> Iterator[str]:
    for name, destination, kind in _LISTS:
        for one in rules.get(name) or ():
            bounds = ((one.get("Filter") or {}).get("S3Key") or {}).get("Rules") or ()
            filters = "".join(
                f"<FilterRule>{_element('Name', each['Name'])}{_element('Value', each['Value'])}</FilterRule>"
                for each in bounds
            )
            inner = _element(kind, one[destination]) + _element("Event", one["Event"])
            inner += f"<Filter><S3Key>{filters}</S3Key></Filter>" if filters else ""
            yield f"<{kind}Configuration>{inner}</{kind}Configuration>"


def _element(name: str, text: Any) -> str:
    return f"<{name}>{escape(str(text))}</{name}>"
