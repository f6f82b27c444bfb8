"""The card that leads to the calculator app, with a link where this JupyterLab serves it."""

from __future__ import annotations

from typing import Any

import traitlets

from lambada_labs.pricing import Scenario
from lambada_labs.ui import app_address
from lambada_labs.ui.card import Card
from lambada_labs.ui.widget.base import Live, script


class AppLink(Live):
    """`state` is the end of the app's address, `notebook` the app's place in this server."""

    _esm = script("live.js", "app_link.js")
    state = traitlets.Unicode().tag(sync=True)
    notebook = traitlets.Unicode(app_address.NOTEBOOK).tag(sync=True)

    def __init__(self, scenario: Scenario, **more: Any) -> None:
        card = app_address.app_link_card(scenario)
        self._css = card.style
        super().__init__(state=app_address.state_of(scenario), **more)
        self._draw(card)

    def still(self) -> Card:
        """The card without the link."""
        return self._still
