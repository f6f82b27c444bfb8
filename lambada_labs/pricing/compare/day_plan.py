"""One day, hour by hour: concurrency, what is throttled, and where provisioned concurrency pays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from lambada_labs import facts
from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Number, Workload
from lambada_labs.pricing.compare.busy_share import provisioned_rule
from lambada_labs.pricing.compare.priced import SECONDS_PER_HOUR, Priced, book_of, each_once, priced, scaled
from lambada_labs.pricing.compare.queueing import blocked_share, busy_shares, poisson_percentile
from lambada_labs.pricing.compare.shape import HOURS, Shape, hours_of
from lambada_labs.pricing.compare.ways import gb_of
from lambada_labs.pricing.item import on_demand
from lambada_labs.pricing.parts import Provisioned
from lambada_labs.pricing.price_book import PriceBook
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.units import count, money

_ZERO = Decimal(0)
CONFESSION = (
    "A guess: environments that the next hour needs beyond the last one's (99th percentile), and requests that "
    "come after more than the assumed idle time of an environment. AWS publishes neither."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """One hour of the day; amounts are this hour's, `None` where a price is missing.

    `busy` environments on average (Little's law), `p99` in 99 of 100 moments (Poisson arrivals);
    `provisioned` is how many the rule configures; `throttled_share` of the requests find no concurrency.
    """

    hour: int
    rps: float
    busy: float
    p99: int
    provisioned: int
    throttled_share: float
    on_demand: Decimal | None
    planned: Decimal | None
    flat: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """A day and what a month of such days costs: on demand, by the plan, by one size all day (`flat`).

    No free tier: a plan is compared at the margin. `rule` is the busy share from which the prices
    favour provisioned concurrency; `fill_s` is how long Lambda's scaling takes to the peak's environments.
    """

    currency: str
    hours: tuple[Hour, ...]
    rule: Decimal | None
    flat: int
    on_demand_month: Decimal | None
    planned_month: Decimal | None
    flat_month: Decimal | None
    peak_hour: int
    cold_starts_day: int
    confession: str
    throttled_hours: tuple[int, ...]
    fill_s: Decimal
    missing: tuple[str, ...] = ()

    @property
    def finding(self) -> str:
        """What was found, in one sentence."""
        peak = self.hours[self.peak_hour]
        start = (
            f"At {peak.hour}:00 {_digits(peak.rps)} requests/s keep {_digits(peak.busy)} environments busy "
            f"({count(peak.p99)} in 99 of 100 moments)"
        )
        if self.throttled_hours:
            return f"{start}; {len(self.throttled_hours)} hours a day are throttled"
        if self.planned_month is None or self.on_demand_month is None:
            return f"{start}; no price for {', '.join(self.missing)}"
        if not any(hour.provisioned for hour in self.hours):
            return f"{start}: too few for provisioned concurrency to pay in any hour"
        saved = self.on_demand_month - self.planned_month
        return f"{start}; provisioning by the hour saves {money(saved, self.currency)} a month"


def _digits(number: float) -> str:
    return count(Decimal(f"{number:.2g}")) if number < 1 else count(round(Decimal(number), 1))


def day_plan(
    scenario: Scenario,
    shape: Shape | Sequence[Number],
    *,
    account_concurrency: int | None = None,
    book: PriceBook | None = None,
) -> DayPlan:
    """Spread the scenario's requests over a day of this shape, and plan provisioned concurrency by the hour.

    An environment is configured for an hour where it would be busy for more than the rule's share of it
    (60 % at list prices). Raises `BadInput` for a shape that is no day, or a concurrency below 1.
    """
    limit = facts.number("concurrency.default") if account_concurrency is None else account_concurrency
    if limit < 1:
        raise BadInput(f"account_concurrency={limit!r}", expected="a whole number, 1 or more")
    work, prices, values = scenario.workload, book_of(scenario, book), hours_of(shape)
    rule = provisioned_rule(prices, work.architecture)
    day = work.requests * Decimal(HOURS) / facts.decimal("month.hours")
    asked = [day * each / sum(values) for each in values]
    each_s = _seconds(work)
    busy = [float(requests * each_s / SECONDS_PER_HOUR) for requests in asked]
    flat = _worth(_mean_busy(busy), rule)
    plans = [_worth(busy_shares(mean, _enough(mean)), rule) for mean in busy]
    bills = [
        [_cost(work, requests, mean, size, prices) for size in (0, plan, flat)]
        for requests, mean, plan in zip(asked, busy, plans, strict=True)
    ]
    hours = tuple(
        Hour(
            hour=index,
            rps=float(asked[index] / SECONDS_PER_HOUR),
            busy=busy[index],
            p99=poisson_percentile(busy[index]),
            provisioned=plans[index],
            throttled_share=_throttled(busy[index], float(asked[index] / SECONDS_PER_HOUR), limit),
            on_demand=bills[index][0].amount,
            planned=bills[index][1].amount,
            flat=bills[index][2].amount,
        )
        for index in range(HOURS)
    )
    peak = max(range(HOURS), key=busy.__getitem__)
    return DayPlan(
        currency=prices.currency,
        hours=hours,
        rule=rule,
        flat=flat,
        on_demand_month=_month([hour.on_demand for hour in hours]),
        planned_month=_month([hour.planned for hour in hours]),
        flat_month=_month([hour.flat for hour in hours]),
        peak_hour=peak,
        cold_starts_day=_cold_starts(hours),
        confession=CONFESSION,
        throttled_hours=_throttled_hours(hours),
        fill_s=_fill(hours[peak].p99),
        missing=each_once(each.missing for row in bills for each in row),
    )


def _seconds(work: Workload) -> Decimal:
    """The seconds that one request keeps an environment busy, retries included, Init not."""
    return scaled(work, Decimal(1)).gb_seconds / gb_of(work.memory_mb)


def _enough(mean: float) -> int:
    """More environments than can ever be busy for half of the time."""
    return math.ceil(mean) + 1


def _mean_busy(busy: Sequence[float]) -> list[float]:
    """How busy each further environment would be over the whole day."""
    most = _enough(max(busy))
    by_hour = [busy_shares(mean, most) for mean in busy]
    return [sum(shares) / len(by_hour) for shares in zip(*by_hour, strict=True)]


def _worth(shares: Sequence[float], rule: Decimal | None) -> int:
    """How many environments are busy for more than the rule's share; each further one is less so."""
    return 0 if rule is None else sum(share > float(rule) for share in shares)


def _cost(work: Workload, requests: Decimal, mean: float, environments: int, book: PriceBook) -> Priced:
    """One hour with so many environments provisioned; what finds none of them free runs on demand."""
    measured = scaled(work, requests)
    if not environments:
        return priced(on_demand(work), measured, book)
    served = Decimal(repr(1 - blocked_share(mean, environments)))
    part = Provisioned(environments=environments, hours=1, share=min(served, Decimal(1)))
    # The plan is made for the hour's requests, so that the part sees what its environments have time for.
    return priced(part.items(replace(work, requests=int(requests))), measured, book)


def _throttled(busy: float, rps: float, limit: int) -> float:
    """The share refused: all concurrency is busy, or more than ten requests a second for each unit of it."""
    most = limit * facts.number("concurrency.rps_per_environment")
    by_rate = 1 - most / rps if rps > most else 0.0
    return max(blocked_share(busy, limit), by_rate) if busy else 0.0


def _throttled_hours(hours: Sequence[Hour]) -> tuple[int, ...]:
    least = float(facts.decimal("assumed.throttled_share"))
    return tuple(hour.hour for hour in hours if hour.throttled_share >= least)


def _month(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    if len(known) < len(amounts):
        return None
    return sum(known, _ZERO) * facts.decimal("month.hours") / HOURS


def _cold_starts(hours: Sequence[Hour]) -> int:
    grown = sum(max(0, after.p99 - before.p99) for before, after in pairwise((hours[-1], *hours)))
    idle = facts.number("assumed.idle_expiry_s")
    alone = sum(hour.rps * SECONDS_PER_HOUR * math.exp(-hour.rps * idle) for hour in hours)
    return math.ceil(grown + alone)


def _fill(environments: int) -> Decimal:
    """The seconds in which Lambda adds so many environments, starting from none."""
    steps = Decimal(environments) / facts.number("scaling.environments")
    return steps * facts.number("scaling.seconds")
