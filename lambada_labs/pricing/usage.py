"""What is billed, in units: requests and GB-seconds, added up from a workload or from records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from lambada_labs.model import Architecture, InvocationRecord
from lambada_labs.model.workload import Workload
from lambada_labs.units import EXACT, gb_seconds

ARCHITECTURES: tuple[Architecture, ...] = ("x86_64", "arm64")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Requests, GB-seconds by architecture, and the GB-seconds of INIT among them."""

    requests: int
    duration: Mapping[Architecture, Decimal]
    init: Decimal


Billable = Usage | Workload | Iterable[Workload | InvocationRecord]


def usage(billable: Billable) -> Usage:
    """Add up what AWS bills.

    A throttled invocation never ran: it is no request and has no duration. Every other
    one counts, failed or not, with the memory it was given and its billed duration.
    """
    if isinstance(billable, Usage):
        return billable
    parts = [billable] if isinstance(billable, Workload) else list(billable)
    ran = [part for part in parts if isinstance(part, Workload) or part.outcome != "throttled"]
    duration: dict[Architecture, Decimal] = {}
    init = Decimal(0)
    with localcontext(EXACT):
        for part in ran:
            used = duration.get(part.architecture, Decimal(0))
            duration[part.architecture] = used + _gb_seconds(part)
            init += _init(part)
    return Usage(requests=sum(map(_requests, ran)), duration=duration or {"x86_64": Decimal(0)}, init=init)


def _requests(part: Workload | InvocationRecord) -> int:
    return part.requests if isinstance(part, Workload) else 1


def _gb_seconds(part: Workload | InvocationRecord) -> Decimal:
    return gb_seconds(part.memory_mb, part.billed_ms, requests=_requests(part))


def _init(part: Workload | InvocationRecord) -> Decimal:
    if isinstance(part, Workload) or part.init_ms is None:
        return Decimal(0)
    return gb_seconds(part.memory_mb, Decimal(str(part.init_ms)))
