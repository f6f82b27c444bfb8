"""The cost calculator: a preview in the browser while a slider moves, the kernel's exact bill on release."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import traitlets

from lambada_labs.errors import BadInput, LambadaError
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Bill, Scenario
from lambada_labs.ui import estimate
from lambada_labs.ui.card import Card, framed
from lambada_labs.ui.estimate import answer as answers
from lambada_labs.ui.estimate import figures
from lambada_labs.ui.estimate.answer import Side
from lambada_labs.ui.estimate.paste import Intake
from lambada_labs.ui.estimate.ranges import Ranges
from lambada_labs.ui.opening import error_card
from lambada_labs.ui.widget.base import Live, script

SCRIPTS = (
    "live.js",
    "preview.js",
    "calculator_link.js",
    "calculator_chart.js",
    "calculator_bill.js",
    "calculator_totals.js",
    "calculator_range.js",
    "calculator_form.js",
    "day_bars.js",
    "calculator_more.js",
    "calculator_menu.js",
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
    asked = traitlets.Dict().tag(sync=True, echo_update=False)  # the browser knows what it asked
    answer = traitlets.Dict().tag(sync=True)
    link = traitlets.Bool(default_value=False).tag(sync=True)

    def __init__(self, scenario: Scenario, *, link: bool = False) -> None:
        card = estimate.calculator_card(scenario)
        self._css = card.style
        self._sides = {"a": Side(scenario=scenario)}
        self._run: object = None
        self._intake = Intake()
        super().__init__(constants=estimate.constants(), link=link)
        self._draw(card)
        self._say("")
        self.observe(self._reply, "asked")
        self.on_msg(self._handle)

    @property
    def scenario(self) -> Scenario:
        """What is priced now (the first one, where two are compared)."""
        return self._sides["a"].scenario

    @scenario.setter
    def scenario(self, scenario: Scenario) -> None:
        self._sides = {**self._sides, "a": Side(scenario=scenario)}
        self._say("", unasked=True)

    @property
    def other(self) -> Scenario | None:
        """The second of two compared scenarios, or `None`."""
        return self._sides["b"].scenario if "b" in self._sides else None

    @property
    def ranges(self) -> Ranges:
        """Which figures of `scenario` are ranges; it has their middles."""
        return self._sides["a"].ranges

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

    def _handle(self, _: object, message: Any, buffers: Any) -> None:
        """A wish beside the bill: a file, a picture, a log to read."""
        if not isinstance(message, dict):
            return
        if message.get("export") == "json":
            side = self._side(message)
            self._hand_over(
                "lambda-cost.json", estimate.as_json(side.scenario, side.ranges), "application/json"
            )
        elif message.get("export") == "csv":
            scenarios = {name: side.scenario for name, side in self._sides.items()}
            self._hand_over("lambda-cost.csv", estimate.as_csv(scenarios), "text/csv")
        elif "figure" in message:
            self._show(message)
        elif "log" in message:
            self._take(message, bytes(buffers[0]) if buffers else b"")

    def _show(self, wish: Mapping[str, Any]) -> None:
        """The picture that the page looks at."""
        self.send({**wish, **self._drawn(lambda: self._figure(wish))})

    def _side(self, message: Mapping[str, Any]) -> Side:
        return self._sides.get(str(message.get("side")), self._sides["a"])

    def _figure(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        side = self._side(message)
        chosen = {name: message[name] for name in ("budget", "shape") if message.get(name)}
        look = figures.Look(scenario=side.scenario, ranges=side.ranges, today=today(), **chosen)
        return figures.drawn(str(message["figure"]), look, worn=message.get("worn", ()))

    def _take(self, message: Mapping[str, Any], piece: bytes) -> None:
        """One piece of a log; with the last one, what it cost."""
        if self._run != message["log"]:
            self._run, self._intake = message["log"], Intake()
        self._intake.add(piece)
        if not message.get("last"):
            self.send({"log": message["log"], "more": True})
            return
        intake, self._run = self._intake, None
        try:
            card = intake.read(self.scenario)
            self.send({"log": message["log"], **figures.as_parts(card)})
        except BadInput as error:
            self.send({"log": message["log"], "problem": str(error)})
        except Exception as error:  # noqa: BLE001 - the page must say what broke
            self.send({"log": message["log"], **figures.as_parts(broken(error))})
        finally:
            intake.close()

    def _drawn(self, draw: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """A picture, or the card that says why there is none."""
        try:
            return draw()
        except LambadaError as error:
            return figures.as_parts(error_card(error))
        except Exception as error:  # noqa: BLE001 - the page must say what broke
            return figures.as_parts(broken(error))

    def _hand_over(self, file: str, text: str, kind: str) -> None:
        self.send({"file": file, "text": text, "kind": kind})

    def _reply(self, _: object = None) -> None:
        """Answer the browser; whatever goes wrong becomes a card, and the calculator lives on."""
        try:
            self._sides, problem = answers.understood(self.asked)
            self._say(problem)
        except BadInput as error:
            self._say(str(error))
        except Exception as error:  # noqa: BLE001 - a page must say what broke; a traceback would be lost
            self._fail(error)
        wish = self.asked.get("wish")
        if isinstance(wish, dict):
            self._show(wish)

    def _say(self, problem: str, *, unasked: bool = False) -> None:
        day = today()
        sides = {name: answers.answered(side, day) for name, side in self._sides.items()}
        self.answer = {**self._turn(), "problem": problem, "unasked": unasked, **sides}

    def _fail(self, error: Exception) -> None:
        card = broken(error)
        self.answer = {**self.answer, **self._turn(), "error": framed(card.body, card.tone)}

    def _turn(self) -> dict[str, int]:
        """Which question this answers, and a count that makes each answer a new one."""
        return {"seq": int(self.asked.get("seq", 0)), "turn": int(self.answer.get("turn", 0)) + 1}


def broken(error: Exception) -> Card:
    """The card of a fault that nobody foresaw."""
    seen = f"{type(error).__name__} while pricing this: {error}"
    return error_card(LambadaError(seen, expected="a price", todo=TODO))


def today() -> date:
    """The day by which a price counts as old."""
    return datetime.now(UTC).date()
