"""Alarms: what a row of datapoints means, and how a change of state is told. Pure.

Sources: Amazon CloudWatch user guide, "Using CloudWatch alarms" (M out of N datapoints, missing data); messages
recorded from a real account (localstack's snapshots of `test_put_metric_alarm`, `test_alarm_lambda_target`).
Missing data that is to stay missing is left out of the count; AWS looks further back for it. Reasons have the forms
that messages of real alarms show: the newest datapoint first, "out of the last" where DatapointsToAlarm was set.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal

from lambada_labs.cloud.local.producers.moments import millis

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
Compare = Callable[[float, float], bool]
COMPARISONS: Mapping[str, tuple[Compare, str]] = MappingProxyType(
    {
        "GreaterThanThreshold": (operator.gt, "greater than"),
        "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
        "LessThanThreshold": (operator.lt, "less than"),
        "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
    }
)
TREATED: Mapping[str, str] = MappingProxyType(
    {"breaching": "Breaching", "notBreaching": "NonBreaching", "missing": "Missing", "ignore": "Ignore"}
)
REGIONS: Mapping[str, str] = MappingProxyType(
    {
        "us-east-1": "US East (N. Virginia)",
        "us-east-2": "US East (Ohio)",
        "us-west-1": "US West (N. California)",
        "us-west-2": "US West (Oregon)",
        "eu-west-1": "EU (Ireland)",
        "eu-west-2": "EU (London)",
        "eu-central-1": "EU (Frankfurt)",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A metric alarm as it is now; times in seconds since the epoch.

    `judged`: it has a plain metric and statistic, which is what is evaluated here. `counts`: DatapointsToAlarm was
    set, `needed` datapoints out of the last `periods`.
    """

    arn: str
    name: str
    account_id: str
    region: str
    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    period: int
    periods: int
    needed: int
    threshold: float
    comparison: str
    missing: str
    judged: bool
    state: State
    reason: str
    state_at: float
    actions_enabled: bool
    actions: Mapping[State, tuple[str, ...]]
    description: str = ""
    unit: str = ""
    changed_at: float = 0.0
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Samples:
    """What came of a metric in a while; `count` 0 where nothing came."""

    count: float = 0
    total: float = 0
    minimum: float = 0
    maximum: float = 0

    def value(self, statistic: str) -> float | None:
        """Sum, Average, Minimum, Maximum or SampleCount; None where nothing came."""
        if not self.count:
            return None
        return {
            "Sum": self.total,
            "Average": self.total / self.count,
            "Minimum": self.minimum,
            "Maximum": self.maximum,
            "SampleCount": self.count,
        }.get(statistic)


@dataclass(frozen=True, slots=True)
class Point:
    """One datapoint: when its period began, and its value or None."""

    at: float
    value: float | None


def judged(alarm: Alarm, points: Sequence[Point]) -> tuple[State, str]:
    """State and reason after the last `periods` datapoints, oldest first."""
    crosses, words = COMPARISONS[alarm.comparison]
    seen = [point for point in points if point.value is not None]
    over = [point for point in seen if point.value is not None and crosses(point.value, alarm.threshold)]
    gaps = len(points) - len(seen)
    if not seen and alarm.missing == "ignore":
        return alarm.state, alarm.reason
    if not seen and alarm.missing == "missing":
        return "INSUFFICIENT_DATA", f"Insufficient Data: {_counted(gaps)} {_was(gaps)} unknown."
    breaching = len(over) + (gaps if alarm.missing == "breaching" else 0)
    if breaching >= alarm.needed:
        filled = gaps if alarm.missing == "breaching" else 0
        return "ALARM", _told(alarm, points, over, "ALARM", words=f"{words} the threshold", filled=filled)
    under = [point for point in seen if point not in over]
    filled = gaps if alarm.missing == "notBreaching" else 0
    return "OK", _told(alarm, points, under, "OK", words=f"not {words} the threshold", filled=filled)


