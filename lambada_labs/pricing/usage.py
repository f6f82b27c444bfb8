"""What is billed, in units: quantities by line, added up from workloads, scenarios and records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple, cast

from lambada_labs.model import Architecture, InvocationRecord
from lambada_labs.model.workload import Workload
from lambada_labs.pricing.item import ONE, ZERO, Item, Measures, measures, on_demand
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.units import EXACT, gb_seconds, total

ARCHITECTURES: tuple[Architecture, ...] = ("x86_64", "arm64")
_MEASURES = {name: index for index, name in enumerate(Measures._fields)}


class Used(NamedTuple):
    """So much of one thing in a month: the line's name, the price's name, and the quantity in its unit."""

    name: str
    price: str
    quantity: Decimal
    free: bool = True
    note: str = ""


class Usage(tuple[Used, ...]):
    """The lines of a bill before any price: one `Used` each, no two alike."""

    __slots__ = ()

    def quantity(self, name: str) -> Decimal:
        """How much of the line of this name, 0 where there is none."""
        return next((used.quantity for used in self if used.name == name), ZERO)


Billable = Usage | Scenario | Workload | Iterable[Scenario | Workload | InvocationRecord]


def usage(billable: Billable) -> Usage:
    """Add up what AWS bills.

    A throttled invocation never ran: it is no request and has no duration. Every other
    one counts, failed or not, with the memory it was given and its billed duration.
    """
    if isinstance(billable, Usage):
        return billable
    if isinstance(billable, Workload):
        return Usage(evaluated(on_demand(billable), measures(billable)))
    if isinstance(billable, Scenario):
        return Usage(evaluated(billable.items(), measures(billable.workload)))
    parts = list(billable)
    records = [part for part in parts if isinstance(part, InvocationRecord)]
    plans = [part for part in parts if not isinstance(part, InvocationRecord)]
    kinds = [_measured(records)] if records or not plans else []
    return _merged([*(usage(plan) for plan in plans), *kinds])


def evaluated(items: Iterable[Item], measured: Measures) -> list[Used]:
    """The items of a plan at these measures."""
    made = []
    for name, price, measure, each, free, note in items:
        quantity = measured[_MEASURES[measure]]
        if each is not ONE:
            quantity = EXACT.multiply(each, quantity)
        made.append(Used(name, price, quantity, free, note))
    return made


def _merged(parts: Sequence[Iterable[Used]]) -> Usage:
    """Lines of one name, price and kind added up, in the order in which they first appear.

    AWS publishes no order in which an account that runs both architectures uses up the free tier they
    share: the dearer one, x86_64, comes first.
    """
    found: dict[tuple[str, str, bool], Used] = {}
    for used in (used for part in parts for used in part):
        key = (used.name, used.price, used.free)
        before = found.get(key)
        quantity = used.quantity if before is None else EXACT.add(before.quantity, used.quantity)
        found[key] = used._replace(quantity=quantity)
    return Usage(sorted(found.values(), key=lambda used: used.price == "duration.arm64"))


def _measured(records: Sequence[InvocationRecord]) -> Usage:
    ran = [record for record in records if record.outcome != "throttled"]
    seen = [each for each in ARCHITECTURES if any(record.architecture == each for record in ran)]
    lines = [line for each in seen or ARCHITECTURES[:1] for line in _durations(ran, each)]
    return Usage([Used("requests", "requests", Decimal(len(ran))), *lines])


def _durations(ran: Sequence[InvocationRecord], architecture: Architecture) -> Iterator[Used]:
    """Duration and Init apart: the line's Billed Duration without its Init is what a warm start would cost."""
    mine = [record for record in ran if record.architecture == architecture]
    init = total(gb_seconds(record.memory_mb, record.init_billed_ms) for record in mine)
    billed = total(gb_seconds(record.memory_mb, record.billed_ms) for record in mine)
    yield Used(f"duration {architecture}", f"duration.{architecture}", EXACT.subtract(billed, init))
    if init:
        yield Used(f"INIT {architecture}", f"duration.{architecture}", init)


def architecture_of(price: str) -> Architecture:
    """The architecture in a price's name, such as `duration.arm64`."""
    return cast("Architecture", price.rsplit(".", 1)[1])
