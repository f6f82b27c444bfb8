"""What a FIFO queue remembers for five minutes: deduplication ids, and attempts to receive."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Values that are forgotten a fixed time, in seconds, after they were kept."""

    def __init__(self, for_s: float) -> None:
        self._for_s = for_s
        self._kept: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, key: K, value: V, now: float) -> None:
        """Remember a value from now on."""
        self._forget_old(now)
        self._kept[key] = (now + self._for_s, value)
        self._kept.move_to_end(key)

    def find(self, key: K, now: float) -> V | None:
        """The value, or None when it was never kept or long ago."""
        self._forget_old(now)
        found = self._kept.get(key)
        return found[1] if found else None

    def drop(self, key: K) -> None:
        """Forget one at once."""
        self._kept.pop(key, None)

    def clear(self) -> None:
        """Forget all at once."""
        self._kept.clear()

    def _forget_old(self, now: float) -> None:
        while self._kept:
            key, (until, _) = next(iter(self._kept.items()))
            if until > now:
                return
            del self._kept[key]
