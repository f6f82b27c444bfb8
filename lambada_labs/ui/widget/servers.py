"""The day of traffic with a peak that can be dragged."""

from __future__ import annotations

from typing import Any

import traitlets

from lambada_labs.ui import servers
from lambada_labs.ui.card import Card
from lambada_labs.ui.widget.base import Live, script


class ServersAgainstFunctions(Live):
    """`peak` is the busiest moment in requests per second; setting it snaps to the nearest drawn day."""

    _esm = script("live.js", "servers.js")
    frames = traitlets.List().tag(sync=True)
    peak = traitlets.Int().tag(sync=True)

    def __init__(self, *, peak: int, **more: Any) -> None:
        card = servers.still(peak)
        self._css = card.style
        super().__init__(frames=servers.as_json(), peak=servers.nearest(peak), **more)
        self._draw(card)

    @traitlets.validate("peak")  # type: ignore[untyped-decorator]
    def _snap(self, proposal: Any) -> int:
        return servers.nearest(proposal["value"])

    def still(self) -> Card:
        """The picture at the present peak."""
        return servers.still(self.peak)
