"""Values inside a mapping template: what a member, a method, a truth and a text of them are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any


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
    "split": lambda value, by: value.split(by) if len(by) == 1 else re.split(re.escape(by), value),
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
