"""How much processor a memory size buys.

AWS says that 1,769 MB have the equivalent of one vCPU and that the rest is in proportion; the training
deck still has 1,792 MB, the figure from before 2020. How many cores a function sees is measured, not
documented: from two upwards even where the share is far below one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from lambada_labs import facts, files
from lambada_labs.errors import BadInput
from lambada_labs.model.workload import MEMORY_MAX, MEMORY_MIN

ONE_VCPU_MB = facts.number("memory.one_vcpu")
DECK_ONE_VCPU_MB = int((facts.fact("memory.one_vcpu").deck_value or "").removesuffix(" MB").replace(",", ""))
MOST_VCPUS = facts.number("memory.max_vcpu")


def cpu_share(memory_mb: int, *, threads: int = 1, one_vcpu_mb: int = ONE_VCPU_MB) -> float:
    """The vCPUs that `threads` threads together can use at this size: 0.07 at 128 MB, at most `threads`.

    Raises `BadInput` for a size or a number of threads that Lambda has not.
    """
    checked_memory(memory_mb)
    if not _whole(threads) or not 1 <= threads <= MOST_VCPUS:
        raise BadInput(f"{threads!r} threads", expected=f"a whole number from 1 to {MOST_VCPUS}")
    return min(memory_mb / one_vcpu_mb, threads)


def visible_cores(memory_mb: int) -> int:
    """How many cores a function of this size sees; raises `BadInput` for a size that Lambda has not."""
    checked_memory(memory_mb)
    return max(cores for smallest, cores in _cores().items() if smallest <= memory_mb)


def checked_memory(memory_mb: int) -> int:
    """This memory size, or `BadInput` where Lambda does not have it."""
    if not _whole(memory_mb) or not MEMORY_MIN <= memory_mb <= MEMORY_MAX:
        raise BadInput(
            f"A memory size of {memory_mb!r} MB",
            expected=f"a whole number from {MEMORY_MIN} to {MEMORY_MAX:,}",
        )
    return memory_mb


def _whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)


@cache
def _cores() -> Mapping[int, int]:
    raw = json.loads(files.data("measurements", "visible_cores.json").read_text(encoding="utf-8"))
    return {int(smallest): cores for smallest, cores in raw["cores"].items()}
