"""One workload at the prices of every year since 2014, in us-east-1 (data: `price_history.json`)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from lambada_labs import files
from lambada_labs.errors import BadInput
from lambada_labs.model.workload import EPHEMERAL_MIN, Workload
from lambada_labs.pricing.bill import bill, net
from lambada_labs.pricing.item import Measures, exact, measures, on_demand
from lambada_labs.pricing.parts import Logs
from lambada_labs.pricing.price_book import Price, PriceBook, price_book
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.pricing.usage import Usage, evaluated
from lambada_labs.units import EXACT, MS_PER_S, count, money

_MILLION = Decimal(1_000_000)
_COUNTED = ("requests", "duration.x86_64", "duration.arm64", "ephemeral", "logs.ingest", "logs.store")
_TIERED = {"duration.x86_64": "tiers", "duration.arm64": "tiers", "logs.ingest": "log_tiers"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Era:
    """What a month cost from this day on; `runnable` says whether Lambda would have run it at all.

    `note` says why not, or what is not confirmed; `lines` are charges less their free tier.
    """

    since: date
    title: str
    total: Decimal
    runnable: bool
    note: str
    source: str
    as_of: str
    confirmed: bool
    lines: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMachine:
    """The same month, era by era; `times_cheaper` is the first total over the last."""

    currency: str
    eras: tuple[Era, ...]
    times_cheaper: Decimal | None

    @property
    def finding(self) -> str:
        """What was found, in one sentence."""
        first, last = self.eras[0], self.eras[-1]
        then, now = money(first.total, self.currency), money(last.total, self.currency)
        start = f"What cost {then} a month in {first.since.year} costs {now} since {last.since}"
        if self.times_cheaper is None or self.times_cheaper == 1:
            return start
        if self.times_cheaper > 1:
            return f"{start}: {count(round(self.times_cheaper, 1))} times cheaper"
        return f"{start}: {count(round(1 / self.times_cheaper, 2))} times as dear"


def time_machine(scenario: Scenario, *, today: date) -> TimeMachine:
    """Price the scenario's function, and its logs where it has that part, at the prices of each time.

    Everything is us-east-1's. Before arm64 came, x86_64's price stands in; before INIT was billed, it is left out.
    Raises `BadInput` for a day before Lambda.
    """
    eras = tuple(_era(scenario, row) for row in _rows() if date.fromisoformat(row["since"]) <= today)
    if not eras:
        raise BadInput(f"today={today}", expected=f"{_rows()[0]['since']} or later")
    first, last = eras[0].total, eras[-1].total
    return TimeMachine(currency="USD", eras=eras, times_cheaper=first / last if last else None)


@cache
def _rows() -> tuple[Mapping[str, Any], ...]:
    """The rows of the history, each with everything that held from its day on."""
    raw = json.loads(files.data("price_history.json").read_text(encoding="utf-8"))
    held: dict[str, Any] = {}
    rows = []
    for row in raw["eras"]:
        held = {**held, **row["set"]}
        rows.append({**row, "set": held})
    return tuple(rows)


def _era(scenario: Scenario, row: Mapping[str, Any]) -> Era:
    held, work = row["set"], scenario.workload
    book = _book(held)
    then = _as_then(work, held)
    used = Usage(evaluated(_plan(scenario, then), _counted(then, held["increment_ms"])))
    made = bill(used, book, free_tier=scenario.free_tier)
    why_not = "; ".join(_obstacles(work, held))
    return Era(
        since=date.fromisoformat(row["since"]),
        title=row["title"],
        total=made.total,
        runnable=not why_not,
        note=why_not or row.get("note", ""),
        source=row["source"],
        as_of=row["as_of"],
        confirmed=row["confirmed"],
        lines=tuple(net(made.lines).items()),
    )


def _as_then(work: Workload, held: Mapping[str, Any]) -> Workload:
    """The workload as it was billed then: its architecture, INIT and storage as far as they existed."""
    return replace(
        work,
        architecture=work.architecture if held["arm64"] else "x86_64",
        cold_share=work.cold_share if held["init_billed"] else 0,
        ephemeral_mb=work.ephemeral_mb if held["storage_gb_second"] else EPHEMERAL_MIN,
    )


def _plan(scenario: Scenario, work: Workload) -> tuple[Any, ...]:
    logs = scenario.part(Logs.key)
    return (*on_demand(work), *(logs.items(work) if logs else ()))


def _counted(work: Workload, increment_ms: int) -> Measures:
    """The measures where each run is rounded up to so many milliseconds: counted in steps, then made long again."""
    steps = replace(
        work,
        duration_ms=exact(work.duration_ms) / increment_ms,
        init_ms=exact(work.init_ms) / increment_ms,
    )
    made = measures(steps)
    times = Decimal(increment_ms)
    return made._replace(
        seconds=EXACT.multiply(made.seconds, times),
        gb_seconds=EXACT.multiply(made.gb_seconds, times),
        init_gb_seconds=EXACT.multiply(made.init_gb_seconds, times),
    )


def _obstacles(work: Workload, held: Mapping[str, Any]) -> Iterator[str]:
    """Why Lambda would not have run this then."""
    if work.memory_mb > held["memory_max_mb"]:
        yield f"memory ended at {count(held['memory_max_mb'])} MB"
    elif work.memory_mb % held["memory_step_mb"]:
        yield f"memory came in steps of {held['memory_step_mb']} MB"
    if work.duration_ms > held["timeout_s"] * MS_PER_S:
        yield f"a run ended after {held['timeout_s']} s"
    if work.architecture == "arm64" and not held["arm64"]:
        yield "there was no arm64: x86_64's price stands in"
    if work.ephemeral_mb > EPHEMERAL_MIN and not held["storage_gb_second"]:
        yield f"the temporary disk had {EPHEMERAL_MIN} MB"


def _book(held: Mapping[str, Any]) -> PriceBook:
    """Today's book with that time's prices in it; the tiers' bounds have not changed since they came."""
    book = price_book("aws")
    amounts = {
        "requests": Decimal(held["requests_per_million"]) / _MILLION,
        "duration.x86_64": Decimal(held["gb_second"]),
        "duration.arm64": Decimal(held.get("arm_gb_second", held["gb_second"])),
        "ephemeral": Decimal(held["storage_gb_second"] or 0),
        "logs.ingest": Decimal(held["logs_gb"]),
    }
    prices = {
        name: _price(book.prices[name], amounts.get(name), tiered=held.get(_TIERED.get(name, ""), True))
        for name in _COUNTED
    }
    free = {"requests": held["free_requests"], "duration": held["free_gb_seconds"]}
    pools = [pool for pool in book.free_tiers if not prices.keys().isdisjoint(pool.covers)]
    given = tuple(replace(pool, quantity=Decimal(free.get(pool.name, pool.quantity))) for pool in pools)
    return replace(book, prices=prices, free_tiers=given)


def _price(now: Price, amount: Decimal | None, *, tiered: bool) -> Price:
    if amount is None or (tiered and now.tiers):
        return now
    return replace(now, amount=amount, per=Decimal(1), tiers=())
