"""What every widget of the kit has: a static twin for saved notebooks, and a plain `str`."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from lambada_labs.ui import assets
from lambada_labs.ui.card import Card, framed


class Live(anywidget.AnyWidget):  # type: ignore[misc]
    """A card that moves. The kernel draws it once as HTML (`markup`); its script only gives it life.

    Subclasses call `_draw(card)` in their constructor, and name their script (files of `assets`, joined).
    """

    markup = traitlets.Unicode().tag(sync=True)
    _css = ""

    def _draw(self, card: Card) -> None:
        self._still = card
        self.markup = f'<div class="lambada">{framed(card.body, card.tone)}</div>'

    def still(self) -> Card:
        """The same as a static card."""
        return self._still

    def __str__(self) -> str:
        return self.still().text

    def __repr__(self) -> str:
        return self.still().text

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**data, "text/html": self.still().html, "text/plain": str(self)}, metadata


def script(*names: str) -> str:
    """Shipped scripts joined to one module: a widget's code cannot import a neighbour."""
    return "\n".join(assets.read(name) for name in names)
