"""Receives that wait at a queue for a message: woken one by one, in the order in which they came."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Protocol

from lambada_labs.runtime.clock import Clock, Timer


class Awaited(Protocol):
    """What is waited for."""

    def available(self, now: float) -> bool:
        """Whether there is something to have."""
        ...

    def next_at(self) -> float | None:
        """When there may be something next without anybody doing anything, or None."""
        ...


class Clocks(Protocol):
    """The platform's clock, and the one that counts a client's wait."""

    clock: Clock
    waits: Clock


class Waiters:
    """Who waits at one queue. Waiting costs nothing: a future and a timer each, and one timer for all."""

    def __init__(self, clocks: Clocks, awaited: Awaited) -> None:
        self._clock, self._waits, self._awaited = clocks.clock, clocks.waits, awaited
        self._waiting: OrderedDict[asyncio.Future[None], None] = OrderedDict()
        self._alarm: Timer | None = None
        self._alarm_at: float | None = None

    def stir(self) -> None:
        """Something has changed: wake the longest waiting if there is something, else look again in time."""
        at = None
        if self._waiting:
            if self._awaited.available(self._clock.now()):
                self._wake()
            at = self._awaited.next_at() if self._waiting else None
        if at == self._alarm_at:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_at = at
        self._alarm = None if at is None else self._clock.call_at(at, self._ring)

    def wake_all(self) -> None:
        """Wake everybody: the queue is gone."""
        while self._waiting:
            self._wake()
        self.stir()

    async def wait(self, until: float) -> None:
        """Return when woken or at `until` of the waits' clock; whoever returns takes what is there and stirs."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[future] = None
        timer = self._waits.call_at(until, lambda: self._end(future))
        try:
            self.stir()
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._wake()  # it was this one's turn, and it will not take it
            raise
        finally:
            timer.cancel()
            self._waiting.pop(future, None)

    def _wake(self) -> None:
        if self._waiting:
            self._end(next(iter(self._waiting)))

    def _end(self, future: asyncio.Future[None]) -> None:
        self._waiting.pop(future, None)
        if not future.done():
            future.set_result(None)

    def _ring(self) -> None:
        self._alarm = self._alarm_at = None
        self.stir()
