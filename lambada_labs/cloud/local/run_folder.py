"""The folder of one running cloud, and the sweep of what earlier clouds left: processes first, then files."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
from pathlib import Path

from lambada_labs.runtime.process import sweep

log = logging.getLogger(__name__)


def create(parent: Path, name: str) -> Path:
    """A fresh folder for this cloud; what other clouds of this user left beside it is ended and removed."""
    parent.mkdir(mode=0o700, exist_ok=True)
    clear(parent)
    folder = parent / name
    folder.mkdir(mode=0o700)
    return folder


def clear(parent: Path) -> list[int]:
    """End what clouds that are gone left running, and remove their folders; the process numbers ended."""
    ended = []
    for left in sorted(parent.glob("*")):
        pids = sweep(left)
        if pids:
            log.warning("ended %d processes that an earlier cloud left: %s", len(pids), pids)
        ended += pids
        remove(left)
    return ended


def remove(folder: Path) -> None:
    """Remove a folder with all read-only packages in it; what cannot be removed stays for the next sweep.

    A folder in which something is mounted is left alone: behind a mount may stand a folder of this machine.
    """
    mounts = mounted_inside(folder.resolve())
    if mounts:
        log.error("%s stays: removing it would empty what is mounted in it, %s", folder, ", ".join(mounts))
        return
    for place, names, _ in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if not path.is_symlink():
                with contextlib.suppress(OSError):  # the handler of a custom runtime may have taken it away
                    path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def mounted_inside(folder: Path, table: str | None = None) -> list[str]:
    """What is mounted below `folder` as this process sees it: proc(5)'s mountinfo, or such a `table`."""
    source = Path("/proc/self/mountinfo")
    if table is None:
        table = source.read_text("utf-8", "surrogateescape") if source.exists() else ""
    points = (_unescaped(line.split(" ")[4]) for line in table.splitlines())
    return [point for point in points if Path(point) != folder and Path(point).is_relative_to(folder)]


def _unescaped(path: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), path)
