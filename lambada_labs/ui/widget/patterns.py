"""The tester of event patterns: what is written goes to the kernel, and the events that match light up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import traitlets

from lambada_labs.ui import pattern_card
from lambada_labs.ui.card import Card
from lambada_labs.ui.pattern_card import Tried
from lambada_labs.ui.widget.base import Live, script


class PatternTester(Live):
    """`tried` is the pattern tested last, with what it matched; `asked` counts the tests."""

    _esm = script("live.js", "pattern.js")
    lit = traitlets.List().tag(sync=True)
    verdict = traitlets.Unicode().tag(sync=True)
    problem = traitlets.Unicode().tag(sync=True)
    asked = traitlets.Int().tag(sync=True)

    def __init__(
        self,
        events: Sequence[Mapping[str, Any]],
        *,
        wanted: Sequence[bool],
        ask: Callable[[str], Tried],
        pattern: str,
    ) -> None:
        self._events, self._wanted, self._ask = tuple(events), tuple(wanted), ask
        self.tried = ask(pattern)
        card = self.still()
        self._css = card.style
        super().__init__(**self._shown())
        self._draw(card)
        self.on_msg(lambda _, content, __: self.test(str(content["pattern"])))

    def test(self, pattern: str) -> Tried:
        """Test a pattern, as the button does."""
        self.tried = self._ask(pattern)
        for name, value in self._shown().items():
            setattr(self, name, value)
        self.asked += 1
        return self.tried

    def _shown(self) -> dict[str, Any]:
        tried = self.tried
        return {
            "lit": list(tried.lit),
            "verdict": pattern_card.verdict(self._events, self._wanted, tried),
            "problem": tried.problem,
        }

    def still(self) -> Card:
        """The stream with the pattern tried last."""
        return pattern_card.pattern_card(self._events, self._wanted, self.tried)
