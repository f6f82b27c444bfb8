"""The Init phase of one execution environment: start the runtime, wait until it asks for an event, report."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from lambada_labs.model import FunctionConfig
from lambada_labs.runtime import faults
from lambada_labs.runtime.environment_log import EnvironmentLog
from lambada_labs.runtime.faults import Fault
from lambada_labs.runtime.launch import RuntimeUnavailable
from lambada_labs.runtime.live_runtime import LiveRuntime, Place, RuntimeStarter
from lambada_labs.runtime.log_text import InitPhase, InitReport, PlatformLog
from lambada_labs.runtime.memory_watch import MemoryWatch
from lambada_labs.runtime.session import Ending, Session

_INVALID_ENTRYPOINT = "Runtime.InvalidEntrypoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Initialised:
    """A runtime that waits for its first event, and how long it took to get there (milliseconds)."""

    runtime: LiveRuntime
    duration_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InitFailed:
    """Why there is no runtime. `final`: trying again cannot help. `peak_mb` as measured."""

    fault: Fault
    peak_mb: int = 1
    final: bool = False


class Initialiser:
    """Attempts at Init for one environment."""

    def __init__(
        self,
        function: FunctionConfig,
        place: Place,
        *,
        starter: RuntimeStarter,
        memory: MemoryWatch,
        log: EnvironmentLog,
        text: PlatformLog,
    ) -> None:
        self._function, self._place = function, place
        self._starter, self._memory = starter, memory
        self._log, self._text = log, text

    async def attempt(self, request_id: str, phase: InitPhase, limit_s: float) -> Initialised | InitFailed:
        """One attempt that may take `limit_s`; logs how it went."""
        began = time.perf_counter()
        session = Session()
        ended = session.watch()
        try:
            runtime = await self._starter.start(
                self._function, self._place, session=session, sink=self._log.output
            )
        except RuntimeUnavailable as missing:
            return self._cannot_start(request_id, phase, missing.error_type, str(missing))
        except OSError as problem:
            return self._cannot_start(request_id, phase, _INVALID_ENTRYPOINT, str(problem))
        ending = await self._wait(runtime, ended, limit_s)
        duration_ms = (time.perf_counter() - began) * 1000
        outcome = Initialised(runtime=runtime, duration_ms=duration_ms)
        if ending is Ending.READY:
            self._report(duration_ms, phase, fault=None)
            return outcome
        failed = await self._failed(request_id, runtime, ending)
        self._report(duration_ms, phase, fault=failed.fault)
        return failed

    def _cannot_start(self, request_id: str, phase: InitPhase, error_type: str, text: str) -> InitFailed:
        fault = faults.cannot_start(request_id, error_type, text)
        # AWS never lacks a runtime, so that it has no INIT_REPORT and no second attempt for that.
        final = error_type != _INVALID_ENTRYPOINT
        if not final:
            self._report(0.0, phase, fault=fault)
        return InitFailed(fault=fault, final=final)

    async def _wait(self, runtime: LiveRuntime, ended: asyncio.Future[Ending], limit_s: float) -> Ending:
        timer = asyncio.get_running_loop().call_later(limit_s, runtime.session.end, Ending.TIMED_OUT)
        self._memory.add(runtime.memory)
        try:
            return await ended
        except BaseException:
            await runtime.close()
            raise
        finally:
            timer.cancel()
            self._memory.remove(runtime.memory)

    async def _failed(self, request_id: str, runtime: LiveRuntime, ending: Ending) -> InitFailed:
        if ending is Ending.INIT_ERROR:
            await runtime.last_words()
        status = await runtime.close()
        fault = self._fault(request_id, runtime, ending, status)
        return InitFailed(fault=fault, peak_mb=runtime.memory.peak_mb)

    def _fault(
        self, request_id: str, runtime: LiveRuntime, ending: Ending, status: tuple[int | None, int | None]
    ) -> Fault:
        answer = runtime.session.answer
        if ending is Ending.INIT_ERROR and answer is not None:
            return faults.init_failed(answer.body, answer.error_type or "Runtime.Unknown")
        if ending is Ending.TIMED_OUT:
            return faults.timed_out(request_id, self._function.timeout_s, time.time())
        if ending is Ending.OUT_OF_MEMORY:
            return faults.out_of_memory(request_id)
        return faults.exited(request_id, *status)

    def _report(self, duration_ms: float, phase: InitPhase, fault: Fault | None) -> None:
        status = "success" if fault is None else fault.status
        report = InitReport(
            at=time.time(),
            duration_ms=duration_ms,
            phase=phase,
            status=status,
            error_type=None if fault is None else fault.error_type,
        )
        self._log.platform(self._text.init_report(report))
