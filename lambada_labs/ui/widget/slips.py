"""The gallery of wrong calculators: it tells the kernel each pick, and the kernel counts what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import traitlets

from lambada_labs.ui import slip_gallery
from lambada_labs.ui.card import Card
from lambada_labs.ui.widget.base import Live, script


class Slips(Live):
    """`answered` maps the ids of slips to the step picked last."""

    _esm = script("live.js", "quiz.js")  # a slip is a question whose answers are the steps
    answered = traitlets.Dict().tag(sync=True)
    score = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, shown: Sequence[Any], *, on_pick: Callable[[str, int], None] | None, picked: dict[str, int]
    ) -> None:
        self._shown, self._on_pick = tuple(shown), on_pick
        card = slip_gallery.slips_card(self._shown, picked)
        self._css = card.style
        super().__init__(answered=picked, score=slip_gallery.score(self._shown, picked))
        self._draw(card)
        self.on_msg(self._hear)

    def _hear(self, _: object, content: Mapping[str, Any], __: object) -> None:
        self.pick(str(content["question"]), int(content["answer"]))

    def pick(self, slip: str, step: int) -> None:
        """Pick a step of a slip, as a click does."""
        self.answered = {**self.answered, slip: step}
        self.score = slip_gallery.score(self._shown, self.answered)
        if self._on_pick:
            self._on_pick(slip, step)

    @property
    def picked(self) -> dict[str, int]:
        """The step picked last of each slip: give this to the check."""
        return dict(self.answered)

    def still(self) -> Card:
        """The gallery with what was picked so far."""
        return slip_gallery.slips_card(self._shown, self.answered)
