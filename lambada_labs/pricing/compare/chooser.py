"""Which way of running code is cheapest, by how busy it is and how much memory it needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from lambada_labs.model.workload import Number, Workload
from lambada_labs.pricing.compare.around import Around
from lambada_labs.pricing.compare.busy_share import busy_requests
from lambada_labs.pricing.compare.computes import LAMBDA
from lambada_labs.pricing.compare.curve import Crossing, Layer, Straight, cheapest, crossings
from lambada_labs.pricing.compare.machines import Machine, ec2, fargate, managed
from lambada_labs.pricing.compare.priced import book_of, each_once, priced, scaled, tenths
from lambada_labs.pricing.compare.steps import memory_steps, ordered, share_steps
from lambada_labs.pricing.item import exact
from lambada_labs.pricing.price_book import PriceBook
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.units import memory

_ZERO, _ONE = Decimal(0), Decimal(1)
Pieces = tuple[Straight, Straight]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """At one memory size: the cheapest from left to right, and the busy shares at which it changes."""

    memory_mb: int
    shares: tuple[Decimal, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Costs of keeping one copy of the function busy for a share of the month: `[memory][share]`.

    A server's cost is divided among the copies it holds, as in a large fleet; no free tier.
    """

    currency: str
    shares: tuple[Decimal, ...]
    memory_mb: tuple[int, ...]
    cheapest: tuple[tuple[str, ...], ...]
    totals: tuple[Layer, ...]
    frontier: tuple[Frontier, ...]
    here: Frontier
    missing: tuple[str, ...] = ()

    @property
    def finding(self) -> str:
        """What was found, in one sentence."""
        here, size = self.here, memory(self.here.memory_mb)
        if not here.shares:
            return f"{here.names[0]} is cheapest at {size}, however busy it is"
        last = f"{here.names[-1]} from {tenths(here.shares[-1])} busy"
        return f"At {size} {here.names[0]} is cheapest up to {tenths(here.shares[0])} busy, {last}"


def chooser(
    scenario: Scenario,
    around: Around | None = None,
    *,
    shares: Iterable[Number] | None = None,
    memory_mb: Iterable[int] | None = None,
    book: PriceBook | None = None,
) -> Surface:
    """Compare functions, Fargate, EC2 and Managed Instances over busy share and memory.

    Up to the capacity that `around` does not keep idle one copy of the function needs one place; beyond, more in
    proportion. Of the scenario its duration, architecture and Region count.
    """
    around, prices = around or Around(load_balancer=False), book_of(scenario, book)
    own = scenario.workload.memory_mb
    axis = ordered(shares) if shares else share_steps(50)
    rows = tuple(sorted({*memory_mb, own})) if memory_mb else memory_steps(own)
    made = {row: _row(scenario, row, around, prices) for row in rows}
    names = tuple(low.name for low, _ in made[own][0])
    knee = _ONE - exact(around.headroom)
    amounts = {
        row: {low.name: tuple((low if at <= knee else high).at(at) for at in axis) for low, high in pieces}
        for row, (pieces, _) in made.items()
    }
    frontiers = {row: _frontier(row, pieces, knee) for row, (pieces, _) in made.items()}
    return Surface(
        currency=prices.currency,
        shares=axis,
        memory_mb=rows,
        cheapest=tuple(
            tuple(
                cheapest([(name, amounts[row][name][index]) for name in names]) for index in range(len(axis))
            )
            for row in rows
        ),
        totals=tuple(Layer(name=name, amounts=tuple(amounts[row][name] for row in rows)) for name in names),
        frontier=tuple(frontiers.values()),
        here=frontiers[own],
        missing=each_once(missing for _, missing in made.values()),
    )


def _row(
    scenario: Scenario, memory_mb: int, around: Around, book: PriceBook
) -> tuple[list[Pieces], tuple[str, ...]]:
    changed = scenario.with_workload(memory_mb=memory_mb, requests=1)
    work = changed.workload
    plan = tuple(around.lambda_items(changed))
    full = priced(plan, scaled(work, busy_requests(work)), book)
    idle = None if full.amount is None else priced(plan, scaled(work, _ZERO), book).amount
    slope = _ZERO if full.amount is None or idle is None else full.amount - idle
    function = Straight(name=LAMBDA, fixed=idle, slope=slope)
    instance = around.instance
    machines = (fargate(work), ec2(work, book, instance=instance), managed(work, book, instance=instance))
    made = [_server(work, machine, around, book) for machine in machines]
    return [(function, function), *(pieces for pieces, _ in made)], each_once(
        [full.missing, *(missing for _, missing in made)]
    )


def _server(
    work: Workload, machine: Machine, around: Around, book: PriceBook
) -> tuple[Pieces, tuple[str, ...]]:
    """One place on a server, as straight costs below and above the capacity that may be used."""
    nothing = Straight(name=machine.name, fixed=None, slope=_ZERO)
    if not machine.slots:
        return (nothing, nothing), ()
    places = machine.slots * around.concurrency
    hourly = tuple((line, price, units / places) for line, price, units in machine.hourly)
    place = replace(machine, hourly=hourly)
    measured = scaled(work, busy_requests(work))
    rest = priced(around.server_items(work, replace(machine, hourly=()), 1), scaled(work, _ZERO), book)
    one = priced(around.server_items(work, place, 1), scaled(work, _ZERO), book)
    full = priced(around.server_items(work, place, 1), measured, book)
    if full.amount is None or one.amount is None or rest.amount is None:
        return (nothing, nothing), full.missing
    slope, knee = full.amount - one.amount, _ONE - exact(around.headroom)
    below = Straight(name=machine.name, fixed=one.amount, slope=slope)
    above = Straight(name=machine.name, fixed=rest.amount, slope=slope + (one.amount - rest.amount) / knee)
    return (below, above), ()


def _frontier(memory_mb: int, pieces: list[Pieces], knee: Decimal) -> Frontier:
    found: list[Crossing] = [*crossings([low for low, _ in pieces], low=_ZERO, high=knee)]
    if knee < _ONE:
        found += crossings([high for _, high in pieces], low=knee, high=_ONE)
    start = cheapest([(low.name, low.at(_ZERO)) for low, _ in pieces])
    names = (found[0].before, *(each.after for each in found)) if found else (start,)
    return Frontier(memory_mb=memory_mb, shares=tuple(each.at for each in found), names=names)
