"""Conditions of filter patterns: values and how they compare, `&&`, `||` and brackets around them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

#: One condition, asked of a parsed record or of the word in a column.
Test = Callable[[Any], bool]
#: Kind and text.
Token = tuple[str, str]
Leaf = Callable[[list[Token]], Test]
#: A value as it is written: `"text"`, `%regular expression%`, or a bare word.
QUOTED, REGULAR = r'"(?:[^"\\]|\\.)*"', r"%(?:[^%\\]|\\.)+%"


class BadFilter(ValueError):
    """A pattern AWS does not take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What is compared with; of a text, `*` stands for anything."""

    text: str
    quoted: bool = False
    expression: re.Pattern[str] | None = None


def value_of(written: str) -> Value:
    """The value in a pattern; raises `BadFilter`."""
    if written.startswith("%"):
        return Value(text=written, expression=regular(written[1:-1]))
    quoted = written.startswith('"')
    return Value(text=written[1:-1] if quoted else written, quoted=quoted)


def regular(text: str) -> re.Pattern[str]:
    """A regular expression, searched for; raises `BadFilter`."""
    try:
        return re.compile(text)
    except re.error:
        raise BadFilter(text) from None


def any_of(tokens: list[Token], leaf: Leaf) -> Test:
    """Conditions joined by `||`, each several joined by `&&`; takes what it reads out of `tokens`."""
    choices = [_all_of(tokens, leaf)]
    while tokens and tokens[0] == ("op", "||"):
        tokens.pop(0)
        choices.append(_all_of(tokens, leaf))
    return lambda found: any(one(found) for one in choices)


def _all_of(tokens: list[Token], leaf: Leaf) -> Test:
    parts = [_one(tokens, leaf)]
    while tokens and tokens[0] == ("op", "&&"):
        tokens.pop(0)
        parts.append(_one(tokens, leaf))
    return lambda found: all(one(found) for one in parts)


def _one(tokens: list[Token], leaf: Leaf) -> Test:
    if not tokens or tokens[0] != ("op", "("):
        return leaf(tokens)
    tokens.pop(0)
    inner = any_of(tokens, leaf)
    if not tokens or tokens.pop(0) != ("op", ")"):
        raise BadFilter("(")
    return inner


def number(text: str) -> float | None:
    """The number that a text is; None where it is none."""
    try:
        return float(text)
    except ValueError:
        return None


def like(seen: str, value: Value) -> bool:
    """Whether a text is what the value says."""
    if value.expression is not None:
        return value.expression.search(seen) is not None
    return fnmatchcase(seen, value.text.replace("[", "[[]"))


def _equal(seen: Any, value: Value) -> bool:
    if isinstance(seen, str):
        return like(seen, value)
    if value.text == "*":  # whatever is there: how the CDK asks whether a member exists
        return True
    if isinstance(seen, bool):
        return value.text.lower() == str(seen).lower()
    wanted = None if value.quoted else number(value.text)
    return isinstance(seen, int | float) and wanted is not None and seen == wanted


def _ordered(test: Callable[[float, float], bool]) -> Callable[[Any, Value], bool]:
    def compare(seen: Any, value: Value) -> bool:
        wanted = number(value.text)
        plain = isinstance(seen, int | float) and not isinstance(seen, bool)
        return plain and wanted is not None and test(seen, wanted)

    return compare


COMPARISONS: dict[str, Callable[[Any, Value], bool]] = {
    "=": _equal,
    "!=": lambda seen, value: not _equal(seen, value),
    "<": _ordered(lambda one, other: one < other),
    "<=": _ordered(lambda one, other: one <= other),
    ">": _ordered(lambda one, other: one > other),
    ">=": _ordered(lambda one, other: one >= other),
}
