"""One day of traffic, paid twice: as servers that run all day, and as functions that run when asked.

The day is made up (a quiet night, a noon, an evening peak) and scaled to its peak; servers are resized
every few hours to what the busiest moment until then will need, which is kinder than most fleets are run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from lambada_labs import facts
from lambada_labs.model.workload import Workload
from lambada_labs.pricing.bill import bill
from lambada_labs.pricing.price_book import price_book

HOURS = 24
SECONDS_PER_HOUR = 3600
SERVER = "t3.medium"
_EVENING = tuple(facts.value("assumed.shape.evening"))
# Per cent of the peak at each full hour, midnight to midnight; the night's smallest is at 3 a.m.
SHAPE = (*_EVENING, _EVENING[0])
PER_CENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Traffic of a day in requests per second, at each full hour from 0 to 24, and what it costs in a month.

    `servers` counts the ones that run in each hour. `idle_share` is the part of the paid server
    capacity that no request used. Amounts are dollars of a month, exact; functions with the free tier.
    """

    peak: int
    load: tuple[float, ...]
    servers: tuple[int, ...]
    idle_share: float
    server_month: Decimal
    function_month: Decimal

    def functions_at(self, hour: int) -> float:
        """Execution environments busy at this hour on average (Little's law)."""
        return self.load[hour] * facts.number("assumed.day.function_ms") / 1000


def day(peak: int) -> Day:
    """The day whose busiest moment has this many requests per second."""
    load = tuple(peak * share / PER_CENT for share in SHAPE)
    servers = fleet(load)
    asked = sum((before + after) / 2 for before, after in pairwise(load))
    capacity = sum(servers) * facts.number("assumed.day.server_rps")
    return Day(
        peak=peak,
        load=load,
        servers=servers,
        idle_share=1 - asked / capacity,
        server_month=server_month(servers),
        function_month=function_month(asked),
    )


def fleet(load: tuple[float, ...]) -> tuple[int, ...]:
    """Servers in each hour: enough for the busiest moment until the next decision, never less than one."""
    step = facts.number("assumed.day.resize_h")
    each = facts.number("assumed.day.server_rps")
    needed = (
        max(1, math.ceil(max(load[start : start + step + 1]) / each)) for start in range(0, HOURS, step)
    )
    return tuple(count for count in needed for _ in range(step))


def server_month(servers: tuple[int, ...]) -> Decimal:
    """What these servers cost in a month of AWS's 730 hours."""
    hours = Decimal(sum(servers)) * facts.decimal("month.hours") / HOURS
    return hours * facts.decimal(f"ec2.{SERVER}")


def function_month(asked: float) -> Decimal:
    """What the same requests cost in a month as functions; `asked` sums requests/s over a day's hours."""
    month = Decimal(str(asked)) * SECONDS_PER_HOUR * facts.decimal("month.hours") / HOURS
    work = Workload(
        requests=int(month),
        duration_ms=facts.number("assumed.day.function_ms"),
        memory_mb=facts.number("assumed.day.function_mb"),
    )
    return bill(work, price_book("aws")).total
