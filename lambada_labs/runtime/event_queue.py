"""Asynchronous invocation: accepted at once, delivered from a queue until the event has ended.

An event lives as long as the cloud does: it outlives every process of a handler, not the cloud's own.
A function error is tried again after one and after two minutes of the platform's clock; what a throttle or a
fault of the system refuses comes back after 1 s, then after twice as long, up to 5 minutes. Each event
ends exactly once, and each destination is sent exactly one record of it.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import replace

from lambada_labs.model import AttemptOutcome, Condition, EventAttempt, EventHistory, Invocation, Reply
from lambada_labs.runtime import lineage
from lambada_labs.runtime.clock import Clock
from lambada_labs.runtime.events import retries
from lambada_labs.runtime.events.ending import conclude
from lambada_labs.runtime.events.event import QueuedEvent, outcome_of
from lambada_labs.runtime.events.intake import Intake
from lambada_labs.runtime.events.ports import EventPorts, EventRules, EventTarget, NoEventPorts
from lambada_labs.runtime.events.window import Windows
from lambada_labs.runtime.ports import Throttled
from lambada_labs.runtime.settings import EngineSettings

log = logging.getLogger(__name__)


class EventQueue:
    """A queue for each function; `invoke` runs what is due. For one event loop."""

    def __init__(
        self,
        invoke: Callable[[Invocation], Awaitable[Reply]],
        settings: EngineSettings,
        *,
        clock: Clock | None = None,
        ports: EventPorts | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self._invoke, self._settings = invoke, settings
        self._clock, self._ports = clock or Clock(), ports or NoEventPorts()
        self._chance = chance or random.Random()  # noqa: S311 - duplicates are no secret
        self.duplicates = settings.event_duplicates
        self._intake = Intake(settings.event_pace_s, self._pump_all)
        self._windows = Windows(settings.event_deliveries_at_once)
        self._events: set[QueuedEvent] = set()
        self._of_function: Counter[str] = Counter()
        self._bytes = 0
        self._due: defaultdict[str, deque[QueuedEvent]] = defaultdict(deque)
        self._running: Counter[str] = Counter()
        self._deliveries: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """Events that have not ended."""
        return len(self._events)

    @property
    def held_bytes(self) -> int:
        """What they take of memory, about."""
        return self._bytes

    @property
    def deliveries(self) -> frozenset[asyncio.Task[None]]:
        """The events that are being worked on at this moment."""
        return frozenset(self._deliveries)

    def histories(self) -> list[EventHistory]:
        """The events that have not ended, oldest first."""
        return [event.history() for event in sorted(self._events, key=lambda one: one.queued_at)]

    def submit(self, invocation: Invocation) -> None:
        """Accept an event.

        Raises:
            Throttled: the events that wait fill the memory set aside for them; it was not accepted.
        """
        event = QueuedEvent(invocation=invocation, queued_at=self._clock.now())
        if self._bytes + event.size > self._settings.event_bytes:
            raise Throttled("CallerRateLimitExceeded")
        self._events.add(event)
        self._of_function[event.arn] += 1
        self._hold(event)
        self._intake.accepted()
        self._ports.measure(invocation, "AsyncEventsReceived", 1)
        self._enqueue(event)

    def _forget(self, event: QueuedEvent) -> None:
        if event not in self._events:
            return
        self._events.remove(event)
        self._bytes -= event.held
        self._of_function[event.arn] -= 1
        if not self._of_function[event.arn]:
            del self._of_function[event.arn]
            self._windows.forget(event.arn)

    def _hold(self, event: QueuedEvent) -> None:
        self._bytes += event.size - event.held
        event.held = event.size

    async def stop(self) -> None:
        """Give up what has not ended."""
        self._intake.close()
        self._due.clear()
        for event in self._events:
            if event.timer is not None:
                event.timer.cancel()
        self._events.clear()
        for delivery in self._deliveries:
            delivery.cancel()
        if self._deliveries:
            await asyncio.wait(self._deliveries)

    def _enqueue(self, event: QueuedEvent) -> None:
        event.timer = event.next_at = None
        self._due[event.arn].append(event)
        self._pump(event.arn)

    def _pump(self, arn: str) -> None:
        due = self._due.get(arn)
        while due and self._running[arn] < self._windows.of(arn):
            if not self._intake.may_start():
                return
            self._running[arn] += 1
            delivery = asyncio.create_task(self._deliver(due.popleft()))
            self._deliveries.add(delivery)
            delivery.add_done_callback(self._deliveries.discard)
        if not due:
            self._due.pop(arn, None)

    def _pump_all(self) -> None:
        for arn in list(self._due):
            self._pump(arn)

    async def _deliver(self, event: QueuedEvent) -> None:
        try:
            await self._process(event)
        except Exception:  # a mistake of ours is a system error: the event stays
            log.exception("event %s could not be processed", event.invocation.request_id)
            self._put_off(event)
        finally:
            self._running[event.arn] -= 1
            if not self._running[event.arn]:
                del self._running[event.arn]
            self._pump(event.arn)

    def _put_off(self, event: QueuedEvent) -> None:
        age_s = self._clock.now() - event.queued_at
        wait_s = retries.after_refusal(EventRules(), refusals=event.refusals, age_s=age_s)
        event.refusals += 1
        if event.condition is None and isinstance(wait_s, float):
            self._wait(event, wait_s)
        else:
            self._forget(event)

    async def _process(self, event: QueuedEvent) -> None:
        target = self._ports.target(event.invocation)
        if target is None:
            await self._end(event, None, "FunctionDeleted")
            return
        end = self._stopped(event, target) or await self._attempted(event, target)
        if isinstance(end, float):
            self._wait(event, end)
        else:
            await self._end(event, target, end)

    def _stopped(self, event: QueuedEvent, target: EventTarget) -> Condition | None:
        """Why the event may not run at all."""
        if target.function.reserved_concurrency == 0:
            return "ZeroReservedConcurrency"
        if target.rules.stops_loops and lineage.is_loop(event.invocation.trace_id, event.arn):
            self._ports.measure(event.invocation, "RecursiveInvocationsDropped", 1)
            return "RecursiveInvocation"
        return None

    async def _attempted(self, event: QueuedEvent, target: EventTarget) -> float | Condition:
        """Run it once; how it ended, or the seconds until the next try."""
        invocation = replace(event.invocation, function=target.function)
        attempt, reply = await self._try(event, invocation)
        event.attempts.append(attempt)
        age_s = self._clock.now() - event.queued_at
        if attempt.outcome == "throttled":
            self._windows.throttled(event.arn, self._running[event.arn])
        if reply is None:
            end = retries.after_refusal(target.rules, refusals=event.refusals, age_s=age_s)
            event.refusals += 1
            return end
        self._windows.ran(event.arn)
        event.reply, event.refusals = replace(reply, log_tail=b""), 0
        self._hold(event)
        if not reply.function_error:
            await self._duplicate(event, invocation)
            return "Success"
        end = retries.after_error(target.rules, retries=event.retries, age_s=age_s)
        event.retries += 1
        return end

    async def _try(
        self, event: QueuedEvent, invocation: Invocation, *, duplicate: bool = False
    ) -> tuple[EventAttempt, Reply | None]:
        """One attempt; no reply where nothing ran."""
        started, age_s = time.time(), max(0.0, self._clock.now() - event.queued_at)
        event.trying_since = started
        reply: Reply | None = None
        outcome: AttemptOutcome
        try:
            reply = await self._invoke(invocation)
        except Throttled as refusal:
            outcome, reason = "throttled", str(refusal.reason)
        except Exception as failure:
            log.exception("event %s met a fault of this cloud", invocation.request_id)
            outcome, reason = "system-error", type(failure).__name__
        else:
            outcome, reason = outcome_of(reply), reply.record.error_type or ""
            self._ports.measure(invocation, "AsyncEventAge", age_s * 1000)
        event.trying_since = None
        attempt = EventAttempt(
            started_at=started,
            ended_at=time.time(),
            outcome=outcome,
            waited_s=0.0 if duplicate else event.wait_s,
            age_s=age_s,
            reason=reason,
            environment_id=reply.record.environment_id if reply else "",
            duplicate=duplicate,
        )
        return attempt, reply

    async def _duplicate(self, event: QueuedEvent, invocation: Invocation) -> None:
        """Deliver it again, as a queue that delivers at least once may do; nothing hangs on how that ends."""
        if self._chance.random() < self.duplicates:
            attempt, _ = await self._try(event, invocation, duplicate=True)
            event.attempts.append(attempt)

    def _wait(self, event: QueuedEvent, wait_s: float) -> None:
        event.wait_s = wait_s
        event.next_at = time.time() + wait_s / self._clock.speed if self._clock.speed else None
        event.timer = self._clock.call_later(wait_s, lambda: self._enqueue(event))

    async def _end(self, event: QueuedEvent, target: EventTarget | None, condition: Condition) -> None:
        """The one end of an event."""
        event.condition = condition
        try:
            await conclude(event, condition, target, self._ports)
        finally:
            event.ended_at = time.time()
            self._forget(event)
        self._ports.ended(event.history())
