"""On demand, provisioned concurrency or SnapStart, by how busy one environment is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from lambada_labs import facts
from lambada_labs.model.workload import Number, Workload
from lambada_labs.pricing.compare.curve import Crossing, Curve, Straight, crossings, meeting
from lambada_labs.pricing.compare.priced import (
    book_of,
    each_once,
    month_seconds,
    priced,
    scaled,
    tenths,
)
from lambada_labs.pricing.compare.steps import ordered, share_steps
from lambada_labs.pricing.compare.ways import (
    ON_DEMAND,
    PROVISIONED,
    SNAPSTART,
    gb_of,
    provisioned_plan,
    restoring,
    snapstart_plan,
)
from lambada_labs.pricing.item import Item, measures, on_demand
from lambada_labs.pricing.price_book import PriceBook
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.units import memory, money

_ZERO, _ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusyShare:
    """What one environment costs in a month, by the share of the month in which it is busy.

    `rule` is the share from which provisioned concurrency is cheaper by the prices of a GB-second alone;
    `pays_from` the same with the scenario's requests, Init and storage (`None`: never, or a price is missing).
    """

    currency: str
    memory_mb: int
    shares: tuple[Decimal, ...]
    curves: tuple[Curve, ...]
    rule: Decimal | None
    pays_from: Decimal | None
    crossings: tuple[Crossing, ...]
    full: Decimal | None
    """What on demand costs when the environment is never idle."""
    missing: tuple[str, ...] = ()

    @property
    def finding(self) -> str:
        """What the curves say, in one sentence."""
        if self.rule is None:
            return f"Nothing to compare here: no price for {', '.join(self.missing)}"
        always = "" if self.full is None else f", which costs {money(self.full, self.currency)} if never idle"
        environment = f"an environment of {memory(self.memory_mb)}{always}"
        if self.pays_from is None or self.pays_from > _ONE:
            return f"Provisioned concurrency never pays for {environment}"
        return (
            f"Provisioned concurrency pays once {environment}, is busy {tenths(self.pays_from)} of the time"
        )


def busy_share(
    scenario: Scenario,
    *,
    shares: Iterable[Number] | None = None,
    versions: int = 1,
    book: PriceBook | None = None,
) -> BusyShare:
    """Price one environment of the scenario's memory over its busy share, three ways, without the free tier.

    Busy counts the time in the handler; that an environment may take ten requests a second is left out.
    `versions` published versions have a snapshot.
    """
    work, prices = scenario.workload, book_of(scenario, book)
    axis = ordered(shares) if shares else share_steps()
    lines, missing = _lines(work, versions, prices)
    pays_from = meeting(lines[0], lines[1])
    return BusyShare(
        currency=prices.currency,
        memory_mb=work.memory_mb,
        shares=axis,
        curves=tuple(line.curve(axis) for line in lines),
        rule=provisioned_rule(prices, work.architecture),
        pays_from=None if pays_from is None or pays_from < 0 else pays_from,
        crossings=crossings(lines, low=_ZERO, high=_ONE),
        full=lines[0].at(_ONE),
        missing=missing,
    )


def provisioned_rule(book: PriceBook, architecture: str) -> Decimal | None:
    """The busy share from which a provisioned GB-second is cheaper than one on demand; `None` without prices.

    On demand costs `u x duration`, provisioned `capacity + u x provisioned duration`.
    """
    names = ("duration", "provisioned.capacity", "provisioned.duration")
    found = [book.prices.get(f"{name}.{architecture}") for name in names]
    each = [price.each for price in found if price is not None]
    if len(each) < len(names) or each[0] <= each[2]:
        return None
    return each[1] / (each[0] - each[2])


def _lines(work: Workload, versions: int, book: PriceBook) -> tuple[list[Straight], tuple[str, ...]]:
    # One request: plans of many would spill over what one environment cannot serve.
    hours, one = facts.decimal("month.hours"), replace(work, requests=1)
    restored = restoring(one, facts.number("assumed.snapstart.restore_ms"))
    plans = (
        (ON_DEMAND, one, on_demand(one)),
        (PROVISIONED, one, tuple(provisioned_plan(one, environments=1, hours=hours))),
        (SNAPSTART, restored, tuple(snapstart_plan(restored, versions=versions, hours=hours))),
    )
    made = [_line(name, each, plan, book) for name, each, plan in plans]
    return [line for line, _ in made], each_once(missing for _, missing in made)


def _line(
    name: str, work: Workload, plan: tuple[Item, ...], book: PriceBook
) -> tuple[Straight, tuple[str, ...]]:
    """The cost as a fixed part and a part that grows with the busy share: no volume tier is ever reached."""
    idle = priced(plan, scaled(work, _ZERO), book)
    full = priced(plan, scaled(work, busy_requests(work)), book)
    fixed = None if full.amount is None else idle.amount
    slope = _ZERO if full.amount is None or idle.amount is None else full.amount - idle.amount
    return Straight(name=name, fixed=fixed, slope=slope), full.missing


def busy_requests(work: Workload) -> Decimal:
    """Requests a month that keep one environment busy all the time, retries included."""
    one = measures(replace(work, requests=1))
    return month_seconds() / (one.gb_seconds / gb_of(work.memory_mb))
