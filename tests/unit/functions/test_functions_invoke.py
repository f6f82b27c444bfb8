"""Invoke: which version runs, what is refused before, how the outcome is told."""

from __future__ import annotations

import asyncio
import base64
import collections
import json

import pytest
from lambda_room import FUNCTIONS, active, archive, create, text_of

from lambada_labs.runtime.ports import Throttled


@pytest.fixture
def function(client):
    create(client)
    return active(client)


def _publish(client, text, **settings):
    client.update_function_code(FunctionName="f", ZipFile=archive(text))
    active(client)
    return client.publish_version(FunctionName="f", **settings)["Version"]


def test_request_response_answers_payload_version_and_trace(room, client, function):
    answer = client.invoke(FunctionName="f", Payload=b'{"a": 1}')
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert "FunctionError" not in answer
    assert "LogResult" not in answer
    assert text_of(answer["Payload"]) == {"a": 1}
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-trace-id"].startswith("Root=1-")
    (invocation,) = room.engine.invoked
    assert invocation.invoked_arn == f"{FUNCTIONS}:f"
    assert invocation.type == "RequestResponse"


def test_event_is_queued_and_dry_run_does_nothing(room, client, function):
    answer = client.invoke(FunctionName="f", InvocationType="Event", Payload=b"[1]")
    assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")
    assert "ExecutedVersion" not in answer
    assert [(sent.event, sent.type) for sent in room.engine.submitted] == [(b"[1]", "Event")]
    assert client.invoke(FunctionName="f", InvocationType="DryRun")["StatusCode"] == 204
    assert room.engine.invoked == []


def test_log_tail_is_the_last_four_kilobytes_in_base64(room, client, function):
    room.engine.log = b"x" * 5000 + b"REPORT\n"
    answer = client.invoke(FunctionName="f", LogType="Tail")
    assert base64.b64decode(answer["LogResult"]) == (b"x" * 5000 + b"REPORT\n")[-4096:]


def test_a_function_error_is_named_in_the_header_with_status_200(room, client, function):
    room.engine.function_error = "Unhandled"
    answer = client.invoke(FunctionName="f")
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")


def test_qualifiers_choose_the_version_and_show_in_the_invoked_arn(room, client, function):
    version = client.publish_version(FunctionName="f")["Version"]
    client.create_alias(FunctionName="f", Name="live", FunctionVersion=version)
    asked = {
        "$LATEST": {"FunctionName": "f", "Qualifier": "$LATEST"},
        "1": {"FunctionName": "f", "Qualifier": "1"},
        "live": {"FunctionName": f"{FUNCTIONS}:f:live"},
        "live ": {"FunctionName": "f:live"},
    }
    seen = [
        (client.invoke(**how)["ExecutedVersion"], room.engine.invoked[-1].invoked_arn)
        for how in asked.values()
    ]
    assert seen == [
        ("$LATEST", f"{FUNCTIONS}:f:$LATEST"),
        ("1", f"{FUNCTIONS}:f:1"),
        ("1", f"{FUNCTIONS}:f:live"),
        ("1", f"{FUNCTIONS}:f:live"),
    ]


def test_two_qualifiers_that_differ_are_refused(client, function, refused):
    assert refused(client.invoke, FunctionName="f:live", Qualifier="1")[:2] == (
        "InvalidParameterValueException",
        "The derived qualifier from the function name does not match the specified qualifier.",
    )


@pytest.mark.parametrize(("qualifier", "said"), [(None, "$LATEST"), ("7", "7"), ("nobody", "nobody")])
def test_an_unknown_function_is_named_with_its_qualifier(client, refused, qualifier, said):
    given = {"Qualifier": qualifier} if qualifier else {}
    assert refused(client.invoke, FunctionName="none", **given) == (
        "ResourceNotFoundException",
        f"Function not found: {FUNCTIONS}:none:{said}",
        404,
    )


def test_a_weighted_alias_draws_its_versions_by_their_share(room, client, function):
    one, two = _publish(client, "a = 1"), _publish(client, "a = 2")
    routing = {"AdditionalVersionWeights": {two: 0.2}}
    client.create_alias(FunctionName="f", Name="live", FunctionVersion=one, RoutingConfig=routing)
    drawn = collections.Counter(
        client.invoke(FunctionName="f", Qualifier="live")["ExecutedVersion"] for _ in range(200)
    )
    assert set(drawn) == {one, two}
    assert 25 <= drawn[two] <= 55  # chance is seeded: 0.2 of 200, give or take


def test_a_pending_function_cannot_be_invoked(slow_room, refused):
    client = slow_room.client()
    create(client)
    assert refused(client.invoke, FunctionName="f") == (
        "ResourceConflictException",
        (
            "The operation cannot be performed at this time. "
            "The function is currently in the following state: Pending"
        ),
        409,
    )
    slow_room.settle()
    assert client.invoke(FunctionName="f")["StatusCode"] == 200


