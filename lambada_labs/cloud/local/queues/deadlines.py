"""Keys that each have a moment: which are due, and when is the next one."""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

#: Entries of the heap that no key stands behind any more are kept up to this many beyond half of it.
SLACK = 64


class Deadlines(Generic[K]):
    """A heap of moments, in seconds, with at most one for each key; no operation looks at all keys.

    Moments that are the same come out in the order in which they were set. What was moved or discarded
    stays in the heap until it comes up, and the heap is built anew before such entries outnumber the others.
    """

    def __init__(self) -> None:
        self._of_key: dict[K, tuple[float, int]] = {}
        self._heap: list[tuple[float, int, K]] = []
        self._set = 0

    def __len__(self) -> int:
        return len(self._of_key)

    def __contains__(self, key: K) -> bool:
        return key in self._of_key

    def set(self, key: K, at: float) -> None:
        """Give this key a moment, or another one."""
        self._set += 1
        self._of_key[key] = (at, self._set)
        heapq.heappush(self._heap, (at, self._set, key))
        self._tidy()

    def at(self, key: K) -> float | None:
        """The moment of this key, or None."""
        found = self._of_key.get(key)
        return found[0] if found else None

    def discard(self, key: K) -> None:
        """Forget this key, if it is there."""
        if self._of_key.pop(key, None) is not None:
            self._tidy()

    def clear(self) -> None:
        """Forget all keys."""
        self._of_key.clear()
        self._heap.clear()

    def next_at(self) -> float | None:
        """The earliest moment, or None where there is none."""
        while self._heap and not self._stands(self._heap[0]):
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now: float) -> Iterator[K]:
        """Take out, one by one, the keys whose moment has come."""
        while (at := self.next_at()) is not None and at <= now:
            _, _, key = heapq.heappop(self._heap)
            del self._of_key[key]
            yield key

    def _stands(self, entry: tuple[float, int, K]) -> bool:
        at, number, key = entry
        return self._of_key.get(key) == (at, number)

    def _tidy(self) -> None:
        if len(self._heap) > 2 * len(self._of_key) + SLACK:
            self._heap = [(at, number, key) for key, (at, number) in self._of_key.items()]
            heapq.heapify(self._heap)
