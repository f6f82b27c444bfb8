"""Retries, destinations and dead letters through boto3, on a clock a thousand times as fast."""

from __future__ import annotations

import json
import time

import pytest
from async_kit import FAILS, arn, function, history, queue, received, send, sending_role
from functions_kit import ECHO, archive, make_role, refusal, until, wait
from producers_kit import open_queue


@pytest.fixture(scope="module")
def fast(cloud):
    cloud.clock(speed=1000)
    function(cloud, "fails", FAILS)
    function(cloud, "works", ECHO)
    return cloud


@pytest.fixture(scope="module")
def client(fast):
    return fast.client("lambda")


def destined(client, name, success=None, failure=None, **more):
    config = {
        "OnSuccess": {"Destination": success} if success else {},
        "OnFailure": {"Destination": failure} if failure else {},
    }
    client.put_function_event_invoke_config(FunctionName=name, DestinationConfig=config, **more)


def test_a_failed_event_is_tried_three_times_then_told_to_a_queue(fast, client):
    url, target = queue(fast, "failed")
    destined(client, "fails", failure=target)
    request_id = send(client, "fails", {"message": "m"})
    (message,) = received(fast, url)
    body = json.loads(message["Body"])
    assert body.pop("timestamp").endswith("Z")
    stack = body["responsePayload"].pop("stackTrace")
    assert body == {
        "version": "1.0",
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{arn('fails')}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"message": "m"},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {
            "errorMessage": "intentional failure",
            "errorType": "Exception",
            "requestId": request_id,
        },
    }
    assert 'raise Exception("' in stack[-1] or "raise Exception('" in stack[-1]
    assert message["Attributes"]["AWSTraceHeader"].startswith("Root=1-")
    runs = [one for one in fast.records("fails") if one.request_id == request_id]
    assert [one.outcome for one in runs] == ["error"] * 3
    found = history(fast, request_id)
    assert [round(one.waited_s) for one in found.attempts] == [0, 60, 120]
    assert [one.environment_id for one in found.attempts] == [one.environment_id for one in runs]


def test_report_lines_stay_true_while_waits_run_fast(fast, client):
    function(fast, "sleeps", "import time\ndef handler(event, context):\n    time.sleep(0.2)\n")
    request_id = send(client, "sleeps")
    found = history(fast, request_id)
    (run,) = [one for one in fast.records("sleeps") if one.request_id == request_id]
    assert 200 <= run.duration_ms < 3000
    assert abs(found.attempts[0].started_at - time.time()) < 60


def test_success_is_told_to_a_function_that_runs_with_the_record(fast, client):
    function(fast, "listens", ECHO)
    destined(client, "works", success=arn("listens"))
    request_id = send(client, "works", {"n": 1})
    assert history(fast, request_id).deliveries[0].error == ""
    (heard,) = until(lambda: [one for one in fast.events("listens") if one.ended_at])
    assert heard.condition == "Success"
    assert heard.request_id != request_id


def test_success_is_told_to_an_event_bus(fast, client):
    url, target = open_queue(fast, "bus-events", "events.amazonaws.com")
    events = fast.client("events")
    events.create_event_bus(Name="told")
    events.put_rule(Name="all", EventBusName="told", EventPattern=json.dumps({"source": ["lambda"]}))
    events.put_targets(Rule="all", EventBusName="told", Targets=[{"Id": "1", "Arn": target}])
    bus = "arn:aws:events:us-east-1:123456789012:event-bus/told"
    destined(client, "works", success=bus)
    request_id = send(client, "works", {"n": 2})
    (message,) = received(fast, url)
    seen = json.loads(message["Body"])
    assert (seen["source"], seen["detail-type"]) == ("lambda", "Lambda Function Invocation Result - Success")
    assert seen["resources"] == [bus, f"{arn('works')}:$LATEST"]
    context = seen["detail"]["requestContext"]
    assert (context["requestId"], context["condition"]) == (request_id, "Success")


def test_failure_is_told_to_a_bucket(fast, client):
    s3 = fast.client("s3")
    s3.create_bucket(Bucket="failures")
    destined(client, "fails", failure="arn:aws:s3:::failures", MaximumRetryAttempts=0)
    request_id = send(client, "fails")
    history(fast, request_id)
    (item,) = s3.list_objects_v2(Bucket="failures")["Contents"]
    assert item["Key"].startswith("aws/lambda/async/fails/20")
    body = json.loads(s3.get_object(Bucket="failures", Key=item["Key"])["Body"].read())
    assert body["requestContext"]["requestId"] == request_id
    assert body["requestContext"]["approximateInvokeCount"] == 1


