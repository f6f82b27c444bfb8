"""CloudFront Functions, Lambda@Edge, or a function in a Region: what fits, and what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, get_args

from lambada_labs import facts
from lambada_labs.errors import BadInput
from lambada_labs.model.workload import LONGEST_MS, Number, Workload
from lambada_labs.pricing.compare.curve import Curve, cheapest
from lambada_labs.pricing.compare.priced import Priced, book_of, each_once, priced, scaled, tenths
from lambada_labs.pricing.compare.steps import ordered, share_steps
from lambada_labs.pricing.item import Item, exact, on_demand
from lambada_labs.pricing.parts import CloudFrontFunctions, Edge
from lambada_labs.pricing.price_book import PriceBook
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.units import MB_PER_GB, MS_PER_S, money

Event = Literal["viewer", "origin"]
CLOUDFRONT, VIEWER, ORIGIN, REGIONAL = (
    "CloudFront Functions",
    "Lambda@Edge viewer",
    "Lambda@Edge origin",
    "Lambda in a Region",
)
NAMES = (CLOUDFRONT, VIEWER, ORIGIN, REGIONAL)
_KB_PER_MB = MB_PER_GB


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What is to run: its size, the milliseconds it takes, and on which event it must run.

    `viewer`: on every request, such as a check of who asks; `origin`: only where the cache has no answer.
    Raises `BadInput`.
    """

    kb: Number
    ms: Number
    event: Event

    def __post_init__(self) -> None:
        """Refuse what is no script."""
        if not exact(self.kb).is_finite() or self.kb <= 0:
            raise BadInput(f"script_kb={self.kb!r}", expected="KB above 0")
        if not exact(self.ms).is_finite() or not 0 < self.ms <= LONGEST_MS:
            raise BadInput(f"cpu_ms={self.ms!r}", expected=f"milliseconds above 0, up to {LONGEST_MS}")
        if self.event not in get_args(Event):
            raise BadInput(f"event={self.event!r}", expected=" or ".join(get_args(Event)))


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeChoice:
    """One place to run it: runs and cost of a month, and which limits it breaks (`why`)."""

    name: str
    runs: Decimal
    total: Decimal | None
    fits: bool
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeChoices:
    """The places, at the cache's hit rate and over all of them; `cheapest` of those that fit, "" where none does."""

    currency: str
    choices: tuple[EdgeChoice, ...]
    hit_rate: Decimal
    hit_rates: tuple[Decimal, ...]
    curves: tuple[Curve, ...]
    cheapest: str
    missing: tuple[str, ...] = ()

    @property
    def finding(self) -> str:
        """What was found, in one sentence."""
        if not self.cheapest:
            return "Nothing here can run this script: it breaks a limit everywhere"
        best = next(choice for choice in self.choices if choice.name == self.cheapest)
        others = [
            choice
            for choice in self.choices
            if choice.fits and choice is not best and choice.total is not None
        ]
        words = [f"{choice.name} {money(choice.total or Decimal(0), self.currency)}" for choice in others]
        of_those = "" if all(choice.fits for choice in self.choices) else "Of what fits, "
        start = (
            f"{of_those}{best.name} is cheapest at {money(best.total or Decimal(0), self.currency)} a month"
        )
        rest = f"; {', '.join(words)}" if words else ""
        return f"{start} with {tenths(self.hit_rate)} of requests cached{rest}"


def edge_choices(
    scenario: Scenario,
    *,
    script_kb: Number | None = None,
    cpu_ms: Number | None = None,
    hit_rate: Number | None = None,
    event: Event = "viewer",
    hit_rates: Iterable[Number] | None = None,
    book: PriceBook | None = None,
) -> EdgeChoices:
    """Compare the places for the scenario's requests as CloudFront receives them; CloudFront itself is left out.

    `cpu_ms` None takes the scenario's duration. A function in a Region is called without a gateway.
    """
    kb = facts.number("assumed.edge.script_kb") if script_kb is None else script_kb
    hit = exact(facts.decimal("assumed.edge.hit_rate") if hit_rate is None else hit_rate)
    axis = ordered(hit_rates) if hit_rates else share_steps()
    if not all(0 <= rate <= 1 for rate in (*axis, hit)):
        raise BadInput(f"hit_rate={hit_rate!r}", expected="a share from 0 to 1")
    script = Script(kb=kb, ms=scenario.workload.duration_ms if cpu_ms is None else cpu_ms, event=event)
    run = scenario.with_workload(duration_ms=script.ms)
    prices = book_of(scenario, book)
    made = {name: _total(run, name, hit, prices) for name in NAMES}
    choices = tuple(_choice(name, run, script, hit, made[name]) for name in NAMES)
    return EdgeChoices(
        currency=prices.currency,
        choices=choices,
        hit_rate=hit,
        hit_rates=axis,
        curves=tuple(
            Curve(name=name, amounts=tuple(_total(run, name, rate, prices).amount for rate in axis))
            for name in NAMES
        ),
        cheapest=cheapest([(choice.name, choice.total) for choice in choices if choice.fits]),
        missing=each_once(each.missing for each in made.values()),
    )


def _choice(name: str, run: Scenario, script: Script, hit: Decimal, made: Priced) -> EdgeChoice:
    why = tuple(_broken(name, script, run.workload))
    runs = _runs(name, run.workload, hit)
    return EdgeChoice(name=name, runs=runs, total=made.amount, fits=not why, why=why)


def _runs(name: str, work: Workload, hit: Decimal) -> Decimal:
    """How often it runs: at the viewer on every request, elsewhere where the cache misses."""
    return work.requests * (Decimal(1) if name in {CLOUDFRONT, VIEWER} else 1 - hit)


def _plan(name: str, work: Workload) -> Iterator[Item]:
    if name == CLOUDFRONT:
        return CloudFrontFunctions().items(work)
    if name == REGIONAL:
        return iter(on_demand(work))
    return Edge().items(replace(work, architecture="x86_64"))


def _total(run: Scenario, name: str, hit: Decimal, book: PriceBook) -> Priced:
    work = run.workload
    return priced(_plan(name, work), scaled(work, _runs(name, work, hit)), book, free_tier=run.free_tier)


def _broken(name: str, script: Script, work: Workload) -> Iterator[str]:
    """The limits that this script breaks there (source: CloudFront quotas)."""
    if script.event == "viewer" and name in {ORIGIN, REGIONAL}:
        yield "it runs only where the cache has no answer"
    if name == CLOUDFRONT:
        yield from _broken_in_cloudfront(script)
    elif name != REGIONAL:
        yield from _broken_at_the_edge(script, work)


def _broken_in_cloudfront(script: Script) -> Iterator[str]:
    size, time = facts.number("cff.size"), facts.number("cff.cpu_ms")
    if script.event == "origin":
        yield "it knows viewer events only"
    if script.kb > size:
        yield f"a script ends at {size} KB"
    if script.ms > time:
        yield f"a run ends at about {time} ms of processor time"


def _broken_at_the_edge(script: Script, work: Workload) -> Iterator[str]:
    size, time = facts.number("edge.package"), facts.number("edge.timeout")
    if script.kb > size * _KB_PER_MB:
        yield f"a package ends at {size} MB"
    if script.ms > time * MS_PER_S:
        yield f"a run ends at {time} s"
    if work.architecture == "arm64":
        yield "it runs on x86_64 only"
