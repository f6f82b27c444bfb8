"""The words and marks of IoT SQL."""

from __future__ import annotations

import re

TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*'|"[^"]*")|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][\w]*)"""
    r"""|(?P<mark><>|<=|>=|!=|[-+*/%=<>(),.]))"""
)


class BadSql(ValueError):
    """Text that is no such SQL; says what was met."""


def tokens(sql: str) -> list[tuple[str, str]]:
    """Kind (`text`, `number`, `name` or `mark`) and text of each; raises `BadSql`."""
    found, at = [], 0
    text = sql.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise BadSql(f"{text[at:].strip()[:20]!r} is not expected here")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def unquoted(text: str) -> str:
    """A text without its quotes."""
    return text[1:-1].replace("''", "'") if text.startswith("'") else text[1:-1]
