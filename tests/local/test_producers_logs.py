"""Subscription filters through boto3: lines of functions and of clients, permissions, refusals, no loop."""

from __future__ import annotations

import base64
import gzip
import itertools
import json
import time

import pytest
from functions_kit import refusal, until
from producers_kit import ACCOUNT, REGION, arn, function, listener, permit, seen

LOGS = "logs.amazonaws.com"
UNPACKS = (
    "import base64, gzip, json\ndef handler(event, context):\n"
    "    told = json.loads(gzip.decompress(base64.b64decode(event['awslogs']['data'])))\n"
    "    print('SEEN ' + json.dumps(told))\n"
)
names = itertools.count()


@pytest.fixture(scope="module")
def logs(cloud):
    return cloud.client("logs")


def group_arn(name):
    return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}:*"


@pytest.fixture
def group(logs):
    name = f"group-{next(names)}"
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="one")
    return name


def put(logs, group, *texts):
    now = int(time.time() * 1000)
    logs.put_log_events(
        logGroupName=group,
        logStreamName="one",
        logEvents=[{"timestamp": now, "message": text} for text in texts],
    )


def subscribe(logs, group, target, pattern="", name="f"):
    logs.put_subscription_filter(
        logGroupName=group, filterName=name, filterPattern=pattern, destinationArn=target
    )


def test_lines_that_fit_come_packed(cloud, logs, group):
    target = listener(cloud, "reads", UNPACKS)
    permit(cloud, "reads", LOGS, group_arn(group), SourceAccount=ACCOUNT)
    subscribe(logs, group, target, "?ERROR ?WARN", "bad lines")
    put(logs, group, "INFO fine", "ERROR first", "WARN second")
    (told,) = seen(cloud, "reads")
    assert [one["message"] for one in told["logEvents"]] == ["ERROR first", "WARN second"]
    assert all(len(one["id"]) == 56 for one in told["logEvents"])
    assert (told["messageType"], told["owner"], told["logGroup"], told["logStream"]) == (
        "DATA_MESSAGE",
        ACCOUNT,
        group,
        "one",
    )
    assert told["subscriptionFilters"] == ["bad lines"]
    (history,) = until(lambda: [one for one in cloud.events("reads") if one.ended_at])
    assert (history.producer, history.condition) == (group_arn(group), "Success")
    subscribe(logs, group, target, "only this", "bad lines")
    put(logs, group, "ERROR third", "only this")
    second = seen(cloud, "reads", count=2)[1]
    assert [one["message"] for one in second["logEvents"]] == ["only this"]
    (found,) = logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"]
    assert (found["filterPattern"], found["destinationArn"]) == ("only this", target)
    logs.delete_subscription_filter(logGroupName=group, filterName="bad lines")
    put(logs, group, "only this")
    assert len(cloud.events("reads")) == 2


def test_the_log_of_a_function_is_read_by_another(cloud, logs):
    code = "def handler(event, context):\n    print('ERROR ' + event['what'])\n"
    client = function(cloud, "speaks", code)
    client.invoke(FunctionName="speaks", Payload='{"what": "before"}')
    target = listener(cloud, "watches", UNPACKS)
    permit(cloud, "watches", f"logs.{REGION}.amazonaws.com", group_arn("/aws/lambda/speaks"))
    subscribe(logs, "/aws/lambda/speaks", target, "ERROR")
    client.invoke(FunctionName="speaks", Payload='{"what": "after"}')
    (told,) = seen(cloud, "watches")
    assert [one["message"].strip() for one in told["logEvents"]] == ["ERROR after"]


def test_a_function_that_reads_its_own_log_makes_no_loop(cloud, logs):
    client = function(cloud, "narcissus", UNPACKS)
    packed = base64.b64encode(gzip.compress(b"{}")).decode()
    event = json.dumps({"awslogs": {"data": packed}})
    client.invoke(FunctionName="narcissus", Payload=event)
    permit(cloud, "narcissus", LOGS, group_arn("/aws/lambda/narcissus"))
    subscribe(logs, "/aws/lambda/narcissus", arn("narcissus"))
    client.invoke(FunctionName="narcissus", Payload=event)
    until(lambda: sum("REPORT" in text for *_, text in cloud.log_lines("narcissus")) == 2)
    assert cloud.events("narcissus") == []


def test_what_is_refused(cloud, logs, group):
    target = listener(cloud, "closed", UNPACKS)

    def refused(group=group, destination=target, pattern="", name="f"):
        return refusal(
            logs.put_subscription_filter,
            logGroupName=group,
            filterName=name,
            filterPattern=pattern,
            destinationArn=destination,
        )[:2]

    code, text = refused()
    assert (code, text[:37]) == ("InvalidParameterException", "Could not execute the lambda function")
    assert refused(destination=arn("never-was"))[0] == "InvalidParameterException"
    gone = ("ResourceNotFoundException", "The specified log group does not exist.")
    assert refused(group="never-was") == gone
    assert refused(destination=target.replace(ACCOUNT, "210987654321"))[0] == "AccessDeniedException"
    permit(cloud, "closed", LOGS, group_arn(group))
    assert refused(pattern="{ $.a = }") == ("InvalidParameterException", "Invalid filter pattern")
    subscribe(logs, group, target, name="one")
    subscribe(logs, group, target, name="two")
    assert refused(name="three") == ("LimitExceededException", "Resource limit exceeded.")


def test_lines_are_found_by_the_same_patterns(logs, group):
    now = int(time.time() * 1000)
    lines = ['{"level": "ERROR", "ms": 7}', '{"level": "INFO", "ms": 90}', "WARN disk is full"]
    events = [{"timestamp": now + number, "message": line} for number, line in enumerate(lines)]
    logs.put_log_events(logGroupName=group, logStreamName="one", logEvents=events)

    def found(pattern):
        answer = logs.filter_log_events(logGroupName=group, filterPattern=pattern)
        return [lines.index(event["message"]) for event in answer["events"]]

    assert found('{ $.level = "ERROR" }') == [0]
    assert found("{ $.ms > 50 }") == [1]
    assert found("?WARN ?ERROR") == [0, 2]
    assert found("[w1=WARN, w2]") == [2]
    assert found("-ERROR -INFO") == [2]
    assert found("") == [0, 1, 2]
    code, _, _ = refusal(logs.filter_log_events, logGroupName=group, filterPattern="{ $.level = ")
    assert code == "InvalidParameterException"
