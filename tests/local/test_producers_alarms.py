"""Alarms through boto3: on Lambda's metrics and on custom ones, on the clock, telling topics and functions."""

from __future__ import annotations

import json

import pytest
from functions_kit import until
from producers_kit import function, listener, open_queue, permit, received, seen

FAILS = "def handler(event, context):\n    raise Exception('x')\n"


@pytest.fixture(scope="module")
def watch(cloud):
    return cloud.client("cloudwatch")


@pytest.fixture
def still(cloud):
    cloud.clock(speed=0)
    yield cloud
    cloud.clock(speed=1)


def alarm(watch, name, namespace="mine", metric="m", **more):
    given = {
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 0,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    watch.put_metric_alarm(AlarmName=name, Namespace=namespace, MetricName=metric, **(given | more))


def state(watch, name):
    (found,) = watch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return found["StateValue"]


def test_errors_of_a_function_tell_a_topic_and_its_recovery_too(still, watch):
    client = function(still, "breaks", FAILS)
    sns = still.client("sns")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    url, target = open_queue(still, "alarms", "sns.amazonaws.com")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=target)
    alarm(
        watch,
        "breaks-errors",
        "AWS/Lambda",
        "Errors",
        Dimensions=[{"Name": "FunctionName", "Value": "breaks"}],
        TreatMissingData="notBreaching",
        AlarmActions=[topic],
        OKActions=[topic],
    )
    assert state(watch, "breaks-errors") == "INSUFFICIENT_DATA"
    client.invoke(FunctionName="breaks")
    until(lambda: still.records("breaks"))
    still.clock(turn=61)
    (told,) = (json.loads(one["Body"]) for one in received(still, url))
    assert told["Subject"] == 'ALARM: "breaks-errors" in US East (N. Virginia)'
    message = json.loads(told["Message"])
    assert (message["OldStateValue"], message["NewStateValue"]) == ("INSUFFICIENT_DATA", "ALARM")
    assert message["NewStateReason"].startswith("Threshold Crossed: 1 datapoint [1.0 (")
    assert state(watch, "breaks-errors") == "ALARM"
    still.clock(turn=60)
    (told,) = (json.loads(one["Body"]) for one in received(still, url))
    assert json.loads(told["Message"])["NewStateValue"] == "OK"


def test_a_custom_metric_runs_a_function_after_two_of_three_periods(still, watch):
    target = listener(still, "rescues")
    alarm(
        watch,
        "deep",
        metric="depth",
        Statistic="Maximum",
        Threshold=10,
        EvaluationPeriods=3,
        DatapointsToAlarm=2,
        AlarmActions=[target],
    )
    (found,) = watch.describe_alarms(AlarmNames=["deep"])["MetricAlarms"]
    permit(still, "rescues", "lambda.alarms.cloudwatch.amazonaws.com", found["AlarmArn"])
    for value, after in ((11, "OK"), (3, "OK"), (12, "ALARM")):
        watch.put_metric_data(Namespace="mine", MetricData=[{"MetricName": "depth", "Value": value}])
        still.clock(turn=60)
        until(lambda after=after: state(watch, "deep") == after)
    (event,) = seen(still, "rescues")
    assert (event["source"], event["alarmData"]["state"]["value"]) == ("aws.cloudwatch", "ALARM")
    (history,) = until(lambda: [one for one in still.events("rescues") if one.ended_at])
    assert history.producer == found["AlarmArn"]


def test_a_state_that_was_set_is_acted_on_and_reaches_the_bus(still, watch):
    url, target = open_queue(still, "changes", "events.amazonaws.com")
    events = still.client("events")
    pattern = {"source": ["aws.cloudwatch"], "detail": {"alarmName": ["by-hand"]}}
    events.put_rule(Name="changes", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="changes", Targets=[{"Id": "1", "Arn": target}])
    alarm(watch, "by-hand")
    watch.set_alarm_state(AlarmName="by-hand", StateValue="ALARM", StateReason="trying")
    (told,) = (json.loads(one["Body"]) for one in received(still, url))
    assert told["detail-type"] == "CloudWatch Alarm State Change"
    assert (told["detail"]["state"]["value"], told["detail"]["state"]["reason"]) == ("ALARM", "trying")
    still.clock(turn=61)
    until(lambda: state(watch, "by-hand") == "INSUFFICIENT_DATA")


def test_an_alarm_that_was_deleted_or_silenced_tells_nobody(still, watch):
    target = listener(still, "quiet")
    for name, more in (("gone", {}), ("silent", {"ActionsEnabled": False})):
        alarm(watch, name, metric="q", AlarmActions=[target], TreatMissingData="breaching", **more)
    watch.delete_alarms(AlarmNames=["gone"])
    still.clock(turn=61)
    until(lambda: state(watch, "silent") == "ALARM")
    assert still.events("quiet") == []
