"""The ways to keep a function ready, each as a plan: on demand, provisioned concurrency, SnapStart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from lambada_labs.model.workload import Number, Workload
from lambada_labs.pricing.item import Item, on_demand
from lambada_labs.pricing.parts import Provisioned, SnapStart
from lambada_labs.units import MB_PER_GB

ON_DEMAND, PROVISIONED, SNAPSTART = "on demand", "provisioned", "SnapStart"


def gb_of(memory_mb: int) -> Decimal:
    """A memory size in GB of 1,024 MB."""
    return Decimal(memory_mb) / MB_PER_GB


def provisioned_plan(work: Workload, *, environments: int, hours: Number) -> Iterator[Item]:
    """Environments that stay initialized for these hours; what they cannot serve spills over."""
    return Provisioned(environments=environments, hours=hours).items(work)


def snapstart_plan(work: Workload, *, versions: int, hours: Number) -> Iterator[Item]:
    """On demand, with a restore in place of each Init: `work.init_ms` is what a restore takes and bills.

    For Python and .NET; Java pays neither the cache nor the restores.
    """
    yield from on_demand(work)
    yield from SnapStart(versions=versions, hours=hours, restore_share=work.cold_share).items(work)


def restoring(work: Workload, restore_ms: Number) -> Workload:
    """The same workload, whose cold starts restore a snapshot in this time."""
    return replace(work, init_ms=restore_ms)
