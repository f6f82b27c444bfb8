"""How many runtimes may start at the same moment: a storm of cold starts must not slow each of them down."""

from __future__ import annotations

import asyncio

#: An Init that takes longer waits rather than computes; it gives its slot away, in seconds.
_LONGEST_HOLD_S = 2.0


class StartSlot:
    """The right to start now. Given back once, by whoever comes first: the end of Init, or the clock."""

    def __init__(self, semaphore: asyncio.Semaphore) -> None:
        self._semaphore = semaphore
        self._timer = asyncio.get_running_loop().call_later(_LONGEST_HOLD_S, self.release)
        self._held = True

    def release(self) -> None:
        """Let the next one start."""
        self._timer.cancel()
        if self._held:
            self._held = False
            self._semaphore.release()


class StartSlots:
    """First come, first served."""

    def __init__(self, count: int) -> None:
        self._semaphore = asyncio.Semaphore(count)

    async def take(self) -> StartSlot:
        """Wait for a slot."""
        await self._semaphore.acquire()
        return StartSlot(self._semaphore)
