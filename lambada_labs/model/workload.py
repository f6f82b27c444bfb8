"""What is asked of a function in a month: how often, how long, with how much memory."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args

from lambada_labs import facts
from lambada_labs.errors import BadInput
from lambada_labs.model.function import Architecture

Spread = Literal["steady", "typical", "long_tail"]
Number = int | float | Decimal
_LONGEST_BITS = 256

MEMORY_MIN = facts.number("limit.memory.min")
MEMORY_MAX = facts.number("limit.memory.max")
LONGEST_MS = facts.number("limit.timeout.max") * 1000
EPHEMERAL_MIN = facts.number("limit.ephemeral.min")
EPHEMERAL_MAX = facts.number("limit.ephemeral.max")
EVENT_KB_MAX = facts.number("limit.event.async_kb")
REQUESTS_MAX = 2**53
"""Not AWS's: up to here a count is exact in a browser and in a frame too."""
RETRIES_MAX = 10_000
"""Not AWS's: more attempts for each request than any event source makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """`requests` invocations a month of `duration_ms` milliseconds each, with `memory_mb` MB.

    `spread` says how durations scatter around that mean. `cold_share` of the invocations (0 to 1)
    also pay an Init of `init_ms`. `retry_share` is the further attempts for each request (0.1: one in
    ten is run once more). `ephemeral_mb` is the size of /tmp. `event_kb` is the payload of
    an asynchronous event (0: not asynchronous, or small).

    Raises `BadInput` for what Lambda would not run: memory outside 128-10,240 MB in whole
    MB, a duration of nothing or beyond 15 minutes, a negative, broken or endless count of requests.
    """

    requests: int
    duration_ms: Number
    memory_mb: int
    architecture: Architecture = "x86_64"
    spread: Spread = "steady"
    cold_share: Number = 0
    init_ms: Number = 0
    retry_share: Number = 0
    ephemeral_mb: int = EPHEMERAL_MIN
    event_kb: Number = 0

    def __post_init__(self) -> None:
        """Refuse what Lambda would not run."""
        memory, duration = self.memory_mb, self.duration_ms
        if not _whole(memory) or not MEMORY_MIN <= memory <= MEMORY_MAX:
            nearest = min(max(int(_finite(memory)), MEMORY_MIN), MEMORY_MAX)
            raise _refused(
                "memory_mb", memory, f"whole MB from {MEMORY_MIN} to {MEMORY_MAX}", f"Try {nearest}"
            )
        if not 0 < _finite(duration) <= LONGEST_MS:
            wanted = f"milliseconds above 0, up to {LONGEST_MS} (15 minutes)"
            raise _refused("duration_ms", duration, wanted, "Give the duration of one invocation")
        if not _whole(self.requests) or not 0 <= self.requests <= REQUESTS_MAX:
            wanted = f"a whole number from 0 to {REQUESTS_MAX}"
            raise _refused("requests", self.requests, wanted, "Give the invocations of one month")
        for name, fits, wanted in _OPTIONS:
            if not fits(getattr(self, name)):
                raise _refused(name, getattr(self, name), wanted)

    @property
    def billed_ms(self) -> int:
        """An invocation's duration as AWS bills it: rounded up to the next millisecond."""
        return math.ceil(self.duration_ms)


def _refused(name: str, seen: object, wanted: str, todo: str = "") -> BadInput:
    return BadInput(f"{name}={_shown(seen)}", expected=wanted, todo=todo)


def _shown(seen: object) -> str:
    """A value as it was given: the digits of a number, and no more of them than anyone reads."""
    if _whole(seen) and seen.bit_length() > _LONGEST_BITS:  # type: ignore[attr-defined]
        return "a whole number without end"
    return str(seen) if isinstance(seen, Decimal) else repr(seen)


def _whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)


def _finite(number: object) -> float:
    """The number, or 0 for what is none (text, nan, infinity): never inside a range above 0."""
    return float(number) if _is_number(number) else 0.0  # type: ignore[arg-type]


def _is_number(number: object) -> bool:
    """Whether this is a finite number that a float can hold."""
    try:
        return (
            isinstance(number, int | float | Decimal)
            and not isinstance(number, bool)
            and math.isfinite(number)
        )
    except OverflowError:  # an integer beyond any float
        return False


def _between(low: float, high: float) -> Callable[[Any], bool]:
    return lambda number: _is_number(number) and low <= number <= high


def _whole_between(low: int, high: int) -> Callable[[Any], bool]:
    return lambda number: _whole(number) and low <= number <= high


def _one_of(kind: Any) -> Callable[[Any], bool]:
    return lambda name: isinstance(name, str) and name in get_args(kind)


_OPTIONS: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("architecture", _one_of(Architecture), " or ".join(get_args(Architecture))),
    ("spread", _one_of(Spread), ", ".join(get_args(Spread))),
    ("cold_share", _between(0, 1), "a share from 0 to 1"),
    ("init_ms", _between(0, LONGEST_MS), f"milliseconds from 0 to {LONGEST_MS}"),
    ("retry_share", _between(0, RETRIES_MAX), f"further attempts for each request, 0 to {RETRIES_MAX}"),
    (
        "ephemeral_mb",
        _whole_between(EPHEMERAL_MIN, EPHEMERAL_MAX),
        f"whole MB from {EPHEMERAL_MIN} to {EPHEMERAL_MAX}",
    ),
    ("event_kb", _between(0, EVENT_KB_MAX), f"KB from 0 to {EVENT_KB_MAX}"),
)
