"""Invoking functions through a local cloud: the three types, qualifiers, payloads, logs, streams."""

from __future__ import annotations

import base64
import collections

import pytest
from functions_kit import answer_of, archive, create, ready, refusal, until, wait

VERSIONED = "def handler(event, context):\n    return [{!r}, context.function_version, context.invoked_function_arn]\n"


@pytest.fixture(scope="module")
def client(cloud):
    return ready(cloud, "echo")


def test_request_response_answers_what_the_handler_returns(client):
    answer = client.invoke(FunctionName="echo", Payload=b'{"name": "Ann"}')
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert "FunctionError" not in answer
    assert answer_of(answer) == {"name": "Ann"}


def test_no_payload_is_an_empty_event(client):
    assert answer_of(client.invoke(FunctionName="echo")) == {}


def test_a_function_error_is_status_200_with_function_error_unhandled(cloud):
    client = ready(cloud, "raises", "def handler(event, context):\n    raise ValueError('no such thing')\n")
    answer = client.invoke(FunctionName="raises")
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    body = answer_of(answer)
    assert (body["errorType"], body["errorMessage"]) == ("ValueError", "no such thing")
    assert "/var/task/index.py" in body["stackTrace"][-1]


def test_event_is_accepted_with_202_and_delivered_once(cloud, client):
    answer = client.invoke(FunctionName="echo", InvocationType="Event", Payload=b'{"later": 1}')
    assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")
    assert "ExecutedVersion" not in answer
    request_id = answer["ResponseMetadata"]["RequestId"]
    records = until(lambda: [one for one in cloud.records("echo") if one.request_id == request_id])
    assert [(one.type, one.outcome) for one in records] == [("Event", "success")]
    assert [one.producer for one in records] == [cloud.client("sts").get_caller_identity()["Arn"]]


def test_dry_run_answers_204_and_runs_nothing(cloud, client):
    answer = client.invoke(FunctionName="echo", InvocationType="DryRun")
    assert answer["StatusCode"] == 204
    request_id = answer["ResponseMetadata"]["RequestId"]
    client.invoke(FunctionName="echo")
    assert request_id not in {record.request_id for record in cloud.records("echo")}


def test_log_type_tail_brings_the_last_four_kilobytes_of_the_log(cloud):
    client = ready(
        cloud, "talks", "def handler(event, context):\n    print('x' * 6000)\n    print('the end')\n"
    )
    log = base64.b64decode(client.invoke(FunctionName="talks", LogType="Tail")["LogResult"])
    assert len(log) == 4096
    assert b"the end" in log
    assert b"REPORT RequestId: " in log
    assert b"START RequestId: " not in log


def test_client_context_reaches_the_handler(cloud):
    code = "def handler(event, context):\n    return context.client_context.custom\n"
    client = ready(cloud, "context", code)
    context = base64.b64encode(b'{"custom": {"foo": "bar"}}').decode()
    assert answer_of(client.invoke(FunctionName="context", ClientContext=context)) == {"foo": "bar"}


@pytest.fixture(scope="module")
def versions(cloud):
    """A function whose versions 1 and 2 answer `one` and `two`."""
    client = ready(cloud, "steps", VERSIONED.format("one"))
    client.publish_version(FunctionName="steps")
    client.update_function_code(FunctionName="steps", ZipFile=archive(VERSIONED.format("two")))
    wait(client, "steps")
    client.publish_version(FunctionName="steps")
    return client


def test_a_published_version_keeps_its_code_when_latest_changes(versions):
    first = versions.invoke(FunctionName="steps", Qualifier="1")
    second = versions.invoke(FunctionName="steps", Qualifier="2")
    assert (first["ExecutedVersion"], second["ExecutedVersion"]) == ("1", "2")
    assert answer_of(first)[:2] == ["one", "1"]
    assert answer_of(second)[:2] == ["two", "2"]


def test_the_invoked_arn_has_a_qualifier_only_when_the_caller_named_one(versions):
    plain = answer_of(versions.invoke(FunctionName="steps"))
    named = answer_of(versions.invoke(FunctionName="steps:1"))
    assert plain[2].endswith(":function:steps")
    assert named[2].endswith(":function:steps:1")


