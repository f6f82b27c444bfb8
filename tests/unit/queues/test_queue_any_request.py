"""Whatever a client sends: an answer, never a failure of ours."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from queue_room import ACCOUNT, REGION, Room

from lambada_labs.cloud.local.queues import wire
from lambada_labs.cloud.local.queues.service import OPERATIONS

ROOM = Room()
QUEUES = [ROOM.queue("q"), ROOM.queue("q.fifo", fifo=True, content_based=True)]
ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
NASTY = [
    "",
    "q",
    "q.fifo",
    "http://h/1/q",
    ARN,
    "true",
    "-1",
    "0",
    "5",
    "²",
    "\ud800",
    "\x01",
    "a" * 300,
    "All",
]
NASTY += [
    "{",
    "{}",
    "[]",
    '{"Statement":["x"]}',
    '{"deadLetterTargetArn":1,"maxReceiveCount":[]}',
    "W1tb",
    "MTU=",
]
NASTY += ['{"redrivePermission":"byQueue","sourceQueueArns":5}', "SW5maW5pdHk=", "[" * 2000, "W10="]
ATTRIBUTES = wire.model()["shapes"]["QueueAttributeName"]["enum"]
WORDS = st.sampled_from([*NASTY, *ATTRIBUTES]) | st.text(max_size=5)


def values(name, depth=0):
    shape = wire.model()["shapes"][name]
    if shape["type"] == "structure":
        members = {key: values(member["shape"], depth + 1) for key, member in shape["members"].items()}
        return st.fixed_dictionaries({}, optional=members)
    if shape["type"] == "list":
        return st.lists(values(shape["member"]["shape"], depth + 1), max_size=3)
    if shape["type"] == "map":
        return st.dictionaries(WORDS, values(shape["value"]["shape"], depth + 1), max_size=3)
    if shape["type"] in ("integer", "long"):
        return st.sampled_from([-1, 0, 1, 2, 10, 11, 10**9, 2**70])
    return WORDS


REQUESTS = {name: values(wire.model()["operations"][name]["input"]["shape"]) for name in OPERATIONS}
LOOSE = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner),
)


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_parameters_get_an_answer_in_json(operation, data):
    parameters = data.draw(REQUESTS[operation] | LOOSE)
    if isinstance(parameters, dict):
        parameters["WaitTimeSeconds"] = 0  # the clock of these queues stands still
        if data.draw(st.booleans()):
            parameters["QueueUrl"] = data.draw(st.sampled_from(["q", "q.fifo"]))
    body = json.dumps(parameters).encode()
    headers = {"x-amz-target": f"AmazonSQS.{operation}"}
    answer = ROOM.answer(ROOM.request("POST", "/", body, **headers))
    assert answer.status < 500
    assert isinstance(json.loads(answer.body or b"{}"), dict)


KEYS = st.lists(
    st.sampled_from(
        ["Attribute", "Name", "Value", "1", "2", "²", "", "Entries", "Tag", "MessageBody", "QueueUrl"]
    )
    | st.sampled_from(
        ["SendMessageBatchRequestEntry", "Id", "MessageAttribute", "StringValue", "DataType", "Label"]
    )
    | st.sampled_from(["QueueName", "MaxNumberOfMessages", "ReceiptHandle", "AttributeName", "SourceArn"]),
    min_size=1,
    max_size=4,
).map(".".join)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(OPERATIONS)),
    st.lists(st.tuples(KEYS, st.sampled_from(["q", "1", "", "%01", "%ff"]))),
)
def test_any_form_gets_an_answer_in_xml(operation, pairs):
    body = "&".join([f"Action={operation}&WaitTimeSeconds=0", *(f"{key}={value}" for key, value in pairs)])
    answer = ROOM.answer(ROOM.request("POST", "/", body.encode()))
    assert answer.status < 500
    assert answer.body.decode().endswith("Response>")
