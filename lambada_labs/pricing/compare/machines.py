"""What would carry a function's work without functions: Fargate tasks and EC2 instances, and how many it holds.

A function of a memory size is taken to need its share of a vCPU (1,769 MB have one) and its memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lambada_labs import facts
from lambada_labs.model import Architecture
from lambada_labs.model.workload import Workload
from lambada_labs.pricing.compare.priced import SECONDS_PER_HOUR
from lambada_labs.pricing.compare.ways import gb_of
from lambada_labs.pricing.price_book import PriceBook
from lambada_labs.units import memory, plain

FARGATE, EC2, MANAGED = "Fargate", "EC2", "Managed Instances"
_ONE = Decimal(1)
_LARGE = 2
"""vCPUs of the smallest instances that Managed Instances run on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FargateSize:
    """A valid size of a Fargate task."""

    vcpu: Decimal
    gb: Decimal

    def __str__(self) -> str:
        """The size as people write it."""
        return f"{plain(self.vcpu)} vCPU / {plain(self.gb)} GB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """An EC2 instance type; `steady` is the share of each vCPU that it may use all the time."""

    name: str
    vcpu: Decimal
    gb: Decimal
    architecture: str
    steady: Decimal

    @property
    def price(self) -> str:
        """The name of its price."""
        return f"ec2.{self.name}.hour"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One server of a kind: `slots` copies of the function fit, `hourly` is (line, price, units) of one hour.

    `slots` is 0 where nothing listed is large enough.
    """

    name: str
    size: str
    slots: int
    hourly: tuple[tuple[str, str, Decimal], ...] = ()

    def hour(self, book: PriceBook) -> Decimal | None:
        """What one hour of it costs; `None` where a price is missing."""
        found = [(book.prices.get(price), units) for _, price, units in self.hourly]
        known = [price.of(units) for price, units in found if price is not None]
        return sum(known, Decimal(0)) if known and len(known) == len(found) else None


def vcpus(memory_mb: int) -> Decimal:
    """The share of a vCPU that a function of this size has (source: AWS Lambda quotas)."""
    return Decimal(memory_mb) / facts.number("memory.one_vcpu")


def fargate_size(memory_mb: int) -> FargateSize:
    """The smallest valid task that has the function's memory and its share of a vCPU.

    >>> print(fargate_size(1769)), print(fargate_size(128))
    1 vCPU / 2 GB
    0.25 vCPU / 0.5 GB
    (None, None)
    """
    cpu, size = vcpus(memory_mb), gb_of(memory_mb)
    return next(each for each in fargate_sizes() if each.vcpu >= cpu and each.gb >= size)


def fargate_sizes() -> Iterable[FargateSize]:
    """Every valid task size, smallest first."""
    for row in facts.value("fargate.sizes"):
        vcpu, low, high, step = map(Decimal, row)
        for count in range(int((high - low) / step) + 1):
            yield FargateSize(vcpu=vcpu, gb=low + count * step)


def instances() -> tuple[Instance, ...]:
    """Every instance type with a known size."""
    return tuple(
        Instance(
            name=row.key.removeprefix("instance."),
            vcpu=Decimal(row.value[0]),
            gb=Decimal(row.value[1]),
            architecture=row.value[2],
            steady=Decimal(row.value[3]),
        )
        for row in facts.find("instance.")
    )


def fargate(work: Workload) -> Machine:
    """A task for the function's architecture, and how many copies of the function it holds."""
    size, kind = fargate_size(work.memory_mb), work.architecture
    return Machine(
        name=FARGATE,
        size=str(size),
        slots=_slots(size.vcpu, size.gb, vcpus(work.memory_mb), gb_of(work.memory_mb)),
        hourly=(
            ("Fargate vCPU", f"fargate.{kind}.vcpu_hour", size.vcpu),
            ("Fargate memory", f"fargate.{kind}.gb_hour", size.gb),
        ),
    )


def ec2(work: Workload, book: PriceBook, *, instance: str = "") -> Machine:
    """The instance that is cheapest for each copy of the function, or the one asked for.

    Types that live on CPU credits are only taken when asked for, and then at the share they may always use.
    """
    steady = [each for each in instances() if each.steady == _ONE]
    asked = [each for each in instances() if each.name == instance] if instance else _same(steady, work)
    need = (vcpus(work.memory_mb), gb_of(work.memory_mb))
    return _best(EC2, asked, need, book, work.memory_mb)


def managed(work: Workload, book: PriceBook, *, instance: str = "") -> Machine:
    """The same for Managed Instances: a vCPU and 2 GB at least for each copy, and AWS's fee on top."""
    steady = [each for each in instances() if each.steady == _ONE and each.vcpu >= _LARGE]
    asked = [each for each in steady if each.name == instance] or _same(steady, work)
    cpu = max(vcpus(work.memory_mb), _ONE)
    need = (cpu, max(gb_of(work.memory_mb), cpu * facts.number("managed_instances.gb_per_vcpu")))
    machine = _best(MANAGED, asked, need, book, work.memory_mb)
    fee = facts.decimal("managed_instances.fee_share")
    fees = tuple(("management fee", price, units * fee) for _, price, units in machine.hourly)
    return Machine(name=machine.name, size=machine.size, slots=machine.slots, hourly=(*machine.hourly, *fees))


def fargate_busy_share(
    memory_mb: int, book: PriceBook, architecture: Architecture = "x86_64"
) -> Decimal | None:
    """The busy share from which the Fargate task of this size is cheaper than the function's duration alone.

    Before requests, load balancer and headroom; `None` where a price is missing.
    """
    task = fargate(Workload(requests=1, duration_ms=1, memory_mb=memory_mb, architecture=architecture)).hour(
        book
    )
    rate = book.prices.get(f"duration.{architecture}")
    if task is None or rate is None:
        return None
    return task / (gb_of(memory_mb) * SECONDS_PER_HOUR * rate.each)


def _same(found: Iterable[Instance], work: Workload) -> list[Instance]:
    return [each for each in found if each.architecture == work.architecture]


def _slots(vcpu: Decimal, gb: Decimal, need_vcpu: Decimal, need_gb: Decimal) -> int:
    return int(min(vcpu / need_vcpu, gb / need_gb))


def _best(
    name: str, found: Iterable[Instance], need: tuple[Decimal, Decimal], book: PriceBook, memory_mb: int
) -> Machine:
    fitting = [(each, slots) for each in found if (slots := _slots(each.vcpu * each.steady, each.gb, *need))]
    if not fitting:
        return Machine(name=name, size=f"no listed instance holds {memory(memory_mb)}", slots=0)
    priced = [pair for pair in fitting if pair[0].price in book.prices]
    best, slots = (
        min(priced, key=lambda pair: book.prices[pair[0].price].each / pair[1]) if priced else fitting[0]
    )
    return Machine(name=name, size=best.name, slots=slots, hourly=((best.name, best.price, _ONE),))
