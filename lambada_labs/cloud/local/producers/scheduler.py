"""Amazon EventBridge Scheduler as a sender of events: schedules in time zones, sent as their own role.

Sources: EventBridge Scheduler user guide, "Schedule types", "Context attributes", "Configuring a dead-letter
queue", "Deleting a schedule after completion"; refusals of a real account (localstack's snapshots of
`test_scheduler`). A flexible time window is taken, and the target invoked at its beginning.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.delivery_rights import ACTIONS, needed
from lambada_labs.cloud.local.functions.ports import Role
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service
from lambada_labs.cloud.local.producers import bus_events
from lambada_labs.cloud.local.producers.arns import Arn
from lambada_labs.cloud.local.producers.dispatch import AGE_S, RETRIES, Delivery, Dispatcher
from lambada_labs.cloud.local.producers.machines import Machines
from lambada_labs.cloud.local.producers.moments import seconds
from lambada_labs.cloud.local.producers.outlets import INVALID, NO_PERMISSIONS, NotDelivered, Note, Outlets
from lambada_labs.cloud.local.producers.recurring import Plan, Recurring
from lambada_labs.cloud.local.producers.schedule_times import NotASchedule, Times, scheduler_times
from lambada_labs.runtime.clock import Clock

PRINCIPAL = "scheduler.amazonaws.com"
NOT_ASSUMABLE = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
WRITES = frozenset({"POST", "PUT", "DELETE"})
TARGETS = frozenset({"lambda", "sqs", "sns", "events", "states"})
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A schedule as it is now; `start`, `end` and `made_at` in seconds since the epoch.

    `mark` changes with every change of it; `deletes`: it goes when it is over.
    """

    arn: str
    name: str
    group: str
    expression: str
    zone: str
    enabled: bool
    target: Json
    start: float | None
    end: float | None
    deletes: bool
    mark: str
    made_at: float


class Schedules(Protocol):
    """The schedules of this cloud, and the roles they run as."""

    def schedules(self) -> list[Schedule]:
        """All of them."""
        ...

    def delete_schedule(self, arn: str) -> None:
        """Delete one."""
        ...

    def role(self, role_arn: str) -> Role | None:
        """The role of this ARN, or None."""
        ...


