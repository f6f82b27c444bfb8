"""A button that runs something in the kernel and shows what came back."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import traitlets

from lambada_labs.ui.card import Card, plain, prose
from lambada_labs.ui.widget.base import Live, script

EMPTY = "Nothing yet. Press the button."


class InvokeButton(Live):
    """`answer` is the text that the last run returned."""

    _esm = script("live.js", "invoke.js")
    answer = traitlets.Unicode().tag(sync=True)
    busy = traitlets.Bool(default_value=False).tag(sync=True)

    def __init__(self, run: Callable[[], str], *, label: str, says: str) -> None:
        self._run, self._label, self._says = run, label, says
        card = self.still()
        self._css = card.style
        super().__init__()
        self._draw(card)
        self.on_msg(lambda *_: self.click())

    def click(self) -> str:
        """Run it, as a click does."""
        self.busy = True
        try:
            self.answer = str(self._run())
        except Exception as error:  # noqa: BLE001 - a traceback of a callback would be shown to nobody
            self.answer = f"{type(error).__name__}: {error}"
        finally:
            self.busy = False
        return str(self.answer)

    def still(self) -> Card:
        """The button with the last answer."""
        answer = str(self.answer)
        said = f"<p>{prose(self._says)}</p>" if self._says else ""
        body = (
            f'{said}<button class="lb-button" data-part="run">{escape(self._label)}</button>'
            f'<pre class="lb-answer" data-part="answer" data-empty="{EMPTY}" aria-live="polite">{escape(answer or EMPTY)}</pre>'
        )
        text = "\n".join(part for part in (plain(self._says), f"[{self._label}]", answer) if part)
        return Card(body, text, ("invoke.css",))
