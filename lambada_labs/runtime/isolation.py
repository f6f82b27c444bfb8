"""How an execution environment gets a /tmp, a /var/task and an /opt of its own, and which way this machine permits."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lambada_labs.errors import BadInput, ToolMissing
from lambada_labs.runtime import mount_namespace
from lambada_labs.runtime.interpreters import own_python
from lambada_labs.runtime.runtime_folder import python_libraries

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
    the names of AWS. `runtime_root`, `task_source` and `opt_source` are where the kit itself
    reaches what the runtime sees as `runtime_dir`, `task_root` and `opt_root`.
    """

    task_root: str
    opt_root: str
    tmp: str
    runtime_dir: str
    runtime_root: Path
    task_source: Path
    opt_source: Path
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


class _Folders:
    """What both ways share: the folder of the runtimes, and in it the files that handlers may read."""

    def __init__(self, run_dir: Path) -> None:
        self.runtime_root = run_dir / "runtime"
        self.shared = self.runtime_root / "shared"
        self.empty = run_dir / "empty"

    def create(self) -> None:
        for folder in (self.shared, self.empty):
            folder.mkdir(parents=True, exist_ok=True)
        python_libraries(self.runtime_root, own_python())


class RemapIsolation:
    """Separate folders and a guard inside the runtime: needs no right, works on macOS."""

    name = "remap"

    def __init__(self, run_dir: Path, *, reason: str) -> None:
        self._folders = _Folders(run_dir)
        self._setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
        self.shared = self._folders.shared
        self.explanation = _REMAP.format(reason=reason)

    def prepare(self) -> None:
        """Create the folders that environments share."""
        self._folders.create()

    def paths(self, mounts: Mounts) -> SandboxPaths:
        """The real folders."""
        return SandboxPaths(
            task_root=str(mounts.task_root),
            opt_root=str(mounts.opt_root or self._folders.empty),
            tmp=str(mounts.tmp),
            runtime_dir=str(self._folders.runtime_root),
            runtime_root=self._folders.runtime_root,
            task_source=mounts.task_root,
            opt_source=mounts.opt_root or self._folders.empty,
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


class NamespaceIsolation:
    """A mount and a process namespace for each environment: its own /tmp, /var/task, /opt and /proc."""

    name = "namespaces"

    def __init__(self, run_dir: Path, *, as_user: bool) -> None:
        self._run_dir = run_dir
        self._folders = _Folders(run_dir)
        self._as_user = as_user
        self._tools = mount_namespace.find_tools()
        self.shared = self._folders.shared
        self.explanation = _NAMESPACES.format(who="a user namespace" if as_user else "root's rights")

    def prepare(self) -> None:
        """Move this process into a mount namespace; it must have one thread."""
        self._folders.create()
        stage = self._run_dir / "var"
        mount_namespace.enter(stage, self._folders.runtime_root, as_user=self._as_user)

    def paths(self, mounts: Mounts) -> SandboxPaths:
        """AWS's own."""
        return SandboxPaths(
            task_root=mount_namespace.TASK_ROOT,
            opt_root=mount_namespace.OPT,
            tmp=mount_namespace.TMP,
            runtime_dir=mount_namespace.RUNTIME_DIR,
            runtime_root=self._folders.runtime_root,
            task_source=mounts.task_root,
            opt_source=mounts.opt_root or self._folders.empty,
            remapped=False,
        )

    def command(self, argv: Sequence[str], mounts: Mounts) -> list[str]:
        """`argv` behind the programs that make the namespaces; ends when the cloud ends, however that happens."""
        return mount_namespace.command(
            argv,
            task=mounts.task_root,
            opt=mounts.opt_root or self._folders.empty,
            tmp=mounts.tmp,
            as_user=self._as_user,
            tools=self._tools,
        )

    def exit_status(self, returncode: int) -> tuple[int | None, int | None]:
        """The shell in between turned a signal into 128 + its number."""
        return mount_namespace.exit_status(returncode)

    def shared_path(self, name: str) -> str:
        """Under /var/runtime."""
        return f"{mount_namespace.RUNTIME_DIR}/shared/{name}"


_REMAP = (
    "remap, because {reason}. Python and Node handlers see /tmp, /var/task and /opt through a guard inside the "
    "runtime; programs they start, native code and custom runtimes see this machine's own /tmp, and find their "
    "files by LAMBDA_TASK_ROOT and TMPDIR. Processes of different environments can see each other."
)
_NAMESPACES = (
    "namespaces, by {who}: every execution environment has its own /tmp, /var/task, /opt and processes, and ends "
    "as a whole. Other folders of this machine can be read, the root file system cannot be written; /tmp is not "
    "limited in size."
)


def choose(run_dir: Path, prefer: str | None = None) -> Isolation:
    """The best isolation that this machine permits, or the one asked for.

    Raises:
        BadInput: the name is neither `namespaces` nor `remap`.
        ToolMissing: namespaces were asked for and this machine refuses them.
    """
    wanted = prefer or os.environ.get(CHOICE_VARIABLE) or ""
    if wanted not in ("", "namespaces", "remap"):
        raise BadInput(f"isolation {wanted!r}", "namespaces or remap", f"Correct or unset {CHOICE_VARIABLE}")
    if wanted == "remap":
        return RemapIsolation(run_dir, reason="it was asked for")
    as_user, reason = _permitted(run_dir)
    if as_user is not None:
        return NamespaceIsolation(run_dir, as_user=as_user)
    if wanted == "namespaces":
        raise ToolMissing(f"no namespaces: {reason}", "a host that permits them", f"Unset {CHOICE_VARIABLE}")
    return RemapIsolation(run_dir, reason=reason)


def _permitted(run_dir: Path) -> tuple[bool | None, str]:
    """Whether a user namespace is needed (None: nothing works), and the host's own words."""
    if sys.platform != "linux":
        return None, f"{sys.platform} has no mount namespaces"
    return mount_namespace.try_out(run_dir / "probe")
