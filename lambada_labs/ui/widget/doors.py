"""The card of doors with buttons that copy; the browser decides whether its links can lead anywhere."""

from __future__ import annotations

from collections.abc import Sequence

from lambada_labs.ui.card import Card
from lambada_labs.ui.doors import Way, doors_card
from lambada_labs.ui.widget.base import Live, script


class Doors(Live):
    """`ways` are the addresses shown."""

    _esm = script("live.js", "doors.js")

    def __init__(self, ways: Sequence[Way]) -> None:
        self.ways = tuple(ways)
        card = doors_card(self.ways)
        self._css = card.style
        super().__init__()
        self._draw(card)

    def still(self) -> Card:
        """The addresses without buttons."""
        return self._still
