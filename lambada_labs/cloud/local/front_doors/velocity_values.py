"""Values inside a mapping template: what a member, a method, a truth and a text of them are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_LONGEST = 1_000_000


class TemplateError(ValueError):
    """A mapping template that cannot be read or filled in; the text says where."""


class Undefined:
    """A reference to nothing: false, and shown as it was written."""


class Reachable:
    """Something whose named methods a template may call: `$input`, `$util`."""

    #: Names that may be called; nothing else of the object can be reached.
    METHODS: frozenset[str] = frozenset()
    MEMBERS: frozenset[str] = frozenset()


def truth(value: Any) -> bool:
    """Velocity's own: null and false are false; API Gateway's also takes an empty text or list as false."""
    return not isinstance(value, Undefined) and bool(value)


def shown(value: Any) -> str:
    """A value as text: maps the way Java writes them, lists as JSON (both as seen on AWS)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={shown(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return "" if value is None or isinstance(value, Undefined) else str(value)


def member(value: Any, key: Any) -> Any:
    """`value.key` or `value[key]`; what is not there is undefined."""
    if isinstance(value, Mapping):
        return value.get(key, Undefined())
    if isinstance(value, list) and isinstance(key, int):
        return value[key] if -len(value) <= key < len(value) else Undefined()
    if isinstance(value, Reachable) and key in value.MEMBERS:
        return getattr(value, key)
    return Undefined()


def call(value: Any, name: str, arguments: list[Any]) -> Any:
    """`value.name(arguments)`, for the methods of Java that templates use; any other one is undefined."""
    if isinstance(value, Reachable):
        return getattr(value, name)(*arguments) if name in value.METHODS else Undefined()
    for kind, methods in _METHODS:
        if isinstance(value, kind) and name in methods:
            return methods[name](value, *arguments)
    return Undefined()


def _put(holder: dict[Any, Any], key: Any, value: Any) -> Any:
    old = holder.get(key)
    holder[key] = value
    return old


def _add(several: list[Any], value: Any) -> bool:
    several.append(value)
    return True


def _replaced(value: str, pattern: str, new: str, count: int = 0) -> str:
    """Java's replaceAll and replaceFirst: a regular expression; `$1` is a group, a backslash escapes."""
    groups = re.sub(r"\\(.)|\$(\d)", lambda one: _literal(one[1]) if one[1] else rf"\g<{one[2]}>", new)
    return re.sub(pattern, groups, value, count=count)


def _literal(letter: str) -> str:
    return r"\\" if letter == "\\" else letter


def _split(value: str, pattern: str) -> list[str]:
    """Java's split: a regular expression; empty texts at the end are left out."""
    parts = [one for one in re.split(pattern, value) if one is not None]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return parts


_COMMON = {
    "toString": shown,
    "isEmpty": lambda value: not value,
    "equals": lambda value, other: value == other,
}
_TEXT = {
    **_COMMON,
    "length": len,
    "size": len,
    "contains": lambda value, part: part in value,
    "startsWith": lambda value, part: value.startswith(part),
    "endsWith": lambda value, part: value.endswith(part),
    "indexOf": lambda value, part: value.find(part),
    "toLowerCase": lambda value: value.lower(),
    "toUpperCase": lambda value: value.upper(),
    "trim": lambda value: value.strip(),
    "replace": lambda value, old, new: value.replace(old, new),
    "replaceAll": _replaced,
    "replaceFirst": lambda value, pattern, new: _replaced(value, pattern, new, 1),
    "matches": lambda value, pattern: re.fullmatch(pattern, value) is not None,
    "concat": lambda value, other: value + shown(other),
    "lastIndexOf": lambda value, part: value.rfind(part),
    "charAt": lambda value, index: value[index],
    "split": _split,
    "substring": lambda value, start, end=None: value[start:end],
    "equalsIgnoreCase": lambda value, other: value.lower() == str(other).lower(),
}
_MAP = {
    **_COMMON,
    "size": len,
    "get": lambda value, key: value.get(key),
    "put": _put,
    "containsKey": lambda value, key: key in value,
    "keySet": list,
    "values": lambda value: list(value.values()),
    "entrySet": lambda value: [{"key": key, "value": one} for key, one in value.items()],
}
_LIST = {
    **_COMMON,
    "size": len,
    "get": member,
    "add": _add,
    "contains": lambda value, part: part in value,
}
_METHODS: tuple[tuple[type, Mapping[str, Any]], ...] = (
    (str, _TEXT),
    (dict, _MAP),
    (list, _LIST),
    (object, _COMMON),
)


def apply(operator: str, left: Any, right: Any) -> Any:
    """What an operator makes of two values; raises `TemplateError` where it makes nothing."""
    if operator in {"||", "or"}:
        return truth(left) or truth(right)
    if operator in {"&&", "and"}:
        return truth(left) and truth(right)
    left, right = (None if isinstance(one, Undefined) else one for one in (left, right))
    if operator in {"==", "eq"}:
        return left == right or (
            isinstance(left, str) != isinstance(right, str) and shown(left) == shown(right)
        )
    if operator in {"!=", "ne"}:
        return not apply("==", left, right)
    if operator == "+" and (isinstance(left, str) or isinstance(right, str)):
        joined = shown(left) + shown(right)
        if len(joined) > _LONGEST:
            raise TemplateError("a text grows too long")
        return joined
    return _calculated(operator, left, right)


def _calculated(operator: str, left: Any, right: Any) -> Any:
    whole = isinstance(left, int) and isinstance(right, int)
    known: Mapping[str, Any] = {
        "<": lambda: left < right,
        ">": lambda: left > right,
        "<=": lambda: left <= right,
        ">=": lambda: left >= right,
        "+": lambda: left + right,
        "-": lambda: left - right,
        "*": lambda: left * right,
        "/": lambda: int(left / right) if whole else left / right,
        "%": lambda: left % right,
    }
    if not all(isinstance(one, int | float | str) for one in (left, right)):
        raise TemplateError(f"{operator} wants two numbers, not {left!r} and {right!r}")
    return known[operator]()
