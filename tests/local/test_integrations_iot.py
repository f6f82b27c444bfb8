"""IoT through boto3: a rule's SELECT decides what a function gets of a published message."""

from __future__ import annotations

import base64
import json

import pytest
from functions_kit import refusal
from integrations_kit import answering, permitted
from producers_kit import arn, listener, permit, seen

SERVICE = "iot.amazonaws.com"


@pytest.fixture(scope="module")
def iot(cloud):
    return cloud.client("iot")


@pytest.fixture(scope="module")
def publish(cloud):
    data = cloud.client("iot-data")

    def send(topic, **reading):
        data.publish(topic=topic, qos=1, payload=json.dumps(reading).encode())

    return send


def rule(cloud, iot, name, sql, *, open_to_iot=True, **more):
    """A rule with one function of the same name; its ARN."""
    target = listener(cloud, name)
    payload = {"sql": sql, "actions": [{"lambda": {"functionArn": target}}], "ruleDisabled": False, **more}
    iot.create_topic_rule(ruleName=name, topicRulePayload=payload)
    made = iot.get_topic_rule(ruleName=name)["ruleArn"]
    if open_to_iot:
        permit(cloud, name, SERVICE, made)
    return made


def test_a_function_gets_the_row_that_its_rule_selects(cloud, iot, publish):
    sql = "SELECT row, moisture AS wet, topic(2) AS house FROM 'greenhouse/+/soil' WHERE moisture < 50 AND row <> 'x'"
    rule(cloud, iot, "dry_soil", sql)
    publish("greenhouse/10/air", row="1", moisture=20)
    publish("greenhouse/10/soil", row="1", moisture=75)
    publish("greenhouse/10/soil", row="2", moisture=20, pos=3)
    (event,) = seen(cloud, "dry_soil")
    assert event == {"row": "2", "wet": 20, "house": "10"}
    (history,) = cloud.events("dry_soil")
    assert history.producer == SERVICE


def test_star_is_the_whole_message_and_a_disabled_rule_is_none(cloud, iot, publish):
    rule(cloud, iot, "everything", "SELECT *, clientid() AS who FROM 'plant/#'")
    publish("plant/a/b", n=1)
    iot.disable_topic_rule(ruleName="everything")
    publish("plant/a/b", n=2)
    iot.enable_topic_rule(ruleName="everything")
    publish("plant", n=3)
    events = seen(cloud, "everything", count=2)
    assert sorted(events, key=str) == [{"n": 1, "who": "N/A"}, {"n": 3, "who": "N/A"}]


def test_what_may_not_be_called_goes_to_the_error_action(cloud, iot, publish):
    errors = listener(cloud, "rule_errors")
    told = {"lambda": {"functionArn": errors}}
    made = rule(cloud, iot, "shut_rule", "SELECT * FROM 'shut'", open_to_iot=False, errorAction=told)
    permit(cloud, "rule_errors", SERVICE, made)
    publish("shut", n=1)
    (event,) = seen(cloud, "rule_errors")
    assert (event["ruleName"], event["topic"]) == ("shut_rule", "shut")
    assert json.loads(base64.b64decode(event["base64OriginalPayload"])) == {"n": 1}
    (failure,) = event["failures"]
    assert (failure["failedAction"], failure["failedResource"]) == ("LambdaAction", arn("shut_rule"))
    assert "not authorized" in failure["errorMessage"]


@pytest.mark.parametrize(
    "sql", ["SELECT FROM 'a'", "SELECT * FROM a", "SELECT nothing() FROM 'a'", "DROP 'a'"]
)
def test_sql_that_cannot_be_read_makes_no_rule(iot, sql):
    payload = {"sql": sql, "actions": []}
    code, text, _ = refusal(lambda: iot.create_topic_rule(ruleName="bad", topicRulePayload=payload))
    assert code == "SqlParseException"
    assert text.startswith("Sql parse error: ")
    assert "bad" not in [one["ruleName"] for one in iot.list_topic_rules()["rules"]]


def test_a_reading_by_one_call(cloud):
    name = permitted(cloud, answering(cloud, "iot-sample"), "iot")
    ran = cloud.run_integration("iot", name)
    assert (ran.outcome, ran.sent) == ("queued", {"row": "10", "pos": "23", "moisture": "75"})
    own = cloud.run_integration("iot", name, sql="SELECT n + 1 AS next FROM '#'", payload='{"n": 1}')
    assert own.sent == {"next": 2}
    assert {"next": 2} in seen(cloud, name, count=2)


def test_iot_events_is_shown_as_retired(cloud):
    shown = {one.name: one for one in cloud.integrations()}["iot-events"]
    assert shown.status.startswith("retired 2026-05-20")
    name = permitted(cloud, answering(cloud, "detector"), "iot-events")
    ran = cloud.run_integration("iot-events", name)
    assert ran.outcome == "queued"
    assert ran.sent["event"]["payload"]["state"]["stateName"] == "Charged"
