"""What the account owns and producers look at: buckets, topics, rules, schedules, log groups, alarms.

moto keeps all of it; its stores are handed in, so that nothing here imports moto.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from lambada_labs.cloud.local.functions.ports import Role
from lambada_labs.cloud.local.message import Service
from lambada_labs.cloud.local.producers import from_moto
from lambada_labs.cloud.local.producers.alarm_states import Alarm, Samples, State
from lambada_labs.cloud.local.producers.arns import Arn
from lambada_labs.cloud.local.producers.bus_rules import BusRule
from lambada_labs.cloud.local.producers.log_subscriptions import Lines, LogFilter
from lambada_labs.cloud.local.producers.objects import Bucket
from lambada_labs.cloud.local.producers.outlets import Note
from lambada_labs.cloud.local.producers.scheduler import Schedule
from lambada_labs.cloud.local.telemetry import LogLine

PARTITION = "aws"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """moto's stores, each by account and Region (S3's by account and partition).

    An account's is made when it is first asked for, which takes a while. `lock` is held while metrics are read.
    """

    objects: Any
    topics: Any
    events: Any
    scheduler: Any
    logs: Any
    cloudwatch: Any
    lock: AbstractContextManager[Any]


class Plug(Service, Protocol):
    """What else is asked of the plug."""

    account_id: str

    def under(self, trace_id: str | None) -> AbstractContextManager[None]:
        """Let what this thread does count as done under a trace header."""
        ...

    async def written(self, service: str) -> None:
        """Until all lines or metrics written so far are in the store."""
        ...

    def append_logs(self, region: str, group: str, stream: str, events: Sequence[LogLine]) -> None:
        """Append to a stream."""
        ...

    def role(self, role_arn: str) -> Role | None:
        """The role of this ARN, or None."""
        ...


class Estate:
    """Implements what each producer asks for. `heard` is told of lines written in here."""

    def __init__(self, stores: Stores, plug: Plug, heard: Callable[[Lines], None]) -> None:
        self._stores, self._plug, self._heard = stores, plug, heard

    def bucket(self, name: str) -> Bucket | None:
        """The S3 bucket of this name, or None."""
        found = self._stores.objects[self._plug.account_id][PARTITION].buckets.get(name)
        return Bucket(name=name, region=found.region_name, account_id=found.account_id) if found else None

    def role(self, role_arn: str) -> Role | None:
        """The IAM role of this ARN, or None."""
        return self._plug.role(role_arn)

    def policy(self, topic_arn: str) -> str | None:
        """The policy of an SNS topic; None where there is no such topic."""
        topic = self._topics(topic_arn).get(topic_arn)
        return topic.policy if topic else None

    def publish(self, topic_arn: str, note: Note) -> None:
        """Publish to an SNS topic as one of AWS's own services does."""
        topic = self._topics(topic_arn)[topic_arn]
        named = (note.attributes or {}).items()
        attributes = {name: {"Type": kind, "Value": text} for name, (kind, text) in named}
        with self._plug.under(note.trace_id):
            topic.publish(note.body, subject=note.subject, message_attributes=attributes)

    def rules(self, account_id: str, region: str, bus: str) -> list[BusRule]:
        """The EventBridge rules of a bus; none where there is no such bus."""
        found = self._stores.events[account_id][region].event_buses.get(bus)
        return [from_moto.bus_rule(rule) for rule in list(found.rules.values())] if found else []

    def scheduled_rules(self) -> list[BusRule]:
        """All EventBridge rules with a schedule."""
        stores = [store for _, _, store in self._stores.events.iter_backends()]
        buses = [bus for store in stores for bus in list(store.event_buses.values())]
        found = [rule for bus in buses for rule in list(bus.rules.values()) if rule.scheduled_expression]
        return [from_moto.bus_rule(rule) for rule in found]

    def archive_event(self, rule_arn: str, event: Mapping[str, Any]) -> None:
        """Keep an event in the EventBridge archive that this rule feeds."""
        where = Arn.of(rule_arn)
        for archive in self._stores.events[where.account_id][where.region].archives.values():
            if archive.rule is not None and archive.rule.arn == rule_arn:
                archive.events.append(dict(event))

    def schedules(self) -> list[Schedule]:
        """All schedules of EventBridge Scheduler."""
        stores = [store for _, _, store in self._stores.scheduler.iter_backends()]
        groups = [group for store in stores for group in list(store.schedule_groups.values())]
        return [from_moto.schedule(one) for group in groups for one in list(group.schedules.values())]

    def delete_schedule(self, arn: str) -> None:
        """Delete a schedule of EventBridge Scheduler that is over."""
        where = Arn.of(arn)
        _, group, name = where.resource.split("/")
        self._stores.scheduler[where.account_id][where.region].delete_schedule(group, name)

    def append_event(self, region: str, group: str, text: str) -> bool:
        """Write a line into a stream of its own in a log group; False where there is no such group."""
        if group not in self._groups(region):
            return False
        stream, events = str(uuid.uuid4()), [(int(time.time() * 1000), text)]
        self._plug.append_logs(region, group, stream, events)
        self._heard(Lines(self._plug.account_id, region, group, stream, events))
        return True

    async def written(self) -> None:
        """Until all lines written so far are in their log groups."""
        await self._plug.written("logs")

    def log_filters(self, region: str, group: str) -> list[LogFilter] | None:
        """The subscription filters of a log group; None where there is no such group."""
        found = self._groups(region).get(group)
        filters = found.subscription_filters.values() if found is not None else None
        return None if filters is None else [from_moto.log_filter(one) for one in filters]

    def put_log_filter(self, region: str, group: str, kept: LogFilter) -> None:
        """Keep a subscription filter, in the place of one of the same name."""
        found = self._groups(region)[group]
        before = found.subscription_filters.get(kept.name)
        if before is not None:
            before.update(kept.pattern, kept.destination, None)
        else:
            found.put_subscription_filter(kept.name, kept.pattern, kept.destination, None)

    def _topics(self, topic_arn: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._stores.topics[self._plug.account_id][Arn.of(topic_arn).region].topics
        return found

    def _groups(self, region: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._stores.logs[self._plug.account_id][region].groups
        return found

    def alarms(self) -> list[Alarm]:
        """All CloudWatch alarms."""
        stores = list(self._stores.cloudwatch.iter_backends())
        return [
            from_moto.alarm(one, account)
            for account, _, store in stores
            for one in list(store.alarms.values())
        ]

    def set_alarm(self, alarm: Alarm, state: State, reason: str, *, quietly: bool = False) -> None:
        """Set a CloudWatch alarm's state; `quietly` without an entry in its history."""
        found = self._stores.cloudwatch[alarm.account_id][alarm.region].alarms.get(alarm.name)
        if found is None:
            return
        if quietly:
            found.state_value, found.state_reason = state, reason
        else:
            found.update_state(reason, "{}", state)

    async def samples(self, alarm: Alarm, start: float, end: float) -> Samples:
        """What came of an alarm's metric from `start` to before `end` (seconds since the epoch)."""
        await self._plug.written("monitoring")
        with self._stores.lock:
            data = list(self._stores.cloudwatch[alarm.account_id][alarm.region].metric_data)
        return from_moto.samples(data, alarm, start, end)
