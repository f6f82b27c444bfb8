"""What services do with answers and names, without a cloud."""

import base64
import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lambada_labs.cloud.local.integrations.batch import job as batch_job
from lambada_labs.cloud.local.integrations.batch import tasks as batch_tasks
from lambada_labs.cloud.local.integrations.firehose import answer as firehose_answer
from lambada_labs.cloud.local.integrations.firehose.answer import Record, Unusable
from lambada_labs.cloud.local.integrations.firehose.stream import object_key, stream
from lambada_labs.cloud.local.integrations.stacks import custom_responses
from lambada_labs.cloud.local.integrations.stacks.custom_responses import Asked
from lambada_labs.cloud.local.integrations.state_machines import definitions
from lambada_labs.cloud.local.integrations.verdict import Answer

AT = 1_764_097_445.0  # 2025-11-25 19:04:05 UTC


def told(value):
    return Answer(payload=json.dumps(value).encode())


def held(**given_):
    """A stream as moto keeps it."""
    destination = {"BucketARN": "arn:aws:s3:::b", "RoleARN": "arn:aws:iam::1:role/r", **given_}
    return SimpleNamespace(
        delivery_stream_arn="arn:aws:firehose:us-east-1:123456789012:deliverystream/s",
        delivery_stream_name="s",
        version_id="1",
        destinations=[{"ExtendedS3": destination}],
    )


@pytest.mark.parametrize(
    ("prefixes", "failed", "starts"),
    [
        ({}, False, "2025/11/25/19/s-1-2025-11-25-19-04-05-"),
        ({"Prefix": "raw/"}, False, "raw/2025/11/25/19/s-1-"),
        ({"Prefix": "raw/"}, True, "raw/processing-failed/2025/11/25/19/s-1-"),
        ({"ErrorOutputPrefix": "bad/"}, True, "bad/2025/11/25/19/s-1-"),
        ({"Prefix": "y=!{timestamp:yyyy}/d=!{timestamp:MM-dd}/"}, False, "y=2025/d=11-25/s-1-"),
        (
            {"ErrorOutputPrefix": "!{firehose:error-output-type}/!{timestamp:yyyy/MM}/"},
            True,
            "processing-failed/2025/11/s-1-",
        ),
    ],
)
def test_an_object_is_named_by_prefix_hour_stream_and_version(prefixes, failed, starts):
    assert object_key(stream(held(**prefixes)), AT, failed=failed).startswith(starts)


def test_a_stream_has_awss_buffers_unless_told_otherwise():
    processor = {
        "Type": "Lambda",
        "Parameters": [{"ParameterName": "LambdaArn", "ParameterValue": "arn:f"}],
    }
    found = stream(held(ProcessingConfiguration={"Enabled": True, "Processors": [processor]}))
    assert (found.buffer.seconds, found.buffer.size) == (300, 5 << 20)
    assert (found.function_buffer.seconds, found.function_buffer.size, found.retries) == (60, 1 << 20, 3)
    disabled = stream(held(ProcessingConfiguration={"Enabled": False, "Processors": [processor]}))
    assert disabled.function_arn == ""


@given(some.lists(some.binary(max_size=20), min_size=1, max_size=8))
def test_records_come_back_in_their_order_whatever_the_answers(texts):
    records = [Record(id=str(number), data=text, at=0.0) for number, text in enumerate(texts)]
    answer = [
        {"recordId": one.id, "result": "Ok", "data": base64.b64encode(one.data[::-1]).decode()}
        for one in reversed(records)
    ]
    done = firehose_answer.transformed(records, told({"records": answer}))
    assert [one.data for one in done] == [text[::-1] for text in texts]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (None, "Lambda.JsonProcessingException"),
        ({"records": "all"}, "Lambda.JsonProcessingException"),
        ({"records": [{"recordId": "0", "result": "Fine", "data": ""}]}, "Lambda.JsonProcessingException"),
        ({"records": [{"recordId": "0", "result": "Ok", "data": "%"}]}, "Lambda.JsonProcessingException"),
        ({"records": [{"recordId": "0", "result": "Ok"}]}, "Lambda.JsonProcessingException"),
        ({"records": []}, "Lambda.MissingRecordId"),
        ({"records": [{"recordId": "0", "result": "Dropped"}] * 2}, "Lambda.DuplicatedRecordId"),
    ],
)
def test_what_firehose_cannot_use(answer, code):
    with pytest.raises(Unusable) as refused:
        firehose_answer.transformed([Record(id="0", data=b"a", at=0.0)], told(answer))
    assert refused.value.code == code


