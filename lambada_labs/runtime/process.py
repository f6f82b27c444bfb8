"""One runtime process and everything it starts: spawn, freeze, kill, and find again after a crash."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lambada_labs.runtime import process_tree

#: Programs that stand between us and the runtime; their own memory is not the function's.
_WRAPPERS = frozenset({"unshare", "setpriv", "sh"})
_KILL_ROUNDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SpawnPlan:
    """What to start, where, with which variables, and which descriptor takes its output."""

    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    output: int
    pid_file: Path


class RuntimeProcess:
    """A runtime in a session of its own. `exited` holds the raw return code once it is over."""

    def __init__(self, plan: SpawnPlan) -> None:
        loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[int] = loop.create_future()
        self.frozen = False
        self._others: list[int] = []
        self._popen = subprocess.Popen(
            list(plan.argv),
            cwd=plan.cwd,
            env=dict(plan.env),
            stdin=subprocess.DEVNULL,
            stdout=plan.output,
            stderr=plan.output,
            pass_fds=(plan.output,),
            start_new_session=True,
        )
        self.pid = self._popen.pid
        self._pid_file = plan.pid_file
        plan.pid_file.write_text(f"{self.pid} {process_tree.born(self.pid) or ''}\n", "ascii")
        self._watch(loop)

    def freeze(self) -> None:
        """Stop every process of the tree where it stands."""
        self.frozen = True
        self._others = self._outside_group()
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the tree go on."""
        self.frozen = False
        self._signal(signal.SIGCONT)

    def members(self) -> list[int]:
        """The runtime and what it started, without the program that isolates it."""
        below = process_tree.descendants(self.pid)
        if below and process_tree.command_name(self.pid) in _WRAPPERS:
            return below
        return [self.pid, *below]

    async def kill(self) -> int:
        """End every process of the tree, and return the raw return code when the runtime is gone."""
        for _ in range(_KILL_ROUNDS):
            self._others = self._outside_group()
            self._signal(signal.SIGKILL)
            if self.exited.done() and not self._others:
                break
            await asyncio.wait([self.exited], timeout=0.05)
        self._pid_file.unlink(missing_ok=True)
        return await asyncio.shield(self.exited)

    def _outside_group(self) -> list[int]:
        return [pid for pid in process_tree.descendants(self.pid) if _group(pid) != self.pid]

    def _signal(self, number: int) -> None:
        if not self.exited.done():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)
        for pid in self._others:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        if hasattr(os, "pidfd_open"):
            descriptor = os.pidfd_open(self.pid)
            loop.add_reader(descriptor, self._reap, loop, descriptor)
        else:
            threading.Thread(target=self._wait_in_thread, args=(loop,), daemon=True).start()

    def _reap(self, loop: asyncio.AbstractEventLoop, descriptor: int) -> None:
        loop.remove_reader(descriptor)
        os.close(descriptor)
        self._ended(self._popen.wait())

    def _wait_in_thread(self, loop: asyncio.AbstractEventLoop) -> None:
        code = self._popen.wait()
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(self._ended, code)

    def _ended(self, code: int) -> None:
        if not self.exited.done():
            self.exited.set_result(code)


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except OSError:
        return 0


def sweep(run_dir: Path) -> list[int]:
    """Kill what a cloud that died without goodbye left running under `run_dir`; the pids that were found.

    A pid file counts only where the process with that number was born when the file says so.
    """
    found = []
    for file in sorted(run_dir.glob("environments/*/pid")):
        pid, _, born = file.read_text("ascii").strip().partition(" ")
        if born and process_tree.born(int(pid)) == born:
            found.append(int(pid))
            _kill_orphan(int(pid))
        file.unlink(missing_ok=True)
    return found


def _kill_orphan(pid: int) -> None:
    for member in [*process_tree.descendants(pid), pid]:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(member, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
