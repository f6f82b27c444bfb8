"""Looks at the memory of the environments that work, every 20 ms, and ends those that take too much."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from lambada_labs.runtime import process_tree
from lambada_labs.runtime.process import RuntimeProcess

_MB = 1024 * 1024
#: Reading the tree anew costs more than reading its sizes: every so many looks.
_LOOKS_PER_TREE = 5


class MemoryUse:
    """The most that one runtime's process tree held at once, and its limit. Sizes in bytes."""

    def __init__(self, process: RuntimeProcess, limit_mb: int, exceeded: Callable[[], None]) -> None:
        self._process = process
        self._limit = limit_mb * _MB
        self._exceeded = exceeded
        self._members: list[int] = []
        self._looks = 0
        self._sampled = 0

    def look(self) -> None:
        """One sample."""
        if self._looks % _LOOKS_PER_TREE == 0:
            self._members = self._process.members()
        self._looks += 1
        held = sum(map(process_tree.resident_bytes, self._members))
        self._sampled = max(self._sampled, held)
        if held > self._limit:
            self._exceeded()

    def settle(self) -> bool:
        """Ask the kernel for the peak it kept; False when that was above the limit between two looks."""
        members = self._members if self._looks > 1 else self._process.members()
        self._members = members
        # Peaks of several processes need not fall together: only a lone runtime's own is exact.
        if len(members) == 1:
            self._sampled = max(self._sampled, process_tree.peak_bytes(members[0]))
        else:
            self._sampled = max(self._sampled, sum(map(process_tree.resident_bytes, members)))
        return self._sampled <= self._limit

    @property
    def peak_mb(self) -> int:
        """Whole MB, never above the limit: nothing could hold more."""
        return max(1, min(self._sampled, self._limit) // _MB)


class MemoryWatch:
    """One timer for all environments that work; it sleeps when none does."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._watched: set[MemoryUse] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, use: MemoryUse) -> None:
        """Look at this one from now on."""
        self._watched.add(use)
        if self._timer is None:
            self._arm()

    def remove(self, use: MemoryUse) -> None:
        """No longer."""
        self._watched.discard(use)

    def _arm(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._interval_s, self._tick)

    def _tick(self) -> None:
        self._timer = None
        for use in list(self._watched):
            use.look()
        if self._watched:
            self._arm()