@pytest.mark.parametrize("kind", ["sqs", "sns"])
def test_a_dead_letter_is_the_raw_event_with_three_attributes(fast, client, kind):
    url, target = open_queue(fast, f"dead-{kind}", "sns.amazonaws.com")
    if kind == "sns":
        sns = fast.client("sns")
        topic = sns.create_topic(Name="dead")["TopicArn"]
        sns.subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=target, Attributes={"RawMessageDelivery": "true"}
        )
        target = topic
    name = f"dies-{kind}"
    function(fast, name, FAILS, DeadLetterConfig={"TargetArn": target})
    assert client.get_function_configuration(FunctionName=name)["DeadLetterConfig"] == {"TargetArn": target}
    client.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    request_id = send(client, name, {"raise_error": 1})
    (message,) = received(fast, url)
    assert json.loads(message["Body"]) == {"raise_error": 1}
    seen = {key: (one["DataType"], one["StringValue"]) for key, one in message["MessageAttributes"].items()}
    assert seen == {
        "RequestID": ("String", request_id),
        "ErrorCode": ("Number", "200"),
        "ErrorMessage": ("String", "intentional failure"),
    }


def test_a_dead_letter_queue_and_a_destination_are_both_told(fast, client):
    (dead, dead_arn), (told, told_arn) = queue(fast, "both-dead"), queue(fast, "both-told")
    function(fast, "both", FAILS, DeadLetterConfig={"TargetArn": dead_arn})
    destined(client, "both", failure=told_arn, MaximumRetryAttempts=0)
    request_id = send(client, "both")
    assert len(received(fast, dead)) == len(received(fast, told)) == 1
    assert [one.kind for one in history(fast, request_id).deliveries] == ["on-failure", "dead-letter"]
    for url in (dead, told):
        assert "Messages" not in fast.client("sqs").receive_message(QueueUrl=url)


def test_the_age_is_looked_at_ahead(fast, client):
    url, target = queue(fast, "aged")
    destined(client, "fails", failure=target, MaximumEventAgeInSeconds=60)
    request_id = send(client, "fails")
    context = json.loads(received(fast, url)[0]["Body"])["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("EventAgeExceeded", 1)
    assert history(fast, request_id).invocations == 1


def test_reserved_concurrency_0_sends_events_straight_to_the_destination(fast, client):
    url, target = queue(fast, "off")
    function(fast, "off", ECHO)
    destined(client, "off", failure=target)
    client.put_function_concurrency(FunctionName="off", ReservedConcurrentExecutions=0)
    request_id = send(client, "off")
    body = json.loads(received(fast, url)[0]["Body"])
    assert body["requestContext"]["requestId"] == request_id
    assert body["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert body["requestContext"]["approximateInvokeCount"] == 0
    assert "responseContext" not in body
    assert not [one for one in fast.records("off") if one.outcome != "throttled"]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("arn:aws:sqs:us-east-1:123456789012:gone", "queue does not exist"),
        ("arn:aws:sns:us-east-1:123456789012:gone", "NotFound"),
        ("arn:aws:s3:::gone-bucket", "NoSuchBucket"),
    ],
)
def test_a_destination_that_is_gone_is_counted_and_the_event_ends(fast, client, target, said):
    destined(client, "fails", failure=target, MaximumRetryAttempts=0)
    (delivery,) = history(fast, send(client, "fails")).deliveries
    assert delivery.target == target
    assert delivery.error
    assert said in delivery.error


def test_a_fifo_queue_is_no_destination(fast, client):
    fifo = {"FifoQueue": "true"}
    fast.client("sqs").create_queue(QueueName="in-order.fifo", Attributes=fifo)
    destined(client, "works", success="arn:aws:sqs:us-east-1:123456789012:in-order.fifo")
    (delivery,) = history(fast, send(client, "works")).deliveries
    assert "MessageGroupId" in delivery.error


def test_a_function_deleted_as_a_destination(fast, client):
    function(fast, "short-lived", ECHO)
    destined(client, "works", success=arn("short-lived"))
    client.delete_function(FunctionName="short-lived")
    (delivery,) = history(fast, send(client, "works")).deliveries
    assert "Function not found" in delivery.error


def test_a_role_that_lambda_may_not_assume_any_more_delivers_nothing(fast, client):
    iam = fast.client("iam")
    url, target = queue(fast, "forbidden")
    function(fast, "orphan", ECHO, Role=sending_role(fast, "orphan-role"))
    destined(client, "orphan", success=target)
    send(client, "orphan")
    received(fast, url)
    iam.delete_role_policy(RoleName="orphan-role", PolicyName="send")
    iam.delete_role(RoleName="orphan-role")
    (delivery,) = history(fast, send(client, "orphan")).deliveries
    assert delivery.error == "The role defined for the function cannot be assumed by Lambda."


