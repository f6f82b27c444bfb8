"""The annotated log: point at a field, read what it means and which line of the bill it feeds."""

from __future__ import annotations

from html import escape

from lambada_labs.ui.card import Card, picture, plain, prose
from lambada_labs.ui.log_fields import OWN, Meaning, Part, parts
from lambada_labs.ui.pick import Pick


def annotated_log(text: str) -> Card:
    """A function's log with a meaning behind every field; arrow keys walk through them."""
    cut = list(parts(text.strip("\n")))
    pick = Pick("log")
    first = True
    lines = ""
    for part in cut:
        lines += piece(pick, part, first=first) if part.meaning else escape(part.text)
        first = first and part.meaning is None
    drawing = pick.scope(f'<div class="lb-log">{lines}</div>{pick.panels()}')
    return picture(
        drawing,
        title=finding(text),
        reading="Choose an underlined field, or walk with the arrow keys. A solid blue line marks what feeds a line of the bill.",
        text=in_words(text, cut),
        styles=("pick.css", "log.css"),
    )


def finding(text: str) -> str:
    """What this log shows, in one sentence."""
    cold = "Init Duration" in text
    reports = sum(line.lstrip().startswith("REPORT") for line in text.splitlines())
    if reports == 0:
        return "No invocation has been reported here yet"
    return (
        f"{'One line' if reports == 1 else f'{reports} lines'} of this log {'is' if reports == 1 else 'are'} the invoice: REPORT"
        + (", and this start was cold" if cold and reports == 1 else "")
    )


def piece(pick: Pick, part: Part, *, first: bool) -> str:
    """One field: a button that is the text itself."""
    meaning = part.meaning or OWN
    button = pick.button(
        f"{meaning.name}: {meaning.says} {meaning.bill}".strip(),
        panel(meaning),
        shape="lb-hidden",
        first=first,
    )
    kind = "lb-own" if meaning is OWN else "lb-paid" if meaning.bill else ""
    return f'<span class="lb-piece {kind}">{button}{pick.label(escape(part.text))}</span>'


def panel(meaning: Meaning) -> str:
    """What a field means and where its money goes."""
    bill = (
        f'<p class="lb-feeds">{COIN}<span>{prose(meaning.bill)}</span></p>'
        if meaning.bill
        else '<p class="lb-feeds">Feeds no line of the bill.</p>'
    )
    return f"<p><b>{prose(meaning.name)}</b></p><p>{prose(meaning.says)}</p>{bill}"


COIN = (
    '<svg class="lb-mark" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.8" aria-label="on the bill" role="img">'
    '<circle cx="10" cy="10" r="8"/><path d="M12.6 7.2C12 6.4 11 6 10 6c-1.500 0-2.500.8-2.500 2s1 1.700 2.500 2 2.500.8 2.500 2-1 2-2.500 2c-1.100 0-2.100-.4-2.700-1.200M10 4.600v10.800"/></svg>'
)


def in_words(text: str, cut: list[Part]) -> str:
    """The log itself, then every kind of field once with its meaning."""
    kinds = {part.meaning.name: part.meaning for part in cut if part.meaning}
    glossary = (
        f"{each.name}: {plain(each.says)}" + (f" Bill: {each.bill}." if each.bill else "")
        for each in kinds.values()
    )
    return "\n".join([text.strip("\n"), "", *glossary])
