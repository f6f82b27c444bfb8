"""An event queue with a clock turned by hand, a handler made of a list of fates, and lists for what it tells."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Iterable

from lambada_labs.model import EventHistory, FunctionConfig, Invocation, InvocationRecord, Reply
from lambada_labs.runtime.clock import Clock
from lambada_labs.runtime.event_queue import EventQueue
from lambada_labs.runtime.events.ports import DeliveryFailed, EventRules, EventTarget, Parcel
from lambada_labs.runtime.ports import Throttled
from lambada_labs.runtime.settings import EngineSettings

FUNCTION = FunctionConfig(
    account_id="123456789012",
    region="us-east-1",
    name="f",
    handler="h.h",
    runtime="python3.12",
    role_arn="arn:aws:iam::123456789012:role/r",
    code_sha256="",
)
BEGAN = 1_800_000_000.0
Fate = Exception | tuple[str, bytes] | None


def event(
    name: str = "r-1", *, function: FunctionConfig = FUNCTION, payload: bytes = b'{"n": 1.50}', **more
) -> Invocation:
    return Invocation(
        function=function,
        event=payload,
        request_id=name,
        invoked_arn=function.arn,
        accepted_at=BEGAN,
        type="Event",
        **more,
    )


def error(kind: str = "Exception", text: str = "intentional failure") -> Fate:
    return kind, f'{{"errorMessage": "{text}", "errorType": "{kind}"}}'.encode()


def throttle() -> Fate:
    return Throttled("ConcurrentInvocationLimitExceeded")


def answer() -> Fate:
    return None


class Failure:
    @staticmethod
    def of(chance: random.Random, *, errors: float, throttles: float, faults: float) -> Fate:
        """Throttled, broken by the system, failed or well, at random."""
        drawn = chance.random()
        if drawn < throttles:
            return throttle()
        if drawn < throttles + faults:
            return RuntimeError("ours")
        return error() if chance.random() < errors else None


class Room:
    """What is tried at which second (`tries`), how events end (`ends`), what is sent (`sent`), what is counted."""

    def __init__(
        self,
        fates: Iterable[Fate] = (),
        *,
        fate: Callable[[Invocation], Fate] | None = None,
        rules: EventRules | None = None,
        refusing: Iterable[str] = (),
        breaking: Iterable[str] = (),
        takes_s: float = 0,
        limit: int = 1_000_000,
        chance: random.Random | None = None,
        **settings,
    ) -> None:
        left = list(fates)
        self._fate = fate or (lambda _: left.pop(0) if left else None)
        self._rules, self._function, self._gone = rules or EventRules(), None, False
        self._refusing, self._breaking, self._takes_s = set(refusing), set(breaking), takes_s
        self._limit = limit
        self.began = BEGAN
        self.clock = Clock(speed=0, start=BEGAN)
        self.tries: list[tuple[str, float]] = []
        self.sent: list[Parcel] = []
        self.measured: dict[str, list[float]] = defaultdict(list)
        self.histories: dict[str, EventHistory] = {}
        self.endings = self.running = self.most_at_once = 0
        self._planned: list[tuple[float, Callable[[], None]]] = []
        self.queue = EventQueue(
            self._invoke,
            EngineSettings(**{"event_pace_s": 0, **settings}),
            clock=self.clock,
            ports=self,
            chance=chance,
        )

    @property
    def ends(self) -> dict[str, str]:
        return {name: history.condition for name, history in self.histories.items()}

    @property
    def targets(self) -> set[str]:
        return {parcel.target for parcel in self.sent}

    def at(self, seconds: float, call: Callable[[], None]) -> None:
        self._planned.append((seconds, call))

    def change(self, function: FunctionConfig | None) -> None:
        self._function, self._gone = function, function is None

    def obey(self, rules: EventRules) -> None:
        self._rules = rules

    def run(self, *events: Invocation) -> Room:
        """Submit them all at second 0 and turn the clock until nothing waits."""

        async def story() -> None:
            for seconds, call in self._planned:
                self.clock.call_later(seconds, call)
            for one in events:
                self.queue.submit(one)
            await self.until_empty()

        asyncio.run(asyncio.wait_for(story(), 120))
        return self

    async def until_empty(self) -> None:
        await self.settled()
        while len(self.queue) and self.clock.turn_to_next():
            await self.settled()

    async def settled(self) -> None:
        """Until every task that can go on has done so."""
        while deliveries := self.queue.deliveries:
            await asyncio.wait(deliveries)

    # The ports.

    def target(self, invocation: Invocation) -> EventTarget | None:
        if self._gone:
            return None
        return EventTarget(function=self._function or invocation.function, rules=self._rules)

    async def deliver(self, parcel: Parcel) -> None:
        await asyncio.sleep(0)
        if parcel.target in self._refusing:
            raise DeliveryFailed("no such target")
        if parcel.target in self._breaking:
            raise KeyError(parcel.target)
        self.sent.append(parcel)

    def measure(self, invocation: Invocation, metric: str, value: float) -> None:
        self.measured[metric].append(round(value))

    def ended(self, history: EventHistory) -> None:
        self.endings += 1
        self.histories[history.request_id] = history

    async def _invoke(self, invocation: Invocation) -> Reply:
        self.tries.append((invocation.request_id, self.clock.now() - BEGAN))
        if self.running >= self._limit:
            raise throttle()
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        self.clock.turn(self._takes_s)
        fate = self._fate(invocation)
        if isinstance(fate, Exception):
            raise fate
        return reply(invocation, *(fate or ("", b'"well"')))


def reply(invocation: Invocation, error_type: str = "", payload: bytes = b'"well"') -> Reply:
    """What a handler answered; an error where `error_type` says so."""
    function = invocation.function
    record = InvocationRecord(
        request_id=invocation.request_id,
        function_name=function.name,
        function_version=function.version,
        function_arn=function.arn,
        environment_id="e",
        log_group="",
        log_stream="",
        accepted_at=BEGAN,
        started_at=BEGAN,
        ended_at=BEGAN,
        duration_ms=1,
        billed_ms=1,
        memory_mb=128,
        max_memory_used_mb=1,
        outcome="error" if error_type else "success",
        error_type=error_type or None,
    )
    return Reply(record=record, payload=payload, function_error="Unhandled" if error_type else None)
