"""What targets get: parts of events, templates; and what PutTargets refuses."""

from __future__ import annotations

import json

import pytest

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.producers import targets

EVENT = {
    "version": "0",
    "id": "i",
    "detail-type": "Order",
    "source": "shop",
    "account": "1",
    "time": "t",
    "region": "r",
    "resources": ["a"],
    "detail": {"id": "o-1", "n": 7, "ok": True, "tags": ["x", "y"], "to": {"city": "Bern"}, "q": 'say "hi"'},
}
PATHS = {
    "id": "$.detail.id",
    "n": "$.detail.n",
    "ok": "$.detail.ok",
    "tags": "$.detail.tags",
    "to": "$.detail.to",
    "missing": "$.detail.nothing",
    "kind": "$.detail-type",
    "q": "$.detail.q",
}


def got(**target):
    return targets.payload(target, EVENT, rule_arn="RULE", rule_name="rule", received="NOW")


def filled(template):
    return got(InputTransformer={"InputPathsMap": PATHS, "InputTemplate": template})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", EVENT),
        ("$.detail.to.city", "Bern"),
        ("$.detail.tags[1]", "y"),
        ("$.detail.tags[*]", ["x", "y"]),
        ("$.detail.tags[9]", None),
        ("$.detail['to'].city", "Bern"),
        ("$.detail-type", "Order"),
        ("$.nothing.at.all", None),
        ("$..x", None),
    ],
)
def test_paths(path, value):
    assert targets.looked_up(EVENT, path) == value


def test_whole_event_constant_and_part():
    assert json.loads(got()) == EVENT
    assert got(Input='{"a": 1}') == '{"a": 1}'
    assert json.loads(got(InputPath="$.detail.to")) == {"city": "Bern"}
    assert got(InputPath="$.detail.id") == '"o-1"'


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('"Order <id> is <ok>"', '"Order o-1 is true"'),
        ('"<tags> and <to> of <missing>"', '"[x,y] and {city:Bern} of "'),
        ('{"id": <id>, "n": <n>}', '{"id": "o-1", "n": 7}'),
        ('{"id": "<id>"}', '{"id": "o-1"}'),
        ('{"path": "users/<id>/<id>"}', '{"path": "users/o-1/o-1"}'),
        ('{"tags": <tags>, "to": [<to>, 1]}', '{"tags": ["x","y"], "to": [{"city":"Bern"}, 1]}'),
        ('{"missing": <missing>}', '{"missing": ""}'),
        ('{"q": <q>, "again": "<q>"}', '{"q": "say \\"hi\\"", "again": "say \\"hi\\""}'),
        (
            '"<aws.events.rule-arn> <aws.events.rule-name> <aws.events.event.ingestion-time>"',
            '"RULE rule NOW"',
        ),
    ],
)
def test_templates(template, text):
    assert filled(template) == text


def test_the_event_as_a_variable():
    found = json.loads(filled('{"whole": <aws.events.event.json>, "head": <aws.events.event>}'))
    assert found["whole"] == EVENT
    assert found["head"] == {
        ("detailType" if name == "detail-type" else name): value
        for name, value in EVENT.items()
        if name != "detail"
    }


@pytest.mark.parametrize("template", ['{"to": "<to>"}', '{"tags": "<tags>"}', '{"a": "x/<to>"}'])
def test_objects_inside_quotes_give_nothing_that_could_be_delivered(template):
    with pytest.raises(targets.NotJson):
        filled(template)


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (
            {"Input": "1", "InputPath": "$"},
            "Only one of Input, InputPath, or InputTransformer must be provided",
        ),
        (
            {"InputTransformer": {"InputPathsMap": {"a": "$"}, "InputTemplate": '"<a> <b>"'}},
            "InputTemplate for target t contains invalid placeholder b.",
        ),
    ],
)
def test_what_is_refused(target, text):
    with pytest.raises(AwsError) as refused:
        targets.check({"Id": "t", "Arn": "a", **target})
    assert (refused.value.code, refused.value.message[: len(text)]) == ("ValidationException", text)
