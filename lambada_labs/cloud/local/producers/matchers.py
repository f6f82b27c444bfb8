"""The comparison operators of event patterns, each a function of one value. Pure.

Refusals are those of a real account (localstack's snapshots of `test_events_patterns`), without the line and
column that AWS adds.
"""

from __future__ import annotations

import ipaddress
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Matcher = Callable[[Any], bool]
#: Where AWS's measure of complexity refuses is not published; this bound agrees with what was recorded.
MOST_REPEATS = 4
PAIR = 2


class Absent:
    """Stands for a value that is not there."""


ABSENT = Absent()


class BadPattern(Exception):
    """A pattern AWS refuses; the text is its reason."""


def matcher(given: Any) -> Matcher:
    """One entry of a pattern's array as a function; raises `BadPattern`."""
    if not isinstance(given, dict):
        if isinstance(given, list):
            raise BadPattern("Match value must be String, number, true, false, or null")
        return _equals(given)
    if len(given) != 1:
        raise BadPattern("Only one key allowed in match expression")
    ((name, value),) = given.items()
    make = _OPERATORS.get(name)
    if make is None:
        raise BadPattern(f"Unrecognized match type {name}")
    return make(value)


def _equals(wanted: Any) -> Matcher:
    """Numbers compare by value; a boolean is no number."""
    return lambda seen: _kind(seen) == _kind(wanted) and bool(seen == wanted)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, int | float) else type(value).__name__


def _prefix(given: Any) -> Matcher:
    return _affix("prefix", given, str.startswith)


def _suffix(given: Any) -> Matcher:
    return _affix("suffix", given, str.endswith)


def _affix(name: str, given: Any, test: Callable[[str, str], bool]) -> Matcher:
    if isinstance(given, dict) and set(given) == {"equals-ignore-case"}:
        inner = given["equals-ignore-case"]
        if isinstance(inner, str):
            return lambda seen: isinstance(seen, str) and test(seen.casefold(), inner.casefold())
    if not isinstance(given, str):
        raise BadPattern(f"{name} match pattern must be a string")
    return lambda seen: isinstance(seen, str) and test(seen, given)


def _ignore_case(given: Any) -> Matcher:
    if not isinstance(given, str):
        raise BadPattern("equals-ignore-case match pattern must be a string")
    return lambda seen: isinstance(seen, str) and seen.casefold() == given.casefold()


def _wildcard(given: Any) -> Matcher:
    if not isinstance(given, str):
        raise BadPattern("wildcard match pattern must be a string")
    parts = _wildcard_parts(given)
    if any(parts[1:-1].count(part) >= MOST_REPEATS for part in parts):
        raise BadPattern(
            "Rule is too complex - try using fewer wildcard characters or "
            "fewer repeating character sequences after a wildcard character"
        )
    return lambda seen: isinstance(seen, str) and _glob(parts, seen)


def _wildcard_parts(text: str) -> list[str]:
    r"""The texts between the stars; `\*` and `\\` are meant literally."""
    parts, at = [""], 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] in {"*", "\\"}:
            parts[-1] += text[at + 1]
            at += 2
            continue
        if text[at] == "\\":
            raise BadPattern(f"Invalid escape character at pos {at}")
        if text[at] == "*":
            if text[at + 1 : at + 2] == "*":
                raise BadPattern(f"Consecutive wildcard characters at pos {at + 1}")
            parts.append("")
        else:
            parts[-1] += text[at]
        at += 1
    return parts


def _glob(parts: Sequence[str], text: str) -> bool:
    """First and last part at the ends, the others in order between them: linear, whatever the pattern."""
    first, *middle = parts
    if not middle:
        return text == first
    last = middle.pop()
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _anything_but(given: Any) -> Matcher:
    if isinstance(given, dict):
        refused = _anything_but_like(given)
    elif isinstance(given, list):
        if not given:
            raise BadPattern("Empty arrays are not allowed")
        if any(_kind(one) not in {"str", "number"} for one in given):
            raise BadPattern("Inside anything but list, start|null|boolean is not supported.")
        refused = [_equals(one) for one in given]
    elif _kind(given) in {"str", "number"}:
        refused = [_equals(given)]
    else:
        raise BadPattern("Value of anything-but must be an array or single string/number value.")
    return lambda seen: seen is not ABSENT and not any(one(seen) for one in refused)


