"""Which processes belong to a process, and how much memory they hold: /proc on Linux, psutil elsewhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path

LINUX = sys.platform == "linux"
_PAGE = os.sysconf("SC_PAGE_SIZE")


def children(pid: int) -> list[int]:
    """The living children of a process, of any of its threads."""
    if not LINUX:
        return _psutil_children(pid)
    try:
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - often called
    except OSError:
        return []
    return [child for thread in threads for child in children_of_thread(pid, int(thread))]


def children_of_thread(pid: int, thread: int) -> list[int]:
    """The children that this thread of the process has (Linux)."""
    try:
        with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:  # noqa: PTH123 - often called
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def descendants(pid: int) -> list[int]:
    """All processes below this one, parents before their children."""
    found = children(pid)
    for child in found:  # grows while we walk: breadth first
        found += children(child)
    return found


def resident_bytes(pid: int) -> int:
    """Memory that the process holds now; 0 when it is gone."""
    if not LINUX:
        return _psutil_resident(pid)
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:  # noqa: PTH123
            return int(file.read().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def peak_bytes(pid: int) -> int:
    """The most memory that the process ever held (VmHWM); where nobody keeps that, what it holds now."""
    if not LINUX:
        return _psutil_resident(pid)
    try:
        with open(f"/proc/{pid}/status", "rb") as file:  # noqa: PTH123
            text = file.read()
    except OSError:
        return 0
    _, found, rest = text.partition(b"VmHWM:")
    return int(rest.split(None, 1)[0]) * 1024 if found else 0


def command_name(pid: int) -> str:
    """The short name of the running program; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def born(pid: int) -> str | None:
    """When the process started, in this system's own ticks: with the pid it names one process for good."""
    if not LINUX:
        return _psutil_born(pid)
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    state, *rest = stat.rpartition(")")[2].split()
    return None if state in "ZX" else rest[18]


def _psutil_children(pid: int) -> list[int]:
    import psutil

    try:
        return [child.pid for child in psutil.Process(pid).children()]
    except psutil.Error:
        return []


def _psutil_resident(pid: int) -> int:
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def _psutil_born(pid: int) -> str | None:
    import psutil

    try:
        return str(psutil.Process(pid).create_time())
    except psutil.Error:
        return None
