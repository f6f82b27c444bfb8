"""What Lambda itself charges beside requests and duration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from lambada_labs import facts
from lambada_labs.model.workload import Number, Workload
from lambada_labs.pricing.item import Item
from lambada_labs.pricing.parts.part import (
    DAY_H,
    HOUR_S,
    MONTH_H,
    Part,
    at_most,
    attempts,
    check,
    gigabytes,
    memory_gb,
    ratio,
    times,
)
from lambada_labs.units import MB_PER_GB

Poller = Literal["sqs", "kafka"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapStart(Part):
    """SnapStart: a snapshot of each published version is cached, and new environments restore from it.

    A version is cached for 3 hours at least, and until you delete it. Java's managed runtimes pay
    neither (source: AWS Lambda pricing). What a restore runs of your code is Init: set the
    workload's `init_ms` to that.
    """

    key: ClassVar[str] = "snapstart"
    title: ClassVar[str] = "SnapStart"
    versions: int = 1
    hours: Number = MONTH_H
    restore_share: Number = Decimal("0.01")
    java: bool = False

    def items(self, work: Workload) -> Iterator[Item]:
        """The cache by GB-second, and each restore by GB."""
        if self.java:
            return
        hours = max(self.hours, facts.number("snapstart.cache_min_h"))
        restored = times(attempts(work), self.restore_share, memory_gb(work))
        yield Item("SnapStart cache", "snapstart.cache", "gb", times(self.versions, hours, HOUR_S))
        yield Item("SnapStart restores", "snapstart.restore", "requests", restored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaming(Part):
    """Response streaming: the answer leaves while it is being made; beyond 6 MB its size is billed."""

    key: ClassVar[str] = "streaming"
    title: ClassVar[str] = "Response streaming"
    mb_per_response: Number = 10

    def __post_init__(self) -> None:
        """Refuse more than Lambda streams."""
        check(self)
        at_most(self, "mb_per_response", facts.number("payload.streamed"))

    def items(self, _: Workload) -> Iterator[Item]:
        """The GB of each response beyond what is included."""
        over = max(0, self.mb_per_response - facts.number("streaming.included_mb"))
        yield Item("streamed beyond 6 MB", "streaming", "requests", ratio(over, MB_PER_GB))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenants(Part):
    """Tenant isolation: each tenant gets environments of its own, billed as they are created."""

    key: ClassVar[str] = "tenants"
    title: ClassVar[str] = "Tenant isolation"
    environments: int = 1000

    def items(self, work: Workload) -> Iterator[Item]:
        """The memory of every environment that was created."""
        price = f"tenant.{work.architecture}"
        yield Item(f"tenant environments {work.architecture}", price, "gb", times(self.environments))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPollers(Part):
    """Provisioned mode of an event source: pollers that are always ready, billed in units by the hour."""

    key: ClassVar[str] = "event_pollers"
    title: ClassVar[str] = "Event poller units"
    kind: Poller = "sqs"
    units: int = 2
    hours: Number = MONTH_H

    def items(self, _: Workload) -> Iterator[Item]:
        """Units times hours."""
        name = f"event poller units, {self.kind}"
        yield Item(name, f"poller.{self.kind}", "month", times(self.units, self.hours))


@dataclass(frozen=True, slots=True, kw_only=True)
class Durable(Part):
    """A durable function: it saves each step, waits for free, and goes on where it stopped.

    What it wrote is kept for `days_kept` after it ended (14 unless you say otherwise).
    """

    key: ClassVar[str] = "durable"
    title: ClassVar[str] = "Durable function"
    operations: Number = 5
    kb_written: Number = 10
    days_kept: Number = 14

    def __post_init__(self) -> None:
        """Refuse more days than Lambda keeps."""
        check(self)
        at_most(self, "days_kept", facts.number("durable.retention_max_days"))

    def items(self, _: Workload) -> Iterator[Item]:
        """Operations, what they write, and how long that is kept."""
        size = gigabytes(self.kb_written)
        months = ratio(times(self.days_kept, DAY_H), MONTH_H)
        yield Item("durable operations", "durable.operation", "requests", times(self.operations))
        yield Item("durable data written", "durable.written", "requests", size)
        yield Item("durable data kept", "durable.retained", "requests", times(size, months))
