"""Events laid over each other: rows, verdicts, the finding, and the words."""

import json

import pytest

from lambada_labs import ui
from lambada_labs.errors import BadInput

SDK = {"name": "Ada"}
REST = {
    "resource": "/{proxy+}",
    "path": "/shop",
    "httpMethod": "GET",
    "headers": {"host": "abc.execute-api"},
    "queryStringParameters": {"name": "Ada"},
    "requestContext": {"stage": "prod", "requestId": "r-1"},
    "body": None,
    "isBase64Encoded": False,
}
ALB = {
    "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:…:targetgroup/shop/1"}},
    "httpMethod": "GET",
    "path": "/shop",
    "queryStringParameters": {"name": "Ada"},
    "headers": {"host": "lb-1", "x-forwarded-for": "127.0.0.1"},
    "body": "",
    "isBase64Encoded": False,
}
DOORS = {"SDK": SDK, "REST API": REST, "ALB": ALB}


def verdicts(events, **more):
    return {row.path: row.verdict for row in ui.compare_events(events, **more).rows}


def test_every_value_has_its_verdict():
    found = verdicts({"REST API": REST, "ALB": ALB})
    assert found["httpMethod"] == "same"
    assert found["headers.host"] == found["body"] == "differs"
    assert found["requestContext.elb.targetGroupArn"] == found["resource"] == "only"
    assert verdicts(DOORS)["path"] == "some"


def test_what_one_alone_tells():
    found = ui.compare_events(DOORS)
    assert found.only("SDK") == ["name"]
    assert found.only("ALB") == ["requestContext.elb.targetGroupArn", "headers.x-forwarded-for"]


def test_true_is_not_one():
    assert verdicts({"a": {"x": True}, "b": {"x": 1}}) == {"x": "differs"}


def test_text_is_read_and_a_body_is_opened():
    letter = {"Body": json.dumps({"order": 1}), "MessageAttributes": {}}
    record = json.dumps({"requestPayload": {"order": 1}, "Body": "plain words"})
    assert verdicts({"queue": letter, "destination": record}) == {
        "Body.order": "only",
        "MessageAttributes": "only",
        "requestPayload.order": "only",
        "Body": "only",
    }


def test_lists_of_objects_are_compared_one_by_one():
    s3 = {"Records": [{"eventName": "Put"}, {"eventName": "Copy"}]}
    assert list(verdicts({"a": s3, "b": s3})) == ["Records[0].eventName", "Records[1].eventName"]


def test_only_some_keys():
    assert verdicts({"a": REST, "b": ALB}, only=("httpMethod",)) == {"httpMethod": "same"}


@pytest.mark.parametrize("events", [{"a": {}}, {str(n): {} for n in range(6)}, {"a": {}, "b": "{"}])
def test_what_cannot_be_compared_is_refused(events):
    with pytest.raises(BadInput):
        ui.event_differences(events)


def test_the_card_finds_and_tells():
    text = str(ui.event_differences(DOORS)).splitlines()
    assert text[0] == "3 events, 12 values: 0 in all of them; REST API alone tells 3"
    assert text[1] == "Events: SDK, REST API, ALB."
    assert 'path (in some): REST API "/shop"; ALB "/shop"' in text
    assert 'name (in one alone): SDK "Ada"' in text


def test_what_a_caller_sends_is_text_and_no_markup():
    card = ui.event_differences({"a": {"<b>": "<script>"}, "b": {}})
    assert "<script>" not in card.body
    assert "<b>&lt;" not in card.body
    assert "&lt;script&gt;" in card.body


def test_without_values_only_presence_shows():
    assert "lb-1" not in ui.event_differences(DOORS, values=False).body
