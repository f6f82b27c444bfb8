"""Reading and writing `data/prices/*.json`: one price a line, numbers as decimal strings."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from lambada_labs.errors import BadInput

Book = dict[str, Any]
_CENTS = -2
_TABLES = ("sources", "prices", "free_tier")


def read_json(path: Path) -> Any:
    """The content of a JSON file; raises `BadInput` where it cannot be read or is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read: {error}", expected="a JSON file") from error


def read_book(path: Path) -> Book:
    """The price book in this file; raises `BadInput` where it is none."""
    book = read_json(path)
    if not (isinstance(book, dict) and isinstance(book.get("prices"), dict)):
        raise BadInput(f"{path} is no price book", expected='a JSON object with "prices"')
    return book


def text(amount: Decimal) -> str:
    """An amount as books write it: exact, no exponent, at least two decimals."""
    exponent = amount.normalize().as_tuple().exponent
    places = exponent if isinstance(exponent, int) and exponent < _CENTS else _CENTS
    return format(amount.quantize(Decimal(1).scaleb(places)), "f")


def render(book: Book) -> str:
    """The file's text: a line for each plain entry, each source, each price and each free tier."""
    entries = [
        _table(key, value) if key in _TABLES else f" {_line(key, value)}" for key, value in book.items()
    ]
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _table(key: str, rows: dict[str, Any]) -> str:
    if not rows:
        return f' "{key}": {{}}'
    lines = ",\n".join(f"  {_line(name, row)}" for name, row in rows.items())
    return f' "{key}": {{\n{lines}\n }}'


def _line(key: str, value: Any) -> str:
    return f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
