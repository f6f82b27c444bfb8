"""The ways to keep a function ready, each as a plan: on demand, provisioned concurrency, SnapStart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from lambada_labs.model.workload import EPHEMERAL_MIN, Number, Workload
from lambada_labs.pricing.compare.priced import SECONDS_PER_HOUR
from lambada_labs.pricing.item import Item, ephemeral, exact, on_demand, requests_each
from lambada_labs.units import MB_PER_GB

ON_DEMAND, PROVISIONED, SNAPSTART = "on demand", "provisioned", "SnapStart"


def gb_of(memory_mb: int) -> Decimal:
    """A memory size in GB of 1,024 MB."""
    return Decimal(memory_mb) / MB_PER_GB


def provisioned_plan(work: Workload, *, environments: Number, hours: Number) -> Iterator[Item]:
    """Environments that stay initialised for these hours and serve every request, without cold starts.

    Capacity is paid busy or idle, duration at a lower price, and no free tier covers either
    (source: AWS Lambda pricing). The one Init of each environment when it is configured is left out.
    """
    kept = gb_of(work.memory_mb) * exact(environments) * exact(hours) * SECONDS_PER_HOUR
    kind = work.architecture
    yield Item(f"provisioned capacity {kind}", f"provisioned.capacity.{kind}", "month", kept, free=False)
    yield Item(f"provisioned duration {kind}", f"provisioned.duration.{kind}", "gb_seconds", free=False)
    yield Item("requests", "requests", "requests", requests_each(work), free=False)
    if work.ephemeral_mb > EPHEMERAL_MIN:
        yield ephemeral(work.ephemeral_mb - EPHEMERAL_MIN)


def snapstart_plan(work: Workload, *, versions: Number, hours: Number) -> Iterator[Item]:
    """On demand, with a restore in place of each Init: `work.init_ms` is what a restore takes and bills.

    Each published version's snapshot is kept for `hours`; each cold start reads the memory
    once (source: AWS Lambda pricing, SnapStart for Python and .NET; Java pays neither).
    """
    size = gb_of(work.memory_mb)
    runs = Decimal(1) + exact(work.retry_share)
    yield from on_demand(work)
    yield Item(
        "snapshots kept",
        "snapstart.cache",
        "month",
        size * exact(versions) * exact(hours) * SECONDS_PER_HOUR,
    )
    yield Item("snapshots restored", "snapstart.restore", "requests", size * runs * exact(work.cold_share))


def restoring(work: Workload, restore_ms: Number) -> Workload:
    """The same workload, whose cold starts restore a snapshot in this time."""
    return replace(work, init_ms=restore_ms)
