"""Mapping templates: the part of the Velocity Template Language that API Gateway's own guide uses.

References (`$name`, `$!name`, `${name}`) with members, indices and methods; `#set`, `#if`/`#elseif`/`#else`,
`#foreach`, `##` and `#* *#` comments. Left out, and said so when met: `#macro`, `#define`, `#include`, `#parse`,
`#evaluate`, `#stop`. Source: Apache Velocity user guide; API Gateway mapping template reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lambada_labs.cloud.local.front_doors.velocity_terms import NAME, Terms
from lambada_labs.cloud.local.front_doors.velocity_values import (
    TemplateError,
    Undefined,
    member,
    shown,
    truth,
)

_DIRECTIVE = re.compile(
    r"#(?:\{(set|if|elseif|else|end|foreach|break)\}|(set|if|elseif|else|end|foreach|break)\b)"
)
_UNKNOWN = re.compile(r"#\{?(macro|define|include|parse|evaluate|stop)\b")
_SPECIAL = re.compile(r"[#$\\]")
_LINE_END = re.compile(r"[ \t]*\r?\n")
#: What this variable does not hold is shown as nothing, as in payloads that deployed APIs sent (`"caller": ""`).
_ALWAYS_QUIET = "context"


class _Break(Exception):
    """`#break`."""


def render(template: str, variables: Mapping[str, Any]) -> str:
    """The template filled in; raises `TemplateError`."""
    try:
        return _Renderer(template, dict(variables)).document()
    except (_Break, TypeError, ArithmeticError, RecursionError, LookupError, re.error) as problem:
        raise TemplateError(f"the mapping template failed: {problem}") from problem


class _Renderer(Terms):
    """Reads and fills in at once; a branch not taken is read with `live` off."""

    def inner(self, text: str) -> str:
        """A text in double quotes filled in."""
        renderer = _Renderer(text, self.scope)
        renderer.steps = self.steps
        return renderer.document()

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
                end = _SPECIAL.search(self.text, self.at + 1)
                stop = end.start() if end else len(self.text)
                pieces.append(self.text[self.at : stop])
                self.at = stop
        return "".join(pieces), ""

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
        """A reference in text; an unknown name stays as it was written, `$!…` and `$context.…` become nothing."""
        start = self.at
        self.at += 1
        quiet = self._seen("!")
        braced = self._seen("{")
        root = NAME.match(self.text, self.at)
        if root is None:
            self.at = start + 1
            return "$"
        value = self._reference()
        if braced and not self._seen("}"):
            raise TemplateError(f"${{ without }} at character {start}")
        if not self.live:
            return ""
        if value is None or isinstance(value, Undefined):
            return "" if quiet or root[0] == _ALWAYS_QUIET else self.text[start : self.at]
        return shown(value)

    def _end_of_line(self) -> None:
        """A directive takes the line break after it along."""
        match = _LINE_END.match(self.text, self.at)
        self.at = match.end() if match else self.at


def _items(several: Any) -> list[Any]:
    if several is None or isinstance(several, Undefined):
        return []
    return list(several.values()) if isinstance(several, Mapping) else list(several)