def test_a_throttle_is_429_with_reason_type_and_time_to_wait(room, client, function):
    room.engine.refusal = Throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
    with pytest.raises(client.exceptions.TooManyRequestsException) as caught:
        client.invoke(FunctionName="f")
    seen = caught.value.response
    assert seen["Error"] == {"Message": "Rate Exceeded.", "Code": "TooManyRequestsException"}
    assert seen["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert (seen["Type"], seen["retryAfterSeconds"]) == ("User", "1")
    assert seen["ResponseMetadata"]["HTTPStatusCode"] == 429


def test_reserved_concurrency_binds_the_very_next_invocation(room, client, function):
    client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=3)
    client.invoke(FunctionName="f")
    client.delete_function_concurrency(FunctionName="f")
    client.invoke(FunctionName="f")
    assert [sent.function.reserved_concurrency for sent in room.engine.invoked] == [3, None]
    assert room.engine.reserved == [(f"{FUNCTIONS}:f", 3), (f"{FUNCTIONS}:f", None)]


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (
            b"hello",
            "Unrecognized token 'hello': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
        ),
        (
            b"{'a': 1}",
            "Unexpected character (''' (code 39)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
        ),
        (b'{"a": ', "Unexpected end-of-input"),
        (b"n\x87r", "Invalid UTF-8 start byte 0x87"),
        (
            b"NaN",
            "Unrecognized token 'NaN': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
        ),
    ],
)
def test_an_event_that_is_no_json_is_refused(client, function, refused, payload, said):
    code, text, status = refused(client.invoke, FunctionName="f", Payload=payload)
    assert (code, status) == ("InvalidRequestContentException", 400)
    assert text.startswith(
        f"Could not parse request body into json: Could not parse payload into json: {said}\n at ["
    )


def test_the_place_of_the_mistake_is_told(client, function, refused):
    _, text, _ = refused(client.invoke, FunctionName="f", Payload=b'{"a": 1,\n  "b": oh}')
    assert text.endswith("; line: 2, column: 10]")


def test_six_megabytes_go_in_and_one_more_does_not(client, function, refused):
    limit = 6291456
    assert client.invoke(FunctionName="f", Payload=b'"' + b"x" * (limit - 2) + b'"')["StatusCode"] == 200
    assert refused(client.invoke, FunctionName="f", Payload=b'"' + b"x" * (limit - 1) + b'"') == (
        "RequestEntityTooLargeException",
        "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
        413,
    )


def test_an_event_of_more_than_one_megabyte_is_refused(client, function, refused):
    payload = b'"' + b"x" * 1048576 + b'"'
    assert refused(client.invoke, FunctionName="f", InvocationType="Event", Payload=payload) == (
        "RequestEntityTooLargeException",
        "1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
        413,
    )


def test_client_context_is_decoded_for_the_handler(room, client, function, refused):
    context = json.dumps({"custom": {"foo": "bar"}})
    client.invoke(FunctionName="f", ClientContext=base64.b64encode(context.encode()).decode())
    assert room.engine.invoked[-1].client_context == context
    assert (
        refused(client.invoke, FunctionName="f", ClientContext="%%%")[0] == "InvalidRequestContentException"
    )
    assert (
        refused(client.invoke, FunctionName="f", ClientContext="e" * 3584)[0]
        == "InvalidRequestContentException"
    )


def test_a_streamed_response_comes_as_chunks_that_botocore_reads(room, client, function):
    room.engine.pieces = [b"Hello, ", b"world", b"!"]
    answer = client.invoke_with_response_stream(FunctionName="f", LogType="Tail")
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    events = list(answer["EventStream"])
    assert [event["PayloadChunk"]["Payload"] for event in events[:-1]] == room.engine.pieces
    assert events[-1] == {"InvokeComplete": {"LogResult": base64.b64encode(room.engine.log).decode()}}


def test_a_streamed_failure_is_told_at_the_end(room, client, function):
    room.engine.function_error = "Unhandled"
    room.engine.payload = b'{"errorMessage": "no", "errorType": "ValueError"}'
    (end,) = client.invoke_with_response_stream(FunctionName="f")["EventStream"]
    assert end["InvokeComplete"] == {
        "ErrorCode": "ValueError",
        "ErrorDetails": '{"errorMessage": "no", "errorType": "ValueError"}',
    }


def test_a_throttled_stream_is_refused_before_it_begins(room, client, function, refused):
    room.engine.refusal = Throttled("ConcurrentInvocationLimitExceeded")
    assert refused(client.invoke_with_response_stream, FunctionName="f")[2] == 429


def test_an_error_document_that_is_no_json_still_ends_the_stream(room, client, function):
    room.engine.function_error, room.engine.payload = "Unhandled", b"no json"
    (end,) = client.invoke_with_response_stream(FunctionName="f")["EventStream"]
    assert end["InvokeComplete"] == {"ErrorCode": "Unhandled", "ErrorDetails": "no json"}


def test_a_reader_who_leaves_does_not_hold_up_the_handler(room, client, function):
    room.engine.pieces = [b"a", b"b", b"c", b"d"]
    request = room.request("POST", "/2021-11-15/functions/f/response-streaming-invocations", b"{}")

    async def read_one_piece() -> int:
        answer = await room.service.handle(request)
        await anext(answer.body)
        await answer.body.aclose()
        while not room.engine.finished:
            await asyncio.sleep(0)
        return room.engine.finished

    assert asyncio.run_coroutine_threadsafe(read_one_piece(), room.loop).result(20) == 1
