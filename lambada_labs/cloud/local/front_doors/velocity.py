"""Mapping templates: the part of the Velocity Template Language that API Gateway's own guide uses.

References (`$name`, `$!name`, `${name}`) with members, indices and methods; `#set`, `#if`/`#elseif`/`#else`,
`#foreach`, `##` and `#* *#` comments. Left out, and said so when met: `#macro`, `#define`, `#include`, `#parse`,
`#evaluate`, `#stop`. Source: Apache Velocity user guide; API Gateway mapping template reference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from lambada_labs.cloud.local.front_doors.velocity_values import Undefined, call, member, shown, truth

_LONGEST = 1_000_000
_MOST_STEPS = 200_000
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_SPACE = re.compile(r"\s*")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DIRECTIVE = re.compile(
    r"#(?:\{(set|if|elseif|else|end|foreach|break)\}|(set|if|elseif|else|end|foreach|break)\b)"
)
_UNKNOWN = re.compile(r"#\{?(macro|define|include|parse|evaluate|stop)\b")
_OPERATORS = ("||", "&&", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%")
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||", "or"),
    ("&&", "and"),
    ("==", "!=", "eq", "ne"),
    ("<=", ">=", "<", ">"),
    ("+", "-"),
    ("*", "/", "%"),
)


class TemplateError(ValueError):
    """A mapping template that cannot be read or filled in; the text says where."""


class _Break(Exception):
    """`#break`."""


def render(template: str, variables: Mapping[str, Any]) -> str:
    """The template filled in; raises `TemplateError`."""
    try:
        return _Renderer(template, dict(variables)).document()
    except (_Break, TypeError, ArithmeticError, RecursionError, LookupError) as problem:
        raise TemplateError(f"the mapping template failed: {problem}") from problem


class _Renderer:
    """Reads and fills in at once; a branch not taken is read with `live` off."""

    def __init__(self, text: str, scope: dict[str, Any]) -> None:
        self.text, self.scope, self.at, self.live, self.steps = text, scope, 0, True, 0

    def document(self) -> str:
        """All of it."""
        found, ended_by = self.block()
        if ended_by:
            raise TemplateError(f"#{ended_by} without a beginning at character {self.at}")
        return found

    def block(self) -> tuple[str, str]:
        """Text up to the end, or up to a directive that closes it, which is the second answer."""
        pieces: list[str] = []
        while self.at < len(self.text):
            self._tick()
            letter = self.text[self.at]
            if letter == "#":
                ended_by = self._hash(pieces)
                if ended_by:
                    return "".join(pieces), ended_by
            elif letter == "$":
                pieces.append(self._reference_text())
            elif self.text.startswith(("\\$", "\\#"), self.at):
                pieces.append(self.text[self.at + 1])
                self.at += 2
            else:
                end = re.compile(r"[#$\\]").search(self.text, self.at + 1)
                stop = end.start() if end else len(self.text)
                pieces.append(self.text[self.at : stop])
                self.at = stop
        return "".join(pieces), ""

    def _tick(self) -> None:
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise TemplateError("the mapping template does not come to an end")

    def _hash(self, pieces: list[str]) -> str:
        """A comment, a directive, or a plain `#`; the name of a directive that closes the block, else nothing."""
        if self.text.startswith("##", self.at):
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end + 1
            return ""
        if self.text.startswith("#*", self.at):
            end = self.text.find("*#", self.at)
            self.at = len(self.text) if end < 0 else end + 2
            return ""
        if _UNKNOWN.match(self.text, self.at):
            raise TemplateError(f"this directive is not built: {self.text[self.at : self.at + 12]!r}")
        match = _DIRECTIVE.match(self.text, self.at)
        if match is None:
            pieces.append("#")
            self.at += 1
            return ""
        self.at = match.end()
        name = str(match[1] or match[2])
        if name in {"elseif", "else", "end"}:
            return name
        self._directive(name, pieces)
        return ""

    def _directive(self, name: str, pieces: list[str]) -> None:
        if name == "set":
            self._set()
        elif name == "if":
            pieces.append(self._if())
        elif name == "foreach":
            pieces.append(self._foreach())
        elif self.live:
            raise _Break

    def _set(self) -> None:
        self._take("(")
        self._take("$")
        braced = self._seen("{")
        name = self._name()
        keys: list[Any] = []
        while self.text.startswith((".", "["), self.at):
            keys.append(self._name_after_dot() if self.text[self.at] == "." else self._index())
        if braced:
            self._take("}")
        self._take("=")
        value = self.expression()
        self._take(")")
        self._end_of_line()
        if self.live:
            self._assign(name, keys, value)

    def _assign(self, name: str, keys: list[Any], value: Any) -> None:
        if not keys:
            self.scope[name] = value
            return
        holder = self.scope.get(name)
        for key in keys[:-1]:
            holder = member(holder, key)
        if not isinstance(holder, dict):
            raise TemplateError(f"${name} holds no map to put {keys[-1]!r} into")
        holder[keys[-1]] = value

    def _if(self) -> str:
        outer, taken, found = self.live, False, ""
        ended_by = "if"
        while ended_by != "end":
            if ended_by in {"if", "elseif"}:
                self._take("(")
                self.live = outer and not taken
                yes = truth(self.expression())
                self._take(")")
            elif ended_by == "else":
                yes = True
            else:
                raise TemplateError("#if without #end")
            self._end_of_line()
            self.live = outer and not taken and yes
            text, ended_by = self.block()
            found, taken = (text, True) if self.live else (found, taken)
        self.live = outer
        self._end_of_line()
        return found

    def _foreach(self) -> str:
        self._take("(")
        self._take("$")
        name = self._name()
        self._skip()
        self._take("in")
        several = self.expression()
        self._take(")")
        self._end_of_line()
        start, outer, pieces = self.at, self.live, []
        items = _items(several) if outer else []
        for index, item in enumerate(items):
            self.at = start
            self.scope |= {name: item, "velocityCount": index + 1}
            self.scope["foreach"] = {"index": index, "count": index + 1, "hasNext": index + 1 < len(items)}
            try:
                pieces.append(self._loop_body())
            except _Break:
                break
        self.at, self.live = start, False
        self._loop_body()
        self.live = outer
        self._end_of_line()
        return "".join(pieces)

    def _loop_body(self) -> str:
        text, ended_by = self.block()
        if ended_by != "end":
            raise TemplateError("#foreach without #end")
        return text

    def _reference_text(self) -> str:
        """A reference in text; what is not known is left as it was written, `$!…` as nothing."""
        start = self.at
        self.at += 1
        quiet = self._seen("!")
        braced = self._seen("{")
        if _NAME.match(self.text, self.at) is None:
            self.at = start + 1
            return "$"
        value = self._reference()
        if braced and not self._seen("}"):
            raise TemplateError(f"${{ without }} at character {start}")
        if not self.live:
            return ""
        if value is None or isinstance(value, Undefined):
            return "" if quiet else self.text[start : self.at]
        return shown(value)

    def _reference(self) -> Any:
        """The value after `$`, with all its members, indices and calls."""
        name = self._name()
        value = self.scope.get(name, Undefined()) if self.live else Undefined()
        while self.at < len(self.text):
            self._tick()
            if self.text[self.at] == "[":
                value = member(value, self._index())
            elif self.text[self.at] == "." and _NAME.match(self.text, self.at + 1):
                key = self._name_after_dot()
                if self.text.startswith("(", self.at):
                    arguments = self._arguments()
                    value = call(value, key, arguments) if self.live else value
                else:
                    value = member(value, key)
            else:
                break
        return value

    def expression(self, level: int = 0) -> Any:
        """A value: literals, references, and operators by their strength."""
        if level == len(_LEVELS):
            return self._primary()
        left = self.expression(level + 1)
        while (operator := self._operator(_LEVELS[level])) is not None:
            right = self.expression(level + 1)
            left = _apply(operator, left, right) if self.live else left
        return left

    def _operator(self, known: tuple[str, ...]) -> str | None:
        self._skip()
        for one in known:
            if self.text.startswith(one, self.at) and not (one.isalpha() and self._goes_on(one)):
                self.at += len(one)
                return one
        return None

    def _goes_on(self, word: str) -> bool:
        after = self.at + len(word)
        return after < len(self.text) and self.text[after].isalnum()

    def _primary(self) -> Any:
        self._tick()
        self._skip()
        readers = {
            "!": self._not,
            "(": self._parenthesis,
            "$": self._dollar,
            "'": self._text,
            '"': self._text,
            "[": self._list,
            "{": self._map,
        }
        return readers.get(self.text[self.at : self.at + 1], self._word)()

    def _not(self) -> bool:
        self.at += 1
        return not truth(self._primary())

    def _parenthesis(self) -> Any:
        self.at += 1
        value = self.expression()
        self._take(")")
        return value

    def _dollar(self) -> Any:
        self.at += 1
        self._seen("!")
        braced = self._seen("{")
        value = self._reference()
        if braced:
            self._take("}")
        return value

    def _word(self) -> Any:
        number = _NUMBER.match(self.text, self.at)
        if number:
            self.at = number.end()
            return float(number[0]) if number[1] else int(number[0])
        word = self._name()
        if word in {"true", "false", "null"}:
            return json.loads(word)
        if word == "not":
            return not truth(self._primary())
        raise TemplateError(f"{word!r} is no value, at character {self.at}")

    def _text(self) -> str:
        quote, end = self.text[self.at], self.at + 1
        while end < len(self.text) and self.text[end] != quote:
            end += 2 if self.text[end] == "\\" and quote == '"' else 1
        if end >= len(self.text):
            raise TemplateError(f"a text without its end, at character {self.at}")
        raw = self.text[self.at + 1 : end]
        self.at = end + 1
        if quote == "'" or not self.live:
            return raw
        inner = _Renderer(raw.replace('\\"', '"'), self.scope)
        inner.steps = self.steps
        return inner.document()

    def _list(self) -> list[Any]:
        self.at += 1
        found: list[Any] = []
        while not self._seen("]"):
            found.append(self.expression())
            if self._seen(".."):
                return self._range(found[-1])
            self._seen(",")
            self._more("[")
        return found

    def _range(self, first: Any) -> list[Any]:
        last = self.expression()
        self._take("]")
        if not self.live:
            return []
        if abs(int(last) - int(first)) > _MOST_STEPS:
            raise TemplateError("a range is too long")
        step = 1 if last >= first else -1
        return list(range(int(first), int(last) + step, step))

    def _map(self) -> dict[Any, Any]:
        self.at += 1
        found: dict[Any, Any] = {}
        while not self._seen("}"):
            key = self.expression()
            self._take(":")
            found[key] = self.expression()
            self._seen(",")
            self._more("{")
        return found

    def _arguments(self) -> list[Any]:
        self._take("(")
        found: list[Any] = []
        while not self._seen(")"):
            found.append(self.expression())
            self._seen(",")
            self._more("(")
        return found

    def _index(self) -> Any:
        self._take("[")
        value = self.expression()
        self._take("]")
        return value

    def _more(self, opened_by: str) -> None:
        if self.at >= len(self.text):
            raise TemplateError(f"{opened_by} is never closed")

    def _name(self) -> str:
        match = _NAME.match(self.text, self.at)
        if match is None:
            raise TemplateError(f"a name is missing at character {self.at}")
        self.at = match.end()
        return match[0]

    def _name_after_dot(self) -> str:
        self.at += 1
        return self._name()

    def _skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _seen(self, text: str) -> bool:
        start = self.at
        if text not in {"!", "{"}:
            self._skip()
        if self.text.startswith(text, self.at):
            self.at += len(text)
            return True
        self.at = start
        return False

    def _take(self, text: str) -> None:
        self._skip()
        if not self.text.startswith(text, self.at):
            raise TemplateError(f"{text!r} is missing at character {self.at}")
        self.at += len(text)

    def _end_of_line(self) -> None:
        """A directive takes the line break after it along."""
        match = re.compile(r"[ \t]*\r?\n").match(self.text, self.at)
        self.at = match.end() if match else self.at


def _items(several: Any) -> list[Any]:
    if several is None or isinstance(several, Undefined):
        return []
    return list(several.values()) if isinstance(several, Mapping) else list(several)


def _apply(operator: str, left: Any, right: Any) -> Any:
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
        return not _apply("==", left, right)
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
