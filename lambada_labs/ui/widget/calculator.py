"""The cost calculator: a preview in the browser while a slider moves, the kernel's exact bill on release."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import traitlets

from lambada_labs.errors import BadInput, LambadaError
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Bill, Scenario
from lambada_labs.ui import estimate
from lambada_labs.ui.card import Card, framed
from lambada_labs.ui.estimate import answer as answers
from lambada_labs.ui.opening import error_card
from lambada_labs.ui.widget.base import Live, script

SCRIPTS = (
    "live.js",
    "preview.js",
    "calculator_link.js",
    "calculator_chart.js",
    "calculator_bill.js",
    "calculator_form.js",
    "calculator.js",
)
TODO = "Change something, or reload the page: your numbers stand in the link."


class Calculator(Live):
    """`scenario` is what the controls say, `priced` its bill by both books (AWS first).

    `asked` is the browser's question (flat text, `seq` counts), `answer` the kernel's reply to it. With `link`
    the page's address carries the state, but never in JupyterLab's own pages.
    """

    _esm = script(*SCRIPTS)
    constants = traitlets.Dict().tag(sync=True)
    asked = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    link = traitlets.Bool(default_value=False).tag(sync=True)

    def __init__(self, scenario: Scenario, *, link: bool = False) -> None:
        card = estimate.calculator_card(scenario)
        self._css = card.style
        self._scenarios = {"a": scenario}
        super().__init__(constants=estimate.constants(), link=link)
        self._draw(card)
        self._say("")
        self.observe(self._reply, "asked")
        self.on_msg(self._handle)

    @property
    def scenario(self) -> Scenario:
        """What is priced now (the first one, where two are compared)."""
        return self._scenarios["a"]

    @scenario.setter
    def scenario(self, scenario: Scenario) -> None:
        self._scenarios = {**self._scenarios, "a": scenario}
        self._say("")

    @property
    def other(self) -> Scenario | None:
        """The second of two compared scenarios, or `None`."""
        return self._scenarios.get("b")

    @property
    def workload(self) -> Workload:
        """The workload of `scenario`."""
        return self.scenario.workload

    @workload.setter
    def workload(self, work: Workload) -> None:
        self.scenario = Scenario(
            workload=work,
            region=self.scenario.region,
            free_tier=self.scenario.free_tier,
            parts=self.scenario.parts,
        )

    @property
    def priced(self) -> tuple[Bill, Bill]:
        """The exact bill by both books."""
        return estimate.bills_of(self.scenario)

    def still(self) -> Card:
        """The bill at the present scenario."""
        return estimate.still_card(self.scenario)

    def _handle(self, _: object, message: Any, __: object) -> None:
        """A file was wanted: its content goes to the browser, which saves it."""
        kind = message.get("export") if isinstance(message, dict) else None
        if kind == "json":
            chosen = self._scenarios.get(str(message.get("side")), self.scenario)
            self._hand_over("lambda-cost.json", estimate.as_json(chosen), "application/json")
        elif kind == "csv":
            self._hand_over("lambda-cost.csv", estimate.as_csv(self._scenarios), "text/csv")

    def _hand_over(self, file: str, text: str, kind: str) -> None:
        self.send({"file": file, "text": text, "kind": kind})

    def _reply(self, _: object = None) -> None:
        """Answer the browser; whatever goes wrong becomes a card, and the calculator lives on."""
        try:
            self._scenarios, problem = answers.understood(self.asked)
            self._say(problem)
        except BadInput as error:
            self._say(str(error))
        except Exception as error:  # noqa: BLE001 - a page must say what broke; a traceback would be lost
            self._fail(error)

    def _say(self, problem: str) -> None:
        today = datetime.now(UTC).date()
        sides = {name: answers.side(scenario, today) for name, scenario in self._scenarios.items()}
        self.answer = {**self._turn(), "problem": problem, **sides}

    def _fail(self, error: Exception) -> None:
        seen = f"{type(error).__name__} while pricing this: {error}"
        card = error_card(LambadaError(seen, expected="a price", todo=TODO))
        self.answer = {**self.answer, **self._turn(), "error": framed(card.body, card.tone)}

    def _turn(self) -> dict[str, int]:
        """Which question this answers, and a count that makes each answer a new one."""
        return {"seq": int(self.asked.get("seq", 0)), "turn": int(self.answer.get("turn", 0)) + 1}
