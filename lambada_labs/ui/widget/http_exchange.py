"""A request that is typed, an answer that is typed, and a real door between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import traitlets

from lambada_labs.errors import LambadaError
from lambada_labs.ui import exchange_card as drawn
from lambada_labs.ui.card import Card, prose
from lambada_labs.ui.exchange_card import Exchange, Sample
from lambada_labs.ui.widget.base import Live, script

#: `talk(request, answer, multi_value=…)` sends a request, with what the function shall answer and the switch.
Talk = Callable[..., Exchange]


class HttpExchange(Live):
    """`request` and `answer` are the two typed texts, `exchange` what came of them; `send_request()` does what the button does."""

    _esm = script("live.js", "exchange.js")
    request = traitlets.Unicode().tag(sync=True)
    answer = traitlets.Unicode().tag(sync=True)
    multi_value = traitlets.Bool(default_value=False).tag(sync=True)
    busy = traitlets.Bool(default_value=False).tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)

    def __init__(
        self, talk: Talk, *, request: str, answer: str, multi_value: bool, samples: Sequence[Sample]
    ) -> None:
        self._talk, self._samples = talk, tuple(samples)
        self.exchange, self._note = Exchange(), ""
        card = drawn.exchange_card(request, answer, self.exchange, multi_value=multi_value, samples=samples)
        self._css = card.style
        super().__init__(request=request, answer=answer, multi_value=multi_value)
        self.send_request()
        self._draw(self.still())
        self.on_msg(self._asked)

    def _asked(self, _widget: Any, content: Any, _buffers: Any) -> None:
        self.request, self.answer = str(content["request"]), str(content["answer"])
        self.multi_value = bool(content["multi_value"])
        self.send_request()

    def send_request(self) -> Exchange:
        """Send what is typed; a text that cannot be sent leaves the last exchange, and a note says why."""
        self.busy = True
        try:
            self.exchange = self._talk(
                drawn.typed(self.request), drawn.answered(self.answer), multi_value=self.multi_value
            )
            self._note = ""
        except LambadaError as problem:
            self._note = str(problem)
        finally:
            self.shown = self._stations()
            self.busy = False
        return self.exchange

    def still(self) -> Card:
        """The four stations as they are now."""
        return drawn.exchange_card(
            self.request, self.answer, self.exchange, multi_value=self.multi_value, samples=self._samples
        )

    def _stations(self) -> dict[str, Any]:
        now = self.exchange
        return {
            "title": prose(drawn.finding(now, multi_value=self.multi_value)),
            "event": drawn.event_markup(now.event),
            "response": now.response,
            "status": now.status,
            "why": drawn.why_markup(now),
            "words": drawn.said(self.request, self.answer, now),
            "note": self._note,
        }
