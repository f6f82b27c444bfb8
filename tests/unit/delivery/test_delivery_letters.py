"""Each target's request, and what becomes of its answers: over a real socket, with a fake cloud behind it."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from lambada_labs.cloud.local.delivery import Courier, RoleKeys
from lambada_labs.cloud.local.delivery.letters import letter
from lambada_labs.cloud.local.identity import Identity
from lambada_labs.model import FunctionConfig
from lambada_labs.runtime.events.ports import DeliveryFailed, Parcel

ENDPOINT = "http://127.0.0.1:1"
ACCOUNT = "123456789012"
FUNCTION = FunctionConfig(
    account_id=ACCOUNT,
    region="us-east-1",
    name="f",
    handler="h.h",
    runtime="python3.12",
    role_arn=f"arn:aws:iam::{ACCOUNT}:role/team/r",
    code_sha256="",
)
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"
RECORD = b'{"requestContext":{"condition":"Success"}}'


def parcel(target, body=RECORD, **more):
    facts = {"kind": "on-success", "function_arn": f"{FUNCTION.arn}:$LATEST", "request_id": "r-1"}
    return Parcel(target=target, function=FUNCTION, body=body, **{**facts, **more})


def test_a_queue_gets_message_attributes_and_the_trace_header():
    sent = letter(
        parcel(
            f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q",
            attributes={"ErrorCode": ("Number", "200")},
            trace_id="Root=1-0-0",
        ),
        ENDPOINT,
    )
    assert (sent.service, sent.region, sent.path) == ("sqs", "eu-west-1", "/")
    assert sent.headers["X-Amz-Target"] == "AmazonSQS.SendMessage"
    assert json.loads(sent.body) == {
        "QueueUrl": f"{ENDPOINT}/{ACCOUNT}/q",
        "MessageBody": RECORD.decode(),
        "MessageAttributes": {"ErrorCode": {"DataType": "Number", "StringValue": "200"}},
        "MessageSystemAttributes": {
            "AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-0-0"},
        },
    }


def test_a_topic_gets_a_form():
    sent = letter(
        parcel(f"arn:aws:sns:us-east-1:{ACCOUNT}:t", "ä&=".encode(), attributes={"A": ("String", "x y")}),
        ENDPOINT,
    )
    form = {name: values[0] for name, values in parse_qs(sent.body.decode()).items()}
    assert form == {
        "Action": "Publish",
        "Version": "2010-03-31",
        "TopicArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:t",
        "Message": "ä&=",
        "MessageAttributes.entry.1.Name": "A",
        "MessageAttributes.entry.1.Value.DataType": "String",
        "MessageAttributes.entry.1.Value.StringValue": "x y",
    }


def test_a_function_is_invoked_with_an_event():
    target = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:g:prod"
    sent = letter(parcel(target), ENDPOINT)
    assert sent.path == f"/2015-03-31/functions/{target.replace(':', '%3A')}/invocations"
    assert (sent.headers["X-Amz-Invocation-Type"], sent.body) == ("Event", RECORD)


@pytest.mark.parametrize(("condition", "said"), [("Success", "Success"), ("EventAgeExceeded", "Failure")])
def test_a_bus_gets_an_entry(condition, said):
    body = json.dumps({"requestContext": {"condition": condition}}).encode()
    bus = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/told"
    (entry,) = json.loads(letter(parcel(bus, body), ENDPOINT).body)["Entries"]
    assert entry == {
        "Source": "lambda",
        "DetailType": f"Lambda Function Invocation Result - {said}",
        "Detail": body.decode(),
        "Resources": [bus, f"{FUNCTION.arn}:$LATEST"],
        "EventBusName": "told",
    }


def test_a_bucket_gets_an_object_in_the_functions_region():
    sent = letter(parcel("arn:aws:s3:::b.ucket"), ENDPOINT)
    assert (sent.method, sent.region) == ("PUT", "us-east-1")
    date = r"\d{4}/\d\d/\d\d/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d"
    assert re.fullmatch(rf"/b\.ucket/aws/lambda/async/f/{date}-[0-9a-f-]{{36}}", sent.path)


@pytest.mark.parametrize("target", ["", "arn:aws:sqs", "arn:aws:iam::1:role/r", "kafka://topic"])
def test_what_is_no_destination(target):
    with pytest.raises(DeliveryFailed, match="is no destination of events"):
        letter(parcel(target), ENDPOINT)


class Role:
    role_id = "AROATEST"

    def __init__(self, trusted="lambda.amazonaws.com"):
        self.trusted = trusted

    def trusts(self, service):
        return service == self.trusted

    def allows(self, action, resource):
        return (action, resource) != ("s3:PutObject", "arn:aws:s3:::closed/*")


class Nobody:
    def access_key(self, access_key_id):
        return None

    def role_id(self, role_arn):
        return None


class Now:
    at = 1000.0

    def __call__(self):
        return self.at


def keys(role=None, now=None):
    now = now or Now()
    identity = Identity(account_id=ACCOUNT, access_key_id="AKIA", secret="s", directory=Nobody(), clock=now)
    return RoleKeys(identity, lambda _: role, clock=now)


def test_the_roles_keys_are_kept_and_renewed_before_they_end():
    now = Now()
    held = keys(Role(), now)
    first = held.of(FUNCTION, QUEUE)
    assert first.principal.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/r/f"
    now.at += 3000
    assert held.of(FUNCTION, QUEUE) is first
    now.at += 400
    assert held.of(FUNCTION, QUEUE) is not first


@pytest.mark.parametrize("role", [None, Role("ec2.amazonaws.com")])
def test_a_role_that_lambda_cannot_assume(role):
    with pytest.raises(DeliveryFailed, match="cannot be assumed by Lambda"):
        keys(role).of(FUNCTION, QUEUE)


def test_a_role_that_may_not_send_there():
    with pytest.raises(DeliveryFailed) as refused:
        keys(Role()).of(FUNCTION, "arn:aws:s3:::closed")
    assert str(refused.value) == (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/r/f is not authorized to perform: s3:PutObject on resource: "
        "arn:aws:s3:::closed/* because no identity-based policy allows the s3:PutObject action"
    )


def delivered(answer, target=f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"):
    """What a courier makes of an answer: the requests that came, and why it gave up."""
    seen = []

    async def handle(request):
        seen.append((request.method, request.path_qs, dict(request.headers), await request.read()))
        return answer()

    async def story():
        server = web.Server(handle)
        runner = web.ServerRunner(server)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        courier = Courier(keys(Role()), endpoint=lambda: f"http://127.0.0.1:{port}")
        try:
            await courier.deliver(replace(parcel(target), trace_id="Root=1-0-0"))
        except DeliveryFailed as failure:
            return str(failure)
        else:
            return ""
        finally:
            await courier.close()
            await runner.cleanup()

    return seen, asyncio.run(story())


def test_a_delivery_is_one_request_signed_by_the_role():
    seen, error = delivered(lambda: web.json_response({"MessageId": "m"}))
    ((method, path, headers, _),) = seen
    assert (method, path, error) == ("POST", "/", "")
    assert "/us-east-1/sqs/aws4_request" in headers["Authorization"]
    assert headers["X-Amzn-Trace-Id"] == "Root=1-0-0"
    assert headers["X-Amz-Security-Token"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (
            lambda: web.json_response(
                {"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "The queue does not exist."},
                status=400,
            ),
            "QueueDoesNotExist: The queue does not exist.",
        ),
        (
            lambda: web.json_response({"Message": "no", "__type": "AccessDenied"}, status=403),
            "AccessDenied: no",
        ),
        (
            lambda: web.Response(
                status=404, text="<E><Error><Code>NoSuchBucket</Code><Message>gone</Message></Error></E>"
            ),
            "NoSuchBucket: gone",
        ),
        (lambda: web.Response(status=500), "HTTP status 500"),
        (lambda: web.json_response([], status=500), "HTTP status 500"),
        (
            lambda: web.json_response(
                {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "E", "ErrorMessage": "text"}]}
            ),
            "E: text",
        ),
        (lambda: web.json_response({"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}), ""),
    ],
)
def test_answers_are_told_in_the_targets_own_words(answer, error):
    seen, said = delivered(answer)
    assert (len(seen), said) == (1, error)


def test_a_cloud_that_does_not_answer():
    courier = Courier(keys(Role()), endpoint=lambda: ENDPOINT)

    async def story():
        try:
            await courier.deliver(parcel(f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"))
        finally:
            await courier.close()

    with pytest.raises(DeliveryFailed, match="no answer"):
        asyncio.run(story())