def _anything_but_like(given: Mapping[str, Any]) -> list[Matcher]:
    ((name, value),) = given.items() if len(given) == 1 else (("", None),)
    make = {
        "prefix": _prefix,
        "suffix": _suffix,
        "equals-ignore-case": _ignore_case,
        "wildcard": _wildcard,
    }.get(name)
    if make is None:
        raise BadPattern(f"Unsupported anything-but pattern: {name}")
    if isinstance(value, dict):
        raise BadPattern("Value of anything-but must be an array or single string/number value.")
    values = value if isinstance(value, list) else [value]
    for one in values:
        if not isinstance(one, str):
            raise BadPattern(_WRONG_TYPE[name])
        if not one and name in {"prefix", "suffix"}:
            raise BadPattern("Null prefix/suffix not allowed")
    return [make(one) for one in values]


_WRONG_TYPE = {
    "prefix": "prefix/suffix match pattern must be a string",
    "suffix": "prefix/suffix match pattern must be a string",
    "wildcard": "wildcard match pattern must be a string",
    "equals-ignore-case": (
        "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
    ),
}
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}


def _numeric(given: Any) -> Matcher:
    if not isinstance(given, list):
        raise BadPattern("Value of numeric must be an array.")
    if not given or not isinstance(given[0], str):
        raise BadPattern("Invalid member in numeric match: must be a string")
    for name, number in zip(given[::2], [*given[1::2], None], strict=False):
        if name not in _COMPARISONS:
            raise BadPattern(f"Unrecognized numeric range operator: {name}")
        if _kind(number) != "number":
            raise BadPattern(f"Value of {name} must be numeric")
    bounds = list(zip(given[::2], given[1::2], strict=True))
    if len(bounds) > PAIR:
        raise BadPattern("Too many terms in numeric range expression")
    if len(bounds) == PAIR and not (bounds[0][0].startswith(">") and bounds[1][0].startswith("<")):
        raise BadPattern(f"Bad numeric range operator: {bounds[1][0]}")
    if len(bounds) == PAIR and bounds[0][1] >= bounds[1][1]:
        raise BadPattern("Bottom must be less than top")
    return lambda seen: (
        _kind(seen) == "number" and all(_COMPARISONS[name](seen, number) for name, number in bounds)
    )


def _cidr(given: Any) -> Matcher:
    if not isinstance(given, str):
        raise BadPattern("prefix match pattern must be a string")
    address, slash, mask = given.partition("/")
    if not slash or "/" in mask:
        raise BadPattern("Malformed CIDR, one '/' required")
    if not (mask.isascii() and mask.isdigit()):
        raise BadPattern("Malformed CIDR, mask bits must be an integer")
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise BadPattern(f"Nonstandard IP address: {address}") from None
    try:
        network = ipaddress.ip_network(given, strict=False)
    except ValueError:
        raise BadPattern("Malformed CIDR, mask bits must not exceed the address") from None
    return lambda seen: isinstance(seen, str) and _within(seen, network)


def _within(seen: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        return ipaddress.ip_address(seen) in network
    except ValueError:
        return False


def _exists(given: Any) -> Matcher:
    if not isinstance(given, bool):
        raise BadPattern("exists match pattern must be either true or false.")
    return lambda seen: (seen is not ABSENT) is given


_OPERATORS: Mapping[str, Callable[[Any], Matcher]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _ignore_case,
    "wildcard": _wildcard,
    "anything-but": _anything_but,
    "numeric": _numeric,
    "cidr": _cidr,
    "exists": _exists,
}
