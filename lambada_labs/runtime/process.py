"""One runtime process and everything it starts: spawn, freeze, kill, and find again after a crash."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lambada_labs.runtime import process_tree, strays
from lambada_labs.runtime.strays import Strays

#: The program that makes namespaces; it and the shell below it are not the function's.
_NAMESPACE_MAKER = "unshare"
#: Processes outside a frozen group are looked for this much later: a warm call need not pay for it.
_LOOK_AFTER_S = 0.05
_POLL_S = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class SpawnPlan:
    """What to start, where, with which variables, and which descriptor takes its output."""

    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    output: int
    environment_id: str
    pid_file: Path


class RuntimeProcess:
    """A runtime in a session of its own. `exited` holds the raw return code once it is over."""

    def __init__(self, plan: SpawnPlan, known: Strays) -> None:
        self._loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[int] = self._loop.create_future()
        self.frozen = False
        self._plan, self._strays = plan, known
        self._outside: list[int] = []
        self._look: asyncio.TimerHandle | None = None
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
        known.roots.add(self.pid)
        plan.pid_file.write_text(f"{self.pid} {process_tree.born(self.pid) or ''}\n", "ascii")
        self._watch()

    def freeze(self) -> None:
        """Stop every process of the tree where it stands."""
        self.frozen = True
        self._signal(signal.SIGSTOP, self._outside)
        if self._look is None:
            self._look = self._loop.call_later(_LOOK_AFTER_S, self._freeze_outside)

    def thaw(self) -> None:
        """Let the tree go on."""
        if self.frozen:
            self.frozen = False
            self._signal(signal.SIGCONT, self._outside)

    def members(self) -> list[int]:
        """The runtime and what it started, without what isolates it."""
        below = process_tree.descendants(self.pid)
        if below and process_tree.command_name(self.pid) == _NAMESPACE_MAKER:
            return below[1:] or below
        return [self.pid, *below, *self._strays.of(self._plan.environment_id)]

    async def kill(self) -> int:
        """End every process of the tree; the raw return code, when all of them are gone."""
        condemned: dict[int, str] = {}
        if self._look is not None:
            self._look.cancel()
        while True:
            everyone = self._everyone()
            condemned |= {pid: born for pid in everyone if (born := process_tree.born(pid))}
            self._signal(signal.SIGKILL, everyone)
            alive = [pid for pid, born in condemned.items() if process_tree.born(pid) == born]
            if self.exited.done() and not alive:
                break
            await asyncio.wait([self.exited], timeout=_POLL_S)
            if self.exited.done() and alive:
                await asyncio.sleep(_POLL_S)
        self._plan.pid_file.unlink(missing_ok=True)
        self._strays.roots.discard(self.pid)
        return self.exited.result()

    def _everyone(self) -> list[int]:
        below = process_tree.descendants(self.pid) if not self.exited.done() else []
        return [*below, *self._strays.of(self._plan.environment_id)]

    def _freeze_outside(self) -> None:
        self._look = None
        if self.frozen and not self.exited.done():
            self._outside = [pid for pid in self._everyone() if _group(pid) != self.pid]
            _send(signal.SIGSTOP, self._outside)

    def _signal(self, number: int, others: Iterable[int]) -> None:
        if not self.exited.done():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)
        _send(number, others)

    def _watch(self) -> None:
        if hasattr(os, "pidfd_open"):
            descriptor = os.pidfd_open(self.pid)
            self._loop.add_reader(descriptor, self._reap, descriptor)
        else:
            threading.Thread(target=self._wait_in_thread, daemon=True).start()

    def _reap(self, descriptor: int) -> None:
        self._loop.remove_reader(descriptor)
        os.close(descriptor)
        self._ended(self._popen.wait())

    def _wait_in_thread(self) -> None:
        code = self._popen.wait()
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._ended, code)

    def _ended(self, code: int) -> None:
        if not self.exited.done():
            self.exited.set_result(code)


def _send(number: int, pids: Iterable[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except OSError:
        return 0


def sweep(run_dir: Path, *, patience_s: float = 5.0) -> list[int]:
    """Kill what a cloud that died without goodbye left running under `run_dir`, and delete its folders.

    Returns the pids that were found. Call it before an engine starts there. A pid file counts only
    where the process of that number was born when the file says so.
    """
    folders = [folder for folder in run_dir.glob("environments/*") if folder.is_dir()]
    found: set[int] = set()
    deadline = time.monotonic() + patience_s
    while (orphans := _orphans(folders)) and time.monotonic() < deadline:
        found |= orphans
        _send(signal.SIGKILL, orphans)
        time.sleep(_POLL_S)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return sorted(found)


def _orphans(folders: Sequence[Path]) -> set[int]:
    """Living processes of these environments."""
    roots = {pid for folder in folders if (pid := _recorded(folder / "pid"))}
    trees = {pid for root in roots for pid in (root, *process_tree.descendants(root))}
    marked = strays.everywhere([folder.name for folder in folders]) if folders else []
    return {pid for pid in (*trees, *marked) if process_tree.born(pid) is not None}


def _recorded(pid_file: Path) -> int | None:
    try:
        pid, _, born = pid_file.read_text("ascii").strip().partition(" ")
    except OSError:
        return None
    return int(pid) if born and process_tree.born(int(pid)) == born else None
