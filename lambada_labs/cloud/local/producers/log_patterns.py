"""Filter patterns of CloudWatch Logs: which lines a subscription wants. Pure.

Source: Amazon CloudWatch Logs user guide, "Filter pattern syntax": unstructured terms (all of them, `?any` of
them, none of `-these`, `"exact phrases"`), JSON patterns `{ $.x = … }` with `&&` and `||`, and columns
`[a, b=ERROR, ...]`. Regular expressions between `%` signs are searched in a line as a whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

Filter = Callable[[str], bool]
_TERM = re.compile(r'([-?]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|(\S+))')
_TOKEN = re.compile(
    r"\s*(?:(?P<path>\$(?:\.[\w\-]+|\[\d+\]|\['[^']*'\])+)|(?P<op>&&|\|\||!=|<=|>=|=|<|>|\(|\))"
    r'|"(?P<text>(?:[^"\\]|\\.)*)"|(?P<word>[^\s()&|=<>!]+))'
)
_STEP = re.compile(r"\.([\w\-]+)|\[(\d+)\]|\['([^']*)'\]")
_COLUMN = re.compile(r'\s*(\.\.\.|[\w\-]+)\s*(?:(!?=|<=?|>=?)\s*(?:"([^"]*)"|([^,\]]+?)))?\s*(?:,|$)')
_WORDS = re.compile(r'"([^"]*)"|\[([^\]]*)\]|(\S+)')
_NOTHING = object()


class BadFilter(ValueError):
    """A pattern AWS does not take."""


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Filter:
    """The pattern as a function of one line; raises `BadFilter`."""
    text = pattern.strip()
    if not text:
        return lambda _: True
    if text.startswith("{"):
        return _json(text)
    if text.startswith("["):
        return _columns(text)
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
    _, quoted, regular, word = found.groups()
    if regular is not None:
        return _searching(regular)
    text = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else word
    return lambda line: text in line


def _searching(text: str) -> Filter:
    try:
        expression = re.compile(text)
    except re.error:
        raise BadFilter(text) from None
    return lambda line: expression.search(line) is not None


def _json(text: str) -> Filter:
    if not text.endswith("}"):
        raise BadFilter(text)
    tokens = _tokens(text[1:-1])
    test = _any_of(tokens)
    if tokens:
        raise BadFilter(text)

    def fits(line: str) -> bool:
        try:
            found = json.loads(line)
        except ValueError:
            return False
        return isinstance(found, dict) and test(found)

    return fits


Test = Callable[[Any], bool]
Token = tuple[str, str]


def _tokens(text: str) -> list[Token]:
    tokens, at = [], 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise BadFilter(text)
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens


def _any_of(tokens: list[Token]) -> Test:
    choices = [_all_of(tokens)]
    while tokens and tokens[0] == ("op", "||"):
        tokens.pop(0)
        choices.append(_all_of(tokens))
    return lambda found: any(one(found) for one in choices)


def _all_of(tokens: list[Token]) -> Test:
    parts = [_one(tokens)]
    while tokens and tokens[0] == ("op", "&&"):
        tokens.pop(0)
        parts.append(_one(tokens))
    return lambda found: all(one(found) for one in parts)


def _one(tokens: list[Token]) -> Test:
    kind, text = tokens.pop(0) if tokens else ("", "")
    if (kind, text) == ("op", "("):
        inner = _any_of(tokens)
        if not tokens or tokens.pop(0) != ("op", ")"):
            raise BadFilter("(")
        return inner
    if kind != "path" or not tokens:
        raise BadFilter(text)
    return _compared(text, tokens)


def _compared(path: str, tokens: list[Token]) -> Test:
    kind, text = tokens.pop(0)
    if kind == "word":
        return _postfix(path, text, tokens)
    if kind != "op" or text not in _COMPARISONS or not tokens or tokens[0][0] not in {"text", "word"}:
        raise BadFilter(path)
    kind, value = tokens.pop(0)
    compare = _COMPARISONS[text]
    return lambda found: _at(found, path) is not _NOTHING and compare(_at(found, path), value, kind == "text")


def _postfix(path: str, first: str, tokens: list[Token]) -> Test:
    second = tokens.pop(0)[1].upper() if tokens else ""
    said = (first.upper(), second)
    if said == ("IS", "NULL"):
        return lambda found: _at(found, path) is None
    if said in {("IS", "TRUE"), ("IS", "FALSE")}:
        return lambda found: _at(found, path) is (second == "TRUE")
    if said == ("NOT", "EXISTS"):
        return lambda found: _at(found, path) is _NOTHING
    raise BadFilter(f"{path} {first} {second}")


def _at(found: Any, path: str) -> Any:
    for step in _STEP.finditer(path, 1):
        name = step[1] if step[1] is not None else step[3]
        if name is not None and isinstance(found, dict) and name in found:
            found = found[name]
        elif step[2] is not None and isinstance(found, list) and int(step[2]) < len(found):
            found = found[int(step[2])]
        else:
            return _NOTHING
    return found


def _equal(seen: Any, wanted: str, quoted: bool) -> bool:  # noqa: FBT001 - one of a table of comparisons
    number = None if quoted else _number(wanted)
    if isinstance(seen, bool):
        return wanted.lower() == str(seen).lower()
    if isinstance(seen, int | float):
        return number is not None and seen == number
    return isinstance(seen, str) and fnmatchcase(seen, wanted.replace("[", "[[]"))


def _ordered(test: Callable[[float, float], bool]) -> Callable[[Any, str, bool], bool]:
    def compare(seen: Any, wanted: str, _: bool) -> bool:  # noqa: FBT001 - one of a table of comparisons
        number = _number(wanted)
        plain = isinstance(seen, int | float) and not isinstance(seen, bool)
        return plain and number is not None and test(seen, number)

    return compare


_COMPARISONS: dict[str, Callable[[Any, str, bool], bool]] = {
    "=": _equal,
    "!=": lambda seen, wanted, quoted: not _equal(seen, wanted, quoted),
    "<": _ordered(lambda one, other: one < other),
    "<=": _ordered(lambda one, other: one <= other),
    ">": _ordered(lambda one, other: one > other),
    ">=": _ordered(lambda one, other: one >= other),
}


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _columns(text: str) -> Filter:
    """Names for the words of a line, some with a condition; `...` stands for any number of words."""
    if not text.endswith("]"):
        raise BadFilter(text)
    columns: list[tuple[str, str, str]] = []
    inner, at = text[1:-1], 0
    while inner[at:].strip():
        found = _COLUMN.match(inner, at)
        if found is None or found.end() == at:
            raise BadFilter(text)
        columns.append((found[1], found[2] or "", found[3] if found[3] is not None else (found[4] or "")))
        at = found.end()
    return lambda line: not columns or _in_columns(columns, _words(line))


def _in_columns(columns: list[tuple[str, str, str]], words: list[str]) -> bool:
    names = [name for name, _, _ in columns]
    if "..." in names:
        at = names.index("...")
        behind = len(columns) - at - 1
        if len(words) < at + behind:
            return False
        columns = columns[:at] + columns[at + 1 :]
        words = words[:at] + words[len(words) - behind :]
    if len(words) != len(columns):
        return False
    return all(_word_fits(word, op, wanted) for word, (_, op, wanted) in zip(words, columns, strict=True))


def _word_fits(word: str, op: str, wanted: str) -> bool:
    if not op:
        return True
    if op in {"=", "!="}:
        return fnmatchcase(word, wanted.replace("[", "[[]")) is (op == "=")
    number = _number(word)
    return number is not None and _COMPARISONS[op](number, wanted, False)


def _words(line: str) -> list[str]:
    found = (next((part for part in one.groups() if part is not None), "") for one in _WORDS.finditer(line))
    return list(found)
