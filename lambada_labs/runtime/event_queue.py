"""Asynchronous invocation: accepted at once, delivered from a queue in memory.

One delivery for now: a function error is the end of the event. What a throttle refuses goes back
to the queue, with a wait that doubles from 1 s to 5 min until the event is too old.
Source: Lambda asynchronous invocation, error handling; the factor 2 is an assumption (AWS publishes none).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from lambada_labs import facts
from lambada_labs.model import Invocation, Reply
from lambada_labs.runtime.ports import Throttled
from lambada_labs.runtime.settings import EngineSettings

_MAX_AGE_S = facts.number("async.max_event_age_s")
_LONGEST_WAIT_S = 300.0


@dataclass(slots=True)
class _Event:
    invocation: Invocation
    wait_s: float


class EventQueue:
    """A queue for each function; `invoke` runs what is due."""

    def __init__(self, invoke: Callable[[Invocation], Awaitable[Reply]], settings: EngineSettings) -> None:
        self._invoke = invoke
        self._settings = settings
        self._due: defaultdict[str, deque[_Event]] = defaultdict(deque)
        self._running: Counter[str] = Counter()
        self._deliveries: set[asyncio.Task[None]] = set()
        self._later: dict[str, asyncio.TimerHandle] = {}

    def __len__(self) -> int:
        """Events that wait or are being delivered."""
        return sum(map(len, self._due.values())) + len(self._deliveries) + len(self._later)

    def submit(self, invocation: Invocation) -> None:
        """Accept an event. With reserved concurrency 0 nothing will ever run it: AWS gives it up at once."""
        if invocation.function.reserved_concurrency != 0:
            self._enqueue(_Event(invocation, self._settings.throttle_backoff_s))

    async def stop(self) -> None:
        """Give up what was not delivered."""
        self._due.clear()
        for timer in self._later.values():
            timer.cancel()
        for delivery in self._deliveries:
            delivery.cancel()
        if self._deliveries:
            await asyncio.wait(self._deliveries)

    def _enqueue(self, event: _Event) -> None:
        arn = event.invocation.function.arn
        self._due[arn].append(event)
        self._pump(arn)

    def _pump(self, arn: str) -> None:
        due = self._due[arn]
        while due and self._running[arn] < self._settings.event_deliveries_at_once:
            self._running[arn] += 1
            delivery = asyncio.create_task(self._deliver(due.popleft()))
            self._deliveries.add(delivery)
            delivery.add_done_callback(self._deliveries.discard)
        if not due:
            del self._due[arn]

    async def _deliver(self, event: _Event) -> None:
        arn = event.invocation.function.arn
        try:
            await self._invoke(event.invocation)
        except Throttled:
            self._put_back(event)
        except Exception:
            logging.getLogger(__name__).exception("event %s was lost", event.invocation.request_id)
        finally:
            self._running[arn] -= 1
            self._pump(arn)

    def _put_back(self, event: _Event) -> None:
        if time.time() + event.wait_s - event.invocation.accepted_at > _MAX_AGE_S:
            return
        again = _Event(event.invocation, min(event.wait_s * 2, _LONGEST_WAIT_S))
        timer = asyncio.get_running_loop().call_later(event.wait_s, self._again, again)
        self._later[again.invocation.request_id] = timer

    def _again(self, event: _Event) -> None:
        del self._later[event.invocation.request_id]
        self._enqueue(event)
