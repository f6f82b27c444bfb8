"""JSONPath as far as mapping templates of API Gateway use it: members, indices, `*`, and `..name`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_STEP = re.compile(
    r"\.\.(?P<deep>[A-Za-z_$][\w$-]*)|\.(?P<name>[A-Za-z_$][\w$-]*)|\[(?P<quote>['\"])(?P<text>.*?)(?P=quote)\]"
    r"|\[(?P<index>-?\d+)\]|(?P<all>\.\*|\[\*\])"
)


class Missing:
    """Nothing is there."""


def find(document: Any, path: str) -> Any:
    """What a path names, a list where it may name several things, `Missing` for nothing; ValueError if unreadable."""
    if not path.startswith("$"):
        raise ValueError(f"a JSONPath starts with $, this one is {path!r}")
    found, several, at = [document], False, 1
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise ValueError(f"{path!r} cannot be read from character {at} on")
        several = several or bool(step["all"] or step["deep"])
        found = [inner for one in found for inner in _inside(one, step)]
        at = step.end()
    if several:
        return found
    return found[0] if found else Missing()


def _inside(value: Any, step: re.Match[str]) -> Iterator[Any]:
    if step["deep"]:
        yield from _deep(value, step["deep"])
    elif step["all"]:
        yield from value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    elif step["index"]:
        index = int(step["index"])
        if isinstance(value, list) and -len(value) <= index < len(value):
            yield value[index]
    else:
        key = step["name"] if step["name"] is not None else step["text"]
        if isinstance(value, dict) and key in value:
            yield value[key]


def _deep(value: Any, key: str) -> Iterator[Any]:
    if isinstance(value, dict):
        if key in value:
            yield value[key]
        for inner in value.values():
            yield from _deep(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _deep(inner, key)
