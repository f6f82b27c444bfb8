"""Asynchronous invocation: accepted at once, delivered from a queue in memory.

One delivery for now: a function error is the end of the event. What a throttle refuses goes back
to the queue, with a wait that doubles from 1 s to 5 min until the event is too old.
Source: Lambda asynchronous invocation, error handling; the factor 2 is an assumption (AWS publishes none).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from lambada_labs import facts
from lambada_labs.model import Invocation, Reply
from lambada_labs.runtime.ports import Throttled

_MAX_AGE_S = facts.number("async.max_event_age_s")
_LONGEST_WAIT_S = 300.0


class EventQueue:
    """Delivers events through `invoke`, in tasks of its own."""

    def __init__(self, invoke: Callable[[Invocation], Awaitable[Reply]], *, first_wait_s: float) -> None:
        self._invoke = invoke
        self._first_wait_s = first_wait_s
        self._deliveries: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """Events that wait or are being delivered."""
        return len(self._deliveries)

    def submit(self, invocation: Invocation) -> None:
        """Accept an event."""
        delivery = asyncio.create_task(self._deliver(invocation))
        self._deliveries.add(delivery)
        delivery.add_done_callback(self._deliveries.discard)

    async def stop(self) -> None:
        """Give up what was not delivered."""
        for delivery in self._deliveries:
            delivery.cancel()
        if self._deliveries:
            await asyncio.wait(self._deliveries)

    async def _deliver(self, invocation: Invocation) -> None:
        wait_s = self._first_wait_s
        # With reserved concurrency 0 nothing will ever run it: AWS gives such an event up at once.
        while invocation.function.reserved_concurrency != 0:
            try:
                await self._invoke(invocation)
            except Throttled:
                if time.time() + wait_s - invocation.accepted_at > _MAX_AGE_S:
                    return
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, _LONGEST_WAIT_S)
            else:
                return