def test_a_destination_without_permission_is_refused_and_one_that_lost_it_gets_nothing(fast, client):
    url, target = queue(fast, "no-permission")
    function(fast, "poor", ECHO, Role=make_role(fast, "poor-role"))
    wanted = {"FunctionName": "poor", "DestinationConfig": {"OnSuccess": {"Destination": target}}}
    code, text, _ = refusal(client.put_function_event_invoke_config, **wanted)
    said = f"The function's execution role does not have permissions to call SendMessage on {target}"
    assert (code, text) == ("InvalidParameterValueException", said)
    sending_role(fast, "poor-role", target)
    client.put_function_event_invoke_config(**wanted)
    send(client, "poor")
    received(fast, url)
    fast.client("iam").delete_role_policy(RoleName="poor-role", PolicyName="send")
    found = history(fast, send(client, "poor"))
    assert (found.condition, len(found.deliveries)) == ("Success", 1)
    assert "is not authorized to perform: sqs:SendMessage" in found.deliveries[0].error
    assert "Messages" not in fast.client("sqs").receive_message(QueueUrl=url)


def test_metrics_in_cloudwatch(fast, client):
    function(fast, "counted", FAILS, DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:123456789012:no"})
    destined(client, "counted", failure="arn:aws:sns:us-east-1:123456789012:no")
    history(fast, send(client, "counted"))

    def total(name, statistic="Sum", **dimensions):
        found = fast.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            StartTime=time.time() - 600,
            EndTime=time.time() + 600,
            Period=3600,
            Statistics=[statistic],
        )["Datapoints"]
        return sum(point[statistic] for point in found)

    names = ("AsyncEventsReceived", "AsyncEventsDropped", "DeadLetterErrors", "DestinationDeliveryFailures")
    assert [total(name, FunctionName="counted") for name in names] == [1, 1, 1, 1]
    assert total("AsyncEventsReceived", FunctionName="counted", Resource="counted") == 1
    assert total("AsyncEventAge", "SampleCount", FunctionName="counted") == 3
    assert total("AsyncEventAge", "Maximum", FunctionName="counted") >= 180_000
    assert total("Errors", FunctionName="counted") == 3


def test_versions_and_aliases_have_rules_of_their_own(fast, client):
    url, target = queue(fast, "of-alias")
    function(fast, "aliased", FAILS)
    client.publish_version(FunctionName="aliased")
    client.create_alias(FunctionName="aliased", Name="prod", FunctionVersion="1")
    destined(client, "aliased:prod", failure=target, MaximumRetryAttempts=1)
    request_id = send(client, "aliased", Qualifier="prod")
    body = json.loads(received(fast, url)[0]["Body"])
    assert body["requestContext"]["functionArn"] == f"{arn('aliased')}:prod"
    assert body["requestContext"]["approximateInvokeCount"] == 2
    assert body["responseContext"]["executedVersion"] == "1"
    plain = history(fast, send(client, "aliased"))
    assert (plain.invocations, plain.deliveries) == (3, ())
    assert history(fast, request_id).function_arn == f"{arn('aliased')}:prod"


def test_a_fix_deployed_while_an_event_waits_is_what_the_next_try_runs(fast, client):
    function(fast, "fixed", FAILS)
    fast.clock(speed=0)
    try:
        request_id = send(client, "fixed")
        until(lambda: [one for one in fast.events("fixed") if one.attempts])
        (waiting,) = fast.events("fixed")
        assert (waiting.next_wait_s, waiting.condition) == (60, None)
        assert fast.status().events_waiting >= 1
        client.update_function_code(FunctionName="fixed", ZipFile=archive(ECHO))
        wait(client, "fixed")
        fast.clock(turn=61)
        found = history(fast, request_id)
    finally:
        fast.clock(speed=1000)
    assert [one.outcome for one in found.attempts] == ["error", "success"]
    assert found.condition == "Success"


def test_duplicates_are_visible_in_the_logs(fast, client):
    function(fast, "twice", ECHO)
    fast.clock(duplicates=1)
    try:
        request_id = send(client, "twice")
        found = history(fast, request_id)
    finally:
        fast.clock(duplicates=0)
    starts = [
        line for *_, line in fast.log_lines("twice") if line.startswith(f"START RequestId: {request_id}")
    ]
    assert ([one.duplicate for one in found.attempts], len(starts)) == ([False, True], 2)
