"""Health checks of Lambda target groups: off unless somebody turns them on, and billed like any invocation.

Sources: ELB user guide, "Enable health checks" (the event, the interval), "Health check reason codes"; a group whose
only target is unhealthy still gets the traffic ("fail open"), so a check changes what is told, not what is routed.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from lambada_labs.cloud.local.front_doors.alb import errand, is_multi_value
from lambada_labs.cloud.local.front_doors.alb_answer import answer_of
from lambada_labs.cloud.local.front_doors.alb_event import health_event
from lambada_labs.cloud.local.front_doors.calling import Caller, NotRun
from lambada_labs.cloud.local.front_doors.http_answer import Malformed

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
#: What the balancer itself answers where a function fails.
BAD_GATEWAY = 502
TIMED_OUT = ("Target.Timeout", "Request timed out")
_RANGE = re.compile(r"(\d{3})(?:-(\d{3}))?")


@dataclass(slots=True)
class Health:
    """What is known of one target: its state, how often it answered the same way in a row, when it is asked next.

    `fault`: reason code and description of its last failed check.
    """

    state: str = "initial"
    good: int = 0
    bad: int = 0
    due: float = 0.0
    fault: tuple[str, str] = ("", "")


class HealthChecks:
    """Asks the targets of every group that wants it; `clock` is in seconds."""

    def __init__(
        self, caller: Caller, groups: Callable[[], Iterable[Any]], clock: Callable[[], float]
    ) -> None:
        self._caller, self._groups, self._clock = caller, groups, clock
        self._known: dict[tuple[str, str], Health] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._run(), name="health checks")

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> None:
        """Ask every target whose time has come."""
        now = self._clock()
        wanted = {(group.arn, target): group for group in self._groups() for target in list(group.targets)}
        self._known = {key: self._known.get(key, Health()) for key in wanted}
        due = [key for key, health in self._known.items() if health.due <= now]
        for key in due:
            self._known[key].due = now + float(wanted[key].health_check_interval_seconds)
        await asyncio.gather(*(self._ask(wanted[key], key[1], self._known[key]) for key in due))

    def told(self, group: Any) -> str:
        """DescribeTargetHealth's members for a group, as XML."""
        return "".join(_member(target, *self._state(group, target)) for target in list(group.targets))

    def _state(self, group: Any, target: str) -> tuple[str, str, str]:
        if not group.health_check_enabled:
            return (
                "unavailable",
                "Target.HealthCheckDisabled",
                "Health checks are not enabled for this target",
            )
        health = self._known.get((group.arn, target), Health())
        if health.state == "unhealthy":
            return health.state, *health.fault
        if health.state == "initial":
            return health.state, "Elb.InitialHealthChecking", "Initial health checks in progress"
        return health.state, "", ""

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except Exception:
                log.exception("a health check failed")

    async def _ask(self, group: Any, target: str, health: Health) -> None:
        event = health_event(group.arn, group.health_check_path or "/", multi_value=is_multi_value(group))
        status = await self._status(group, target, event)
        good = status is not None and fits(str((group.matcher or {}).get("HttpCode") or "200"), status)
        health.good, health.bad = (health.good + 1, 0) if good else (0, health.bad + 1)
        if not good:
            health.fault = TIMED_OUT if status is None else _mismatch(status)
        first = health.state == "initial"
        if good and (first or health.good >= int(group.healthy_threshold_count)):
            health.state = "healthy"
        if not good and health.bad >= int(group.unhealthy_threshold_count):
            health.state = "unhealthy"

    async def _status(self, group: Any, target: str, event: Any) -> int | None:
        """The status of a target's answer, None where it took too long."""
        patience_s = float(group.health_check_timeout_seconds)
        try:
            reply = await self._caller.run(errand(target, group.arn, event, "", timeout_s=patience_s))
            return answer_of(reply, multi_value=is_multi_value(group)).status
        except NotRun as failure:
            return None if failure.why == "timeout" else BAD_GATEWAY
        except Malformed:
            return BAD_GATEWAY


def _mismatch(status: int) -> tuple[str, str]:
    return "Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{status}]"


def fits(matcher: str, status: int) -> bool:
    """Whether a status is among `200`, `200,202` or `200-299`."""
    ranges = (_RANGE.fullmatch(part.strip()) for part in matcher.split(","))
    return any(int(one[1]) <= status <= int(one[2] or one[1]) for one in ranges if one)


def _member(target: str, state: str, reason: str, description: str) -> str:
    told = f"<State>{state}</State>"
    if reason:
        told += f"<Reason>{reason}</Reason><Description>{escape(description)}</Description>"
    return f"<member><TargetHealth>{told}</TargetHealth><Target><Id>{escape(target)}</Id></Target></member>"
