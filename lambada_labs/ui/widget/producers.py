"""The deck of services: a button sends one service's event, and the card shows what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import traitlets

from lambada_labs.errors import LambadaError
from lambada_labs.ui import producer_deck
from lambada_labs.ui.card import Card
from lambada_labs.ui.widget.base import Live, script

SHORT_S, PATIENT_S = 1.5, 15.0


class ProducerCards(Live):
    """`services` are those of the deck, `ran` what came of the last event of each by name."""

    _esm = script("live.js", "producers.js")
    verdicts = traitlets.Dict().tag(sync=True)
    sent = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    count = traitlets.Int().tag(sync=True)

    def __init__(self, services: Sequence[Any], *, run: Callable[..., Any]) -> None:
        self.services, self._run = tuple(services), run
        self.ran: dict[str, Any] = {}
        self._last = ""
        card = self.still()
        self._css = card.style
        super().__init__(**self._shown())
        self._draw(card)
        self.on_msg(lambda _, content, __: self._clicked(str(content["run"])))

    def run(self, name: str, *, wait_s: float = PATIENT_S, **choices: str) -> Any:
        """Send the sample event of one service, as its button does; `choices` vary it. Raises `LambadaError`.

        A service that wants to be called back is waited for `wait_s` seconds.
        """
        self.ran[name] = self._run(name, wait_s=wait_s, **choices)
        self._last = name
        self._tell()
        return self.ran[name]

    def run_all(self) -> Card:
        """Send the event of every service."""
        for service in self.services:
            self.run(service.name, wait_s=SHORT_S)
        return self.still()

    def still(self) -> Card:
        """The deck with what has come of its events so far."""
        return producer_deck.producer_cards(self.services, self.ran, self._last)

    def _clicked(self, name: str) -> None:
        try:
            self.run(name, wait_s=SHORT_S)
        except LambadaError as problem:
            self.sent, self.count = f"<p>{problem}</p>", self.count + 1

    def _tell(self) -> None:
        for trait, value in self._shown().items():
            setattr(self, trait, value)
        self.count += 1

    def _shown(self) -> dict[str, Any]:
        return {
            "verdicts": {name: producer_deck.verdict(ran) for name, ran in self.ran.items()},
            "sent": producer_deck.sent(self.ran.get(self._last)),
            "title": producer_deck.title(self.services, self.ran),
        }
