"""The doors to the widgets: each imports ipywidgets only when a widget is really made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lambada_labs.ui.questions import Kind

if TYPE_CHECKING:
    from lambada_labs.cloud.port import Cloud
    from lambada_labs.model import Architecture
    from lambada_labs.pricing import Scenario
    from lambada_labs.ui.doors import Way
    from lambada_labs.ui.pattern_card import Tried
    from lambada_labs.ui.widget.app_link import AppLink
    from lambada_labs.ui.widget.calculator import Calculator
    from lambada_labs.ui.widget.console import Console
    from lambada_labs.ui.widget.doors import Doors
    from lambada_labs.ui.widget.http_exchange import HttpExchange
    from lambada_labs.ui.widget.invoke import InvokeButton
    from lambada_labs.ui.widget.patterns import PatternTester
    from lambada_labs.ui.widget.prediction import Prediction
    from lambada_labs.ui.widget.producers import ProducerCards
    from lambada_labs.ui.widget.quiz import Quiz
    from lambada_labs.ui.widget.servers import ServersAgainstFunctions
    from lambada_labs.ui.widget.slips import Slips


def prediction(
    question: str,
    *,
    kind: Kind = "number",
    choices: Sequence[str] = (),
    unit: str = "",
    value: Any = None,
    on_guess: Callable[[Any], None] | None = None,
) -> Prediction:
    """A box for a guess; `.value` holds it (`None` until there is one), `on_guess` is told each time it is kept."""
    from lambada_labs.ui.widget.prediction import Prediction

    return Prediction(question, kind=kind, choices=tuple(choices), unit=unit, guess=value, on_guess=on_guess)


def quiz(
    questions: Sequence[Mapping[str, Any]],
    *,
    on_answer: Callable[[str, int, bool], None] | None = None,
    answered: Mapping[str, int] | None = None,
) -> Quiz:
    """Questions with a reason behind every answer, wrong ones too; `on_answer(id, index, correct)` after each."""
    from lambada_labs.ui.widget.quiz import Quiz

    return Quiz(questions, on_answer=on_answer, answered=dict(answered or {}))


def invoke_button(run: Callable[[], str], *, label: str = "Invoke", says: str = "") -> InvokeButton:
    """A button that runs `run` in the kernel and shows the text it returns."""
    from lambada_labs.ui.widget.invoke import InvokeButton

    return InvokeButton(run, label=label, says=says)


def servers_against_functions(*, peak: int | None = None) -> ServersAgainstFunctions:
    """A day of traffic whose peak can be dragged; `.peak` in requests per second."""
    from lambada_labs.ui.servers import START_PEAK
    from lambada_labs.ui.widget.servers import ServersAgainstFunctions

    return ServersAgainstFunctions(peak=START_PEAK if peak is None else peak)


def calculator(
    *,
    memory_mb: int = 1536,
    duration_ms: float = 120,
    requests: int = 3_000_000,
    architecture: Architecture = "x86_64",
    scenario: Scenario | None = None,
    link: bool = False,
) -> Calculator:
    """The cost calculator; `.scenario` (its `.workload` too) is what it shows now, `.priced` the bill by both books.

    A `scenario` stands in place of the four figures. With `link` the page's address carries the state, so
    that a copied link shows the same: for an app's page, not for a notebook.

    Raises:
        BadInput: Lambda would not run such a workload.
    """
    from lambada_labs.model.workload import Workload
    from lambada_labs.pricing import Scenario
    from lambada_labs.ui.widget.calculator import Calculator

    if scenario is None:
        work = Workload(
            memory_mb=memory_mb, duration_ms=duration_ms, requests=requests, architecture=architecture
        )
        scenario = Scenario(workload=work)
    return Calculator(scenario, link=link)


def app_link(scenario: Scenario) -> AppLink:
    """The way to the calculator app with this scenario in its address; a link where this JupyterLab serves the app."""
    from lambada_labs.ui.widget.app_link import AppLink

    return AppLink(scenario)


def slips(
    shown: Sequence[Any],
    *,
    on_pick: Callable[[str, int], None] | None = None,
    picked: Mapping[str, int] | None = None,
) -> Slips:
    """Small wrong calculators, one of their steps the slip; `.picked` holds the step chosen last of each."""
    from lambada_labs.ui.widget.slips import Slips

    return Slips(shown, on_pick=on_pick, picked=dict(picked or {}))


def http_exchange(
    talk: Callable[..., Any],
    *,
    request: str,
    answer: str,
    multi_value: bool = False,
    samples: Sequence[Any] = (),
) -> HttpExchange:
    """A request and an answer to type, and what each is at the four stations; `talk(request, answer, multi_value=…)` sends them."""
    from lambada_labs.ui.widget.http_exchange import HttpExchange

    return HttpExchange(talk, request=request, answer=answer, multi_value=multi_value, samples=samples)


def console(cloud: Cloud) -> Console:
    """A small console of this cloud: functions with a test button, queues, buckets, logs."""
    from lambada_labs.ui.widget.console import Console

    return Console(cloud)


def pattern_tester(
    events: Sequence[Mapping[str, Any]],
    *,
    ask: Callable[[str], Tried],
    pattern: str,
    wanted: Sequence[bool] | None = None,
) -> PatternTester:
    """A stream of events above which a pattern is written; `ask` tells which of them it matches. `.tried` is the last."""
    from lambada_labs.ui.widget.patterns import PatternTester

    marked = tuple(wanted) if wanted is not None else (False,) * len(events)
    return PatternTester(events, wanted=marked, ask=ask, pattern=pattern)


def producer_cards(services: Sequence[Any], *, run: Callable[..., Any]) -> ProducerCards:
    """A deck of services that call functions; `run(name, wait_s=…, **choices)` sends one's event. `.run`, `.run_all`, `.ran`."""
    from lambada_labs.ui.widget.producers import ProducerCards

    return ProducerCards(services, run=run)


def doors(ways: Sequence[Way]) -> Doors:
    """Addresses to open in the browser, each with a curl line that can be copied."""
    from lambada_labs.ui.widget.doors import Doors

    return Doors(ways)
