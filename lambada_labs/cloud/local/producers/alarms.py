"""Amazon CloudWatch alarms: evaluated period by period of the cloud's clock, each change of state acted on."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from lambada_labs.cloud.local.functions.grants import ServiceCaller
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service
from lambada_labs.cloud.local.producers import alarm_states
from lambada_labs.cloud.local.producers.alarm_states import Alarm, Point, Samples, State
from lambada_labs.cloud.local.producers.arns import Arn
from lambada_labs.cloud.local.producers.outlets import INVALID, NotDelivered, Note, Outlets
from lambada_labs.cloud.local.producers.recurring import Plan, Recurring
from lambada_labs.cloud.local.producers.schedule_times import Rate
from lambada_labs.runtime.clock import Clock

log = logging.getLogger(__name__)

PRINCIPAL = "lambda.alarms.cloudwatch.amazonaws.com"
CREATED = "Unchecked: Initial alarm creation"


class Alarms(Protocol):
    """The alarms and metrics of this cloud."""

    def alarms(self) -> list[Alarm]:
        """All metric alarms."""
        ...

    def set_alarm(self, alarm: Alarm, state: State, reason: str, *, quietly: bool = False) -> None:
        """Set an alarm's state; `quietly` without an entry in its history."""
        ...

    async def samples(self, alarm: Alarm, start: float, end: float) -> Samples:
        """What came of its metric from `start` to before `end`, true seconds since the epoch."""
        ...


@dataclass(slots=True)
class _Watch:
    """What is known of an alarm: its state, where its next datapoint begins, its last datapoints."""

    alarm: Alarm
    since: float
    points: deque[Point] = field(default_factory=deque)


class AlarmEvents:
    """Lets moto answer CloudWatch's requests, and follows the alarms. `put` puts an event on a bus."""

    def __init__(
        self, *, store: Service, alarms: Alarms, outlets: Outlets, clock: Clock, put: Callable[..., str]
    ) -> None:
        self._store, self._alarms, self._outlets, self._put = store, alarms, outlets, put
        self._recurring = Recurring(clock, self._due)
        self._watches: dict[str, _Watch] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._one = asyncio.Lock()

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer one request to CloudWatch."""
        response = await self._store.handle(request)
        self.follow()
        return response

    def follow(self) -> None:
        """Watch the alarms as they are now; a state that somebody set is acted on."""
        found = {alarm.arn: alarm for alarm in self._alarms.alarms()}
        for arn in [arn for arn in self._watches if arn not in found]:
            del self._watches[arn]
        for arn, alarm in found.items():
            self._seen(arn, alarm)
        plans = {
            arn: Plan(times=Rate(alarm.period), mark=str(alarm.changed_at))
            for arn, alarm in found.items()
            if alarm.judged
        }
        self._recurring.follow(plans)

    def _seen(self, arn: str, alarm: Alarm) -> None:
        watch = self._watches.get(arn)
        if alarm.reason == CREATED:  # new, or configured anew: then it keeps the state it had
            before = watch.alarm if watch else None
            state: State = before.state if before else "INSUFFICIENT_DATA"
            reason = before.reason if before else CREATED
            fresh = watch is None or watch.alarm.changed_at != alarm.changed_at
            self._alarms.set_alarm(alarm, state, reason, quietly=True)
            if watch is None or fresh:
                known = replace(alarm, state=state, reason=reason)
                self._watches[arn] = _Watch(known, time.time(), deque(maxlen=alarm.periods))
        elif watch is None:
            self._watches[arn] = _Watch(alarm, time.time(), deque(maxlen=alarm.periods))
        elif watch.alarm.state != alarm.state:
            before, watch.alarm = watch.alarm, alarm
            self._act(replace(alarm, state=before.state, reason=before.reason), alarm.state, alarm.reason)

    def _due(self, arn: str, _at: float) -> None:
        """A period is over: its datapoint is what came since the last one."""
        watch = self._watches.get(arn)
        if watch is None:
            return
        start, watch.since = watch.since, time.time()
        task = asyncio.create_task(self._evaluate(arn, start, watch.since))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _evaluate(self, arn: str, start: float, end: float) -> None:
        async with self._one:
            watch = self._watches.get(arn)
            if watch is None:
                return
            samples = await self._alarms.samples(watch.alarm, start, end)
            watch.points.append(Point(start, samples.value(watch.alarm.statistic)))
            state, reason = alarm_states.judged(watch.alarm, list(watch.points))
            if state != watch.alarm.state and self._watches.get(arn) is watch:
                before = watch.alarm
                self._alarms.set_alarm(before, state, reason)
                watch.alarm = replace(before, state=state, reason=reason, state_at=time.time())
                self._act(before, state, reason)

    def _act(self, before: Alarm, state: State, reason: str) -> None:
        at = time.time()
        entry = {
            "Source": "aws.cloudwatch",
            "DetailType": "CloudWatch Alarm State Change",
            "Detail": json.dumps(alarm_states.detail(before, state, reason, at)),
            "Resources": [before.arn],
        }
        self._put(entry, account_id=before.account_id, region=before.region)
        for action in before.actions.get(state, ()) if before.actions_enabled else ():
            try:
                self._send(action, before, state, reason, at)
            except NotDelivered as refused:
                log.warning("%s did not reach %s: %s", before.arn, action, refused)

    def _send(self, action: str, before: Alarm, state: State, reason: str, at: float) -> None:
        service = Arn.of(action).service
        if service == "sns":
            subject, message = alarm_states.notification(before, state, reason, at)
            self._outlets.publish(action, Note(body=message, subject=subject[:100]), None)
        elif service == "lambda":
            caller = ServiceCaller(
                principal=PRINCIPAL, source_arn=before.arn, source_account=before.account_id
            )
            event = alarm_states.lambda_event(before, state, reason, at)
            self._outlets.invoke(action, event, caller, producer=before.arn)
        else:
            raise NotDelivered(INVALID, f"The local cloud does not act on {service or action}.")
