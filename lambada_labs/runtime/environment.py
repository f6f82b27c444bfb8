"""One execution environment: Init, Invoke, freeze, reset after a failure, end.

AWS's rules: a failed Init is repeated once inside the first invocation, with the function's timeout;
a timeout, a crash or too much memory ends the runtime and keeps the environment with its `/tmp`;
the next invocation then initialises inside itself ("suppressed init"): its Duration holds that
Init, and its REPORT names no Init Duration.
Sources: Lambda execution environment lifecycle; Runtime Interface Emulator, rapid/handlers.go.
"""

from __future__ import annotations

import asyncio
import shutil
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lambada_labs.model import FunctionConfig, Invocation, LifeEvent, Phase, Reply
from lambada_labs.runtime import faults
from lambada_labs.runtime.environment_log import EnvironmentLog
from lambada_labs.runtime.faults import Fault
from lambada_labs.runtime.initialiser import InitFailed, Initialised, Initialiser
from lambada_labs.runtime.live_runtime import LiveRuntime, Place, RuntimeStarter
from lambada_labs.runtime.log_pipe import Record
from lambada_labs.runtime.log_text import platform_log
from lambada_labs.runtime.memory_watch import MemoryWatch
from lambada_labs.runtime.ports import ChunkSink, Ports
from lambada_labs.runtime.run import Run
from lambada_labs.runtime.session import Ending
from lambada_labs.runtime.settings import EngineSettings
from lambada_labs.runtime.start_slots import StartSlots


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What all execution environments of an engine share."""

    settings: EngineSettings
    ports: Ports
    starter: RuntimeStarter
    slots: StartSlots
    memory: MemoryWatch
    folder: Path


class Environment:
    """Runs one invocation at a time for one version of a function."""

    def __init__(self, function: FunctionConfig, kit: Kit) -> None:
        self.function = function
        self.id = uuid.uuid4().hex
        self.phase: Phase = "init"
        self.phase_since = time.time()
        self.last_used = time.monotonic()
        self.invocations = 0
        #: Set while a runtime that has answered does not ask for its next event.
        self.settling: asyncio.Task[None] | None = None
        self.log_stream = f"{time.strftime('%Y/%m/%d', time.gmtime())}/[{function.version}]{self.id}"
        self._kit = kit
        self._log = EnvironmentLog(self._write_logs)
        self._text = platform_log(function)
        self._runtime: LiveRuntime | None = None
        self._place = Place(environment_id=self.id, folder=kit.folder / self.id, log_stream=self.log_stream)
        self._init = Initialiser(
            function, self._place, starter=kit.starter, memory=kit.memory, log=self._log, text=self._text
        )
        self._fresh = True
        self._freezing: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The process at the root of its runtime, while one lives."""
        return self._runtime.process.pid if self._runtime is not None and self._runtime.alive else None

    @property
    def max_memory_used_mb(self) -> int:
        """The most that its present runtime held."""
        return self._runtime.memory.peak_mb if self._runtime is not None else 0

    async def invoke(self, invocation: Invocation, on_chunk: ChunkSink | None = None) -> Reply:
        """Run the handler once."""
        run = Run(invocation, on_chunk)
        self.invocations += 1
        fault = await self._ready(run)
        if fault is None and self._runtime is not None:
            fault = await self._work(run, self._runtime)
        return self._conclude(run, fault)

    async def end(self) -> None:
        """Kill the runtime, delete the folder."""
        if self.settling is not None:
            self.settling.cancel()
        if self._freezing is not None:
            self._freezing.cancel()
        await self._drop_runtime()
        self._log.flush()
        self._enter("killed")
        await asyncio.to_thread(shutil.rmtree, self._place.folder, ignore_errors=True)

    async def _ready(self, run: Run) -> Fault | None:
        """Have a runtime that waits for an event."""
        self._awake()
        if self._runtime is not None and self._runtime.alive:
            return None
        if self._fresh:
            failed = await self._first_init(run)
            if failed is None or failed.final:
                return self._cannot_run(run, failed)
        return await self._init_inside(run)

    async def _first_init(self, run: Run) -> InitFailed | None:
        self._fresh = False
        slot = await self._kit.slots.take()
        try:
            self._place.tmp.mkdir(parents=True)
            self._enter("init", run.request_id)
            self._log.platform(self._text.init_start(self.log_stream, time.time()), in_tail=False)
            result = await self._init.attempt(run.request_id, "init", self._kit.settings.init_timeout_s)
        finally:
            slot.release()
        if isinstance(result, InitFailed):
            return result
        run.init_ms = result.duration_ms
        self._runtime = result.runtime
        return None

    async def _init_inside(self, run: Run) -> Fault | None:
        """Init as a part of the invocation: after a failed one, or after a reset."""
        await self._drop_runtime()
        run.begin()
        self._enter("init", run.request_id)
        result = await self._init.attempt(run.request_id, "invoke", run.remaining_s())
        if isinstance(result, Initialised):
            self._runtime = result.runtime
            return None
        return self._cannot_run(run, result)

    def _cannot_run(self, run: Run, failed: InitFailed | None) -> Fault | None:
        if failed is None:
            return None
        run.begin()
        run.peak_mb = failed.peak_mb
        self._log.platform(self._text.start(run.invocation, run.started_at))
        return failed.fault

    async def _work(self, run: Run, runtime: LiveRuntime) -> Fault | None:
        """Hand over the event and wait for what comes of it."""
        loop = asyncio.get_running_loop()
        session = runtime.session
        run.begin()
        session.on_answer = lambda: self._answered(loop, runtime)
        ended = session.deliver(run.delivery())
        # All else is done while the runtime reads; nothing of it is heard before this task waits.
        self._enter("invoke", run.request_id)
        self._log.platform(self._text.start(run.invocation, run.started_at))
        timer = loop.call_later(run.remaining_s(), session.end, Ending.TIMED_OUT)
        self._kit.memory.add(runtime.memory)
        try:
            ending = await ended
        finally:
            timer.cancel()
            self._kit.memory.remove(runtime.memory)
        run.answer = session.answer
        return await self._after(run, runtime, ending)

    def _answered(self, loop: asyncio.AbstractEventLoop, runtime: LiveRuntime) -> None:
        # Done while the runtime reads that its answer has come, when nobody waits for us.
        loop.call_soon(runtime.memory.settle)
        loop.call_later(self._kit.settings.linger_s, self._linger, runtime, runtime.session.delivery)

    def _linger(self, runtime: LiveRuntime, delivery: object) -> None:
        if runtime.session.delivery is delivery:
            runtime.session.end(Ending.LINGERING)

    async def _after(self, run: Run, runtime: LiveRuntime, ending: Ending) -> Fault | None:
        runtime.pipe.drain()
        if ending is not Ending.READY:
            runtime.memory.begin()  # more time went by since the answer, or there was none
        within_memory = runtime.memory.settle() and ending is not Ending.OUT_OF_MEMORY
        run.peak_mb = runtime.memory.peak_mb
        if not within_memory:
            await self._drop_runtime()
            return faults.out_of_memory(run.request_id)
        if ending is Ending.TIMED_OUT:
            await self._drop_runtime()
            return faults.timed_out(run.request_id, self.function.timeout_s, time.time())
        if ending is Ending.EXITED:
            status = await self._drop_runtime()
            return None if run.answer is not None else faults.exited(run.request_id, *status)
        if ending is Ending.LINGERING:
            self.settling = asyncio.create_task(self._settle(runtime, run.remaining_s()))
        return None

    async def _settle(self, runtime: LiveRuntime, limit_s: float) -> None:
        """The caller has its answer; the runtime may work on until the function's timeout."""
        ended = runtime.session.watch()
        timer = asyncio.get_running_loop().call_later(limit_s, runtime.session.end, Ending.TIMED_OUT)
        try:
            ending = await ended
        finally:
            timer.cancel()
        if ending is not Ending.READY:
            await self._drop_runtime()
        self.settling = None
        self._rest()

    def _conclude(self, run: Run, fault: Fault | None) -> Reply:
        record = run.record(environment_id=self.id, log_stream=self.log_stream, fault=fault)
        answer = run.answer
        payload = fault.payload if fault is not None else answer.body if answer is not None else b""
        if fault is not None:
            self._log.platform(self._text.fault(fault.log))
        self._log.platform(self._text.end(record, len(payload)))
        self._log.platform(self._text.report(record))
        self._log.flush()
        self._kit.ports.record(record)
        if self.settling is None:
            self._rest()
        failed = fault is not None or (answer is not None and answer.failed)
        return Reply(
            record=record,
            payload=payload,
            function_error="Unhandled" if failed else None,
            log_tail=self._log.take_tail(),
        )

    def _rest(self) -> None:
        self.last_used = time.monotonic()
        if self._runtime is None:
            self._enter("killed")
        elif self._kit.settings.freeze and self._kit.settings.freeze_after_s:
            self._enter("idle")
            loop = asyncio.get_running_loop()
            self._freezing = loop.call_later(self._kit.settings.freeze_after_s, self._freeze, self._runtime)
        elif self._kit.settings.freeze:
            self._freeze(self._runtime)
        else:
            self._enter("idle")

    def _freeze(self, runtime: LiveRuntime) -> None:
        if runtime is self._runtime:
            runtime.process.freeze()
            self._enter("frozen")

    def _awake(self) -> None:
        """The environment is needed: it freezes no more, and thaws if it was frozen."""
        if self._freezing is not None:
            self._freezing.cancel()
            self._freezing = None
        if self._runtime is not None and self._runtime.alive:
            self._runtime.process.thaw()

    async def _drop_runtime(self) -> tuple[int | None, int | None]:
        """Kill what is left of the runtime; its exit status."""
        runtime, self._runtime = self._runtime, None
        return await runtime.close() if runtime is not None else (None, None)

    def _enter(self, phase: Phase, request_id: str | None = None) -> None:
        self.phase, self.phase_since = phase, time.time()
        self._kit.ports.life(
            LifeEvent(
                environment_id=self.id,
                function_name=self.function.name,
                function_version=self.function.version,
                phase=phase,
                at=self.phase_since,
                request_id=request_id,
            )
        )

    def _write_logs(self, events: Sequence[Record]) -> None:
        self._kit.ports.write_logs(self.function, self.log_stream, events)
