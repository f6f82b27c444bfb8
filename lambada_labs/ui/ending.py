"""The cards that close a lab: the proof that nothing is left, the recap, the way on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from lambada_labs.ui.card import Card, heading, plain, prose
from lambada_labs.ui.marks import mark


def cleanup_card(*, deleted: Sequence[tuple[str, str]], left: Sequence[tuple[str, str]] = ()) -> Card:
    """What was deleted, and what AWS's own list calls still find afterwards."""
    title = f"Nothing is left: {counted(deleted)} deleted" if not left else f"{counted(left)} still here"
    if not deleted and not left:
        title = "Nothing to delete, nothing is left"
    shape = "cross" if left else "check"
    kicker = f"{mark(shape)}Clean-up"
    items = cleanup_items("check", "deleted", deleted) + cleanup_items("cross", "still here", left)
    proof = f"Asked the cloud again after deleting: {len(left)} left."
    body = f'<p class="lb-kicker">{kicker}</p>{heading(title)}<ul class="lb-list">{items}</ul><p class="lb-reading">{proof}</p>'
    said = [
        title,
        *(f"deleted {kind} {name}" for kind, name in deleted),
        *(f"STILL HERE {kind} {name}" for kind, name in left),
    ]
    return Card(body, "\n".join([*said, proof]), tone="failed" if left else "good")


def counted(things: Sequence[tuple[str, str]]) -> str:
    """`2 functions, 1 role`, in the order of appearance."""
    counts = Counter(kind for kind, _ in things)
    return ", ".join(f"{number} {kind}{'s' * (number > 1)}" for kind, number in counts.items())


def cleanup_items(shape: str, word: str, things: Sequence[tuple[str, str]]) -> str:
    """One line for each kind of thing, with the names behind it."""
    kinds = dict.fromkeys(kind for kind, _ in things)
    lines = ""
    for kind in kinds:
        names = [name for each, name in things if each == kind]
        chips = " ".join(f"<code>{escape(name)}</code>" for name in names)
        lines += (
            f"<li>{mark(shape, word)}<span>{counted([(kind, name) for name in names])} {chips}</span></li>"
        )
    return lines


def recap_card(
    lines: Sequence[str],
    *,
    further: Sequence[tuple[str, str]] = (),
    next_lab: tuple[str, str] | None = None,
) -> Card:
    """The lab in five lines, official pages to read on, and the next lab."""
    items = "".join(f"<li>{mark('dot')}<span>{prose(line)}</span></li>" for line in lines)
    pages = "".join(
        f'<li><a href="{escape(url)}" target="_blank" rel="noopener">{prose(text)}</a></li>'
        for text, url in further
    )
    more = f'<p class="lb-after">Go further</p><ul class="lb-facts">{pages}</ul>' if further else ""
    on = f'<p><a href="{escape(next_lab[1])}"><b>Next: {prose(next_lab[0])}</b></a></p>' if next_lab else ""
    body = heading("What you take with you", kicker="Recap") + f'<ul class="lb-list">{items}</ul>{more}{on}'
    said = ["What you take with you", *(f"- {plain(line)}" for line in lines)]
    said += [f"Go further: {text} {url}" for text, url in further]
    said += [f"Next: {next_lab[0]} ({next_lab[1]})"] if next_lab else []
    return Card(body, "\n".join(said), ("opening.css",))
