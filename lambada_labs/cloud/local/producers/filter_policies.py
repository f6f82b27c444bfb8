"""Filter policies of subscriptions as they are set: what SNS takes, and its refusals. No import of moto here.

Sources: Amazon SNS developer guide, "String value matching" (prefix, suffix, equals-ignore-case, anything-but, IP
addresses); refusals recorded from a real account (localstack's snapshots of `test_sns`).
"""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable
from typing import Any

from lambada_labs.cloud.local.producers.matchers import BadPattern, matcher

#: Operators whose values are looked at here; moto looks at those of the others.
LOOKED_AT = frozenset({"prefix", "suffix", "equals-ignore-case", "anything-but", "cidr"})
#: What moto is shown in the place of an operator that it does not know.
STANDS_IN = "an address"
_REFUSED = "Invalid parameter: FilterPolicy: "


class BadPolicy(ValueError):
    """A filter policy SNS refuses; the text is its message."""


def check(text: str) -> None:
    """Refuse what is no JSON object; raises `BadPolicy`."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadPolicy(f"{_REFUSED}failed to parse JSON.") from None
    if not isinstance(found, dict):
        raise BadPolicy(f"{_REFUSED}Filter is not an object")


def shown(policy: Any) -> Any:
    """The policy for moto's own checks; raises `BadPolicy` for values that those would let through."""
    if not isinstance(policy, dict):
        return policy
    return {name: _rules(name, value) for name, value in policy.items()}


def _rules(name: str, value: Any) -> Any:
    if not isinstance(value, list):
        return shown(value)
    return [shown(one) if name == "$or" else _rule(one) for one in value]


def _rule(rule: Any) -> Any:
    if not isinstance(rule, dict) or len(rule) != 1 or not LOOKED_AT & rule.keys():
        return rule
    try:
        matcher(rule)
    except BadPattern as problem:
        raise BadPolicy(f"{_REFUSED}{problem}") from None
    return STANDS_IN if "cidr" in rule else rule


def tap_policies(backend: type[Any], refused: Callable[[str], Exception]) -> None:
    """Look at policies before moto does; `refused` makes moto's exception for one it cannot use."""
    put = inspect.unwrap(backend.set_subscription_attributes)
    validate = inspect.unwrap(backend._validate_filter_policy)  # noqa: SLF001

    @functools.wraps(put)
    def set_subscription_attributes(one: Any, arn: str, name: str, value: Any) -> None:
        try:
            if name == "FilterPolicy" and value:
                check(value)
            put(one, arn, name, value)
        except BadPolicy as problem:
            raise refused(str(problem)) from None

    @functools.wraps(validate)
    def validate_filter_policy(one: Any, value: Any, scope: str | None) -> None:
        validate(one, shown(value), scope=scope)

    backend.set_subscription_attributes = set_subscription_attributes
    backend._validate_filter_policy = validate_filter_policy  # noqa: SLF001


def tap_subscribing(responses: type[Any]) -> None:
    """Have Subscribe make nothing when one of its attributes is refused; moto makes first and looks then."""
    subscribe = inspect.unwrap(responses.subscribe)

    @functools.wraps(subscribe)
    def all_or_nothing(one: Any) -> Any:
        find = one.backend._find_subscription  # noqa: SLF001
        named = [one._get_param(name) for name in ("TopicArn", "Endpoint", "Protocol")]  # noqa: SLF001
        before = find(*named)
        try:
            return subscribe(one)
        except Exception:
            made = find(*named)
            if before is None and made is not None:
                one.backend.subscriptions.pop(made.arn, None)
            raise

    responses.subscribe = all_or_nothing
