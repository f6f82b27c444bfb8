"""What can be set about the engine, with AWS's numbers or this machine's size as defaults."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from lambada_labs import facts

#: What one idle Python or Node runtime takes, with room for a small handler, in bytes.
_BYTES_FOR_ONE = 96 * 1024 * 1024


def _cores() -> int:
    return os.cpu_count() or 1


def environments_that_fit() -> int:
    """How many execution environments half of this machine's memory holds; at least 16."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError):
        memory = 4 * 1024**3
    return max(16, min(facts.number("limit.concurrency"), memory // 2 // _BYTES_FOR_ONE))


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Durations in seconds.

    `max_environments` guards this machine's memory: past it the least recently used idle environment
    ends, and where all are busy the next one waits. `linger_s`: how long an answer waits for the
    runtime to ask for its next event, so that the caller's next call finds the environment idle.
    `freeze_after_s`: how long an environment stays idle before it is frozen; calls that follow each
    other at once then need no signals, which cost a sixth of a warm invoke. 0 freezes it at once.
    `sampling_s`: how often memory is looked at. `event_deliveries_at_once`: for one function's queue.
    `event_bytes`: what the events that wait may take of memory together; past it no event is accepted.
    `event_pace_s`: between two starts of deliveries while events pour in; 0 starts all at once.
    `event_duplicates`: how often an event that a handler took is delivered once more, 0 to 1.
    """

    idle_expiry_s: float = field(default_factory=lambda: facts.number("assumed.idle_expiry_s"))
    init_timeout_s: float = field(default_factory=lambda: facts.number("limit.init_s"))
    account_concurrency: int = field(default_factory=lambda: facts.number("limit.concurrency"))
    cold_starts_at_once: int = field(default_factory=_cores)
    max_environments: int = field(default_factory=environments_that_fit)
    freeze: bool = True
    freeze_after_s: float = 0.005
    linger_s: float = 0.1
    sampling_s: float = 0.02
    event_deliveries_at_once: int = 100
    event_bytes: int = 256 * 1024 * 1024
    event_pace_s: float = 0.05
    event_duplicates: float = 0.0
