"""Looks at the memory of the environments that work, every 20 ms, and ends those that take too much."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from lambada_labs.runtime import process_tree
from lambada_labs.runtime.process import RuntimeProcess

_MB = 1024 * 1024
#: Walking the tree costs more than reading the sizes of its processes: at most this often, in seconds.
_WALK_EVERY_S = 0.1


class MemoryUse:
    """The most that one runtime's process tree held at once, and its limit. Sizes in bytes."""

    def __init__(self, process: RuntimeProcess, limit_mb: int, exceeded: Callable[[], None]) -> None:
        self._process = process
        self._limit = limit_mb * _MB
        self._exceeded = exceeded
        self._members: list[int] = []
        self._walked = 0.0
        self._peak = 0
        self._settled = False

    def look(self) -> None:
        """One sample."""
        self._walk()
        held = sum(map(process_tree.resident_bytes, self._members))
        self._peak = max(self._peak, held)
        if held > self._limit:
            self._exceeded()

    def begin(self) -> None:
        """An invocation begins: the next `settle` asks anew."""
        self._settled = False

    def settle(self) -> bool:
        """Ask the kernel, once, for the peak it kept; False when that was above the limit between two looks."""
        if not self._settled:
            self._settled = True
            self._ask()
        return self._peak <= self._limit

    def _ask(self) -> None:
        self._walk()
        if len(self._members) == 1:
            self._peak = max(self._peak, process_tree.peak_bytes(self._members[0]))
        else:  # peaks of several processes need not have come together: only what they hold now is sure
            self.look()

    @property
    def peak_mb(self) -> int:
        """Whole MB, never above the limit: nothing could hold more."""
        return max(1, min(self._peak, self._limit) // _MB)

    def _walk(self) -> None:
        now = time.monotonic()
        if now - self._walked > _WALK_EVERY_S:
            self._walked = now
            self._members = self._process.members()


class MemoryWatch:
    """One timer for all environments that work; it sleeps when none does."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._watched: set[MemoryUse] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, use: MemoryUse) -> None:
        """Look at this one from now on."""
        use.begin()
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
