"""Other ways to pay for the function itself: each stands in place of the on-demand lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import ClassVar, Literal

from lambada_labs import facts
from lambada_labs.model.workload import EPHEMERAL_MIN, Number, Workload
from lambada_labs.pricing.item import ONE, Item, ephemeral, exact, measures, on_demand, requests_each
from lambada_labs.pricing.parts.part import (
    HOUR_S,
    MINUTE_S,
    MONTH_H,
    Part,
    at_least,
    attempts,
    check,
    ratio,
    seconds,
    times,
)
from lambada_labs.units import EXACT, MB_PER_GB, memory

Payment = Literal["no_upfront", "all_upfront"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisioned(Part):
    """Provisioned concurrency: environments kept initialized, `hours` of a month in so many `stretches`.

    They serve at most `share` of the requests, and never more than they have time for (or ten requests
    a second each); what is left over spills to on-demand environments. Each stretch is rounded up to 5
    minutes, and the free tier covers none of it (source: AWS Lambda pricing).
    """

    key: ClassVar[str] = "provisioned"
    title: ClassVar[str] = "Provisioned concurrency"
    compute: ClassVar[bool] = True
    environments: int = 1
    hours: Number = MONTH_H
    stretches: int = 1
    share: Number = 1

    def __post_init__(self) -> None:
        """Refuse a time in no stretches."""
        check(self)
        at_least(self, "stretches", 1)

    @property
    def configured_s(self) -> Decimal:
        """The seconds of a month that AWS bills for one environment: each stretch rounded up to 5 minutes."""
        step = facts.number("provisioned.round_up_min") * MINUTE_S
        stretch = ratio(times(self.hours, HOUR_S), self.stretches)
        return Decimal(ceil(ratio(stretch, step)) * step * self.stretches)

    def served(self, work: Workload) -> Decimal:
        """The share of the requests that finds one of these environments, from 0 to 1.

        It takes the traffic as even over the time configured: bursts spill more.
        """
        used, time = measures(work), times(self.environments, self.hours, HOUR_S)
        busy = ratio(used.gb_seconds, used.gb)
        runs = times(used.requests, attempts(work))
        rate = times(time, facts.number("concurrency.rps_per_provisioned"))
        by_time = ratio(time, busy) if busy > time else ONE
        by_rate = ratio(rate, runs) if runs > rate else ONE
        return min(exact(self.share), by_time, by_rate)

    def items(self, work: Workload) -> Iterator[Item]:
        """Capacity, duration at the lower price, and what spills over at the on-demand price.

        An environment's Init is billed when it is allocated, never to an invocation; how often Lambda
        recycles environments, AWS does not say, so that one Init for each and each stretch is the least.
        """
        served, kind = self.served(work), work.architecture
        capacity = times(self.environments, self.configured_s)
        duration = f"provisioned.duration.{kind}"
        yield Item("requests", "requests", "requests", requests_each(work), free=False)
        yield Item(f"provisioned capacity {kind}", f"provisioned.capacity.{kind}", "gb", capacity, free=False)
        yield Item(f"provisioned duration {kind}", duration, "gb_seconds", served, free=False)
        if work.init_ms:
            started = times(self.environments, self.stretches, seconds(ceil(work.init_ms)))
            yield Item(f"INIT of provisioned {kind}", duration, "gb", started, False, "at allocation")
        yield from _spill(work, EXACT.subtract(ONE, served))


def _spill(work: Workload, share: Decimal) -> Iterator[Item]:
    """What runs on demand beside provisioned environments, with the Init of its own; and /tmp of both."""
    price = f"duration.{work.architecture}"
    if share:
        yield Item(f"spillover {work.architecture}", price, "gb_seconds", share, free=False)
    if share and work.cold_share and work.init_ms:
        yield Item(f"INIT of spillover {work.architecture}", price, "init_gb_seconds", share, free=False)
    if work.ephemeral_mb > EPHEMERAL_MIN:
        used, storage = measures(work), ephemeral(work.ephemeral_mb - EPHEMERAL_MIN)
        whole = EXACT.add(used.gb_seconds, used.init_gb_seconds)
        kept = EXACT.add(used.gb_seconds, times(used.init_gb_seconds, share))
        yield storage._replace(each=times(storage.each, ratio(kept, whole))) if whole else storage


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingsPlan(Part):
    """A Compute Savings Plan for a year that covers `share` of the duration; the rest stays on demand.

    The free tier comes off first, and requests are never cheaper (source: AWSComputeSavingsPlan
    offer; one and three years cost the same).
    """

    key: ClassVar[str] = "savings_plan"
    title: ClassVar[str] = "Compute Savings Plan"
    compute: ClassVar[bool] = True
    payment: Payment = "no_upfront"
    share: Number = Decimal("0.7")

    def items(self, work: Workload) -> Iterator[Item]:
        """The on-demand lines, and the covered share of each duration at the plan's price.

        The price list's free tier takes from the on-demand lines first, then from the plan's.
        """
        covered, lines = exact(self.share), on_demand(work)
        left = EXACT.subtract(ONE, covered)
        durations = [item for item in lines if item.price.startswith("duration.")]
        for item in lines:
            if item not in durations:
                yield item
            elif left:
                yield item._replace(each=left)
        for item in durations if covered else ():
            price = f"savings.{self.payment}.{item.price}"
            yield Item(f"{item.name}, Savings Plan", price, item.measure, covered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge(Part):
    """Lambda@Edge: the function runs in CloudFront's locations, at twice to three times the price.

    Every millisecond counts, and no free tier covers it (source: AWS Lambda pricing, Lambda@Edge).
    """

    key: ClassVar[str] = "edge"
    title: ClassVar[str] = "Lambda@Edge"
    compute: ClassVar[bool] = True

    def items(self, work: Workload) -> Iterator[Item]:
        """Requests and duration at the edge's prices, which know one architecture."""
        note = "" if work.architecture == "x86_64" else "Lambda@Edge runs on x86_64 only"
        yield Item("edge requests", "edge.requests", "requests", requests_each(work), False)
        yield Item("edge duration", "edge.duration", "gb_seconds", ONE, False, note)
        if work.cold_share and work.init_ms:
            yield Item("edge INIT", "edge.duration", "init_gb_seconds", ONE, False, note)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudFrontFunctions(Part):
    """CloudFront Functions: a few lines of JavaScript at every location, priced by the request alone."""

    key: ClassVar[str] = "cloudfront_functions"
    title: ClassVar[str] = "CloudFront Functions"
    compute: ClassVar[bool] = True

    def items(self, _: Workload) -> Iterator[Item]:
        """Requests; neither memory nor duration has a price."""
        yield Item("CloudFront Functions", "cff.requests", "requests")


