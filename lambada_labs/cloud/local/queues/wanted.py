"""What a receive asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a receive asks for; None is the queue's own visibility timeout or wait, in seconds.

    `gone` tells after a wait whether nobody is there any more to get what has come.
    """

    most: int = 1
    visibility_s: int | None = None
    wait_s: float | None = None
    attempt_id: str | None = None
    gone: Callable[[], bool] = bool
