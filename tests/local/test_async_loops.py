"""Functions that call themselves are stopped after sixteen, whichever way the circle goes."""

from __future__ import annotations

import json

import pytest
from async_kit import arn, function, queue, received
from functions_kit import answer_of, until

from lambada_labs.runtime import lineage

AGAIN = """
import json, boto3
client = boto3.client("lambda")
def handler(event, context):
    count = event.get("requestPayload", event).get("n", 0) + 1
    client.invoke(FunctionName=event.get("to", context.function_name), InvocationType="{kind}",
                  Payload=json.dumps({{"n": count, "to": event.get("to", context.function_name)}}))
    return {{"n": count}}
"""
PASSES_ON = """
import json, boto3
client = boto3.client("lambda")
def handler(event, context):
    found = client.invoke(FunctionName=context.function_name, Payload=json.dumps({"n": event["n"] + 1}))
    return json.load(found["Payload"])
"""


@pytest.fixture(scope="module")
def fast(cloud):
    cloud.clock(speed=1000)
    return cloud


def successes(cloud, name):
    return [one for one in cloud.records(name) if one.outcome == "success"]


def test_a_function_that_invokes_itself_stops_after_sixteen_and_tells_the_dead_letter_queue(fast):
    url, target = queue(fast, "loop-dead")
    client = function(
        fast, "loops", AGAIN.format(kind="Event"), DeadLetterConfig={"TargetArn": target}, Timeout=20
    )
    client.invoke(FunctionName="loops", InvocationType="Event", Payload=b'{"n": 0}')
    (message,) = received(fast, url)
    assert json.loads(message["Body"])["n"] == 16
    assert message["MessageAttributes"]["ErrorCode"]["StringValue"] == "400"
    assert len(successes(fast, "loops")) == 16
    ends = [one.condition for one in until(lambda: [e for e in fast.events("loops") if e.ended_at])]
    assert sorted(ends) == ["RecursiveInvocation"] + ["Success"] * 16


def test_a_loop_of_two_is_stopped_too(fast):
    code = AGAIN.format(kind="Event").replace(
        'event.get("to", context.function_name)', '{"ping": "pong", "pong": "ping"}[context.function_name]'
    )
    for name in ("ping", "pong"):
        client = function(fast, name, code, Timeout=20)
    client.invoke(FunctionName="ping", InvocationType="Event", Payload=b'{"n": 0}')

    def stopped():
        return [
            one
            for name in ("ping", "pong")
            for one in fast.events(name)
            if one.condition == "RecursiveInvocation"
        ]

    until(stopped, seconds=40)
    assert [len(successes(fast, name)) for name in ("ping", "pong")] == [16, 16]


def test_a_loop_through_a_destination_is_stopped(fast):
    client = function(fast, "here", "def handler(event, context):\n    return 1\n")
    function(fast, "there", AGAIN.format(kind="Event").replace("context.function_name", "'here'"), Timeout=20)
    client.put_function_event_invoke_config(
        FunctionName="here", DestinationConfig={"OnSuccess": {"Destination": arn("there")}}
    )
    client.invoke(FunctionName="here", InvocationType="Event", Payload=b"{}")
    until(lambda: [one for one in fast.events() if one.condition == "RecursiveInvocation"][2:], seconds=40)
    until(lambda: len(successes(fast, "here")) == len(successes(fast, "there")) == 16)


def test_a_message_that_a_handler_sends_carries_its_lineage(fast):
    url, _ = queue(fast, "traced")
    code = "import boto3\ndef handler(event, context):\n    boto3.client('sqs').send_message(**event)\n"
    client = function(fast, "sends", code, Timeout=20)
    event = json.dumps({"QueueUrl": url, "MessageBody": "x"})
    client.invoke(FunctionName="sends", InvocationType="Event", Payload=event)
    (message,) = received(fast, url)
    assert lineage.count(message["Attributes"]["AWSTraceHeader"], arn("sends")) == 1


def test_a_synchronous_loop_gets_an_exception_in_the_handler(fast):
    client = function(fast, "deep", PASSES_ON, Timeout=60)
    answer = client.invoke(FunctionName="deep", Payload=b'{"n": 1}')
    seen = answer_of(answer)
    assert seen["errorType"] == "RecursiveInvocationException"


def test_a_loop_may_be_allowed_and_goes_on(fast):
    code = AGAIN.format(kind="Event").replace("    client.invoke", "    if count < 20: client.invoke")
    client = function(fast, "allowed", code, Timeout=20)
    client.put_function_recursion_config(FunctionName="allowed", RecursiveLoop="Allow")
    client.invoke(FunctionName="allowed", InvocationType="Event", Payload=b'{"n": 0}')
    until(lambda: len(successes(fast, "allowed")) == 20, seconds=40)
