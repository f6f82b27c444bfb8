"""One incident and its invoice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing.bill import Bill, bill
from lambada_labs.pricing.compare.priced import book_of
from lambada_labs.pricing.item import Item, measures, on_demand
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.pricing.usage import Usage, evaluated
from lambada_labs.units import count, money


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What went wrong once: how often the function ran for it, the seconds billed, and the invoice.

    The free tier is left out: an incident comes on top of a month that has used it. `per_month` is the
    same so many `times` a month.
    """

    key: str
    title: str
    story: str
    invoice: Bill
    attempts: int
    seconds: Decimal
    times: int

    @property
    def currency(self) -> str:
        """The currency of the invoice."""
        return self.invoice.book.currency

    @property
    def per_incident(self) -> Decimal:
        """What one incident costs, as far as its prices are known."""
        return self.invoice.total

    @property
    def per_month(self) -> Decimal:
        """What a month of them costs."""
        return self.invoice.total * self.times

    @property
    def missing(self) -> tuple[str, ...]:
        """The lines that have no price in this Region."""
        return tuple(line.name for line in self.invoice.missing)

    @property
    def finding(self) -> str:
        """What it costs, in one sentence."""
        ran = f"{self.title}: {count(self.attempts)} attempts bill {count(round(self.seconds, 2))} s"
        once = f"{ran} and cost {money(self.per_incident, self.currency)}"
        often = f", {money(self.per_month, self.currency)} for {count(self.times)} a month"
        return once + (often if self.times != 1 else "")


def incident(
    scenario: Scenario,
    named: tuple[str, str],
    story: str,
    work: Workload,
    more: Iterable[Item] = (),
    *,
    times: int,
) -> Incident:
    """The invoice of one incident: this workload and these further lines; raises `BadInput`."""
    if times < 0:
        raise BadInput(f"per_month={times!r}", expected="a whole number, 0 or more")
    measured = measures(work)
    used = Usage(evaluated((*on_demand(work), *more), measured))
    return Incident(
        key=named[0],
        title=named[1],
        story=story,
        invoice=bill(used, book_of(scenario, None), free_tier=False),
        attempts=work.requests,
        seconds=measured.seconds,
        times=times,
    )
