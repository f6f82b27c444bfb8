"""The card: a piece of static HTML that always has a plain text equivalent."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any, Literal

from lambada_labs.ui import assets, theme

Tone = Literal["plain", "good", "failed", "accent", "quiet"]

BASE = "card.css"
CODE = re.compile(r"`([^`]+)`")
CONTROLS = re.compile(r"<(summary|a|button|input|textarea|span class=\"lb-handle\")(?=[\s>])")
BOLD = re.compile(r"\*\*([^*]+)\*\*")


@dataclass(frozen=True, slots=True, repr=False)
class Card:
    """What a cell shows: `body` is markup for browsers, `text` says the same in plain words.

    `styles` names the style sheets of `assets` that the body needs beside `card.css`.
    """

    body: str
    text: str
    styles: tuple[str, ...] = ()
    tone: Tone = "plain"

    @property
    def html(self) -> str:
        """The whole card with its styles: it stands alone in a saved notebook."""
        # Without a blank line: Markdown renderers end an HTML block at the first one.
        # `mathjax_ignore`: JupyterLab would set what stands between two dollar signs as a formula.
        markup = f'<div class="lambada mathjax_ignore"><style>{self.style}</style>{framed(self.body, self.tone)}</div>'
        return re.sub(r"\n\s*\n", "\n", markup)

    @property
    def style(self) -> str:
        """The style sheets of this card as one text."""
        return theme.css() + "".join(squeezed(name) for name in (BASE, *self.styles))

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def framed(body: str, tone: Tone = "plain") -> str:
    """The card's frame around its body; JupyterLab's shortcuts leave the keys of its controls alone."""
    # Lumino asks the focused element itself: the attribute on the frame alone would not do.
    own = CONTROLS.sub(r'<\1 data-lm-suppress-shortcuts="true"', body)
    return f'<section class="lb-card lb-{tone}">{own}</section>'


@cache
def squeezed(name: str) -> str:
    """A shipped style sheet without comments and line breaks."""
    bare = re.sub(r"/\*.*?\*/", "", assets.read(name), flags=re.DOTALL)
    if name != BASE:
        # Every card on a page brings its own copy of the base: its parts must win over a later copy too.
        bare = re.sub(r"((?:\.lambada)+)(?=\s)", r"\1.lambada.lambada", bare)
    return re.sub(r"\s*\n\s*", "", bare)


def prose(text: str) -> str:
    """Plain text as HTML: escaped, `` `code` `` and ``**bold**`` the only markup."""
    return BOLD.sub(r"<b>\1</b>", CODE.sub(r"<code>\1</code>", escape(text)))


def plain(text: str) -> str:
    """The same text for a terminal: the stars go, the backticks stay."""
    return BOLD.sub(r"\1", text)


def heading(title: str, *, kicker: str = "", mark: str = "") -> str:
    """The card's first lines: a small kicker (what kind of card), then the finding."""
    small = f'<p class="lb-kicker">{mark}{prose(kicker)}</p>' if kicker else ""
    return f"{small}{title_line(title)}"


def title_line(title: str) -> str:
    """The finding. No `h3`: JupyterLab would number it and list it in the notebook's table of contents."""
    return f'<p class="lb-title" role="heading" aria-level="3">{prose(title)}</p>'


def picture(
    drawing: str,
    *,
    title: str,
    reading: str,
    text: str,
    styles: Iterable[str] = (),
    kicker: str = "",
    note: str = "",
) -> Card:
    """A picture as every picture is: the finding, the drawing, how to read it, and the same in words."""
    said = f"{title}\n{text}"
    below = f'<p class="lb-reading">{prose(reading)}</p>' + (
        f'<p class="lb-note">{prose(note)}</p>' if note else ""
    )
    body = (
        f'<figure class="lb-figure" aria-label="{escape(title)}">{heading(title, kicker=kicker)}'
        f"{drawing}<figcaption>{below}</figcaption>{in_words(text)}</figure>"
    )
    return Card(body, plain(said), tuple(styles))


def in_words(text: str) -> str:
    """The fold that holds a picture's text equivalent."""
    return f'<details class="lb-words"><summary>In words</summary><pre>{escape(plain(text))}</pre></details>'


def rows_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Label and value pairs as a definition list; empty values are left out."""
    items = "".join(
        f"<div><dt>{prose(key)}</dt><dd>{prose(value)}</dd></div>" for key, value in pairs if value
    )
    return f'<dl class="lb-rows">{items}</dl>' if items else ""


def aligned(pairs: Iterable[tuple[str, str]]) -> str:
    """The same pairs as text, the values in one column."""
    kept = [(key, plain(value)) for key, value in pairs if value]
    width = max((len(key) for key, _ in kept), default=0)
    return "\n".join(f"{key:<{width}}  {value}" for key, value in kept)


def fresh_id(stem: str) -> str:
    """An element id that no other card on the page has."""
    return f"lb-{stem}-{secrets.token_hex(4)}"


def field(record: object, name: str, default: Any = None) -> Any:
    """A named value of a record, be it a mapping or an object: cards do not care which room made it."""
    if isinstance(record, Mapping):
        return record.get(name, default)
    return getattr(record, name, default)


def show(*things: object) -> None:
    """Display several cards from one cell."""
    from IPython.display import display

    for thing in things:
        display(thing)
