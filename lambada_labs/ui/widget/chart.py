"""An altair chart between its finding and the sentence on how to read it."""

from __future__ import annotations

from typing import Any

import ipywidgets

from lambada_labs.ui.card import Card, plain, prose, title_line


class Chart(ipywidgets.VBox):  # type: ignore[misc]
    """`chart` is the live `JupyterChart`; its `params` and `selections` are altair's own."""

    def __init__(self, live: Any, *, title: str, reading: str) -> None:
        self.chart = live
        live.add_class("lambada")  # where the palette's variables hold
        self._text = f"{plain(title)}\n{plain(reading)}"
        head = ipywidgets.HTML(unframed(title_line(title)))
        foot = ipywidgets.HTML(unframed(f'<p class="lb-reading">{prose(reading)}</p>'))
        super().__init__([head, live, foot])

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return self._text

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return {**super()._repr_mimebundle_(**kwargs), "text/plain": self._text}


def unframed(markup: str) -> str:
    """Markup in the kit's type, without a card around it."""
    return f'<div class="lambada"><style>{Card("", "").style}</style>{markup}</div>'
