"""The SQL of AWS IoT rules, as far as it chooses, names and filters: a message in, a row or nothing out.

`SELECT * | expression [AS name], … FROM 'topic/filter' [WHERE condition]` with paths (`a.b`), literals,
comparisons, AND, OR, NOT, arithmetic, and the functions topic(), topic(n), timestamp(), clientid(), lower(),
upper(), isUndefined(), newuuid(). Not: CASE, nested SELECT, IN, binary payloads, other functions. Source: AWS IoT
Core developer guide, "AWS IoT SQL reference".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lambada_labs.cloud.local.integrations.iot.functions import FUNCTIONS, Message
from lambada_labs.cloud.local.integrations.iot.tokens import BadSql, tokens, unquoted
from lambada_labs.cloud.local.integrations.iot.values import UNDEFINED, compared, computed, known, member

RESERVED = frozenset({"select", "from", "where", "as", "and", "or", "not"})
COMPARISONS = frozenset({"=", "<>", "!=", "<", "<=", ">", ">="})
Expression = Callable[[Message], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A parsed statement; `columns` as (name, expression), the name None for `*`."""

    columns: tuple[tuple[str | None, Expression], ...]
    topic_filter: str
    condition: Expression | None

    def row(self, message: Message) -> dict[str, Any] | None:
        """What the rule's actions get of a message; None where it does not match."""
        if not topic_matches(self.topic_filter, message.topic) or not known(message.value):
            return None
        if self.condition is not None and self.condition(message) is not True:
            return None
        row: dict[str, Any] = {}
        for name, expression in self.columns:
            value = expression(message)
            if name is None:
                row |= value if isinstance(value, Mapping) else {}
            elif known(value):
                row[name] = value
        return row


@lru_cache(maxsize=256)
def parse(sql: str) -> Query:
    """A statement; raises `BadSql`."""
    try:
        return _Parser(sql).query()
    except RecursionError:
        raise BadSql("the statement is nested too deep") from None


def topic_matches(topic_filter: str, topic: str) -> bool:
    """Whether a topic fits an MQTT filter: `+` is one level, `#` all that follow."""
    wanted, levels = topic_filter.split("/"), topic.split("/")
    for index, level in enumerate(wanted):
        if level == "#":
            return True
        if index >= len(levels) or level not in ("+", levels[index]):
            return False
    return len(wanted) == len(levels)


class _Parser:
    """A parser by descent over the tokens of one statement."""

    def __init__(self, sql: str) -> None:
        self._tokens, self._at = tokens(sql), 0

    def query(self) -> Query:
        self._word("select")
        columns = [self._column()]
        while self._mark(","):
            columns.append(self._column())
        self._word("from")
        kind, topic = self._next()
        if kind != "text":
            raise BadSql(f"FROM wants a topic filter in quotes, not {topic!r}")
        condition = self._either() if self._is_word("where") else None
        if self._at < len(self._tokens):
            raise BadSql(f"{self._tokens[self._at][1]!r} is not expected here")
        return Query(columns=tuple(columns), topic_filter=unquoted(topic), condition=condition)

    def _column(self) -> tuple[str | None, Expression]:
        if self._mark("*"):
            return None, lambda message: message.value
        start = self._at
        expression = self._either()
        if self._is_word("as"):
            kind, name = self._next()
            if kind != "name":
                raise BadSql(f"AS wants a name, not {name!r}")
            return name, expression
        return self._own_name(start), expression

    def _own_name(self, start: int) -> str:
        """A column without AS is called like the last part of its path, or like its function."""
        names = [text for kind, text in self._tokens[start : self._at] if kind == "name"]
        called = self._tokens[start + 1 : start + 2] == [("mark", "(")]
        return (names[0] if called else names[-1]) if names else "value"

    def _either(self) -> Expression:
        left = self._both()
        while self._is_word("or"):
            left = _or(left, self._both())
        return left

    def _both(self) -> Expression:
        left = self._negated()
        while self._is_word("and"):
            left = _and(left, self._negated())
        return left

    def _negated(self) -> Expression:
        if self._is_word("not"):
            inner = self._negated()
            return lambda message: {True: False, False: True}.get(inner(message), UNDEFINED)
        return self._comparison()

    def _comparison(self) -> Expression:
        left = self._sum()
        operator = self._one_of(COMPARISONS)
        return left if operator is None else _apply(compared, operator, left, self._sum())

    def _sum(self) -> Expression:
        left = self._product()
        while operator := self._one_of(frozenset("+-")):
            left = _apply(computed, operator, left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._value()
        while operator := self._one_of(frozenset("*/%")):
            left = _apply(computed, operator, left, self._value())
        return left

    def _value(self) -> Expression:
        kind, text = self._next()
        if kind == "text":
            held: Any = unquoted(text)
            return lambda _: held
        if kind == "number":
            number = float(text) if "." in text else int(text)
            return lambda _: number
        if text == "(":
            inner = self._either()
            self._want(")")
            return inner
        if text == "-":
            return _apply(computed, "-", lambda _: 0, self._value())
        if kind != "name" or text.lower() in RESERVED:
            raise BadSql(f"{text!r} is not expected here")
        if text.lower() in {"true", "false", "null"}:
            constant = {"true": True, "false": False, "null": None}[text.lower()]
            return lambda _: constant
        return self._call(text) if self._mark("(") else self._path(text)

    def _path(self, first: str) -> Expression:
        names = [first]
        while self._mark("."):
            kind, text = self._next()
            if kind != "name":
                raise BadSql(f"a path goes on with a name, not {text!r}")
            names.append(text)
        return lambda message: member(message.value, names)

    def _call(self, name: str) -> Expression:
        given: list[Expression] = []
        while not self._mark(")"):
            if given:
                self._want(",")
            given.append(self._either())
        function = FUNCTIONS.get(name.lower())
        if function is None:
            raise BadSql(f"the local cloud's IoT SQL has no function {name}()")
        return lambda message: function(message, [one(message) for one in given])

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise BadSql("the statement ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def _mark(self, mark: str) -> bool:
        found = self._peek() == ("mark", mark)
        self._at += found
        return found

    def _one_of(self, marks: frozenset[str]) -> str | None:
        kind, text = self._peek()
        if kind != "mark" or text not in marks:
            return None
        self._at += 1
        return text

    def _is_word(self, word: str) -> bool:
        kind, text = self._peek()
        found = kind == "name" and text.lower() == word
        self._at += found
        return found

    def _word(self, word: str) -> None:
        if not self._is_word(word):
            raise BadSql(f"{word.upper()} is missing before {self._peek()[1]!r}")

    def _want(self, mark: str) -> None:
        if not self._mark(mark):
            raise BadSql(f"{mark!r} is missing before {self._peek()[1]!r}")


def _apply(
    how: Callable[[str, Any, Any], Any], operator: str, left: Expression, right: Expression
) -> Expression:
    return lambda message: how(operator, left(message), right(message))


def _and(left: Expression, right: Expression) -> Expression:
    return lambda message: left(message) is True and right(message) is True


def _or(left: Expression, right: Expression) -> Expression:
    return lambda message: left(message) is True or right(message) is True
