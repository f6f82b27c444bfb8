"""The door of this room: invocations in, replies out, and nothing left running when it stops."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from pathlib import Path

from lambada_labs.model import EventHistory, Invocation, Phase, Reply
from lambada_labs.runtime import strays
from lambada_labs.runtime.clock import Clock
from lambada_labs.runtime.environment import Environment, Kit
from lambada_labs.runtime.event_queue import EventQueue
from lambada_labs.runtime.events.ports import EventPorts
from lambada_labs.runtime.isolation import Isolation
from lambada_labs.runtime.live_runtime import RuntimeStarter
from lambada_labs.runtime.memory_watch import MemoryWatch
from lambada_labs.runtime.package import PackageStore
from lambada_labs.runtime.pool import Pool
from lambada_labs.runtime.ports import ChunkSink, Ports, Throttled, ThrottleReason
from lambada_labs.runtime.quota import Quota
from lambada_labs.runtime.run import throttled_record
from lambada_labs.runtime.runtime_api import RuntimeApi
from lambada_labs.runtime.settings import EngineSettings
from lambada_labs.runtime.start_slots import StartSlots
from lambada_labs.runtime.strays import Strays

__all__ = ["ChunkSink", "Engine", "EngineSettings", "EnvironmentView", "Ports", "ThrottleReason", "Throttled"]

_LONGEST_HOUSEKEEPING_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentView:
    """What can be seen of an execution environment from outside; times in seconds since the epoch."""

    environment_id: str
    function_name: str
    function_arn: str
    function_version: str
    log_stream: str
    phase: Phase
    since: float
    invocations: int
    memory_mb: int
    max_memory_used_mb: int
    pid: int | None


class Engine:
    """Runs functions in execution environments of this machine. One event loop, no thread of its own."""

    def __init__(
        self,
        *,
        packages: PackageStore,
        run_dir: Path,
        ports: Ports,
        settings: EngineSettings,
        isolation: Isolation,
        events: EventPorts | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._settings, self._ports = settings, ports
        self._api = RuntimeApi()
        self._quota = Quota(settings.account_concurrency)
        self.clock = clock or Clock()
        self._events = EventQueue(self.invoke, settings, clock=self.clock, ports=events)
        self._housekeeper: asyncio.Task[None] | None = None
        self._strays = Strays()
        starter = RuntimeStarter(
            packages=packages, isolation=isolation, api=self._api, ports=ports, strays=self._strays
        )
        self._pool = Pool(
            Kit(
                settings=settings,
                ports=ports,
                starter=starter,
                slots=StartSlots(settings.cold_starts_at_once),
                memory=MemoryWatch(settings.sampling_s),
                folder=run_dir / "environments",
            )
        )

    async def start(self) -> None:
        """Open the Runtime API."""
        strays.adopt()
        await self._api.start()
        self._housekeeper = asyncio.create_task(self._keep_house())

    async def stop(self) -> None:
        """End everything; when this returns no process of ours runs."""
        if self._housekeeper is not None:
            self._housekeeper.cancel()
        await self._events.stop()
        self.clock.close()
        await self._pool.stop()
        await self._api.stop()

    async def invoke(self, invocation: Invocation, *, on_chunk: ChunkSink | None = None) -> Reply:
        """Run a function once and wait for it.

        A streamed response goes to `on_chunk` piece by piece (and is then missing from the reply's
        payload); so does, in one piece, the response of a function that does not stream.

        Raises:
            Throttled: a concurrency limit refuses it; nothing ran.
        """
        try:
            account = self._quota.take(invocation.function)
        except Throttled:
            self._ports.record(throttled_record(invocation, time.time()))
            raise
        try:
            environment = await self._pool.take(invocation.function)
            return await self._run(environment, invocation, on_chunk)
        finally:
            self._quota.give_back(account)

    async def _run(
        self, environment: Environment, invocation: Invocation, on_chunk: ChunkSink | None
    ) -> Reply:
        try:
            reply = await environment.invoke(invocation, on_chunk)
        except BaseException:  # cancelled, or a mistake of ours: nobody knows what it does now
            self._pool.end(environment)
            raise
        self._pool.give_back(environment)
        if on_chunk is None or reply.function_error or not reply.payload:
            return reply
        await on_chunk(reply.payload)
        return replace(reply, payload=b"")

    def submit(self, invocation: Invocation) -> None:
        """Queue an event for asynchronous invocation.

        Raises:
            Throttled: too many events wait; it was not accepted.
        """
        self._events.submit(invocation)

    def events(self) -> list[EventHistory]:
        """The events that have not ended, oldest first."""
        return self._events.histories()

    @property
    def events_waiting(self) -> int:
        """How many events have not ended."""
        return len(self._events)

    def duplicate_events(self, share: float) -> None:
        """From now on deliver this share (0 to 1) of the events once more after they succeeded."""
        self._events.duplicates = share

    async def retire(self, function_arn: str, version: str | None = None) -> None:
        """Code or configuration changed, or the function is gone: its environments are of no more use."""
        await self._pool.retire(function_arn, version)

    def reserve(self, function_arn: str, concurrency: int | None) -> None:
        """Tell the account's quota of a function's reserved concurrency before its next invocation does."""
        self._quota.reserve(function_arn, concurrency)

    def environments(self) -> list[EnvironmentView]:
        """All execution environments that live now."""
        return [_view(environment) for environment in self._pool.environments()]

    async def _keep_house(self) -> None:
        pause_s = min(_LONGEST_HOUSEKEEPING_S, self._settings.idle_expiry_s / 2)
        while True:
            await asyncio.sleep(pause_s)
            self._pool.expire()
            self._strays.bury()


def _view(environment: Environment) -> EnvironmentView:
    function = environment.function
    return EnvironmentView(
        environment_id=environment.id,
        function_name=function.name,
        function_arn=function.arn,
        function_version=function.version,
        log_stream=environment.log_stream,
        phase=environment.phase,
        since=environment.phase_since,
        invocations=environment.invocations,
        memory_mb=function.memory_mb,
        max_memory_used_mb=environment.max_memory_used_mb,
        pid=environment.pid,
    )