class SchedulerEvents:
    """Checks what schedules are made of, lets moto keep them, runs them on the cloud's clock."""

    def __init__(
        self,
        *,
        store: Service,
        schedules: Schedules,
        outlets: Outlets,
        machines: Machines,
        clock: Clock,
        put: Callable[..., str],
    ) -> None:
        self._store, self._schedules, self._outlets, self._put = store, schedules, outlets, put
        self._machines, self._clock = machines, clock
        self._dispatcher = Dispatcher(outlets, clock)
        self._recurring = Recurring(clock, self._came)
        self._begun: dict[str, tuple[str, float]] = {}

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer one request to EventBridge Scheduler."""
        is_schedule = request.path.startswith("/schedules/")
        if is_schedule and request.method in {"POST", "PUT"}:
            self._check(request)
        response = await self._store.handle(request)
        if request.method in WRITES:
            self.follow()
            self._clock.turn(0)  # a rate begins at once, on a clock that stands still, too
        return response

    def follow(self) -> None:
        """Run schedules as they are now."""
        plans, begun = {}, {}
        for one in self._schedules.schedules():
            if not one.enabled:
                continue
            mark = f"{one.expression} {one.zone} {one.start} {one.end} {one.mark}"
            known = self._begun.get(one.arn)
            begin = known[1] if known and known[0] == mark else self._clock.now()
            begun[one.arn] = (mark, begin)
            start = one.start if one.start is not None else begin
            plans[one.arn] = Plan(times=_times(one), mark=mark, start=start, end=one.end)
        self._begun = begun
        self._recurring.follow(plans)

    def _check(self, request: AwsRequest) -> None:
        try:
            given = request.json()
        except ValueError:
            return
        expression, zone = given.get("ScheduleExpression", ""), given.get("ScheduleExpressionTimezone")
        try:
            ZoneInfo(zone or "UTC")
        except (ValueError, OSError, KeyError):
            raise _invalid(f"Invalid Schedule Expression Timezone {zone}.") from None
        try:
            scheduler_times(expression, zone or "UTC")
        except NotASchedule:
            raise _invalid(f"Invalid Schedule Expression {expression}.") from None
        target = given.get("Target") or {}
        if not Arn.of(target.get("Arn", "")).service:
            raise _invalid("Provided Arn is not in correct format.")
        role = self._schedules.role(target.get("RoleArn", ""))
        if role is None or not role.trusts(PRINCIPAL):
            raise _invalid(NOT_ASSUMABLE)

    def _came(self, arn: str, at: float) -> None:
        found = next((one for one in self._schedules.schedules() if one.arn == arn and one.enabled), None)
        if found is None:
            return
        self._dispatcher.dispatch(self._delivery(found, at))
        start = found.start if found.start is not None else self._begun.get(arn, ("", at))[1]
        following = _times(found).after(at, start)
        over = following is None or (found.end is not None and following > found.end)
        if over and found.deletes:
            self._schedules.delete_schedule(arn)
            self.follow()

    def _delivery(self, schedule: Schedule, at: float) -> Delivery:
        target, policy = schedule.target, schedule.target.get("RetryPolicy") or {}
        execution = str(uuid.uuid4())
        text = input_of(schedule, at, execution)
        dead = (target.get("DeadLetterConfig") or {}).get("Arn", "")
        return Delivery(
            send=lambda attempt: self._reach(schedule, input_of(schedule, at, execution, attempt)),
            caller=None,
            target_arn=target["Arn"],
            text=text,
            source=("SCHEDULE_ARN", schedule.arn),
            more={"EXECUTION_ID": execution, "SCHEDULED_TIME": seconds(at), "IS_PAYLOAD_TRUNCATED": "false"},
            dead_letters=dead,
            may_bury=lambda: self._ask(target.get("RoleArn", ""), dead),
            retries=policy.get("MaximumRetryAttempts", RETRIES),
            age_s=policy.get("MaximumEventAgeInSeconds", AGE_S),
        )

    def _reach(self, schedule: Schedule, text: str) -> None:
        target, arn = schedule.target, Arn.of(schedule.target["Arn"])
        if arn.service not in TARGETS:
            raise NotDelivered(INVALID, f"The local cloud does not send to {arn.service or arn.text}.")
        if arn.service == "states":
            self._machines.start(arn, text, role_arn=target.get("RoleArn", ""), principal=PRINCIPAL)
            return
        self._ask(target.get("RoleArn", ""), arn.text)
        if arn.service == "lambda":
            self._outlets.invoke(arn.text, text.encode(), None, producer=schedule.arn)
        elif arn.service == "sqs":
            group = (target.get("SqsParameters") or {}).get("MessageGroupId")
            self._outlets.send(arn.text, text, None, group_id=group)
        elif arn.service == "sns":
            self._outlets.publish(arn.text, Note(body=text), None)
        else:
            self._to_bus(arn, target, text, schedule.arn)

    def _to_bus(self, arn: Arn, target: Json, text: str, schedule_arn: str) -> None:
        named = target.get("EventBridgeParameters") or {}
        entry = {
            "Source": named.get("Source", ""),
            "DetailType": named.get("DetailType", ""),
            "Detail": text,
            "Resources": [schedule_arn],
            "EventBusName": arn.text,
        }
        refused = bus_events.refusal(entry)
        if refused is not None:
            raise NotDelivered(INVALID, refused["ErrorMessage"])
        self._put(entry, account_id=arn.account_id, region=arn.region)

    def _ask(self, role_arn: str, target: str) -> None:
        """Whether the role may send there; raises `NotDelivered`."""
        role = self._schedules.role(role_arn)
        if role is None or not role.trusts(PRINCIPAL):
            raise NotDelivered(NO_PERMISSIONS, NOT_ASSUMABLE)
        if Arn.of(target).service not in ACTIONS:
            raise NotDelivered(INVALID, f"The local cloud does not send to {target}.")
        action, resource = needed(target)
        if not role.allows(action, resource):
            text = (
                f"User: {role_arn} is not authorized to perform: {action} on resource: {resource} "
                f"because no identity-based policy allows the {action} action"
            )
            raise NotDelivered(NO_PERMISSIONS, text)


def _times(schedule: Schedule) -> Times:
    return scheduler_times(schedule.expression, schedule.zone)


def input_of(schedule: Schedule, at: float, execution: str, attempt: int = 1) -> str:
    """The input with its context attributes filled in; without one, the event AWS sends instead."""
    given = schedule.target.get("Input")
    if given is None:
        where = Arn.of(schedule.arn)
        event: dict[str, Any] = {
            "version": "0",
            "id": execution,
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": where.account_id,
            "time": seconds(at),
            "region": where.region,
            "resources": [schedule.arn],
            "detail": "{}",
        }
        return json.dumps(event, separators=(",", ":"))
    known = {
        "schedule-arn": schedule.arn,
        "scheduled-time": seconds(at),
        "execution-id": execution,
        "attempt-number": str(attempt),
    }
    text = str(given)
    for name, value in known.items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return text


def _invalid(text: str) -> AwsError:
    return AwsError("ValidationException", text, 400, Message=text)