SENT = {
    "invocationSchemaVersion": "1.0",
    "invocationId": "i",
    "job": {"id": "j"},
    "tasks": [{"taskId": "t", "s3Key": "k"}],
}


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({}, "Succeeded", "done"),
        ({"invocationSchemaVersion": "2.0"}, "PermanentFailure", "invocationSchemaVersion is not 1.0"),
        ({"invocationId": "other"}, "PermanentFailure", "invocationId"),
        ({"treatMissingKeysAs": "Fine"}, "PermanentFailure", "treatMissingKeysAs"),
        ({"results": {}}, "PermanentFailure", "results is not a list"),
        ({"results": [{"resultCode": "Succeeded"}]}, "PermanentFailure", "no taskId"),
        ({"results": [{"taskId": "t", "resultCode": "OK"}]}, "PermanentFailure", "resultCode"),
        ({"results": []}, "TemporaryFailure", "no result"),
        ({"results": [], "treatMissingKeysAs": "Succeeded"}, "Succeeded", "no result"),
    ],
)
def test_a_task_ends_as_its_answer_says(change, code, words):
    right = {
        "invocationSchemaVersion": "1.0",
        "invocationId": "i",
        "results": [{"taskId": "t", "resultCode": "Succeeded", "resultString": "done"}],
    }
    outcome = batch_tasks.result(SENT, told({**right, **change}))
    assert (outcome.code, words in outcome.text) == (code, True)


def test_a_manifest_is_read_as_csv():
    read = batch_tasks.tasks(b'b,"a, b.jpg",v1\n\nb,c%20d.jpg,\n', ["Bucket", "Key", "VersionId"])
    assert [(one.key, one.version) for one in read] == [("a, b.jpg", "v1"), ("c%20d.jpg", "")]
    with pytest.raises(ValueError, match="line 1 has 2 columns, not 3"):
        batch_tasks.tasks(b"b,k\n", ["Bucket", "Key", "VersionId"])


def test_a_job_reads_back_what_it_was_given():
    given_ = {"Operation": {"LambdaInvoke": {"FunctionArn": "f", "UserArguments": {"a": "1"}}}}
    text = batch_job.written("R", given_).decode()
    assert "<UserArguments><entry><key>a</key><value>1</value></entry></UserArguments>" in text


ASKED = Asked(
    kind="Create",
    token="arn",
    url="http://here",
    stack_id="s",
    request_id="r",
    logical_id="l",
    resource_type="Custom::T",
    properties={"N": 3, "B": True, "L": [1, {"x": None}]},
)
RIGHT = {
    "Status": "SUCCESS",
    "PhysicalResourceId": "p",
    "StackId": "s",
    "RequestId": "r",
    "LogicalResourceId": "l",
}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (json.dumps(RIGHT), ""),
        (json.dumps({**RIGHT, "Data": {"x": "y" * 4096}}), "Response object is too long."),
        ("{", "Response is not valid JSON"),
        (json.dumps({**RIGHT, "Status": "FINE"}), "Invalid Status"),
        (json.dumps({**RIGHT, "PhysicalResourceId": ""}), "Invalid PhysicalResourceId"),
        (json.dumps({**RIGHT, "RequestId": "another"}), "Invalid RequestId"),
        (json.dumps({**RIGHT, "Data": ["x"]}), "Invalid Data"),
        (
            json.dumps({**RIGHT, "Status": "FAILED", "Reason": "no room"}),
            "Received response status [FAILED] from custom resource. Message returned: no room (RequestId: r)",
        ),
    ],
)
def test_a_response_is_judged(body, reason):
    found = custom_responses.response(ASKED, body.encode())
    assert found.reason.startswith(reason)
    assert found.succeeded is (reason == "")


def test_properties_are_texts_all_the_way_down():
    assert ASKED.event()["ResourceProperties"] == {"N": "3", "B": "true", "L": ["1", {"x": None}]}


def test_a_definition_is_walked_into_maps_and_branches():
    inner = {"StartAt": "I", "States": {"I": {"Type": "Pass", "Next": "Gone"}}}
    outer = {
        "StartAt": "M",
        "States": {
            "M": {"Type": "Map", "ItemProcessor": inner, "Next": "P"},
            "P": {"Type": "Parallel", "Branches": [inner], "End": True},
            "Lost": {"Type": "Succeed"},
        },
    }
    assert definitions.mistakes(json.dumps(outer)) == [
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: Gone at /States/M/ItemProcessor/States/I/Next",
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: Gone at /States/P/Branches[0]/States/I/Next",
        'MISSING_TRANSITION_TARGET: State "Lost" is not reachable. at /States/Lost',
    ]
