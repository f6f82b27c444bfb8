"""The whole path of a request, from the front door to the logs, as steps that add up to the bill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from lambada_labs.pricing.bill import Bill, bill
from lambada_labs.pricing.compare.priced import book_of
from lambada_labs.pricing.item import ZERO, Item, measures, on_demand
from lambada_labs.pricing.parts import PARTS
from lambada_labs.pricing.price_book import PriceBook
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.pricing.usage import Usage, evaluated
from lambada_labs.units import count, money

FUNCTION = "function"
_BEFORE = (
    "api_gateway_http",
    "api_gateway_rest",
    "load_balancer",
    "scheduler",
    "eventbridge",
    "sns",
    "sqs",
    "kinesis",
    "dynamodb_streams",
    "event_pollers",
    "step_functions",
)
"""What a request passes before it reaches the function, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the path: what it adds, from `start` to `end` of the running total.

    `amount` is `None` where one of its lines is `missing` a price. `dearer`: it costs more than the function.
    """

    key: str
    title: str
    amount: Decimal | None
    start: Decimal
    end: Decimal
    share: Decimal | None
    dearer: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """The steps in the order of the path; `total` is `None` where a price is missing."""

    currency: str
    steps: tuple[Step, ...]
    compute: Decimal | None
    total: Decimal | None
    missing: tuple[str, ...] = ()

    @property
    def finding(self) -> str:
        """What was found, in one sentence."""
        if self.compute is None or self.total is None:
            return f"The total is incomplete here: no price for {', '.join(self.missing)}"
        function = f"the function costs {money(self.compute, self.currency)}"
        whole = f"of {money(self.total, self.currency)}"
        dearer = [step for step in self.steps if step.dearer and step.amount is not None]
        if not dearer:
            return f"Nothing around it costs more than the function: {function} {whole}"
        most = max(dearer, key=lambda step: step.amount or ZERO)
        amount = money(most.amount or ZERO, self.currency)
        others = f"; {_parts(len(dearer) - 1)} dearer than it too" if len(dearer) > 1 else ""
        return f"{most.title} costs {amount} {whole}, {function}{others}"


def _parts(number: int) -> str:
    return "one more part is" if number == 1 else f"{count(number)} more parts are"


def waterfall(scenario: Scenario, *, book: PriceBook | None = None) -> Waterfall:
    """Price the scenario step by step along the path; volume tiers and the free tier count as they fill.

    The steps add up to the scenario's bill.
    """
    prices, measured = book_of(scenario, book), measures(scenario.workload)
    plans = tuple(_plans(scenario))
    made: list[Bill] = []
    items: list[Item] = []
    for _, _, plan in plans:
        items += plan
        made.append(bill(Usage(evaluated(items, measured)), prices, free_tier=scenario.free_tier))
    index = next(place for place, plan in enumerate(plans) if plan[0] == FUNCTION)
    compute = _added(made, index)[0]
    steps = tuple(_step(plan[:2], made, place, compute) for place, plan in enumerate(plans))
    whole = made[-1]
    return Waterfall(
        currency=prices.currency,
        steps=steps,
        compute=compute,
        total=whole.total if whole.complete else None,
        missing=tuple(line.name for line in whole.missing),
    )


def _plans(scenario: Scenario) -> Iterator[tuple[str, str, tuple[Item, ...]]]:
    """The parts in the order of the path, the function among them."""
    work, parts = scenario.workload, {part.key: part for part in scenario.parts}
    for key in _BEFORE:
        if key in parts:
            yield key, parts[key].title, tuple(parts[key].items(work))
    way = next((part for part in scenario.parts if part.compute), None)
    yield FUNCTION, way.title if way else "Function", tuple(way.items(work) if way else on_demand(work))
    for key, part in ((key, parts[key]) for key in PARTS if key in parts):
        if key not in _BEFORE and not part.compute:
            yield key, part.title, tuple(part.items(work))


def _added(made: list[Bill], place: int) -> tuple[Decimal | None, tuple[str, ...]]:
    """What a step adds to the bill so far, and which of its lines have no price."""
    known = len(made[place - 1].missing) if place else 0
    missing = tuple(line.name for line in made[place].missing[known:])
    start = made[place - 1].total if place else ZERO
    return (None if missing else made[place].total - start), missing


def _step(named: tuple[str, str], made: list[Bill], place: int, compute: Decimal | None) -> Step:
    amount, missing = _added(made, place)
    total = made[-1].total
    return Step(
        key=named[0],
        title=named[1],
        amount=amount,
        start=made[place - 1].total if place else ZERO,
        end=made[place].total,
        share=amount / total if amount is not None and total else None,
        dearer=named[0] != FUNCTION and amount is not None and compute is not None and amount > compute,
        missing=missing,
    )
