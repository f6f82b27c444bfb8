"""A day of traffic to draw: 24 bars in the browser, the plan and its money from the kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import traitlets

from lambada_labs.errors import BadInput
from lambada_labs.pricing import Scenario, compare
from lambada_labs.pricing.compare import DayPlan, Shape
from lambada_labs.ui.card import Card, prose
from lambada_labs.ui.cost.daily import FULL, HOURS, bars_to_draw, below, day_plan, environments, heads, words
from lambada_labs.ui.widget.base import Live, script

Drawn = Shape | Sequence[float]


class DayShape(Live):
    """`values` are the hours' traffic from 0 to 100; only their proportions count, the scenario says how many in all."""

    _esm = script("live.js", "day_bars.js", "day_shape.js")
    values = traitlets.List(traitlets.Int(), minlen=HOURS, maxlen=HOURS).tag(sync=True)
    drawn = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        scenario: Scenario,
        *,
        shape: Drawn | None = None,
        on_change: Callable[[DayShape], None] | None = None,
    ) -> None:
        self._scenario = scenario
        self._told = on_change
        values = scaled(shape if shape is not None else compare.shapes()[0])
        self._plan = compare.day_plan(scenario, _numbers(values))
        card = drawing(self._plan, values)
        self._css = card.style
        super().__init__(values=values)
        self._draw(card)
        self._show("")
        self.observe(self._changed, "values")

    @property
    def plan(self) -> DayPlan:
        """The plan of the day that is drawn now; of the last possible one, where this has no traffic."""
        return self._plan

    @property
    def card(self) -> Card:
        """The plan as a card."""
        return day_plan(self._plan)

    @property
    def scenario(self) -> Scenario:
        """What runs on such a day; setting it plans anew."""
        return self._scenario

    @scenario.setter
    def scenario(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._changed()

    @traitlets.validate("values")  # type: ignore[untyped-decorator]
    def _possible(self, proposal: Any) -> list[int]:
        return [min(max(each, 0), FULL) for each in proposal["value"]]

    def _changed(self, _: object = None) -> None:
        try:
            self._plan = compare.day_plan(self._scenario, _numbers(self.values))
        except BadInput as error:
            self._show(str(error))
            return
        self._show("")
        if self._told is not None:
            self._told(self)

    def _show(self, problem: str) -> None:
        plan = self._plan
        self.drawn = {
            "title": plan.finding,
            "plan": heads(plan) + environments(plan),
            "below": prose(below(plan)),
            "words": words(plan),
            "problem": problem,
        }

    def still(self) -> Card:
        """The plan without the bars to draw with: what a saved notebook shows."""
        return self.card


def scaled(shape: Drawn) -> list[int]:
    """24 whole numbers, the largest 100; raises `BadInput` where there are not 24, or nothing above 0."""
    given = [float(each) for each in (shape.values if isinstance(shape, Shape) else shape)]
    if len(given) != HOURS or min(given) < 0 or max(given) <= 0:
        raise BadInput(f"A day of {len(given)} numbers", expected=f"{HOURS} numbers from 0, one above it")
    return [round(FULL * each / max(given)) for each in given]


def drawing(plan: DayPlan, values: Sequence[int]) -> Card:
    """The card with the bars to draw with."""
    still = day_plan(plan)
    bars = bars_to_draw(values)
    part = f'<p class="lb-problem" data-part="problem" role="alert"></p><div data-part="plan">{heads(plan)}'
    body = still.body.replace(heads(plan), f"{bars}{part}", 1)
    return Card(body.replace("<figcaption>", "</div><figcaption>", 1), still.text, still.styles, still.tone)


def _numbers(values: Sequence[int]) -> list[Decimal]:
    return [Decimal(each) for each in values]
