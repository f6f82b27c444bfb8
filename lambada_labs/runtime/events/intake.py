"""Accepting goes before delivering: while events pour in, deliveries start at a measured pace.

A caller waits for its 202, nobody waits for a delivery, and on one machine both cost the same processors.
The pace only spaces the starts: it limits neither how many run at once nor anything once the rush is over,
and a rush that does not end holds no event longer than `LONGEST_RUSH_S`.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

#: So many events within so many seconds are a rush: few enough to notice one on a machine that is busy elsewhere.
RUSH_EVENTS, RUSH_S = 10, 0.25
#: After so many seconds it is no rush but the traffic there is, and deliveries have to keep up with it.
LONGEST_RUSH_S = 5.0


class Intake:
    """Says whether a delivery may start now, and calls `go_on` once those that were held back may."""

    def __init__(
        self, pace_s: float, go_on: Callable[[], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._pace_s, self._go_on, self._clock = pace_s, go_on, clock
        self._accepted: deque[float] = deque(maxlen=RUSH_EVENTS)
        self._rush_began: float | None = None
        self._next_start = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def accepted(self) -> None:
        """One more event was accepted."""
        self._accepted.append(self._clock())

    def may_start(self) -> bool:
        """Whether a delivery may start; where not, `go_on` is called when the next one may."""
        if not self._pace_s:
            return True
        now = self._clock()
        if self._rushing(now) and now < self._next_start:
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(self._next_start - now, self._again)
            return False
        self._next_start = now + self._pace_s
        return True

    def _rushing(self, now: float) -> bool:
        if len(self._accepted) < RUSH_EVENTS or now - self._accepted[0] >= RUSH_S:
            self._rush_began = None
            return False
        if self._rush_began is None:
            self._rush_began = now
        return now - self._rush_began < LONGEST_RUSH_S

    def close(self) -> None:
        """Call nobody any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _again(self) -> None:
        self._timer = None
        self._go_on()
