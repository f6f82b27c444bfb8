"""Lambda against Fargate, EC2 and Managed Instances, by requests a month."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from lambada_labs.pricing.compare.around import Around, in_progress
from lambada_labs.pricing.compare.curve import Curve
from lambada_labs.pricing.compare.machines import Machine, ec2, fargate, managed
from lambada_labs.pricing.compare.priced import Priced, book_of, each_once, priced, scaled
from lambada_labs.pricing.compare.steps import request_steps
from lambada_labs.pricing.compare.ways import gb_of
from lambada_labs.pricing.item import Item, exact, measures
from lambada_labs.pricing.price_book import PriceBook
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.units import count

LAMBDA = "Lambda"
Cost = Callable[[Decimal], Priced]
_MOST_SERVERS = 200
"""Beyond so many servers one more or less no longer decides which is cheaper."""
_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What stands for one curve: a size, the copies of the function it holds, and its price for an hour."""

    name: str
    size: str
    slots: int
    hour: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """The requests a month at which this first costs no more than Lambda; `None`: nowhere up to the last drawn."""

    name: str
    requests: int | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Computes:
    """Costs of a month over requests, as curves; `here` is the scenario's own number of requests."""

    currency: str
    requests: tuple[int, ...]
    curves: tuple[Curve, ...]
    plans: tuple[Plan, ...]
    break_even: tuple[BreakEven, ...]
    here: int
    missing: tuple[str, ...] = ()

    @property
    def finding(self) -> str:
        """What the curves say, in one sentence."""
        known = [(each.requests, each.name) for each in self.break_even if each.requests is not None]
        if known:
            (start, first), *others = sorted(known)
            then = "".join(f", {name} from {_readable(requests)}" for requests, name in others)
            upto = f"Lambda is cheapest up to {_readable(start)} requests a month"
            return f"{upto}; from there on {first} costs no more{then}"
        return f"Lambda is cheapest up to {count(self.requests[-1])} requests a month"


def computes(
    scenario: Scenario,
    around: Around | None = None,
    *,
    requests: Iterable[int] | None = None,
    book: PriceBook | None = None,
) -> Computes:
    """Price the scenario's function and servers that would do the same work, over requests a month.

    Servers run all month, as many as the mean traffic needs with the headroom of `around`. Of the
    scenario's parts only the one that pays for the function counts; the rest is `around`'s.
    """
    around, prices = around or Around(), book_of(scenario, book)
    here = scenario.workload.requests
    axis = tuple(sorted(set(requests))) if requests else request_steps(here)
    machines = (
        fargate(scenario.workload),
        ec2(scenario.workload, prices, instance=around.instance),
        managed(scenario.workload, prices, instance=around.instance),
    )
    costs = {LAMBDA: lambda_cost(scenario, around, prices)}
    costs |= {each.name: server_cost(scenario, each, around, prices) for each in machines}
    drawn = {name: [cost(Decimal(each)) for each in axis] for name, cost in costs.items()}
    return Computes(
        currency=prices.currency,
        requests=axis,
        curves=tuple(
            Curve(name=name, amounts=tuple(each.amount for each in made)) for name, made in drawn.items()
        ),
        plans=tuple(_plan(each, prices) for each in machines),
        break_even=tuple(
            _break_even(each, around, scenario, (costs[LAMBDA], costs[each.name]), axis[-1])
            for each in machines
        ),
        here=here,
        missing=each_once(each.missing for made in drawn.values() for each in made),
    )


def lambda_cost(scenario: Scenario, around: Around, book: PriceBook) -> Cost:
    """What the function costs in a month, by requests."""
    if any(part.compute for part in scenario.parts):
        return lambda requests: _replanned(scenario, around, book, requests)
    plan = tuple(around.lambda_items(scenario))
    work, free_tier = scenario.workload, scenario.free_tier
    return lambda requests: priced(plan, scaled(work, requests), book, free_tier=free_tier)


def _replanned(scenario: Scenario, around: Around, book: PriceBook, requests: Decimal) -> Priced:
    """With a part whose lines depend on the requests, such as what spills over: planned anew each time."""
    other = scenario.with_workload(requests=int(requests))
    measured = measures(other.workload)
    return priced(around.lambda_items(other), measured, book, free_tier=scenario.free_tier)


def server_cost(scenario: Scenario, machine: Machine, around: Around, book: PriceBook) -> Cost:
    """What enough servers of a kind cost in a month, by requests; nothing where the function does not fit."""
    work = scenario.workload

    @cache  # many volumes need the same number of servers
    def plan(servers: int) -> tuple[Item, ...]:
        return tuple(around.server_items(work, machine, servers))

    def cost(requests: Decimal) -> Priced:
        measured = scaled(work, requests)
        servers = around.servers(machine, in_progress(measured.gb_seconds / gb_of(work.memory_mb)))
        return priced(plan(servers), measured, book, free_tier=scenario.free_tier)

    return cost if machine.slots else lambda _: Priced(None)


def _break_even(
    machine: Machine, around: Around, scenario: Scenario, costs: tuple[Cost, Cost], most: int
) -> BreakEven:
    """Go from one full fleet to the next: a fleet of servers is cheapest for its money when it is full."""
    functions, servers = costs
    if not machine.slots or servers(Decimal(1)).amount is None or functions(Decimal(1)).amount is None:
        return BreakEven(name=machine.name, requests=None, amount=None)
    one = scaled(scenario.workload, Decimal(1))
    each = in_progress(one.gb_seconds / gb_of(scenario.workload.memory_mb))
    least = around.servers(machine, Decimal(0)) or 1
    low = 0
    serves = machine.slots * around.concurrency * (1 - exact(around.headroom)) / each
    for fleet in range(least, least + _MOST_SERVERS):
        high = min(int(fleet * serves), most)
        if high > low and _no_dearer(servers, functions, high):
            found = _first(servers, functions, low, high)
            return BreakEven(name=machine.name, requests=found, amount=servers(Decimal(found)).amount)
        low = max(low, high)
    return BreakEven(name=machine.name, requests=None, amount=None)


def _no_dearer(servers: Cost, functions: Cost, requests: int) -> bool:
    mine, theirs = servers(Decimal(requests)).amount, functions(Decimal(requests)).amount
    return mine is not None and theirs is not None and mine <= theirs


def _first(servers: Cost, functions: Cost, low: int, high: int) -> int:
    """The first number of requests above `low` at which the servers cost no more; it holds at `high`."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _no_dearer(servers, functions, middle) else (middle, high)
    return high


def _plan(machine: Machine, book: PriceBook) -> Plan:
    return Plan(name=machine.name, size=machine.size, slots=machine.slots, hour=machine.hour(book))


def _readable(requests: int) -> str:
    """A number of requests with three digits that say something."""
    return count(round(requests, _DIGITS - len(str(requests))))
