"""The terms of mapping templates: references with their members and calls, literals, operators.

Source: Apache Velocity user guide. One reader walks through the text; while it is not `live` it reads on without
calling or calculating anything.
"""

from __future__ import annotations

import json
import re
from typing import Any

from lambada_labs.cloud.local.front_doors.velocity_values import (
    TemplateError,
    Undefined,
    apply,
    call,
    member,
    truth,
)

_MOST_STEPS = 200_000
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_SPACE = re.compile(r"\s*")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
#: Operators by their strength, the weakest first; of two that begin alike the longer one first.
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||", "or"),
    ("&&", "and"),
    ("==", "!=", "eq", "ne"),
    ("<=", ">=", "<", ">"),
    ("+", "-"),
    ("*", "/", "%"),
)


class Terms:
    """Reads terms of `text` from `at` on; names are looked up in `scope`."""

    def __init__(self, text: str, scope: dict[str, Any]) -> None:
        self.text, self.scope, self.at, self.live, self.steps = text, scope, 0, True, 0

    def inner(self, text: str) -> str:
        """A text in double quotes filled in."""
        raise NotImplementedError

    def _tick(self) -> None:
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise TemplateError("the mapping template does not come to an end")

    def _reference(self) -> Any:
        """The value after `$`, with all its members, indices and calls."""
        name = self._name()
        value = self.scope.get(name, Undefined()) if self.live else Undefined()
        while self.at < len(self.text):
            self._tick()
            if self.text[self.at] == "[":
                value = member(value, self._index())
            elif self.text[self.at] == "." and NAME.match(self.text, self.at + 1):
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
            left = apply(operator, left, right) if self.live else left
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
        return self.inner(raw.replace('\\"', '"'))

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
        match = NAME.match(self.text, self.at)
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
