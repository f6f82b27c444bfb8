"""The records of destinations and dead letters, member by member as a real account sent them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from event_room import FUNCTION, event, reply

from lambada_labs.runtime.events import messages
from lambada_labs.runtime.events.ending import TOPIC_BYTES, parcels
from lambada_labs.runtime.events.event import QueuedEvent
from lambada_labs.runtime.events.ports import EventRules, EventTarget

AT = 1_764_097_105.25
FAILED = b'{"errorMessage": "intentional failure", "errorType": "Exception", "requestId": "r-1"}'


def record(condition="RetriesExhausted", invocations=3, answer=None, invocation=None, **more):
    body = messages.invocation_record(
        invocation or event(payload=b'{"message": "m", "n": 1.50}'),
        condition=condition,
        invocations=invocations,
        reply=answer,
        at=AT,
        **more,
    )
    return body, json.loads(body)


def test_the_record_of_an_event_that_failed_three_times():
    body, seen = record(answer=reply(event(), "Exception", FAILED))
    assert seen == {
        "version": "1.0",
        "timestamp": "2025-11-25T18:58:25.250Z",
        "requestContext": {
            "requestId": "r-1",
            "functionArn": f"{FUNCTION.arn}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"message": "m", "n": 1.5},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": json.loads(FAILED),
    }
    assert b'"n": 1.50}' in body, "numbers keep their digits"


def test_the_record_of_a_success():
    _, seen = record("Success", 1, reply(event(), payload=b'{"ok": true}'))
    assert seen["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert (seen["requestContext"]["condition"], seen["responsePayload"]) == ("Success", {"ok": True})


def test_an_alias_stands_in_the_record_as_it_was_invoked():
    invocation = replace(event(), invoked_arn=f"{FUNCTION.arn}:prod")
    _, seen = record(invocation=invocation)
    assert seen["requestContext"]["functionArn"] == f"{FUNCTION.arn}:prod"


@pytest.mark.parametrize(
    ("payload", "said"), [(b"", ""), (b"plain", "plain"), (b"\xff", "\ufffd"), (b"null", None)]
)
def test_an_answer_that_is_no_json_is_a_string(payload, said):
    _, seen = record(answer=reply(event(), payload=payload))
    assert seen["responsePayload"] == said


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (FAILED, "intentional failure"),
        (b'{"errorMessage": "' + b"x" * 5000 + b'"}', "x" * 1024),
        (b'{"errorMessage": "' + "ä".encode() * 600 + b'"}', "ä" * 512),
        (b"[1]", "[1]"),
        (b'{"errorMessage": ""}', " "),
    ],
)
def test_the_attributes_of_a_dead_letter(payload, text):
    seen = messages.dead_letter_attributes(event(), "RetriesExhausted", reply(event(), "E", payload))
    assert seen == {
        "RequestID": ("String", "r-1"),
        "ErrorCode": ("Number", "200"),
        "ErrorMessage": ("String", text),
    }


def test_a_dead_letter_that_no_handler_saw_has_the_status_of_the_refusal():
    seen = [
        messages.dead_letter_attributes(event(), end, None)["ErrorCode"][1]
        for end in ("ZeroReservedConcurrency", "EventAgeExceeded", "RecursiveInvocation")
    ]
    assert seen == ["429", "429", "400"]


def test_where_a_record_lies_in_a_bucket():
    key = messages.s3_key(FUNCTION, at=AT, unique="uuid")
    assert key == "aws/lambda/async/f/2025/11/25/2025-11-25T18.58.25-uuid"


@pytest.mark.parametrize(("service", "has_payload"), [("sns", False), ("sqs", True)])
def test_a_topic_gets_a_long_record_without_its_payloads(service, has_payload):
    long = event(payload=b'"' + b"x" * TOPIC_BYTES + b'"')
    queued = QueuedEvent(invocation=long, queued_at=0, condition="Success", reply=reply(long))
    rules = EventRules(on_success=f"arn:aws:{service}:us-east-1:123456789012:t")
    (parcel,) = parcels(queued, "Success", EventTarget(function=FUNCTION, rules=rules))
    assert ("requestPayload" in json.loads(parcel.body)) is has_payload
