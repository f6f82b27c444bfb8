"""A log's traffic, billed: as it was, on the other architecture, at another memory size, provisioned.

Each answer is a `WhatIf`: a `Usage` that every bill takes, and the one sentence that says what it takes
for granted. Nothing here is measured; the sentence is part of the answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from lambada_labs import facts
from lambada_labs.errors import BadInput
from lambada_labs.model import Architecture
from lambada_labs.model.workload import MEMORY_MAX, MEMORY_MIN, Number
from lambada_labs.pricing.log_totals import LogSummary, SizeSummary
from lambada_labs.pricing.usage import Usage, Used
from lambada_labs.units import EXACT, MS_PER_S, gb_seconds, total

Curve = Callable[[int], Number]
"""The duration (ms) at another memory size of an invocation that took so many ms at its own."""

SECONDS_PER_HOUR = 3600
SECONDS_PER_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What would be billed, for the time that the log covers, and what that takes for granted."""

    usage: Usage
    assumption: str


def usage_of(summary: LogSummary, architecture: Architecture = "x86_64") -> Usage:
    """What the log itself was billed for: requests, GB-seconds, and the GB-seconds of INIT apart.

    A log does not print the architecture: the caller says it. Managed Instances are not in it.
    """
    init = summary.init.gb_seconds
    return _usage(summary.count, EXACT.subtract(summary.gb_seconds, init), init, architecture)


def on_architecture(summary: LogSummary, architecture: Architecture) -> WhatIf:
    """The same traffic on this architecture, with the same durations."""
    return WhatIf(
        usage=usage_of(summary, architecture),
        assumption=f"Every invocation is taken to last as long on {architecture}: measure yours before you switch.",
    )


def at_memory(
    summary: LogSummary, memory_mb: int, architecture: Architecture = "x86_64", *, curve: Curve | None = None
) -> WhatIf:
    """The same traffic with this memory, INIT unchanged, each duration through `curve` (or unchanged).

    Raises `BadInput` for a size that Lambda does not offer, and for one below what the log has used.
    """
    _must_fit(summary, memory_mb)
    init = sum(size.init_ms for size in summary.sizes)
    rest = sum(_run_ms(size, curve or _unchanged) for size in summary.sizes)
    return WhatIf(
        usage=_usage(summary.count, gb_seconds(memory_mb, rest), gb_seconds(memory_mb, init), architecture),
        assumption=(
            "Durations are taken as unchanged; more memory brings more CPU as well, so measure or fit a curve."
            if curve is None
            else "Durations follow the curve; INIT and restore are taken as the same at every size."
        ),
    )


def with_provisioned(
    summary: LogSummary, architecture: Architecture = "x86_64", *, observed_seconds: Decimal | None = None
) -> WhatIf:
    """The same traffic with as many environments kept ready as were busy on average, and no INIT.

    Concurrency by Little's law: milliseconds run over milliseconds observed, rounded up, for each
    memory size. `observed_seconds` is needed where the log prints no timestamps. Peaks above the average would
    spill over to on-demand; a log without their moments cannot tell. Raises `BadInput` without a span of time.
    """
    seconds = observed_seconds or summary.observed_seconds
    if not seconds or seconds <= 0:
        raise BadInput(
            "The log does not say how much time it covers",
            "timestamps in the log, or the seconds it covers",
            "Say how many seconds the log covers",
        )
    step = facts.number("provisioned.round_up_min") * SECONDS_PER_MINUTE
    paid = (seconds / step).to_integral_value(ROUND_CEILING) * step
    ready = [(size, concurrency(size, seconds)) for size in summary.sizes]
    capacity = total(gb_seconds(size.memory_mb, paid * MS_PER_S, requests=count) for size, count in ready)
    run = total(gb_seconds(size.memory_mb, _run_ms(size, _unchanged)) for size in summary.sizes)
    lines = {"requests": Decimal(summary.count)}
    lines |= {f"provisioned capacity {architecture}": capacity, f"provisioned duration {architecture}": run}
    return WhatIf(
        usage=Usage(Used(name, name.replace(" ", "."), used, free=False) for name, used in lines.items()),
        assumption=f"{_stay(sum(count for _, count in ready))} ready, the average that was busy; "
        "no invocation waits for INIT, and no peak above the average is counted.",
    )


def concurrency(size: SizeSummary, observed_seconds: Decimal) -> int:
    """The environments busy on average, rounded up (Little's law: arrival rate times time in the system)."""
    return math.ceil(Decimal(size.billed_ms) / MS_PER_S / observed_seconds)


def _stay(count: int) -> str:
    return "1 environment stays" if count == 1 else f"{count} environments stay"


def per_month(usage: Usage, observed_seconds: Decimal) -> Usage:
    """What a month of the same traffic would use; `observed_seconds` is what `usage` covers."""
    if observed_seconds <= 0:
        raise BadInput(f"observed_seconds={observed_seconds}", "seconds above 0")
    month = facts.decimal("month.hours") * SECONDS_PER_HOUR
    return Usage(
        used._replace(quantity=EXACT.divide(EXACT.multiply(used.quantity, month), observed_seconds))
        for used in usage
    )


def _usage(requests: int, duration: Decimal, init: Decimal, architecture: Architecture) -> Usage:
    price = f"duration.{architecture}"
    lines = [
        Used("requests", "requests", Decimal(requests)),
        Used(f"duration {architecture}", price, duration),
    ]
    return Usage([*lines, Used(f"INIT {architecture}", price, init)] if init else lines)


def _run_ms(size: SizeSummary, curve: Curve) -> int:
    """The milliseconds billed without INIT, with each handler's own part sent through the curve and rounded up."""
    warm = sum(_through(curve, ms) * count for ms, count in size.warm.items())
    cold = (
        (_through(curve, billed - init - other) + other) * count
        for (billed, init, other), count in size.cold.items()
    )
    return warm + sum(cold)


def _through(curve: Curve, ms: int) -> int:
    """A duration after the curve, as billed; raises `BadInput` for a curve that gives no duration."""
    after = curve(ms)
    if not math.isfinite(after) or after < 0:
        raise BadInput(f"The curve makes {after} of {ms} ms", "milliseconds of 0 or more")
    return math.ceil(after)


def _unchanged(ms: int) -> int:
    return ms


def _must_fit(summary: LogSummary, memory_mb: int) -> None:
    if not MEMORY_MIN <= memory_mb <= MEMORY_MAX:
        raise BadInput(f"memory_mb={memory_mb!r}", f"whole MB from {MEMORY_MIN} to {MEMORY_MAX}")
    most = max((size.max_used_mb for size in summary.sizes), default=0)
    if most > memory_mb:
        raise BadInput(
            f"{memory_mb} MB is too small: the log shows up to {most} MB used",
            f"at least {most} MB",
            "Choose a larger size",
        )
