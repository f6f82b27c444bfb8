"""The cards that open a lab: what it teaches, where we are, what this machine can do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from lambada_labs.errors import LambadaError
from lambada_labs.ui.card import Card, aligned, field, heading, plain, prose, rows_of
from lambada_labs.ui.marks import mark

HEALTH = {"ok": ("check", "ready"), "limited": ("half", "with a difference"), "missing": ("ring", "not here")}


def title_card(
    *,
    number: str,
    title: str,
    finding: str,
    minutes: int,
    cost: str,
    outcomes: Sequence[str],
    needs: Sequence[str] = (),
) -> Card:
    """The first cell of a lab: its one sentence, the time, the cost, and what you can do afterwards."""
    facts = [("Time", f"about {minutes} minutes"), ("Cost", cost), ("Before it", ", ".join(needs))]
    chips = "".join(f"<li>{prose(key)} <b>{prose(value)}</b></li>" for key, value in facts if value)
    items = "".join(f"<li>{mark('arrow')}<span>{prose(each)}</span></li>" for each in outcomes)
    body = (
        heading(finding, kicker=f"Lab {number} · {title}")
        + f'<ul class="lb-facts">{chips}</ul><p class="lb-after">After this lab you can</p>'
        + f'<ul class="lb-list">{items}</ul>'
    )
    said = [f"Lab {number} · {title}", plain(finding), aligned(facts), "After this lab you can"]
    said += [f"- {plain(each)}" for each in outcomes]
    return Card(body, "\n".join(said), ("opening.css",), "accent")


def opened_card(*, cloud: str, region: str, account: str, note: str = "", may_cost: str = "nothing") -> Card:
    """Where the next calls go, and what they may cost."""
    title = f"You are on the {cloud}. It may cost you {may_cost}."
    facts = [("Region", region), ("Account", account)]
    chips = "".join(f"<li>{key} <b>{prose(value)}</b></li>" for key, value in facts)
    extra = f'<p class="lb-note">{prose(note)}</p>' if note else ""
    body = f'<p class="lb-where">{mark("check")}<b>{prose(title)}</b></p><ul class="lb-facts">{chips}</ul>{extra}'
    return Card(
        body, "\n".join(part for part in (title, aligned(facts), plain(note)) if part), ("opening.css",)
    )


def health_card(rows: Iterable[Any]) -> Card:
    """What this machine can and cannot do for the labs, and what each of it changes."""
    kept = list(rows)
    counted = sum(field(row, "state") == "ok" for row in kept)
    title = "This machine can do everything the labs ask for" if counted == len(kept) else health_title(kept)
    items = "".join(health_item(row) for row in kept)
    body = heading(title, kicker="Health") + f'<ul class="lb-health">{items}</ul>'
    said = [title, *(health_line(row) for row in kept)]
    return Card(body, "\n".join(said), ("opening.css",))


def health_title(rows: Sequence[Any]) -> str:
    """The finding when something differs: how much is ready, how much is not."""
    missing = sum(field(row, "state") == "missing" for row in rows)
    limited = sum(field(row, "state") == "limited" for row in rows)
    parts = [f"{limited} with a difference"] * bool(limited) + [f"{missing} not here"] * bool(missing)
    return f"The labs run on this machine: {len(rows) - missing - limited} of {len(rows)} ready, {', '.join(parts)}"


def health_item(row: Any) -> str:
    """One row of the health card."""
    shape, label = HEALTH[field(row, "state")]
    todo = (
        f'<p class="lb-todo">{mark("arrow")}<span>{prose(field(row, "todo"))}</span></p>'
        if field(row, "todo")
        else ""
    )
    return (
        f"<li>{mark(shape, label)}<div><p><b>{prose(field(row, 'name'))}</b> "
        f'<span class="lb-seen">{prose(field(row, "seen", ""))}</span></p>'
        f'<p class="lb-effect">{prose(field(row, "effect", ""))}</p>{todo}</div></li>'
    )


def health_line(row: Any) -> str:
    """The same row in words."""
    label = HEALTH[field(row, "state")][1]
    todo = f" Next: {plain(field(row, 'todo'))}" if field(row, "todo") else ""
    return f"{field(row, 'name')} ({label}): {plain(field(row, 'seen', ''))}. {plain(field(row, 'effect', ''))}{todo}"


def error_card(error: LambadaError) -> Card:
    """One of our own errors, in its three parts, without a traceback."""
    pairs = [("Seen", error.seen), ("Expected", error.expected), ("Next step", error.todo)]
    body = heading("That did not work", kicker="Nothing is lost", mark=mark("cross")) + rows_of(pairs)
    return Card(body, f"That did not work\n{aligned(pairs)}", tone="failed")


def text_card(text: str, *, title: str = "") -> Card:
    """A calm note."""
    paragraphs = "".join(f"<p>{prose(each)}</p>" for each in text.split("\n\n"))
    body = (heading(title) if title else "") + paragraphs
    return Card(body, "\n".join(part for part in (title, plain(text)) if part), tone="quiet")


def open_url_card(url: str, *, note: str = "") -> Card:
    """A clickable address that opens beside the notebook."""
    link = f'<a href="{escape(url)}" target="_blank" rel="noopener">{escape(url)}</a>'
    extra = f'<p class="lb-note">{prose(note)}</p>' if note else ""
    return Card(
        f"<p>{mark('arrow')} {link}</p>{extra}", "\n".join(part for part in (url, plain(note)) if part)
    )
