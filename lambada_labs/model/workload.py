"""What is asked of a function in a month: how often, how long, with how much memory."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import get_args

from lambada_labs import facts
from lambada_labs.errors import BadInput
from lambada_labs.model.function import Architecture

MEMORY_MIN = facts.number("limit.memory.min")
MEMORY_MAX = facts.number("limit.memory.max")
LONGEST_MS = facts.number("limit.timeout.max") * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """`requests` invocations a month of `duration_ms` milliseconds each, with `memory_mb` MB.

    Raises `BadInput` for what Lambda would not run: memory outside 128-10,240 MB in whole
    MB, a duration of nothing or beyond 15 minutes, a negative or broken count of requests.
    """

    requests: int
    duration_ms: float | Decimal
    memory_mb: int
    architecture: Architecture = "x86_64"

    def __post_init__(self) -> None:
        """Refuse what Lambda would not run."""
        if not _whole(self.memory_mb) or not MEMORY_MIN <= self.memory_mb <= MEMORY_MAX:
            nearest = min(max(int(_finite(self.memory_mb)), MEMORY_MIN), MEMORY_MAX)
            raise BadInput(
                f"memory_mb={self.memory_mb!r}",
                expected=f"whole MB from {MEMORY_MIN} to {MEMORY_MAX}",
                todo=f"Try {nearest}",
            )
        if not 0 < _finite(self.duration_ms) <= LONGEST_MS:
            raise BadInput(
                f"duration_ms={self.duration_ms!r}",
                expected=f"milliseconds above 0, up to {LONGEST_MS} (15 minutes)",
                todo="Give the duration of one invocation",
            )
        if not _whole(self.requests) or self.requests < 0:
            raise BadInput(
                f"requests={self.requests!r}",
                expected="a whole number, 0 or more",
                todo="Give the invocations of one month",
            )
        if self.architecture not in get_args(Architecture):
            raise BadInput(
                f"architecture={self.architecture!r}", expected=" or ".join(get_args(Architecture))
            )

    @property
    def billed_ms(self) -> int:
        """Each invocation's duration as AWS bills it: rounded up to the next millisecond."""
        return math.ceil(self.duration_ms)


def _whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)


def _finite(number: float | Decimal) -> float:
    """The number, or 0 for what is none (text, nan, infinity): never inside a range above 0."""
    try:
        return float(number) if math.isfinite(number) else 0.0
    except TypeError:
        return 0.0
