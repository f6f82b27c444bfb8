"""Events side by side as a card: first their keys, then what differs, what one alone tells, what is the same."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape
from typing import Any

from lambada_labs.ui.card import Card, picture, prose
from lambada_labs.ui.event_differences.comparison import Comparison, Row, Verdict, compare_events
from lambada_labs.ui.marks import mark
from lambada_labs.ui.timeline_words import plural

LONGEST = 72
#: One alone tells more than this many values: they are folded.
OPEN_UP_TO = 8
SIGNS: Mapping[Verdict, tuple[str, str]] = {
    "same": ("same", "the same in all"),
    "differs": ("differs", "in all, not the same"),
    "some": ("ring", "in some"),
    "only": ("dot", "in one alone"),
}
READING = (
    "One row for each key, one column for each event; a dash says that the event does not have it. "
    "What stands inside an object is compared value by value below."
)


def event_differences(
    events: Mapping[str, Any],
    *,
    title: str = "",
    only: Collection[str] | None = None,
    values: bool = True,
    kicker: str = "",
) -> Card:
    """Two to five events side by side; `only` keeps these keys of theirs, without `values` only their presence shows.

    Raises:
        BadInput: fewer than two or more than five events, or a text that is no JSON.
    """
    found = compare_events(events, only=only)
    parts = [keys(found, values=values), *alone(found, values=values)]
    if values:
        inner = [
            row
            for row in found.rows
            if row.verdict in {"differs", "some"} and row.path not in plain_tops(found)
        ]
        parts.append(section(found, inner, "In more than one event, and not the same", fold=True))
        parts.append(section(found, found.of("same"), "The same in all", fold=True))
    return picture(
        f'<div class="lb-diff" style="--events:{len(found.names)}">{legend(found)}{"".join(parts)}</div>',
        title=title or finding(found),
        reading=READING,
        text="\n".join(words(found, values=values)),
        styles=("event_differences.css",),
        kicker=kicker or "Events side by side",
    )


def finding(found: Comparison) -> str:
    """How much they share, and who tells most alone."""
    shared = len(found.of("same")) + len(found.of("differs"))
    most = max(found.names, key=lambda name: len(found.only(name)))
    alone_words = f"; {most} alone tells {len(found.only(most))}" if found.only(most) else ""
    return (
        f"{len(found.names)} events, {plural(len(found.rows), 'value')}: {shared} in all of them{alone_words}"
    )


def plain_tops(found: Comparison) -> set[str]:
    """Keys whose values the first table shows already."""
    return {
        row.path
        for row in found.tops
        if not any(isinstance(one, Mapping | list) for one in row.values.values())
    }


def keys(found: Comparison, *, values: bool) -> str:
    """The keys of the events themselves."""
    rows = "".join(table_row(found, row, values=values) for row in found.tops)
    return table(found, rows)


def alone(found: Comparison, *, values: bool) -> list[str]:
    """What each event alone tells."""
    parts = []
    for name in found.names:
        rows = [row for row in found.of("only") if name in row.values]
        items = "".join(
            f"<div><dt><code>{breakable(row.path)}</code></dt><dd>{escape(short(row.values[name]))}</dd></div>"
            if values
            else f"<div><dt><code>{breakable(row.path)}</code></dt></div>"
            for row in rows
        )
        if rows:
            said = f"Only {name} tells: {plural(len(rows), 'value')}"
            parts.append(
                folded(said, f'<dl class="lb-diff-list">{items}</dl>', is_open=len(rows) <= OPEN_UP_TO)
            )
    return parts


def section(found: Comparison, rows: Sequence[Row], name: str, *, fold: bool) -> str:
    """Rows of one kind, folded."""
    if not rows:
        return ""
    body = table(found, "".join(table_row(found, row, values=True) for row in rows))
    return folded(f"{name}: {plural(len(rows), 'value')}", body, is_open=not fold)


def breakable(path: str) -> str:
    """A path that breaks after its dots, where it has to, rather than inside a word."""
    return escape(path).replace(".", ".<wbr>")


def folded(name: str, body: str, *, is_open: bool) -> str:
    """A fold."""
    return f'<details class="lb-fold lb-diff-fold"{" open" * is_open}><summary>{prose(name)}</summary>{body}</details>'


def table(found: Comparison, rows: str) -> str:
    """The frame of a table: a column for each event."""
    head = "".join(f"<th scope=col>{prose(name)}</th>" for name in found.names)
    return f'<table class="lb-diff-table"><thead><tr><th scope=col>Key</th>{head}</tr></thead><tbody>{rows}</tbody></table>'


def table_row(found: Comparison, row: Row, *, values: bool) -> str:
    """One key."""
    shape, said = SIGNS[row.verdict]
    cells = "".join(cell(name, row, values=values) for name in found.names)
    key = (
        f'<span class="lb-diff-key">{mark(shape, said)}<code>{escape(row.path or "the event")}</code></span>'
    )
    return f"<tr><th scope=row>{key}</th>{cells}</tr>"


def cell(name: str, row: Row, *, values: bool) -> str:
    """One value, or that there is none."""
    label = f'data-event="{escape(name)}"'
    if name not in row.values:
        return f'<td {label} class="lb-diff-none"><span aria-label="not there">–</span></td>'
    said = escape(short(row.values[name])) if values else "there"
    return f"<td {label}>{said}</td>"


def legend(found: Comparison) -> str:
    """The signs that this card uses."""
    used: Iterable[Verdict] = (
        one for one in SIGNS if any(row.verdict == one for row in (*found.tops, *found.rows))
    )
    items = "".join(f"<li>{mark(SIGNS[one][0])}{SIGNS[one][1]}</li>" for one in used)
    return f'<ul class="lb-diff-legend">{items}</ul>'


def short(value: Any) -> str:
    """A value as JSON in one line; an object or a long text only by its size.

    >>> short({"a": 1}), short([]), short("GET"), short(None)
    ('{1 key}', '[ ]', '"GET"', 'null')
    """
    if isinstance(value, Mapping):
        return f"{{{plural(len(value), 'key')}}}" if value else "{ }"
    if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        return f"[{plural(len(value), 'object')}]"
    text = json.dumps(value, ensure_ascii=False, default=str) if value != [] else "[ ]"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def words(found: Comparison, *, values: bool = True) -> list[str]:
    """The comparison as lines of text."""
    lines = [f"Events: {', '.join(found.names)}."]
    for row in found.rows:
        said = "; ".join(f"{name} {short(value)}" for name, value in row.values.items())
        if row.verdict == "same":
            said = short(next(iter(row.values.values())))
        shown = said if values else ", ".join(row.values)
        lines.append(f"{row.path or 'the event'} ({SIGNS[row.verdict][1]}): {shown}")
    return lines
