"""A gallery: one frame for each upload, filled when its thumbnail is there."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from lambada_labs.ui.card import Card, picture, prose

READING = "Each frame is one upload. It fills when its thumbnail arrives; a dashed frame is an upload for which none came."


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One upload: its key, its thumbnail (a JPEG, None while there is none) and what is said below it."""

    key: str
    thumbnail: bytes | None = None
    note: str = ""


def gallery(frames: Sequence[Frame], *, title: str = "", reading: str = READING) -> Card:
    """The frames in their order; `title` says the finding, else how many are filled."""
    drawn = "".join(_frame(one) for one in frames) or '<li class="lb-empty">Nothing was uploaded yet.</li>'
    return picture(
        f'<ul class="lb-gallery">{drawn}</ul>',
        title=title or filled(frames),
        reading=reading,
        text="\n".join(_words(one) for one in frames) or "Nothing was uploaded yet.",
        styles=("gallery.css",),
        kicker="Gallery",
    )


def filled(frames: Sequence[Frame]) -> str:
    """How many uploads have a thumbnail."""
    if not frames:
        return "An empty gallery"
    there = sum(one.thumbnail is not None for one in frames)
    return f"{there} of {len(frames)} uploads have a thumbnail"


def _frame(one: Frame) -> str:
    inside = (
        f'<img src="data:image/jpeg;base64,{base64.b64encode(one.thumbnail).decode()}" alt="thumbnail of {escape(one.key)}">'
        if one.thumbnail is not None
        else "<span>no thumbnail</span>"
    )
    empty = "" if one.thumbnail is not None else " lb-gallery-empty"
    return (
        f'<li><div class="lb-gallery-frame{empty}">{inside}</div>'
        f"<b>{escape(one.key)}</b><small>{prose(one.note)}</small></li>"
    )


def _words(one: Frame) -> str:
    state = "thumbnail" if one.thumbnail is not None else "no thumbnail"
    return f"{one.key}: {state}" + (f", {one.note}" if one.note else "")
