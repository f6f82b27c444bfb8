"""Filter patterns for lines of words, `[ip, status=4* || status=5*, ...]`. Pure.

Source: Amazon CloudWatch Logs user guide, "Using filter patterns to match terms in space-delimited log events".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lambada_labs.cloud.local.producers.log_conditions import (
    COMPARISONS,
    QUOTED,
    REGULAR,
    BadFilter,
    Test,
    Token,
    any_of,
    like,
    number,
    value_of,
)

_TOKEN = re.compile(
    rf"\s*(?:(?P<condition>[\w\-]+\s*(?:!=|<=|>=|=|<|>)\s*(?:{QUOTED}|{REGULAR}|[^\s,()&|=<>!%][^\s,()&|]*))"
    r"|(?P<name>\.\.\.|[\w\-]+)|(?P<op>&&|\|\||\(|\)|,))\s*"
)
_CONDITION = re.compile(r"([\w\-]+)\s*(!=|<=|>=|=|<|>)\s*(.*)", re.DOTALL)
_WORDS = re.compile(r'"([^"]*)"|\[([^\]]*)\]|(\S+)')
_REST = "..."


@dataclass(frozen=True, slots=True)
class _Column:
    """`fits` is None for a name without conditions."""

    name: str
    fits: Test | None


def columns(text: str) -> Callable[[str], bool]:
    """Names for the words of a line, some with conditions; `...` stands for any number of words.

    A last name without conditions stands for one word and all behind it, as AWS's examples have it.

    Raises:
        BadFilter: AWS does not take it.
    """
    if not text.endswith("]"):
        raise BadFilter(text)
    tokens = _tokens(text[1:-1])
    found = [_column(part) for part in _parts(tokens)] if tokens else []
    return lambda line: not found or _in_columns(found, _words(line))


def _tokens(text: str) -> list[Token]:
    tokens, at = [], 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise BadFilter(text)
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens


def _parts(tokens: list[Token]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token == ("op", ","):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _column(tokens: list[Token]) -> _Column:
    if len(tokens) == 1 and tokens[0][0] == "name":
        return _Column(tokens[0][1], None)
    names = {match[1] for kind, text in tokens if kind == "condition" and (match := _CONDITION.match(text))}
    test = any_of(tokens, _condition)
    if tokens or len(names) != 1:
        raise BadFilter(str(names))
    return _Column(names.pop(), test)


def _condition(tokens: list[Token]) -> Test:
    kind, text = tokens.pop(0) if tokens else ("", "")
    found = _CONDITION.match(text) if kind == "condition" else None
    if found is None:
        raise BadFilter(text)
    op, value = found[2], value_of(found[3])
    if op in {"=", "!="}:
        return lambda word: like(word, value) is (op == "=")
    return lambda word: COMPARISONS[op](number(word), value)


def _in_columns(found: list[_Column], words: list[str]) -> bool:
    names = [column.name for column in found]
    if _REST in names:
        at = names.index(_REST)
        behind = len(found) - at - 1
        if len(words) < at + behind:
            return False
        found = found[:at] + found[at + 1 :]
        words = words[:at] + words[len(words) - behind :]
    elif found[-1].fits is None:  # `[w1=ERROR, w2]`: the last name stands for the rest of the line
        words = words[: len(found)]
    if len(words) != len(found):
        return False
    fitting = zip((column.fits for column in found), words, strict=True)
    return all(fits is None or fits(word) for fits, word in fitting)


def _words(line: str) -> list[str]:
    found = (next((part for part in one.groups() if part is not None), "") for one in _WORDS.finditer(line))
    return list(found)
