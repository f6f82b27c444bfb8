"""What moto keeps, as records of ours. No import of moto here: its things are handed in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from lambada_labs.cloud.local.producers.alarm_states import COMPARISONS, Alarm, Samples
from lambada_labs.cloud.local.producers.bus_rules import BusRule
from lambada_labs.cloud.local.producers.log_subscriptions import LogFilter
from lambada_labs.cloud.local.producers.scheduler import Schedule
from lambada_labs.cloud.local.producers.topic_messages import Subscription


def subscribed(listener: Any) -> Subscription:
    """A subscription of moto's as a record of ours."""
    given = listener.attributes
    redrive = json.loads(given.get("RedrivePolicy") or "{}")
    return Subscription(
        arn=listener.arn,
        protocol=listener.protocol,
        endpoint=listener.endpoint,
        raw=str(given.get("RawMessageDelivery", "")).lower() == "true",
        filter_policy=given.get("FilterPolicy") or "",
        filter_scope=given.get("FilterPolicyScope") or "MessageAttributes",
        redrive_target=redrive.get("deadLetterTargetArn", ""),
    )


def bus_rule(rule: Any) -> BusRule:
    """A rule of moto's as a record of ours."""
    return BusRule(
        arn=rule.arn,
        name=rule.name,
        bus=rule.event_bus_name,
        account_id=rule.account_id,
        region=rule.region_name,
        enabled=rule.state != "DISABLED",
        pattern=rule.event_pattern.dump() if rule.event_pattern else None,
        schedule=rule.scheduled_expression,
        targets=tuple(dict(target) for target in rule.targets),
    )


def schedule(one: Any) -> Schedule:
    """A schedule of moto's EventBridge Scheduler as a record of ours."""
    return Schedule(
        arn=one.arn,
        name=one.name,
        group=one.group_name,
        expression=one.schedule_expression,
        zone=one.schedule_expression_timezone or "UTC",
        enabled=(one.state or "ENABLED") == "ENABLED",
        target=dict(one.target),
        start=_seconds(one.start_date),
        end=_seconds(one.end_date),
        deletes=one.action_after_completion == "DELETE",
        mark=str(one.last_modified_date),
        made_at=float(one.creation_date),
    )


def _seconds(given: Any) -> float | None:
    return None if given is None else float(given)


def log_filter(one: Any) -> LogFilter:
    """A subscription filter of moto's as a record of ours."""
    return LogFilter(name=one.name, pattern=one.filter_pattern or "", destination=one.destination_arn)


def alarm(one: Any, account_id: str) -> Alarm:
    """An alarm of moto's as a record of ours."""
    plain = not one.rule and not one.metric_data_queries and one.metric_name and one.statistic and one.period
    return Alarm(
        arn=one.alarm_arn,
        name=one.name,
        account_id=account_id,
        region=one.region_name,
        namespace=one.namespace or "",
        metric=one.metric_name or "",
        dimensions=tuple((each.name, each.value) for each in one.dimensions),
        statistic=one.statistic or "",
        period=int(one.period or 0),
        periods=int(one.evaluation_periods or 1),
        needed=int(one.datapoints_to_alarm or one.evaluation_periods or 1),
        threshold=float(one.threshold or 0),
        comparison=one.comparison_operator or "",
        missing=one.treat_missing_data or "missing",
        judged=bool(plain) and one.comparison_operator in COMPARISONS,
        state=one.state_value,
        reason=one.state_reason,
        state_at=_moment(one.state_updated_timestamp),
        actions_enabled=str(one.actions_enabled).lower() != "false",
        actions={
            "OK": tuple(one.ok_actions),
            "ALARM": tuple(one.alarm_actions),
            "INSUFFICIENT_DATA": tuple(one.insufficient_data_actions),
        },
        description=one.description or "",
        unit=one.unit or "",
        changed_at=_moment(one.configuration_updated_timestamp),
        counts=bool(one.datapoints_to_alarm),
    )


def samples(data: Iterable[Any], of: Alarm, start: float, end: float) -> Samples:
    """What data of moto's say of an alarm's metric in a while."""
    found = Samples()
    wanted = set(of.dimensions)
    for one in data:
        same = (one.namespace, one.name) == (of.namespace, of.metric)
        if not same or not start <= _moment(one.timestamp) < end:
            continue
        if {(each.name, each.value) for each in one.dimensions} == wanted:
            found = _added(found, one)
    return found


def _added(found: Samples, one: Any) -> Samples:
    value = getattr(one, "value", None)
    count, total, low, high = (
        (1.0, value, value, value) if value is not None else (one.sample_count, one.sum, one.min, one.max)
    )
    if not found.count:
        return Samples(count, total, low, high)
    return Samples(
        found.count + count, found.total + total, min(found.minimum, low), max(found.maximum, high)
    )


def _moment(at: datetime) -> float:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
