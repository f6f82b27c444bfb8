"""Filter patterns of CloudWatch Logs: which lines a subscription wants. Pure.

Source: Amazon CloudWatch Logs user guide, "Filter pattern syntax": unstructured terms (all of them, `?any` of
them, none of `-these`, `"exact phrases"`), JSON patterns `{ $.x = … }` with `&&` and `||`, and columns
`[a, b=ERROR, ...]`. Regular expressions stand between `%` signs, in place of a term or of a value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from lambada_labs.cloud.local.producers.log_columns import columns
from lambada_labs.cloud.local.producers.log_conditions import (
    COMPARISONS,
    QUOTED,
    REGULAR,
    BadFilter,
    Test,
    Token,
    any_of,
    regular,
    value_of,
)

__all__ = ["BadFilter", "Filter", "compiled"]

Filter = Callable[[str], bool]
_TERM = re.compile(r'([-?]?)(?:"((?:[^"\\]|\\.)*)"|%((?:[^%\\]|\\.)+)%|(\S+))')
_TOKEN = re.compile(
    r"\s*(?:(?P<path>\$(?:\.[\w\-]+|\.\*|\.?\[(?:\d+|\*|'[^']*')\])+)|(?P<op>&&|\|\||!=|<=|>=|=|<|>|\(|\))"
    rf"|(?P<value>{QUOTED}|{REGULAR})|(?P<word>[^\s()&|=<>!]+))"
)
_STEP = re.compile(r"\.(?P<name>[\w\-]+)|\.?\[(?:(?P<index>\d+)|'(?P<quoted>[^']*)'|\*)\]|\.\*")


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Filter:
    """The pattern as a function of one line; raises `BadFilter`."""
    text = pattern.strip()
    if not text:
        return lambda _: True
    if text.startswith("{"):
        return _json(text)
    if text.startswith("["):
        return columns(text)
    return _terms(text)


def _terms(text: str) -> Filter:
    """Every plain term, one of the optional ones, none of the excluded ones."""
    wanted: dict[str, list[Filter]] = {"": [], "?": [], "-": []}
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = _TERM.match(text, at)
        if found is None:
            raise BadFilter(text)
        wanted[found[1]].append(_holding(found))
        at = found.end()
    plain, optional, excluded = wanted[""], wanted["?"], wanted["-"]
    # Beside plain terms optional ones say nothing, as AWS documents it.
    return lambda line: (
        all(one(line) for one in plain)
        and (bool(plain) or not optional or any(one(line) for one in optional))
        and not any(one(line) for one in excluded)
    )


def _holding(found: re.Match[str]) -> Filter:
    _, quoted, searched, word = found.groups()
    if searched is not None:
        expression = regular(searched)
        return lambda line: expression.search(line) is not None
    text = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else word
    return lambda line: text in line


def _json(text: str) -> Filter:
    if not text.endswith("}"):
        raise BadFilter(text)
    tokens = _tokens(text[1:-1])
    test = any_of(tokens, _leaf)
    if tokens:
        raise BadFilter(text)

    def fits(line: str) -> bool:
        try:
            found = json.loads(line)
        except ValueError:
            return False
        return isinstance(found, dict) and test(found)

    return fits


def _tokens(text: str) -> list[Token]:
    tokens, at = [], 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise BadFilter(text)
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens


def _leaf(tokens: list[Token]) -> Test:
    kind, path = tokens.pop(0) if tokens else ("", "")
    if kind != "path" or not tokens:
        raise BadFilter(path)
    kind, text = tokens.pop(0)
    if kind == "word":
        return _postfix(path, text, tokens)
    if kind != "op" or text not in COMPARISONS or not tokens or tokens[0][0] not in {"value", "word"}:
        raise BadFilter(path)
    compare, value = COMPARISONS[text], value_of(tokens.pop(0)[1])
    # A selector of an array or an object as a whole fits nothing, as AWS documents it.
    return lambda found: any(
        compare(one, value) for one in _at(found, path) if not isinstance(one, dict | list)
    )


def _postfix(path: str, first: str, tokens: list[Token]) -> Test:
    second = tokens.pop(0)[1].upper() if tokens else ""
    said = (first.upper(), second)
    if said == ("IS", "NULL"):
        return lambda found: any(one is None for one in _at(found, path))
    if said in {("IS", "TRUE"), ("IS", "FALSE")}:
        return lambda found: any(one is (second == "TRUE") for one in _at(found, path))
    if said == ("NOT", "EXISTS"):
        return lambda found: not _at(found, path)
    raise BadFilter(f"{path} {first} {second}")


def _at(found: Any, path: str) -> list[Any]:
    """The values at a path: one or none, several where it holds a `*`."""
    values = [found]
    for step in _STEP.finditer(path, 1):
        values = [inner for one in values for inner in _inner(one, step)]
    return values


def _inner(value: Any, step: re.Match[str]) -> list[Any]:
    name = step["quoted"] if step["name"] is None else step["name"]
    if name is not None:
        return [value[name]] if isinstance(value, Mapping) and name in value else []
    if step["index"] is not None:
        at = int(step["index"])
        return value[at : at + 1] if isinstance(value, list) else []
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []
