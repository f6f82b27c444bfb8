"""What a function's traffic costs on the way: logs, addresses, gateways, egress."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lambada_labs.model.workload import Number, Workload
from lambada_labs.pricing.item import Item, exact
from lambada_labs.pricing.parts.part import none_negative

_KB_PER_GB = Decimal(1024 * 1024)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs:
    """CloudWatch Logs: what each request writes, and how many months it is kept."""

    key: ClassVar[str] = "logs"
    title: ClassVar[str] = "CloudWatch Logs"
    compute: ClassVar[bool] = False
    kb_per_request: Number = 1
    months_kept: Number = 1

    def __post_init__(self) -> None:
        """Refuse negative sizes."""
        none_negative(self)

    def items(self, _: Workload) -> Iterator[Item]:
        """Ingestion by volume tier, and storage of what is kept (not compressed: an upper bound)."""
        size = exact(self.kb_per_request) / _KB_PER_GB
        yield Item("logs ingested", "logs.ingest", "requests", size)
        yield Item("logs kept", "logs.store", "requests", size * exact(self.months_kept))
