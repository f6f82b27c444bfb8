"""A started runtime: its process, log pipe and side of the Runtime API, which live and end together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lambada_labs.model import FunctionConfig
from lambada_labs.runtime.isolation import Isolation, Mounts
from lambada_labs.runtime.launch import LaunchPlan, launch
from lambada_labs.runtime.log_pipe import LogPipe, Record
from lambada_labs.runtime.memory_watch import MemoryUse
from lambada_labs.runtime.package import PackageStore
from lambada_labs.runtime.ports import Ports
from lambada_labs.runtime.process import RuntimeProcess, SpawnPlan
from lambada_labs.runtime.runtime_api import RuntimeApi
from lambada_labs.runtime.session import Ending, Session
from lambada_labs.runtime.strays import Strays

_LOG = logging.getLogger(__name__)
_LOG_CHANNEL = "_LAMBDA_TELEMETRY_LOG_FD"
#: Their clients write framed records; others write text to standard output.
_FRAMING_RUNTIMES = ("python", "nodejs")
#: A runtime that reported its init error ends by itself, after its last words.
_LAST_WORDS_S = 0.5


class LiveRuntime:
    """What the environment holds while a runtime lives."""

    def __init__(
        self,
        *,
        session: Session,
        pipe: LogPipe,
        process: RuntimeProcess,
        starter: RuntimeStarter,
        memory_mb: int,
    ) -> None:
        self.session, self.pipe, self.process = session, pipe, process
        self.memory = MemoryUse(process, memory_mb, lambda: session.end(Ending.OUT_OF_MEMORY))
        self._starter = starter
        process.exited.add_done_callback(self._ended)

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return not self.process.exited.done()

    async def last_words(self) -> None:
        """Let a runtime that gave up write what it still has to say."""
        await asyncio.wait([self.process.exited], timeout=_LAST_WORDS_S)

    async def close(self) -> tuple[int | None, int | None]:
        """Kill the whole tree, take the rest of its log; exit code or signal of the runtime."""
        code = await self.process.kill()
        self.pipe.close()
        self._starter.api.close(self.session)
        return self._starter.isolation.exit_status(code)

    def _ended(self, _: asyncio.Future[int]) -> None:
        self.session.end(Ending.EXITED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeStarter:
    """Everything that it takes to start a runtime for any function."""

    packages: PackageStore
    isolation: Isolation
    api: RuntimeApi
    ports: Ports
    strays: Strays

    async def start(
        self,
        function: FunctionConfig,
        place: Place,
        *,
        session: Session,
        sink: Callable[[list[Record]], None],
    ) -> LiveRuntime:
        """Start the runtime of `function`.

        Raises:
            RuntimeUnavailable: this machine lacks what it needs.
            OSError: what should be run is no program.
        """
        address = self.api.open(session)
        pipe = LogPipe(sink)
        try:
            process = await self._spawn(function, place, address=address, output=pipe.writing)
        except BaseException:
            pipe.close()
            self.api.close(session)
            raise
        finally:
            pipe.close_writing()
        return LiveRuntime(
            session=session, pipe=pipe, process=process, starter=self, memory_mb=function.memory_mb
        )

    async def _spawn(
        self, function: FunctionConfig, place: Place, *, address: str, output: int
    ) -> RuntimeProcess:
        variables = dict(self.ports.credentials(function, place.environment_id))
        if function.runtime.startswith(_FRAMING_RUNTIMES):
            variables[_LOG_CHANNEL] = str(output)
        # Merged layers, libraries of a new interpreter: the first start may write thousands of files.
        loop = asyncio.get_running_loop()
        work = partial(self._plan, function, place, address=address, variables=variables)
        plan, mounts = await loop.run_in_executor(None, work)
        if plan.note:
            _LOG.info("%s: %s", function.qualified_arn, plan.note)
        return RuntimeProcess(
            SpawnPlan(
                argv=self.isolation.command(plan.argv, mounts),
                env=plan.env,
                cwd=Path(plan.cwd),
                output=output,
                environment_id=place.environment_id,
                pid_file=place.folder / "pid",
            ),
            self.strays,
        )

    def _plan(
        self, function: FunctionConfig, place: Place, *, address: str, variables: dict[str, str]
    ) -> tuple[LaunchPlan, Mounts]:
        mounts = Mounts(
            task_root=self.packages.get(function.code_sha256).root,
            opt_root=self.packages.opt_root(function.layers) if function.layers else None,
            tmp=place.tmp,
        )
        paths = self.isolation.paths(mounts)
        plan = launch(function, paths, runtime_api=address, log_stream=place.log_stream, variables=variables)
        return plan, mounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an execution environment lives: its folder, its `/tmp`, its log stream."""

    environment_id: str
    folder: Path
    log_stream: str

    @property
    def tmp(self) -> Path:
        """What the handler sees as `/tmp`."""
        return self.folder / "tmp"
