"""The course map: every lab with its minutes, what it needs, and how far you are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from lambada_labs.ui.card import Card, field, picture, prose
from lambada_labs.ui.marks import mark

STATES = {
    "done": ("check", "done"),
    "started": ("dot", "started"),
    "ready": ("ring", "ready"),
    "coming": ("ring", "not here yet"),
}
MINUTES_PER_HOUR = 60


def course_map(labs: Iterable[Any]) -> Card:
    """All labs as tiles in their order; a click opens the notebook."""
    kept = list(labs)
    tiles = "".join(tile(lab) for lab in kept)
    return picture(
        f'<ol class="lb-course">{tiles}</ol>',
        title=finding(kept),
        reading="Read it row by row. Every lab starts alone; what it names after “best after” helps, but is not required.",
        text="\n".join(in_words(lab) for lab in kept),
        styles=("course.css",),
        kicker="The course",
    )


def finding(labs: Sequence[Any]) -> str:
    """How many labs, how long, how far, and which one is next."""
    hours = sum(field(lab, "minutes", 0) for lab in labs) / MINUTES_PER_HOUR
    done = sum(field(lab, "state") == "done" for lab in labs)
    following = next((lab for lab in labs if field(lab, "state") in {"started", "ready"}), None)
    parts = [f"{len(labs)} labs, about {hours:.0f} hours", f"{done} done"]
    if following is not None:
        parts.append(f"next: {field(following, 'number')} {field(following, 'title')}")
    return "; ".join(parts)


def tile(lab: Any) -> str:
    """One lab."""
    state = field(lab, "state", "ready")
    shape, word = STATES[state]
    tasks, done = field(lab, "tasks", 0), field(lab, "done", 0)
    needs = ", ".join(field(lab, "needs", ()) or ())
    facts = [
        f"{field(lab, 'minutes')} min",
        f"best after {needs}" if needs else "",
        f"{done} of {tasks} tasks" if done else "",
    ]
    inside = (
        f'<span class="lb-course-head"><span class="lb-num">{escape(str(field(lab, "number")))}</span>{mark(shape, word)}</span>'
        f'<b>{prose(field(lab, "title"))}</b><span class="lb-course-line">{prose(field(lab, "finding", ""))}</span>'
        f"<small>{prose(' · '.join(each for each in facts if each))}</small>"
    )
    href = field(lab, "href")
    if href and state != "coming":
        inside = f'<a href="{escape(href)}">{inside}</a>'
    return f'<li class="lb-course-{state}">{inside}</li>'


def in_words(lab: Any) -> str:
    """One lab in a line."""
    needs = ", ".join(field(lab, "needs", ()) or ())
    after = f", best after {needs}" if needs else ""
    said = f"{field(lab, 'number')} {field(lab, 'title')} ({field(lab, 'minutes')} min{after}): {STATES[field(lab, 'state', 'ready')][1]}"
    return f"{said}, {field(lab, 'done')} of {field(lab, 'tasks')} tasks" if field(lab, "done", 0) else said
