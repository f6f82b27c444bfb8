"""Tables: records as rows, JSON as it is, and the deck's dated claims next to today's values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from lambada_labs.ui.card import Card, field, heading, picture, plain, prose
from lambada_labs.ui.marks import mark


def table(rows: Sequence[Mapping[str, Any]], *, title: str, reading: str = "") -> Card:
    """Rows of equal keys as a table; numbers stand right, in their own column."""
    names = list(rows[0]) if rows else []
    numeric = {name for name in names if all(isinstance(row[name], int | float) for row in rows)}
    head = "".join(f"<th{' class=lb-num' * (name in numeric)}>{prose(name)}</th>" for name in names)
    body = "".join(f"<tr>{''.join(cell(row[name]) for name in names)}</tr>" for row in rows)
    markup = f'<div class="lb-scroll"><table class="lb-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    lines = [[shown(row[name]) for name in names] for row in rows]
    below = f'<p class="lb-reading">{prose(reading)}</p>' if reading else ""
    return Card(heading(title) + markup + below, "\n".join([plain(title), columns([names, *lines])]))


def cell(value: Any) -> str:
    """One table cell."""
    return f"<td{' class=lb-num' * isinstance(value, int | float)}>{prose(shown(value))}</td>"


def shown(value: Any) -> str:
    """A value as a person writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def columns(lines: Sequence[Sequence[str]]) -> str:
    """Cells as text, each column as wide as its widest cell."""
    widths = [max(len(plain(each)) for each in column) for column in zip(*lines, strict=True)]
    joined = (
        "  ".join(f"{plain(each):<{width}}" for each, width in zip(line, widths, strict=True))
        for line in lines
    )
    return "\n".join(line.rstrip() for line in joined)


def json_card(value: Any, *, title: str = "") -> Card:
    """A dict as indented JSON; what JSON cannot hold is shown as its `str`."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    body = (heading(title) if title else "") + f"<pre>{escape(text)}</pre>"
    return Card(body, "\n".join(part for part in (plain(title), text) if part))


def deck_and_today(rows: Iterable[Any], *, title: str) -> Card:
    """What the deck says next to what holds today, with source and date (once, where all rows share them)."""
    kept = list(rows)
    origins = {origin(row) for row in kept}
    shared = origins.pop() if len(origins) == 1 else ""
    head = '<tr><th><span class="lb-sr">Moved?</span></th><th></th><th>The deck</th><th>Today</th></tr>'
    lines = "".join(claim(row, shared) for row in kept)
    drawing = f'<div class="lb-scroll"><table class="lb-table lb-claims"><thead>{head}</thead><tbody>{lines}</tbody></table></div>'
    return picture(
        drawing,
        title=title,
        reading="A crossed pair of lines marks what has moved since the deck was written.",
        text="\n".join(claim_line(row) for row in kept),
        styles=("tables.css",),
        note=shared and f"Today: {shared}",
    )


def origin(row: Any) -> str:
    """Source and date of a row's present value."""
    return ", ".join(str(each) for each in (field(row, "source"), field(row, "as_of")) if each)


def claim(row: Any, shared: str) -> str:
    """One dated claim as a table row."""
    moved = bool(field(row, "differs"))
    shape = mark("differs", "moved") if moved else mark("same", "unchanged")
    own = origin(row)
    under = f'<small class="lb-origin">{prose(own)}</small>' if own and own != shared else ""
    deck = prose(str(field(row, "deck")))
    return (
        f'<tr class="{"lb-moved" if moved else "lb-kept"}"><td>{shape}</td><td><b>{prose(str(field(row, "what")))}</b></td>'
        f"<td>{deck}</td><td>{prose(str(field(row, 'today')))}{under}</td></tr>"
    )


def claim_line(row: Any) -> str:
    """The same claim in words."""
    own = origin(row)
    verb = "moved" if field(row, "differs") else "unchanged"
    said = f"{field(row, 'what')} ({verb}): the deck says {field(row, 'deck')}; today {field(row, 'today')}"
    return said + (f" ({own})" if own else "")
