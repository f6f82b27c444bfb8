"""How an execution environment gets a /tmp, a /var/task and an /opt of its own, and which way this machine permits."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lambada_labs.errors import BadInput

#: Forces one of the two ways: `namespaces` or `remap`.
CHOICE_VARIABLE = "LAMBADA_ISOLATION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounts:
    """The folders on this machine that become `/var/task`, `/opt` and `/tmp` of one execution environment."""

    task_root: Path
    tmp: Path
    opt_root: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxPaths:
    """Where a started runtime finds its folders.

    `remapped` says that these are the real folders and that the runtime has to pretend
    the names of AWS. `runtime_root` is where the kit itself reaches what `runtime_dir` shows.
    """

    task_root: str
    opt_root: str
    tmp: str
    runtime_dir: str
    runtime_root: Path
    remapped: bool


class Isolation(Protocol):
    """One way to keep execution environments apart."""

    name: str
    explanation: str
    shared: Path

    def prepare(self) -> None:
        """Once for each cloud process, while it has one thread."""

    def paths(self, mounts: Mounts) -> SandboxPaths:
        """What a runtime started with these mounts sees."""

    def command(self, argv: Sequence[str], mounts: Mounts) -> list[str]:
        """The command line that runs `argv` inside."""

    def exit_status(self, returncode: int) -> tuple[int | None, int | None]:
        """`(exit code, None)` or `(None, signal)` of the runtime, from what its wrapper ended with."""

    def shared_path(self, name: str) -> str:
        """The path at which handlers read the file `name` of the folder `shared`."""


class RemapIsolation:
    """Separate folders and a guard inside the runtime: needs no right, works on macOS."""

    name = "remap"

    def __init__(self, run_dir: Path, *, reason: str = "") -> None:
        self.shared = run_dir / "shared"
        self._runtime_root = run_dir / "runtime"
        self._empty = run_dir / "empty"
        self._setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
        self.explanation = _REMAP_EXPLANATION.format(reason=reason or "it was asked for")

    def prepare(self) -> None:
        """Create the folders that environments share."""
        for folder in (self.shared, self._runtime_root, self._empty):
            folder.mkdir(parents=True, exist_ok=True)

    def paths(self, mounts: Mounts) -> SandboxPaths:
        """The real folders."""
        return SandboxPaths(
            task_root=str(mounts.task_root),
            opt_root=str(mounts.opt_root or self._empty),
            tmp=str(mounts.tmp),
            runtime_dir=str(self._runtime_root),
            runtime_root=self._runtime_root,
            remapped=True,
        )

    def command(self, argv: Sequence[str], mounts: Mounts) -> list[str]:  # noqa: ARG002
        """`argv`, tied to the life of the cloud where the machine can do that."""
        if self._setpriv is None:
            return list(argv)
        return [self._setpriv, "--pdeathsig", "KILL", "--", *argv]

    def exit_status(self, returncode: int) -> tuple[int | None, int | None]:
        """Nothing stands between: a negative code is a signal."""
        return (None, -returncode) if returncode < 0 else (returncode, None)

    def shared_path(self, name: str) -> str:
        """The real path."""
        return str(self.shared / name)


_REMAP_EXPLANATION = (
    "remap, because {reason}. Python and Node handlers see /tmp, /var/task and /opt through a guard inside the "
    "runtime; programs they start, native code and custom runtimes see this machine's own /tmp, and find their "
    "files by LAMBDA_TASK_ROOT and TMPDIR. Processes of different environments can see each other."
)


def choose(run_dir: Path, prefer: str | None = None) -> Isolation:
    """The best isolation that this machine permits, or the one asked for.

    Raises:
        BadInput: the name is neither `namespaces` nor `remap`.
    """
    wanted = prefer or os.environ.get(CHOICE_VARIABLE) or ""
    if wanted not in ("", "namespaces", "remap"):
        raise BadInput(f"isolation {wanted!r}", "namespaces or remap", f"Correct or unset {CHOICE_VARIABLE}")
    return RemapIsolation(run_dir)
