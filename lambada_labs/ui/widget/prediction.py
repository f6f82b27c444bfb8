"""The box for a guess."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import traitlets

from lambada_labs.ui import questions
from lambada_labs.ui.card import Card
from lambada_labs.ui.questions import Kind
from lambada_labs.ui.widget.base import Live, script


class Prediction(Live):
    """`value` is the guess: a number, a text or one of the choices; `None` until one was kept."""

    _esm = script("live.js", "prediction.js")
    entry = traitlets.Unicode().tag(sync=True)
    kept = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        question: str,
        *,
        kind: Kind,
        choices: Sequence[str],
        unit: str,
        guess: Any,
        on_guess: Callable[[Any], None] | None,
    ) -> None:
        self._question, self._kind, self._choices, self._unit = question, kind, tuple(choices), unit
        self.value = guess
        self._on_guess = on_guess
        card = self.still()
        self._css = card.style
        super().__init__(entry="" if guess is None else str(guess), kept=questions.kept(guess, unit))
        self._draw(card)
        self.observe(self._keep, "entry")

    def _keep(self, change: Any) -> None:
        guess = self._read(change["new"])
        if guess is None or guess == self.value:
            return
        self.value = guess
        self.kept = questions.kept(guess, self._unit)
        if self._on_guess:
            self._on_guess(guess)

    def _read(self, text: str) -> Any:
        """What the learner typed, as a value; `None` where it is no number although one was asked for."""
        if self._kind != "number":
            return text or None
        try:
            number = float(text.replace(",", ""))
        except ValueError:
            return None
        return int(number) if number == int(number) else number

    def still(self) -> Card:
        """The question with the guess kept so far."""
        return questions.prediction_box(
            self._question, kind=self._kind, choices=self._choices, unit=self._unit, value=self.value
        )
