"""Alarms: datapoints judged, changes told."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lambada_labs.cloud.local.producers.alarm_states import (
    Alarm,
    Point,
    Samples,
    judged,
    lambda_event,
    notification,
)

ALARM = Alarm(
    arn="arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors",
    name="errors",
    account_id="123456789012",
    region="us-east-1",
    namespace="AWS/Lambda",
    metric="Errors",
    dimensions=(("FunctionName", "f"),),
    statistic="Sum",
    period=60,
    periods=3,
    needed=2,
    threshold=1.0,
    comparison="GreaterThanOrEqualToThreshold",
    missing="missing",
    judged=True,
    state="OK",
    reason="why",
    state_at=0,
    actions_enabled=True,
    actions={"ALARM": ("arn:aws:sns:us-east-1:123456789012:t",)},
)


def points(*values):
    return [Point(60.0 * number, value) for number, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "missing", "state"),
    [
        ((0, 0, 0), "missing", "OK"),
        ((0, 1, 0), "missing", "OK"),
        ((0, 1, 5), "missing", "ALARM"),
        ((1, None, 1), "missing", "ALARM"),
        ((1, None, None), "missing", "OK"),
        ((None, None, None), "missing", "INSUFFICIENT_DATA"),
        ((None, None, None), "ignore", "OK"),
        ((None, None, None), "notBreaching", "OK"),
        ((None, None, None), "breaching", "ALARM"),
        ((1, None, None), "breaching", "ALARM"),
        ((1, None, None), "notBreaching", "OK"),
    ],
)
def test_two_of_three(values, missing, state):
    assert judged(replace(ALARM, missing=missing), points(*values))[0] == state


@pytest.mark.parametrize(
    ("comparison", "value", "state"),
    [
        ("GreaterThanThreshold", 1, "OK"),
        ("GreaterThanOrEqualToThreshold", 1, "ALARM"),
        ("LessThanThreshold", 1, "OK"),
        ("LessThanOrEqualToThreshold", 1, "ALARM"),
        ("LessThanThreshold", 0.5, "ALARM"),
    ],
)
def test_comparisons(comparison, value, state):
    one = replace(ALARM, comparison=comparison, periods=1, needed=1)
    assert judged(one, points(value))[0] == state


def test_reasons():
    one = replace(ALARM, periods=1, needed=1, comparison="GreaterThanThreshold", threshold=21)
    state, reason = judged(one, points(21.5))
    wanted = (
        "Threshold Crossed: 1 datapoint [21.5 (01/01/70 00:00:00)] was greater than the threshold (21.0)."
    )
    assert (state, reason) == ("ALARM", wanted)
    assert judged(one, points(None))[1] == "Insufficient Data: 1 datapoint was unknown."


ONE, TWO, THREE = (f"(01/01/70 00:0{minute}:00)" for minute in range(3))


@pytest.mark.parametrize(
    ("values", "missing", "counts", "reason"),
    [
        ((2, 0, 3), "missing", False, f"2 datapoints [3.0 {THREE}, 2.0 {ONE}] were greater than the threshold (1.0)"),
        (
            (2, 0, 3),
            "missing",
            True,
            (f"2 out of the last 3 datapoints [3.0 {THREE}, 2.0 {ONE}] were greater than the threshold (1.0) "
            "(minimum 2 datapoints for OK -> ALARM transition)"),
        ),
        (
            (0, 0.5, 3),
            "missing",
            True,
            (f"2 out of the last 3 datapoints [0.5 {TWO}, 0.0 {ONE}] were not greater than the threshold (1.0) "
            "(minimum 2 datapoints for ALARM -> OK transition)"),
        ),
        (
            (None, None, None),
            "breaching",
            True,
            "no datapoints were received for 3 periods and 3 missing datapoints were treated as [Breaching]",
        ),
        (
            (None,),
            "notBreaching",
            False,
            "no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching]",
        ),
        (
            (0, None, None),
            "breaching",
            False,
            "1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching]",
        ),
    ],
)  # fmt: skip
def test_reasons_as_alarms_of_aws_give_them(values, missing, counts, reason):
    one = replace(ALARM, comparison="GreaterThanThreshold", missing=missing, counts=counts)
    assert judged(one, points(*values))[1] == f"Threshold Crossed: {reason}."


@pytest.mark.parametrize(
    ("statistic", "value"), [("Sum", 9), ("Average", 3), ("Minimum", 1), ("Maximum", 6), ("SampleCount", 3)]
)
def test_statistics(statistic, value):
    assert Samples(3, 9, 1, 6).value(statistic) == value
    assert Samples().value(statistic) is None


def test_what_a_topic_and_a_function_are_told():
    subject, message = notification(ALARM, "ALARM", "because", 60)
    told = json.loads(message)
    assert subject == 'ALARM: "errors" in US East (N. Virginia)'
    assert (told["NewStateValue"], told["OldStateValue"], told["NewStateReason"]) == (
        "ALARM",
        "OK",
        "because",
    )
    assert told["StateChangeTime"] == "1970-01-01T00:01:00.000+0000"
    assert told["Trigger"]["Dimensions"] == [{"value": "f", "name": "FunctionName"}]
    event = lambda_event(ALARM, "ALARM", "because", 60)
    data = event.pop("alarmData")
    assert event == {
        "source": "aws.cloudwatch",
        "alarmArn": ALARM.arn,
        "accountId": "123456789012",
        "time": "1970-01-01T00:01:00.000+0000",
        "region": "us-east-1",
    }
    assert (data["state"]["value"], data["previousState"]["value"]) == ("ALARM", "OK")
    metric = data["configuration"]["metrics"][0]["metricStat"]["metric"]
    assert metric == {"namespace": "AWS/Lambda", "name": "Errors", "dimensions": {"FunctionName": "f"}}