def test_an_alias_follows_the_version_it_points_to(versions):
    versions.create_alias(FunctionName="steps", Name="live", FunctionVersion="1")
    before = versions.invoke(FunctionName="steps", Qualifier="live")
    versions.update_alias(FunctionName="steps", Name="live", FunctionVersion="2")
    after = versions.invoke(FunctionName="steps:live")
    assert (before["ExecutedVersion"], after["ExecutedVersion"]) == ("1", "2")
    assert answer_of(after)[0] == "two"


def test_a_weighted_alias_sends_each_version_its_share_and_says_which_ran(versions):
    routing = {"AdditionalVersionWeights": {"2": 0.5}}
    versions.create_alias(FunctionName="steps", Name="canary", FunctionVersion="1", RoutingConfig=routing)
    ran = collections.Counter()
    for _ in range(60):
        answer = versions.invoke(FunctionName="steps", Qualifier="canary")
        assert answer_of(answer)[1] == answer["ExecutedVersion"]
        ran[answer["ExecutedVersion"]] += 1
    # 60 fair draws miss 10 of either kind less than once in a million runs.
    assert set(ran) == {"1", "2"}
    assert min(ran.values()) >= 10


def test_six_megabytes_of_payload_go_in(cloud):
    client = ready(cloud, "measures", "def handler(event, context):\n    return len(event)\n", MemorySize=256)
    payload = b'"' + b"x" * (6291456 - 2) + b'"'
    assert answer_of(client.invoke(FunctionName="measures", Payload=payload)) == 6291454
    assert refusal(client.invoke, FunctionName="measures", Payload=payload + b" ") == (
        "RequestEntityTooLargeException",
        "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
        413,
    )


def test_six_megabytes_of_response_come_out_and_more_is_a_function_error(cloud):
    client = ready(cloud, "fills", "def handler(event, context):\n    return 'x' * event\n", MemorySize=256)
    whole = client.invoke(FunctionName="fills", Payload=str(6291456 - 2).encode())
    assert len(answer_of(whole)) == 6291454
    over = client.invoke(FunctionName="fills", Payload=str(6291556 + 1).encode())
    assert over["FunctionError"] == "Unhandled"
    body = answer_of(over)
    assert body["errorType"] == "Function.ResponseSizeTooLarge"
    assert "exceeded maximum allowed payload size (6291556 bytes)." in body["errorMessage"]


def test_an_asynchronous_event_may_have_one_megabyte(client):
    payload = b'"' + b"x" * 1048576 + b'"'
    assert refusal(client.invoke, FunctionName="echo", InvocationType="Event", Payload=payload) == (
        "RequestEntityTooLargeException",
        "1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
        413,
    )


def test_invoke_with_response_stream_ends_with_invoke_complete(client):
    answer = client.invoke_with_response_stream(FunctionName="echo", Payload=b"[1, 2]", LogType="Tail")
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    events = list(answer["EventStream"])
    assert b"".join(event["PayloadChunk"]["Payload"] for event in events[:-1]) == b"[1, 2]"
    assert b"REPORT RequestId: " in base64.b64decode(events[-1]["InvokeComplete"]["LogResult"])


def test_a_function_that_is_pending_cannot_be_invoked_yet(cloud):
    client = cloud.client("lambda")
    create(cloud, "young")
    assert refusal(client.invoke, FunctionName="young") == (
        "ResourceConflictException",
        (
            "The operation cannot be performed at this time. "
            "The function is currently in the following state: Pending"
        ),
        409,
    )
    wait(client, "young")
    assert client.invoke(FunctionName="young")["StatusCode"] == 200


def test_reserved_concurrency_zero_throttles_the_very_next_invocation(cloud):
    client = ready(cloud, "stopped")
    client.invoke(FunctionName="stopped")
    client.put_function_concurrency(FunctionName="stopped", ReservedConcurrentExecutions=0)
    with pytest.raises(client.exceptions.TooManyRequestsException) as caught:
        client.invoke(FunctionName="stopped")
    seen = caught.value.response
    assert seen["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert seen["Error"]["Message"] == "Rate Exceeded."
    client.delete_function_concurrency(FunctionName="stopped")
    assert client.invoke(FunctionName="stopped")["StatusCode"] == 200
