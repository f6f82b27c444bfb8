"""Every integration by one call: what is sent, who may, what the service says to a right and a wrong answer."""

import integrations_kit as kit
import pytest

from lambada_labs.cloud.local.integrations import register
from lambada_labs.errors import BadInput

TRANSFORMS = """
import base64
def handler(event, context):
    return {"records": [{"recordId": one["recordId"], "result": "Ok",
        "data": base64.b64encode(base64.b64decode(one["data"]).upper()).decode()} for one in event["records"]]}
"""
ECHO = "def handler(event, context):\n    return event\n"
FAILS = "def handler(event, context):\n    raise KeyError('nothing there')\n"


@pytest.fixture(scope="module")
def role(cloud):
    return {
        service: kit.service_role(cloud, f"for-{service}", f"{service}.amazonaws.com")
        for service in ("firehose", "states")
    }


def test_they_are_listed_with_their_contract(cloud):
    listed = {one.name: one for one in cloud.integrations()}
    firehose = listed["firehose"]
    assert (firehose.kind, firehose.rights, firehose.lab) == ("synchronous", "role", "03")
    assert firehose.principal == "firehose.amazonaws.com"
    assert "recordId" in firehose.contract


def test_firehose_takes_what_is_transformed(cloud, role):
    kit.ready(cloud, "transforms", TRANSFORMS)
    ran = cloud.run_integration("firehose", "transforms", role=role["firehose"], records='["a", "b"]')
    assert (ran.outcome, ran.state["delivered"]) == ("accepted", ["A", "B"])
    assert ran.sent["deliveryStreamArn"] == ran.source_arn
    assert set(ran.sent["records"][0]) == {"recordId", "approximateArrivalTimestamp", "data"}


def test_firehose_refuses_an_answer_that_is_none(cloud, role):
    kit.ready(cloud, "silent", "def handler(event, context):\n    return 'done'\n")
    ran = cloud.run_integration("firehose", "silent", role=role["firehose"])
    assert (ran.outcome, ran.code, ran.answer) == ("refused", "Lambda.JsonProcessingException", "done")


def test_without_the_right_nothing_runs(cloud):
    kit.ready(cloud, "closed", ECHO)
    role = kit.service_role(cloud, "no-rights", "firehose.amazonaws.com", ())
    ran = cloud.run_integration("firehose", "closed", role=role)
    assert (ran.outcome, ran.code) == ("failed", "Lambda.InvokeAccessDenied")
    assert cloud.records("closed") == []


def test_without_a_role_it_says_which_one_it_needs(cloud):
    ran = cloud.run_integration("firehose", "transforms")
    assert (ran.outcome, ran.code) == ("failed", "Lambda.InvokeAccessDenied")
    assert "firehose.amazonaws.com" in ran.state["needs"]


def more_than(cloud, before):
    """How often the guarded function ran, once that is more than before."""
    now = len(cloud.records("guarded"))
    return now if now > before else None


def test_every_service_asks_before_it_calls_and_calls_once_it_may(cloud):
    """The whole table: refused without the permission, with exactly the one it names it reaches the function."""
    kit.ready(cloud, "guarded", ECHO)
    client, reached = cloud.client("lambda"), 0
    asking = [one for one in cloud.integrations() if one.rights == "resource-policy"]
    assert len(asking) >= 8
    for number, one in enumerate(asking):
        ran = cloud.run_integration(one.name, "guarded", wait_s=0)
        assert (ran.outcome, ran.permission["Principal"]) == ("failed", one.principal), one.name
        assert len(cloud.records("guarded")) == reached, one.name
        client.add_permission(**{**ran.permission, "StatementId": f"table-{number}"})
        ran = cloud.run_integration(one.name, "guarded", wait_s=0)
        assert ran.sent, one.name
        assert ran.outcome in {"accepted", "refused", "queued", "waiting"}, (one.name, ran.text)
        reached = kit.until(lambda before=reached: more_than(cloud, before), seconds=60)
        client.remove_permission(FunctionName="guarded", StatementId=f"table-{number}")


def test_every_role_is_asked_before_it_is_used(cloud):
    kit.ready(cloud, "behind-roles", ECHO)
    for one in cloud.integrations():
        if one.rights != "role":
            continue
        role = kit.service_role(cloud, f"poor-{one.name}", one.principal, ())
        ran = cloud.run_integration(one.name, "behind-roles", role=role, wait_s=0)
        assert (ran.outcome, ran.answer) == ("failed", None), one.name
        other = kit.service_role(cloud, f"other-{one.name}", "ec2.amazonaws.com")
        ran = cloud.run_integration(one.name, "behind-roles", role=other, wait_s=0)
        assert (ran.outcome, ran.answer) == ("failed", None), one.name
    assert cloud.records("behind-roles") == []


def test_every_row_of_the_register_can_be_run_and_says_where_it_comes_from(cloud):
    listed = cloud.integrations()
    assert {one.name for one in listed} == set(register.integrations())
    for one in listed:
        assert one.title, one.name
        assert one.source, one.name
        assert one.contract, one.name
        assert one.as_of.startswith("2026-"), one.name


def test_a_state_takes_any_json(cloud, role):
    kit.ready(cloud, "task", ECHO)
    ran = cloud.run_integration("step-functions", "task", role=role["states"], input='{"n": 1}')
    assert ran.state["result"] == {"ExecutedVersion": "$LATEST", "Payload": {"n": 1}, "StatusCode": 200}
    kit.ready(cloud, "fails", FAILS)
    ran = cloud.run_integration("step-functions", "fails", role=role["states"])
    assert (ran.outcome, ran.code, ran.function_error) == ("failed", "KeyError", "Unhandled")


@pytest.mark.parametrize(
    ("name", "function", "choices", "text"),
    [
        ("fax", "task", {}, "'fax' is no integration"),
        ("firehose", "nobody", {}, "Function not found"),
        ("firehose", "task", {"colour": "red"}, "has no choice 'colour'"),
        ("step-functions", "task", {"resource": "lambda"}, "not one of"),
    ],
)
def test_what_cannot_be_sent_is_said(cloud, name, function, choices, text):
    kit.ready(cloud, f"task-{name}-{function}", ECHO) if function != "task" else None
    with pytest.raises(BadInput) as told:
        cloud.run_integration(name, function, **choices)
    assert text in str(told.value)
