"""The live path of events: the kernel hands over what it read, the browser lets the dots travel."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from lambada_labs.model import EventHistory
from lambada_labs.ui.card import Card
from lambada_labs.ui.event_path import event_path
from lambada_labs.ui.widget.base import Live, script


class EventPath(Live):
    """`events` are drawn as they are; `show_events` draws them anew where something has changed."""

    _esm = script("event_path.js")

    def __init__(self, events: Sequence[EventHistory] = (), *, speed: float = 1.0, title: str = "") -> None:
        self.events, self.speed, self._title = tuple(events), speed, title
        card = self._card(live=True)
        self._css = card.style
        super().__init__()
        self._draw(card)

    def show_events(self, events: Sequence[EventHistory], *, speed: float) -> bool:
        """Draw these, unless they are drawn already; whether something was new."""
        if (tuple(events), speed) == (self.events, self.speed):
            return False
        self.events, self.speed = tuple(events), speed
        self._draw(self._card(live=True))
        return True

    def still(self) -> Card:
        """The picture of this moment."""
        return self._card()

    def _card(self, **more: Any) -> Card:
        return event_path(self.events, speed=self.speed, now=time.time(), title=self._title, **more)
