"""A bill as a plan: each line is a coefficient times one of six measures of a workload.

That is all a bill needs to know, so the kernel, the browser's preview and the vectorised frame
evaluate the same plan; what is not linear (volume tiers, free tiers) is the price book's business.
"""

from __future__ import annotations

import math
from decimal import Decimal
from functools import cache
from typing import Literal, NamedTuple

from lambada_labs import facts
from lambada_labs.model import Architecture
from lambada_labs.model.workload import EPHEMERAL_MIN, LONGEST_MS, Number, Workload
from lambada_labs.units import EXACT, MB_PER_GB, MS_PER_S

Measure = Literal["requests", "seconds", "gb_seconds", "init_gb_seconds", "gb", "month"]

ONE, ZERO = Decimal(1), Decimal(0)
_multiply = EXACT.multiply
# Reciprocals of 1024 and 1000 are finite decimals: multiplying by them is exact, and faster than dividing.
_GB, _S = ONE / MB_PER_GB, ONE / MS_PER_S
_GB_S = _GB * _S
_LONGEST = Decimal(LONGEST_MS)


class Measures(NamedTuple):
    """What a month of a workload amounts to, exactly.

    `requests` as they arrive (retries not counted); `seconds` billed, Init and retries
    included; `gb_seconds` without Init, retries included; `init_gb_seconds`; `gb` of memory of one
    environment; `month` is 1. A named tuple: a bill makes several, and a dataclass takes four times as long.
    """

    requests: Decimal
    seconds: Decimal
    gb_seconds: Decimal
    init_gb_seconds: Decimal
    gb: Decimal
    month: Decimal = ONE


class Item(NamedTuple):
    """One line to be: `each` times a measure, at the price of this name.

    `free` is False where no free tier may cover it (a function with provisioned concurrency).
    """

    name: str
    price: str
    measure: Measure
    each: Decimal = ONE
    free: bool = True
    note: str = ""


def measures(work: Workload) -> Measures:
    """The measures of this workload.

    Every invocation is rounded up to the next millisecond before it counts; a cold one after its Init
    was added (source: REPORT lines, AWS blog 2025-04-29 on INIT billing).
    """
    run, init = billed_means(work)
    asked = Decimal(work.requests)
    runs = _multiply(asked, ONE + exact(work.retry_share)) if work.retry_share else asked
    memory = Decimal(work.memory_mb)
    time = _multiply(runs, run)
    init_time = _multiply(runs, init) if init else ZERO
    return Measures(
        asked,
        _multiply(EXACT.add(time, init_time) if init_time else time, _S),
        _multiply(_multiply(time, memory), _GB_S),
        _multiply(_multiply(init_time, memory), _GB_S) if init_time else ZERO,
        _multiply(memory, _GB),
    )


def billed_means(work: Workload) -> tuple[Decimal, Decimal]:
    """Mean milliseconds billed for an invocation without its Init, and what Init adds on average.

    No run of a spread lasts beyond the longest timeout: Lambda would have ended it there.
    """
    if work.spread == "steady" and not work.cold_share:
        return Decimal(math.ceil(work.duration_ms)), ZERO
    duration, init = exact(work.duration_ms), exact(work.init_ms)
    parts = [(min(_multiply(duration, factor), _LONGEST), share) for factor, share in spread(work.spread)]
    warm = sum((_multiply(share, Decimal(math.ceil(each))) for each, share in parts), ZERO)
    cold = sum((_multiply(share, Decimal(math.ceil(each + init))) for each, share in parts), ZERO)
    return warm, _multiply(cold - warm, exact(work.cold_share))


def exact(number: Number) -> Decimal:
    """A number as its exact decimal: 0.1 is one tenth."""
    return number if isinstance(number, Decimal) else Decimal(str(number))


@cache
def spread(name: str) -> tuple[tuple[Decimal, Decimal], ...]:
    """A distribution of durations around their mean: pairs of (factor, share), both adding up to 1."""
    return tuple((Decimal(factor), Decimal(share)) for factor, share in facts.value(f"assumed.spread.{name}"))


def on_demand(work: Workload) -> tuple[Item, ...]:
    """What Lambda charges for a function that runs when it is asked."""
    if work.ephemeral_mb == EPHEMERAL_MIN and not (work.cold_share or work.retry_share or work.event_kb):
        return _plain(work.architecture)
    cold = bool(work.cold_share and work.init_ms)
    return _on_demand(work.architecture, requests_each(work), work.ephemeral_mb - EPHEMERAL_MIN, cold=cold)


@cache
def _plain(architecture: Architecture) -> tuple[Item, ...]:
    return _on_demand(architecture, ONE, 0, cold=False)


def _on_demand(
    architecture: Architecture, requests: Decimal, extra_mb: int, *, cold: bool
) -> tuple[Item, ...]:
    price = f"duration.{architecture}"
    init = [Item(f"INIT {architecture}", price, "init_gb_seconds")] if cold else []
    storage = [ephemeral(extra_mb)] if extra_mb else []
    return (
        Item("requests", "requests", "requests", requests),
        Item(f"duration {architecture}", price, "gb_seconds"),
        *init,
        *storage,
    )


def ephemeral(extra_mb: int) -> Item:
    """The line for /tmp beyond the 512 MB that are included: it counts seconds, not memory."""
    return Item("ephemeral storage", "ephemeral", "seconds", _GB * extra_mb)


def requests_each(work: Workload) -> Decimal:
    """Requests that AWS counts for each one that arrives: chunks of a large event, and retries.

    Source: AWS Lambda pricing, asynchronous events over 256 KB.
    """
    if not work.event_kb and not work.retry_share:
        return ONE
    first, step = facts.number("async.chunk.first_kb"), facts.number("async.chunk.next_kb")
    further = max(0, math.ceil((exact(work.event_kb) - first) / step))
    return Decimal(1 + further) + exact(work.retry_share)
