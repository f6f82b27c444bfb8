"""Processes that left their tree when their parent ended, and belong to an environment all the same.

On Linux this process adopts them (it is their "subreaper"); they are known by the environment's id,
which every process of a runtime inherits in `AWS_LAMBDA_LOG_STREAM_NAME`. In a process namespace
nobody can leave, so that nothing is ever found there.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterable

from lambada_labs.runtime import process_tree

_PR_SET_CHILD_SUBREAPER = 36


def adopt() -> None:
    """From now on orphans of our children become children of ours."""
    if process_tree.LINUX:
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Strays:
    """Looks among our adopted children. `roots` are the processes that the engine started itself."""

    def __init__(self) -> None:
        self.roots: set[int] = set()
        self._dead: set[int] = set()

    def of(self, environment_id: str) -> list[int]:
        """Adopted processes of this environment that live."""
        return [pid for pid in self._adopted() if mentions(pid, [environment_id])]

    def bury(self) -> None:
        """Collect adopted processes that have ended.

        What this process runs for other purposes is waited for by whoever started it: only what was
        already dead the last time is nobody's.
        """
        dead = {pid for pid in self._adopted() if process_tree.born(pid) is None}
        for pid in dead & self._dead:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        self._dead = dead

    def _adopted(self) -> set[int]:
        # Linux gives orphans to the main thread of the process that adopts them.
        mine = process_tree.children_of_thread(os.getpid(), os.getpid()) if process_tree.LINUX else []
        return set(mine) - self.roots


def mentions(pid: int, environment_ids: Iterable[str]) -> bool:
    """Whether a process was started with one of these ids in its variables."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:  # noqa: PTH123
            variables = file.read()
    except OSError:
        return False
    return any(one.encode() in variables for one in environment_ids)


def everywhere(environment_ids: Iterable[str]) -> list[int]:
    """All processes of this machine, as far as we may look, that belong to one of these environments."""
    if not process_tree.LINUX:
        return []
    ids = list(environment_ids)
    pids = (int(name) for name in os.listdir("/proc") if name.isdigit())  # noqa: PTH208
    return [pid for pid in pids if pid != os.getpid() and mentions(pid, ids)]
