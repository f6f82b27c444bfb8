"""Whether a package or a layer brings a `bootstrap`, and why one that it brings could not be executed."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

from lambada_labs.runtime.isolation import SandboxPaths
from lambada_labs.runtime.unavailable import InvalidEntrypoint

NAME = "bootstrap"
ELF, SCRIPT = b"\x7fELF", b"#!"
_HEAD_BYTES = 256
_ELF_MACHINE = slice(18, 20)
#: e_machine of an ELF header, little endian.
_MACHINES = {"x86_64": b"\x3e\x00", "aarch64": b"\xb7\x00", "arm64": b"\xb7\x00"}


def find(paths: SandboxPaths) -> str | None:
    """The path of the function's own `bootstrap` as its environment sees it: the package's before a layer's."""
    task = (paths.task_source, paths.task_root, "/var/task")
    opt = (paths.opt_source, paths.opt_root, "/opt")
    for source, seen, name in (task, opt):
        if (source / NAME).is_file():
            _check(source / NAME, seen=f"{name}/{NAME}")
            return f"{seen}/{NAME}"
    return None


def missing() -> InvalidEntrypoint:
    """What AWS answers where neither the package nor a layer has one."""
    return InvalidEntrypoint(
        f"Couldn't find valid bootstrap(s): [/var/task/{NAME} /opt/{NAME}]",
        f"Put an executable file named {NAME} at the top of the zip",
    )


def _check(file: Path, *, seen: str) -> None:
    """Raises InvalidEntrypoint with the words of the system call that would fail."""
    if not os.access(file, os.X_OK):
        raise InvalidEntrypoint(f"fork/exec {seen}: permission denied", f"chmod 755 {NAME} before you zip it")
    with file.open("rb") as opened:
        head = opened.read(_HEAD_BYTES)
    if head.startswith(SCRIPT):
        _check_script(head, seen=seen)
    elif sys.platform == "linux" and not _runs_here(head):
        todo = "Begin a script with #!/bin/sh; compile a program for this machine's processor"
        raise InvalidEntrypoint(f"fork/exec {seen}: exec format error", todo)


def _check_script(head: bytes, *, seen: str) -> None:
    words = head.splitlines(keepends=True)[0].removesuffix(b"\n")[len(SCRIPT) :].split(b" ")
    program = next((word for word in words if word), b"")
    if program.endswith(b"\r") or not Path(os.fsdecode(program)).exists():
        todo = f"{os.fsdecode(program)!r} is not on this machine; save the script with Unix line ends"
        raise InvalidEntrypoint(f"fork/exec {seen}: no such file or directory", todo)


def _runs_here(head: bytes) -> bool:
    machine = _MACHINES.get(platform.machine())
    return head.startswith(ELF) and (machine is None or head[_ELF_MACHINE] == machine)
