"""Conditions in the policy of a Lambda authoriser: whether a request meets them.

Sources: IAM user guide, "IAM JSON policy elements: Condition operators" (several keys and operators must all hold,
several values of one key are alternatives, for negated operators none may match; a positive operator is false where
its key is absent, a negated one and `…IfExists` true); API Gateway developer guide, "AWS condition keys".
"""

from __future__ import annotations

import ipaddress
import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from lambada_labs.cloud.local.front_doors.http_answer import Malformed
from lambada_labs.cloud.local.front_doors.request import DoorRequest

Test = Callable[[str, str], bool]


def known_of(request: DoorRequest) -> dict[str, str]:
    """The condition keys of a request, by lower-case name. The address on AWS has TLS, so the request had."""
    at = datetime.fromtimestamp(request.at, UTC)
    found = {
        "aws:sourceip": request.source_ip,
        "aws:useragent": request.user_agent,
        "aws:referer": request.header("referer"),
        "aws:securetransport": "true",
        "aws:currenttime": at.isoformat(),
        "aws:epochtime": str(int(request.at)),
    }
    return {key: value for key, value in found.items() if value}


def hold(conditions: Any, known: Mapping[str, str]) -> bool:
    """Whether all conditions of a statement are met; raises `Malformed` for what IAM would not read."""
    if not isinstance(conditions, Mapping) or not all(
        isinstance(one, Mapping) for one in conditions.values()
    ):
        raise Malformed("Condition is no object of operators and keys")
    return all(
        _met(name, known.get(key.lower()), _several(wanted))
        for name, tests in conditions.items()
        for key, wanted in tests.items()
    )


def _met(name: str, seen: str | None, wanted: list[str]) -> bool:
    plain = name.removesuffix("IfExists")
    if plain == "Null":
        return any((one.lower() == "true") is (seen is None) for one in wanted)
    test, negated = _POSITIVE.get(plain), False
    if test is None:
        test, negated = _NEGATIVE.get(plain), True
    if test is None:
        raise Malformed(f"the condition operator {name} is not known")
    if seen is None:
        return negated or plain != name
    try:
        return any(test(one, seen) for one in wanted) is not negated
    except ValueError:
        raise Malformed(f"a value of {name} cannot be read") from None


def _in_network(wanted: str, seen: str) -> bool:
    network, address = ipaddress.ip_network(wanted, strict=False), ipaddress.ip_address(seen)
    return network.version == address.version and address in network


def _like(pattern: str, seen: str) -> bool:
    return _glob(pattern).fullmatch(seen) is not None


@lru_cache(maxsize=256)
def _glob(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"([*?])", pattern)
    return re.compile("".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in parts), re.DOTALL)


def _numbers(compare: Callable[[float, float], bool]) -> Test:
    return lambda wanted, seen: compare(float(seen), float(wanted))


def _dates(compare: Callable[[float, float], bool]) -> Test:
    return lambda wanted, seen: compare(_moment(seen), _moment(wanted))


def _moment(text: str) -> float:
    """Seconds since the epoch, of a number or of ISO 8601."""
    if text.isdigit():
        return float(text)
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _same_letters(wanted: str, seen: str) -> bool:
    return wanted.lower() == seen.lower()


_ORDERS = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}
_POSITIVE: Mapping[str, Test] = {
    "StringEquals": operator.eq,
    "StringEqualsIgnoreCase": _same_letters,
    "StringLike": _like,
    "Bool": _same_letters,
    "IpAddress": _in_network,
    **{f"Numeric{name}": _numbers(compare) for name, compare in _ORDERS.items()},
    **{f"Date{name}": _dates(compare) for name, compare in _ORDERS.items()},
}
_NEGATIVE: Mapping[str, Test] = {
    "StringNotEquals": operator.eq,
    "StringNotEqualsIgnoreCase": _same_letters,
    "StringNotLike": _like,
    "NotIpAddress": _in_network,
    "NumericNotEquals": _numbers(operator.eq),
    "DateNotEquals": _dates(operator.eq),
}


def _several(given: Any) -> list[str]:
    found = given if isinstance(given, list) else [given]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in found]
