"""What runs while a cell watches: the records of its own calls, and of no others."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, Self

from lambada_labs import ui
from lambada_labs.labs import Evidence
from lambada_labs.model import InvocationRecord

PAUSE_S = 0.05
PATIENCE_S = 1.0


class Watch:
    """`with lab.watch("name") as seen:` … then `seen.environments`, `seen.records`, `seen` as a timeline."""

    def __init__(self, evidence: Evidence, function: str) -> None:
        self._evidence = evidence
        self.function = function
        self.since = 0.0
        self.records: list[InvocationRecord] = []

    def __enter__(self) -> Self:
        self.since = time.time()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.records = self._settled()

    @property
    def environments(self) -> int:
        """How many execution environments worked."""
        return len({record.environment_id for record in self.records})

    @property
    def cold_starts(self) -> int:
        """How many of the calls waited for an Init phase."""
        return sum(record.cold for record in self.records)

    @property
    def card(self) -> ui.Card:
        """The calls on their lanes."""
        return ui.timeline(self.records, self._evidence.cloud.life(self.function, self.since))

    def _read(self) -> list[InvocationRecord]:
        return [each for each in self._evidence.records(self.function) if each.accepted_at >= self.since]

    def _settled(self) -> list[InvocationRecord]:
        # A record is written after its answer: wait until two readings agree.
        deadline = time.monotonic() + PATIENCE_S
        last, now = None, self._read()
        while (not now or last != now) and time.monotonic() < deadline:
            time.sleep(PAUSE_S)
            last, now = now, self._read()
        return now

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.card._repr_mimebundle_()

    def __str__(self) -> str:
        return str(self.card)

    __repr__ = __str__
