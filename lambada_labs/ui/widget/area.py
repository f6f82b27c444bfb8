"""The rectangle memory × time with a corner that can be dragged; the money is the kernel's."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

import traitlets

from lambada_labs.model.workload import LONGEST_MS, MEMORY_MAX, MEMORY_MIN
from lambada_labs.pricing import Scenario
from lambada_labs.ui.card import Card
from lambada_labs.ui.cost.rectangle import Area, area_card, area_of, card_of, ends_for
from lambada_labs.ui.widget.base import Live, script

SMALLEST_SHARE = 0.12
"""A corner nearer to the origin than this share of an axis gets a shorter axis once it is let go."""


class AreaWidget(Live):
    """`memory_mb` and `duration_ms` are the corner; both can be set, and snap to what Lambda takes."""

    _esm = script("live.js", "area.js")
    memory_mb = traitlets.Int().tag(sync=True)
    duration_ms = traitlets.Float().tag(sync=True)
    held = traitlets.Bool(default_value=False).tag(sync=True)
    now = traitlets.Dict().tag(sync=True)

    def __init__(self, scenario: Scenario) -> None:
        self._asked = scenario
        work = scenario.workload
        self._ends = ends_for(work.memory_mb, work.billed_ms)
        card = card_of(area_of(scenario, self._ends), scenario, movable=True)
        self._css = card.style
        super().__init__(memory_mb=work.memory_mb, duration_ms=float(work.billed_ms))
        self._draw(card)
        self._price()
        self.observe(self._price, ["memory_mb", "duration_ms", "held"])

    @property
    def scenario(self) -> Scenario:
        """What is priced now."""
        return self._asked.with_workload(
            memory_mb=self.memory_mb, duration_ms=max(1, math.ceil(self.duration_ms))
        )

    @property
    def area(self) -> Area:
        """The rectangle and its words at the present corner."""
        return area_of(self.scenario, self._ends)

    @traitlets.validate("memory_mb")  # type: ignore[untyped-decorator]
    def _size(self, proposal: Any) -> int:
        return min(max(int(proposal["value"]), MEMORY_MIN), MEMORY_MAX)

    @traitlets.validate("duration_ms")  # type: ignore[untyped-decorator]
    def _time(self, proposal: Any) -> float:
        value = float(proposal["value"])
        return float(min(max(math.ceil(value), 1), LONGEST_MS)) if math.isfinite(value) else 1.0

    def _price(self, _: object = None) -> None:
        if not self.held and not self._fits():
            self._ends = ends_for(self.memory_mb, self.duration_ms)
        self.now = asdict(self.area)

    def _fits(self) -> bool:
        memory: float = self.memory_mb / self._ends[0]
        time: float = self.duration_ms / self._ends[1]
        return min(memory, time) >= SMALLEST_SHARE and max(memory, time) <= 1

    def still(self) -> Card:
        """The rectangle at the present corner."""
        return area_card(self.scenario)