Instance = Literal[
    "c7g.large",
    "c7g.xlarge",
    "m7g.large",
    "m7g.xlarge",
    "c6g.large",
    "c7i.xlarge",
    "c5.large",
    "m5.large",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedInstances(Part):
    """Lambda Managed Instances: the function runs on EC2 instances that AWS looks after for you.

    You pay the instances, a fee on their On-Demand price, and requests, but no duration. `instances` 0
    takes as many as the load needs: `busy_share` of a request's time keeps one vCPU busy, and
    `target_share` of the vCPUs may be busy (source: AWS Lambda pricing, Lambda Managed Instances).
    """

    key: ClassVar[str] = "managed_instances"
    title: ClassVar[str] = "Lambda Managed Instances"
    compute: ClassVar[bool] = True
    instance: Instance = "m7g.xlarge"
    instances: int = 0
    hours: Number = MONTH_H
    busy_share: Number = Decimal("0.5")
    target_share: Number = Decimal("0.5")

    def __post_init__(self) -> None:
        """Refuse a target of nothing."""
        check(self)
        at_least(self, "target_share", Decimal("0.01"))

    def needed(self, work: Workload) -> int:
        """The instances that run: as many as were asked for, else what the mean load needs."""
        if self.instances:
            return self.instances
        used = measures(work)
        mean = ratio(ratio(used.gb_seconds, used.gb), times(MONTH_H, HOUR_S))
        vcpus = ratio(times(mean, self.busy_share), self.target_share)
        least = facts.number("assumed.managed_instances.smallest")
        return max(least, ceil(ratio(vcpus, facts.value(f"instance.{self.instance}")[0])))

    def items(self, work: Workload) -> Iterator[Item]:
        """Instance-hours, the management fee as further hours at the same price, and requests."""
        hours, price = times(self.needed(work), self.hours), f"ec2.{self.instance}.hour"
        fee = facts.decimal("managed_instances.fee_share")
        note = f"{fee:.0%} of the On-Demand price"
        yield Item("requests", "requests", "requests", requests_each(work))
        least = facts.number("managed_instances.memory_min_gb") * MB_PER_GB
        small = f"smaller than the {memory(least)} it takes" if work.memory_mb < least else ""
        yield Item(f"EC2 {self.instance}", price, "month", hours, note=small)
        yield Item("management fee", price, "month", times(hours, fee), note=note)
