"""The calculator's sliders: which figures of a workload they set, in which range and unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lambada_labs.model.workload import (
    EPHEMERAL_MAX,
    EPHEMERAL_MIN,
    EVENT_KB_MAX,
    LONGEST_MS,
    MEMORY_MAX,
    MEMORY_MIN,
    Workload,
)
from lambada_labs.units import count, plain

MOST_REQUESTS = 10**10
MOST_RETRIES = 2
PERCENT = 100
STOPS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One slider with its number: range and unit as shown; `scale` turns a figure into what is shown."""

    name: str
    label: str
    unit: str
    smallest: int
    largest: int
    scale: int = 1
    whole: bool = True
    help: str = ""

    def shown(self, work: Workload) -> str:
        """The workload's figure as the box holds it."""
        return count(Decimal(str(getattr(work, self.name))) * self.scale)


FUNCTION = (
    Control(name="memory_mb", label="Memory", unit="MB", smallest=MEMORY_MIN, largest=MEMORY_MAX),
    Control(name="duration_ms", label="Duration", unit="ms", smallest=1, largest=LONGEST_MS, whole=False),
    Control(name="requests", label="Requests", unit="a month", smallest=0, largest=MOST_REQUESTS),
)
RUNNING = (
    Control(
        name="cold_share",
        label="Cold starts",
        unit="%",
        smallest=0,
        largest=PERCENT,
        scale=PERCENT,
        whole=False,
        help="Of all invocations, those that also pay an INIT.",
    ),
    Control(name="init_ms", label="INIT", unit="ms", smallest=0, largest=LONGEST_MS, whole=False),
    Control(
        name="retry_share",
        label="Retries",
        unit="%",
        smallest=0,
        largest=MOST_RETRIES * PERCENT,
        scale=PERCENT,
        whole=False,
        help="Further attempts for each hundred requests.",
    ),
    Control(
        name="ephemeral_mb", label="Storage in /tmp", unit="MB", smallest=EPHEMERAL_MIN, largest=EPHEMERAL_MAX
    ),
    Control(
        name="event_kb",
        label="Asynchronous event",
        unit="KB",
        smallest=0,
        largest=EVENT_KB_MAX,
        whole=False,
        help="0 where requests are synchronous.",
    ),
)
CONTROLS = FUNCTION + RUNNING
SPREADS = {"steady": "All alike", "typical": "Typical", "long_tail": "Long tail"}


def figure(work: Workload, name: str) -> str:
    """A workload's figure as plain text: a word as it is, a number in plain digits."""
    value = getattr(work, name)
    return value if isinstance(value, str) else plain(Decimal(str(value)))