def notification(alarm: Alarm, state: State, reason: str, at: float) -> tuple[str, str]:
    """Subject and message for a topic."""
    region = REGIONS.get(alarm.region, alarm.region)
    told = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description or None,
        "AWSAccountId": alarm.account_id,
        "AlarmConfigurationUpdatedTimestamp": _stamp(alarm.changed_at),
        "NewStateValue": state,
        "NewStateReason": reason,
        "StateChangeTime": _stamp(at),
        "Region": region,
        "AlarmArn": alarm.arn,
        "OldStateValue": alarm.state,
        "OKActions": list(alarm.actions.get("OK", ())),
        "AlarmActions": list(alarm.actions.get("ALARM", ())),
        "InsufficientDataActions": list(alarm.actions.get("INSUFFICIENT_DATA", ())),
        "Trigger": {
            "MetricName": alarm.metric,
            "Namespace": alarm.namespace,
            "StatisticType": "Statistic",
            "Statistic": alarm.statistic.upper(),
            "Unit": alarm.unit or None,
            "Dimensions": [{"value": value, "name": name} for name, value in alarm.dimensions],
            "Period": alarm.period,
            "EvaluationPeriods": alarm.periods,
            "DatapointsToAlarm": alarm.needed,
            "ComparisonOperator": alarm.comparison,
            "Threshold": alarm.threshold,
            "TreatMissingData": alarm.missing,
            "EvaluateLowSampleCountPercentile": "",
        },
    }
    return f'{state}: "{alarm.name}" in {region}', json.dumps(told, separators=(",", ":"))


def lambda_event(alarm: Alarm, state: State, reason: str, at: float) -> dict[str, Any]:
    """The event for a function."""
    return {
        "source": "aws.cloudwatch",
        "alarmArn": alarm.arn,
        "accountId": alarm.account_id,
        "time": _stamp(at),
        "region": alarm.region,
        "alarmData": detail(alarm, state, reason, at),
    }


def detail(alarm: Alarm, state: State, reason: str, at: float) -> dict[str, Any]:
    """What an event says about the change."""
    metric = {
        "namespace": alarm.namespace,
        "name": alarm.metric,
        "dimensions": dict(alarm.dimensions),
    }
    stat = {"metric": metric, "period": alarm.period, "stat": alarm.statistic}
    return {
        "alarmName": alarm.name,
        "state": {"value": state, "reason": reason, "timestamp": _stamp(at)},
        "previousState": {"value": alarm.state, "reason": alarm.reason, "timestamp": _stamp(alarm.state_at)},
        "configuration": {
            **({"description": alarm.description} if alarm.description else {}),
            "metrics": [{"id": "m1", "metricStat": stat, "returnData": True}],
        },
    }


def _told(
    alarm: Alarm, points: Sequence[Point], those: Sequence[Point], state: State, *, words: str, filled: int
) -> str:
    """Why: `those` datapoints, or the missing ones where too few came to decide without them."""
    wanted = alarm.needed if state == "ALARM" else alarm.periods - alarm.needed + 1
    if not those or (filled and len(those) < wanted):
        return f"Threshold Crossed: {_received(alarm, points)}."
    shown = ", ".join(f"{_shown(point.value)} ({_date(point.at)})" for point in reversed(those))
    number, judgement = len(those), f"{_was(len(those))} {words} ({alarm.threshold:.1f})"
    if not alarm.counts:
        return f"Threshold Crossed: {_counted(number)} [{shown}] {judgement}."
    before = "OK" if state == "ALARM" else "ALARM"
    least = f"(minimum {_counted(wanted)} for {before} -> {state} transition)"
    head = f"{number} out of the last {alarm.periods} datapoints"
    return f"Threshold Crossed: {head} [{shown}] {judgement} {least}."


def _received(alarm: Alarm, points: Sequence[Point]) -> str:
    """How few datapoints came, and what the missing ones counted as."""
    came, all_periods = sum(point.value is not None for point in points), len(points)
    gaps = all_periods - came
    head = f"{_counted(came) if came else 'no datapoints'} {_was(came)} received"
    periods = f"{all_periods} period" if all_periods == 1 else f"{all_periods} periods"
    missing = f"{gaps} missing {'datapoint' if gaps == 1 else 'datapoints'}"
    return f"{head} for {periods} and {missing} {_was(gaps)} treated as [{TREATED[alarm.missing]}]"


def _shown(value: float | None) -> str:
    return "-" if value is None else str(float(value))


def _counted(number: int) -> str:
    return f"{number} datapoint" if number == 1 else f"{number} datapoints"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%d/%m/%y %H:%M:%S")


def _stamp(at: float) -> str:
    return millis(at).replace("Z", "+0000")
