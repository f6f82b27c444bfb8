"""Things that come by a schedule: timers on the cloud's clock that follow what is configured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lambada_labs.cloud.local.producers.schedule_times import Times
from lambada_labs.runtime.clock import Clock, Timer

#: So many missed times are made up for when the clock is turned far; then it goes on from now.
MOST_MISSED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When something comes: `mark` changes with its configuration; it counts from `start`, ends at `end`."""

    times: Times
    mark: str
    start: float | None = None
    end: float | None = None


@dataclass(slots=True)
class _Running:
    plan: Plan
    start: float
    timer: Timer | None = None
    missed: int = 0


class Recurring:
    """One timer for each name. `came` is told the name and the planned moment. For one event loop."""

    def __init__(self, clock: Clock, came: Callable[[str, float], None]) -> None:
        self._clock, self._came = clock, came
        self._running: dict[str, _Running] = {}

    def follow(self, plans: Mapping[str, Plan]) -> None:
        """Run these and no others; one whose mark is the same goes on undisturbed."""
        for name in [name for name in self._running if name not in plans]:
            self._stop(name)
        for name, plan in plans.items():
            before = self._running.get(name)
            if before is not None and before.plan.mark == plan.mark:
                continue
            self._stop(name)
            now = self._clock.now()
            running = _Running(plan, plan.start if plan.start is not None else now)
            self._running[name] = running
            # A start that is named is itself the first time; what came before now is not made up for.
            self._arm(name, running, now if plan.start is None else max(now, plan.start) - 1)

    def _stop(self, name: str) -> None:
        running = self._running.pop(name, None)
        if running is not None and running.timer is not None:
            running.timer.cancel()

    def _arm(self, name: str, running: _Running, after: float) -> None:
        at = running.plan.times.after(after, running.start)
        running.timer = None
        if at is not None and (running.plan.end is None or at <= running.plan.end):
            running.timer = self._clock.call_at(at, lambda: self._due(name, running, at))

    def _due(self, name: str, running: _Running, at: float) -> None:
        now = self._clock.now()
        running.missed = running.missed + 1 if now - at > 1 else 0
        late = running.missed > MOST_MISSED
        self._arm(name, running, now if late else at)
        self._came(name, at)
