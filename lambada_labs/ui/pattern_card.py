"""An event pattern above a stream of events: those that it matches light up."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from lambada_labs.ui.card import Card, fresh_id
from lambada_labs.ui.marks import mark

READING = (
    "Each row is one event of the stream, oldest first. EventBridge itself is asked about each; a lit row is one "
    "that your rule would send on. The task wants those that are marked “wanted”, and no others."
)
ROWS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A pattern as it was written, whether it matches each event, and AWS's refusal where it is none."""

    pattern: str
    lit: tuple[bool, ...] = ()
    problem: str = ""


def pattern_card(events: Sequence[Mapping[str, Any]], wanted: Sequence[bool], tried: Tried) -> Card:
    """The stream with the pattern tried last."""
    name = fresh_id("pattern")
    rows = "".join(
        _row(event, asked=asked, lit=lit)
        for event, asked, lit in zip(events, wanted, _lit(events, tried), strict=True)
    )
    said = verdict(events, wanted, tried)
    body = (
        f'<p class="lb-kicker">Event pattern</p><p class="lb-title" role="heading" aria-level="3" data-part="verdict" aria-live="polite">{escape(said)}</p>'
        f'<label class="lb-sr" for="{name}">Event pattern, as JSON</label>'
        f'<textarea class="lb-pattern" id="{name}" data-part="pattern" rows="{ROWS}" spellcheck="false" autocomplete="off">{escape(tried.pattern)}</textarea>'
        f'<div class="lb-pattern-go"><button class="lb-button" data-part="try">Test the pattern</button>'
        f'<p class="lb-pattern-problem" data-part="problem" role="status">{escape(tried.problem)}</p></div>'
        f'<ol class="lb-stream" data-part="stream">{rows}</ol><p class="lb-reading">{READING}</p>'
    )
    return Card(body, "\n".join([said, *_words(events, wanted, tried)]), ("pattern.css",))


def verdict(events: Sequence[Mapping[str, Any]], wanted: Sequence[bool], tried: Tried) -> str:
    """How many light up, and how that compares with what is wanted."""
    if tried.problem:
        return "EventBridge takes no such pattern"
    lit = _lit(events, tried)
    count = f"{sum(lit)} of {len(events)} events match"
    if not any(wanted):
        return count
    missed = sum(asked and not one for asked, one in zip(wanted, lit, strict=True))
    more = sum(one and not asked for asked, one in zip(wanted, lit, strict=True))
    if not missed and not more:
        return f"{count}: exactly the ones that are wanted"
    said = [f"{missed} wanted {_is(missed)} missing"] * bool(missed) + [
        f"{more} {_is(more)} not wanted"
    ] * bool(more)
    return f"{count}: {', '.join(said)}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _lit(events: Sequence[Mapping[str, Any]], tried: Tried) -> Sequence[bool]:
    return tried.lit or (False,) * len(events)


def _row(event: Mapping[str, Any], *, asked: bool, lit: bool) -> str:
    ring = '<span class="lb-stream-wanted">wanted</span>' if asked else ""
    return (
        f'<li data-lit="{str(lit).lower()}"><span class="lb-stream-mark">{mark("check")}<i>matches</i></span>'
        f'<span class="lb-stream-what"><b>{escape(event["detail-type"])}</b> <small>{escape(event["source"])}</small>{ring}'
        f"<code>{escape(_detail(event))}</code></span></li>"
    )


def _detail(event: Mapping[str, Any]) -> str:
    return json.dumps(event["detail"], ensure_ascii=False)


def _words(events: Sequence[Mapping[str, Any]], wanted: Sequence[bool], tried: Tried) -> list[str]:
    lines = [tried.problem] if tried.problem else []
    for event, asked, lit in zip(events, wanted, _lit(events, tried), strict=True):
        state = "matches" if lit else "-      "
        lines.append(
            f"{state}  {event['source']} {event['detail-type']} {_detail(event)}"
            + ("  (wanted)" if asked else "")
        )
    return lines
