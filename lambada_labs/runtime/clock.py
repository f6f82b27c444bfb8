"""The platform's clock: what AWS makes you wait for, at a speed of your own.

Retry waits, the age of events, schedules and queue delays go by this clock. What a handler takes,
and what its REPORT line says, is true time whatever the speed. At speed 0 the clock stands still
and moves only when it is turned by hand.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import logging
import time
from collections.abc import Callable

from lambada_labs.errors import BadInput

FASTEST = 1_000_000.0
_COMPACT_AT = 64
#: Moments as near as this are one: what floating point loses in seconds since the epoch.
_SAME_S = 1e-6


class Timer:
    """Something that happens at a moment of the clock, unless it is cancelled before."""

    __slots__ = ("at", "call", "clock", "number")

    def __init__(self, clock: Clock, at: float, number: int, call: Callable[[], None]) -> None:
        self.clock, self.at, self.number = clock, at, number
        self.call: Callable[[], None] | None = call

    def __lt__(self, other: Timer) -> bool:
        """Earlier first; at the same moment, in the order in which they were set."""
        return (self.at, self.number) < (other.at, other.number)

    def cancel(self) -> None:
        """It happens no more."""
        if self.call is not None:
            self.call = None
            self.clock.forget_one()


class Clock:
    """Seconds since the epoch, `speed` of them in each true second. For one event loop.

    All timers wait in one heap, and the loop knows of the next one only.
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        start: float | None = None,
        source: Callable[[], float] = time.monotonic,
    ) -> None:
        self._speed, self._source = checked_speed(speed), source
        self._true_anchor = source()
        self._anchor = time.time() if start is None else start
        self._timers: list[Timer] = []
        self._cancelled = 0
        self._numbers = itertools.count()
        self._wake: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """Timers that wait."""
        return len(self._timers) - self._cancelled

    @property
    def speed(self) -> float:
        """Seconds of this clock in one true second."""
        return self._speed

    @property
    def next_at(self) -> float | None:
        """When the next timer is due."""
        self._drop_cancelled()
        return self._timers[0].at if self._timers else None

    def now(self) -> float:
        """Seconds since the epoch by this clock."""
        return self._anchor + (self._source() - self._true_anchor) * self._speed

    def set_speed(self, speed: float) -> None:
        """Go on from this moment at another speed; 0 stands still. BadInput: below 0 or far too fast."""
        checked = checked_speed(speed)
        self._anchor, self._true_anchor = self.now(), self._source()
        self._speed = checked
        self._arm()

    def turn(self, seconds: float) -> None:
        """Move the clock forward by hand; what became due happens now. BadInput: backward."""
        if seconds < 0:
            raise BadInput(f"turn the clock by {seconds:g} s", "seconds above 0: time does not go back")
        self._anchor += seconds
        self._run_due()

    def turn_to_next(self) -> bool:
        """Move a clock to its next timer and let it happen; False where none waits."""
        at = self.next_at
        if at is None:
            return False
        self._anchor, self._true_anchor = max(self.now(), at), self._source()
        self._run_due()
        return True

    def call_at(self, at: float, call: Callable[[], None]) -> Timer:
        """Call something at a moment of this clock; at once (but not now) where that has passed."""
        timer = Timer(self, at, next(self._numbers), call)
        heapq.heappush(self._timers, timer)
        if self._timers[0] is timer:
            self._arm()
        return timer

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        """Call something after so many seconds of this clock."""
        return self.call_at(self.now() + seconds, call)

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds of this clock."""
        over = asyncio.get_running_loop().create_future()
        timer = self.call_later(seconds, lambda: None if over.done() else over.set_result(None))
        try:
            await over
        finally:
            timer.cancel()

    def close(self) -> None:
        """Nothing happens any more."""
        self._timers, self._cancelled = [], 0
        self._arm()

    def forget_one(self) -> None:
        """A timer was cancelled; when most were, the heap is made anew."""
        self._cancelled += 1
        if self._cancelled > _COMPACT_AT and self._cancelled * 2 > len(self._timers):
            self._timers = [timer for timer in self._timers if timer.call is not None]
            heapq.heapify(self._timers)
            self._cancelled = 0

    def _drop_cancelled(self) -> None:
        while self._timers and self._timers[0].call is None:
            heapq.heappop(self._timers)
            self._cancelled = max(0, self._cancelled - 1)

    def _run_due(self) -> None:
        now = self.now() + _SAME_S
        while (at := self.next_at) is not None and at <= now:
            timer = heapq.heappop(self._timers)
            call, timer.call = timer.call, None
            try:
                if call is not None:
                    call()
            except Exception:  # one timer's mistake must not stop the clock for all others
                logging.getLogger(__name__).exception("a timer of the platform's clock failed")
        self._arm()

    def _arm(self) -> None:
        """Have the loop wake us for the next timer; a clock that stands still needs no loop."""
        at = self.next_at
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        if at is None or not self._speed:
            return
        with contextlib.suppress(RuntimeError):  # no loop yet: the next call arms it
            loop = asyncio.get_running_loop()
            self._wake = loop.call_later(max(0.0, (at - self.now()) / self._speed), self._run_due)


def checked_speed(speed: float) -> float:
    """The speed; BadInput where no clock runs like that."""
    if not 0 <= speed <= FASTEST:
        raise BadInput(f"a clock of speed {speed:g}", f"0 (stands still) to {FASTEST:,.0f}", "Try 60")
    return float(speed)
