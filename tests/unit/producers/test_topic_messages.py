"""Messages of topics: shapes for functions and queues, filter policies of both scopes."""

from __future__ import annotations

import json

import pytest

from lambada_labs.cloud.local.producers.topic_messages import (
    Notice,
    Subscription,
    chosen_text,
    envelope,
    lambda_event,
    raw_attributes,
)
from lambada_labs.cloud.local.queues.messages import Attribute

TOPIC = "arn:aws:sns:us-east-1:123456789012:news"
LISTENS = f"{TOPIC}:0a1b"
ATTRIBUTES = {
    "store": {"Type": "String", "Value": "example_corp"},
    "price": {"Type": "Number", "Value": "210.75"},
    "interests": {"Type": "String.Array", "Value": '["soccer", "rugby", 7]'},
    "ip": {"Type": "String", "Value": "10.1.2.3"},
    "picture": {"Type": "Binary", "Value": "AAE="},
}
NOTICE = Notice(topic_arn=TOPIC, message_id="m", message="hello", at=0, attributes=ATTRIBUTES)


def listens(policy, scope="MessageAttributes"):
    return Subscription(
        arn=LISTENS, protocol="lambda", endpoint="e", filter_policy=json.dumps(policy), filter_scope=scope
    )


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        ({}, True),
        ({"store": ["example_corp"]}, True),
        ({"store": ["other"]}, False),
        ({"store": [{"prefix": "exa"}]}, True),
        ({"store": [{"suffix": "corp"}]}, True),
        ({"store": [{"anything-but": ["other"]}]}, True),
        ({"store": [{"anything-but": {"prefix": "exa"}}]}, False),
        ({"store": [{"equals-ignore-case": "EXAMPLE_CORP"}]}, True),
        ({"price": [{"numeric": [">", 200, "<=", 300]}]}, True),
        ({"price": [{"numeric": ["=", 100]}]}, False),
        ({"price": [210.75]}, True),
        ({"price": ["210.75"]}, False),
        ({"interests": ["rugby"]}, True),
        ({"interests": [7]}, True),
        ({"interests": ["tennis"]}, False),
        ({"absent": [{"exists": False}]}, True),
        ({"store": [{"exists": False}]}, False),
        ({"picture": [{"exists": True}]}, False),
        ({"ip": [{"cidr": "10.0.0.0/8"}]}, True),
        ({"ip": [{"cidr": "192.168.0.0/16"}]}, False),
        ({"store": ["example_corp"], "price": [{"numeric": ["<", 1]}]}, False),
        ({"$or": [{"store": ["other"]}, {"price": [{"numeric": [">", 1]}]}]}, True),
        ({"$or": [{"store": ["other"]}, {"ip": ["1.1.1.1"]}]}, False),
        ({"$or": [{"store": ["example_corp"]}, {"ip": ["x"]}], "absent": ["y"]}, False),
    ],
)
def test_policies_on_attributes(policy, wanted):
    assert listens(policy).wants(NOTICE) is wanted


@pytest.mark.parametrize(
    ("policy", "body", "wanted"),
    [
        ({"customer": {"name": ["a"]}}, {"customer": {"name": "a"}}, True),
        ({"customer": {"name": ["a"]}}, {"customer": "a"}, False),
        ({"items": {"id": [1], "size": ["L"]}}, {"items": [{"id": 1, "size": "L"}, {"id": 2}]}, True),
        ({"items": {"id": [1], "size": ["L"]}}, {"items": [{"id": 1}, {"id": 2, "size": "L"}]}, False),
        ({"tags": [{"exists": True}]}, {"tags": []}, False),
        ({"a": {"b": ["c"]}}, {"a.b": "c"}, True),
        ({"a": [None]}, {"a": None}, True),
        ({"a": [True]}, {"a": 1}, False),
        ({"a": [1]}, {"a": True}, False),
    ],
)
def test_policies_on_the_body(policy, body, wanted):
    notice = Notice(topic_arn=TOPIC, message_id="m", message=json.dumps(body), at=0)
    assert listens(policy, "MessageBody").wants(notice) is wanted


@pytest.mark.parametrize("text", ["hello", "[1]", '"a"'])
def test_a_body_that_is_no_object_fits_no_policy_on_bodies(text):
    notice = Notice(topic_arn=TOPIC, message_id="m", message=text, at=0)
    assert not listens({"a": ["b"]}, "MessageBody").wants(notice)


def test_the_event_of_a_function():
    (record,) = lambda_event(NOTICE, LISTENS)["Records"]
    told = record.pop("Sns")
    assert record == {"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": LISTENS}
    assert list(told) == [
        "Type",
        "MessageId",
        "TopicArn",
        "Subject",
        "Message",
        "Timestamp",
        "SignatureVersion",
        "Signature",
        "SigningCertUrl",
        "UnsubscribeUrl",
        "MessageAttributes",
    ]
    assert (told["Subject"], told["Timestamp"]) == (None, "1970-01-01T00:00:00.000Z")
    assert told["MessageAttributes"]["price"] == {"Type": "Number", "Value": "210.75"}
    assert told["UnsubscribeUrl"].endswith(f"?Action=Unsubscribe&SubscriptionArn={LISTENS}")


def test_the_envelope_for_a_queue_names_no_subject_where_there_is_none():
    plain = json.loads(envelope(Notice(topic_arn=TOPIC, message_id="m", message="hello", at=0), LISTENS))
    assert set(plain) == {
        "Type",
        "MessageId",
        "TopicArn",
        "Message",
        "Timestamp",
        "SignatureVersion",
        "Signature",
        "SigningCertURL",
        "UnsubscribeURL",
    }
    with_subject = Notice(topic_arn=TOPIC, message_id="m", message="hello", at=0, subject="s")
    assert json.loads(envelope(with_subject, LISTENS))["Subject"] == "s"


def test_raw_attributes():
    found = raw_attributes(NOTICE)
    assert found["picture"] == Attribute(data_type="Binary", value=b"\x00\x01")
    assert found["price"] == Attribute(data_type="Number", value="210.75")


def test_structured_messages():
    message = json.dumps({"default": "d", "sqs": "s", "lambda": 7})
    assert [chosen_text(message, protocol) for protocol in ("sqs", "lambda", "email")] == ["s", "d", "d"]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("no json", "failed to parse"),
        ('{"sqs": "s"}', "No default entry"),
        ('{"default": 1}', "No default entry"),
    ],
)
def test_structured_messages_that_are_none(message, text):
    with pytest.raises(ValueError, match=text):
        chosen_text(message, "sqs")
