"""Each check of lab 03 on a real local cloud: untouched, the typical mistakes with their hints, right."""

import dataclasses
import json
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from learner import Learner

from lambada_labs.labs.catalogue import lab_03_checks as checks
from lambada_labs.model import InvocationRecord

DESK, GROUP, BALANCER = "lab03-desk", "lab03-group", "lab03-balancer"
TELLS = """
import json

def handler(event, context):
    print("asked", json.dumps(event))
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(event)}
"""
RETURNS = "def handler(event, context):\n    return {answer!r}\n"
RAISES = "def handler(event, context):\n    raise LookupError('sold out')\n"
STALL = """
import time

def handler(event, context):
    time.sleep(0.02)
    if event["client"] in event.get("unlucky", ()):
        raise ConnectionError("the till is jammed")
    print("served", event["client"])
"""


class Doors(Learner):
    """A learner with the desk and, where asked for, its doors."""

    def desk(self, source=TELLS):
        self.create(DESK, source)
        return self.client.get_function_configuration(FunctionName=DESK)["FunctionArn"]

    def allow(self, service, sid):
        self.client.add_permission(
            FunctionName=DESK,
            StatementId=sid,
            Action="lambda:InvokeFunction",
            Principal=f"{service}.amazonaws.com",
        )

    def api(self, arn):
        self.cloud.client("apigatewayv2").create_api(Name="lab03-api", ProtocolType="HTTP", Target=arn)
        self.allow("apigateway", "api")

    def balancer(self, arn):
        elb = self.cloud.client("elbv2")
        subnets = [each["SubnetId"] for each in self.cloud.client("ec2").describe_subnets()["Subnets"][:2]]
        self.group = elb.create_target_group(Name=GROUP, TargetType="lambda")["TargetGroups"][0][
            "TargetGroupArn"
        ]
        self.allow("elasticloadbalancing", "balancer")
        elb.register_targets(TargetGroupArn=self.group, Targets=[{"Id": arn}])
        made = elb.create_load_balancer(Name=BALANCER, Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
        forward = [{"Type": "forward", "TargetGroupArn": self.group}]
        elb.create_listener(LoadBalancerArn=made, Protocol="HTTP", Port=80, DefaultActions=forward)

    def switch(self, value):
        wanted = [{"Key": "lambda.multi_value_headers.enabled", "Value": value}]
        self.cloud.client("elbv2").modify_target_group_attributes(
            TargetGroupArn=self.group, Attributes=wanted
        )

    def fetch(self, door, path):
        url = next(each.plain_url for each in self.cloud.doors() if each.name == door)
        try:
            with urlopen(url + path, timeout=30) as answer:
                return answer.status
        except HTTPError as refusal:
            return refusal.code


@pytest.fixture
def learner(cloud, tmp_path):
    return Doors(cloud, "03", tmp_path)


def test_name_at_the_door_untouched(learner):
    assert learner.check("name-at-the-door").state == "not yet"
    learner.api(learner.desk())
    learner.call(DESK, {"name": "the SDK"})
    for path in ("", "shop?name=the%20web", "shop?name=..."):
        assert learner.fetch("lab03-api", path) == 200
    result = learner.check("name-at-the-door")
    assert (result.state, result.seen) == (
        "not yet",
        "3 requests through the API, none with a name of your own",
    )


def test_name_at_the_door_typical_mistakes(learner):
    learner.api(learner.desk())
    learner.fetch("lab03-api", "shop?Name=Ada")
    assert learner.check("name-at-the-door").reason == "wrong-key"
    assert "Keys are case-sensitive" in learner.hint("name-at-the-door", grade=2)
    learner.call(DESK, {"name": "Ada"})
    assert learner.check("name-at-the-door").reason == "wrong-door"
    assert "did not come over HTTP" in learner.hint("name-at-the-door")


def test_name_at_the_door_right(learner):
    learner.api(learner.desk())
    learner.fetch("lab03-api", "shop?name=Ada")
    result = learner.check("name-at-the-door")
    assert (result.state, result.seen) == ("passed", "the event carried “Ada”")


def test_multi_value_untouched(learner):
    assert learner.check("multi-value").seen == "there is no target group lab03-group"
    learner.balancer(learner.desk())
    learner.fetch(BALANCER, "shop?size=38&size=39")
    assert learner.check("multi-value").state == "not yet"


def test_multi_value_typical_mistakes(learner):
    learner.balancer(learner.desk())
    learner.switch("true")
    assert learner.check("multi-value").reason == "not-asked"
    learner.fetch(BALANCER, "shop?size=38")
    assert learner.check("multi-value").reason == "one-value"
    assert "How is a parameter repeated" in learner.hint("multi-value")
    learner.fetch(BALANCER, "shop?size=38&size=39")
    learner.switch("false")
    assert learner.check("multi-value").reason == "off-again"


def test_multi_value_right(learner):
    learner.balancer(learner.desk())
    learner.switch("true")
    learner.fetch(BALANCER, "shop?size=38&size=39")
    result = learner.check("multi-value")
    assert (result.state, result.seen) == ("passed", "the event carried 38 and 39")


def test_bad_gateway_untouched(learner):
    assert learner.check("bad-gateway").state == "not yet"
    learner.balancer(learner.desk())
    assert learner.check("bad-gateway").seen == "the balancer answers 200"


def test_bad_gateway_typical_mistakes(learner):
    learner.balancer(learner.desk(RETURNS.format(answer={"statusCode": 404})))
    assert learner.check("bad-gateway").reason == "passed-on"
    assert "no opinion about 404" in learner.hint("bad-gateway")
    learner.deploy(DESK, RAISES)
    assert learner.check("bad-gateway").reason == "raised"


def test_a_balancer_that_may_not_call_is_no_success_of_the_function(learner):
    learner.balancer(learner.desk())
    assert learner.fetch(BALANCER, "") == 200
    learner.client.remove_permission(FunctionName=DESK, StatementId="balancer")
    assert learner.check("bad-gateway").reason == "not-called"
    assert "policy" in learner.hint("bad-gateway")


@pytest.mark.parametrize("answer", ["fine", {"body": "fine"}, {"statusCode": "200"}, None])
def test_bad_gateway_several_answers_pass(learner, answer):
    learner.balancer(learner.desk(RETURNS.format(answer=answer)))
    result = learner.check("bad-gateway")
    assert (result.state, result.seen) == ("passed", "a success in Lambda's records, 502 at the door")


def sale(learner, customers, *, calls=1, unlucky=()):
    """This many customers, one after the other, each with so many calls."""
    learner.create("lab03-sale", STALL)
    for client in range(customers):
        for _ in range(calls):
            learner.call("lab03-sale", {"client": client, "unlucky": list(unlucky)})


def test_persistent_untouched(learner):
    assert learner.check("persistent").seen == "there was no sale yet"
    sale(learner, 20, unlucky=range(6))
    result = learner.check("persistent")
    assert result.state == "not yet"
    assert result.seen.startswith("14 of 20 served, 20 calls")


def test_persistent_with_some_left(learner):
    sale(learner, 20, calls=2, unlucky=[3])
    assert learner.check("persistent").reason == "some-left"
    assert "FunctionError" in learner.hint("persistent")


def test_persistent_with_too_many_calls(learner):
    sale(learner, 20, calls=9)
    assert learner.check("persistent").reason == "too-many"
    assert "trampled" in learner.hint("persistent")


def test_persistent_right(learner):
    sale(learner, 20, calls=2)
    result = learner.check("persistent")
    assert result.state == "passed"
    assert result.seen.startswith("20 of 20 served, 40 calls")


def record(at, outcome="success"):
    """An invocation at this second, 0.1 s long."""
    texts = {
        each.name: each.name
        for each in dataclasses.fields(InvocationRecord)
        if each.default is dataclasses.MISSING
    }
    times = {
        "accepted_at": at,
        "started_at": at,
        "ended_at": at + 0.1,
        "duration_ms": 100.0,
        "billed_ms": 100,
    }
    return InvocationRecord(
        **{**texts, **times, "memory_mb": 128, "max_memory_used_mb": 40, "outcome": outcome}
    )


@pytest.mark.parametrize(
    ("calls", "last_at", "served", "reason"),
    [
        (160, 9.8, 20, "passed"),
        (161, 9.8, 20, "too-many"),
        (160, 9.95, 20, "too-slow"),
        (160, 9.8, 19, "some-left"),
        (20, 1.0, 19, "untouched"),
        (0, 0.0, 0, "untouched"),
    ],
)
def test_the_budget_to_the_call_and_the_second(calls, last_at, served, reason):
    records = [record(last_at * step / max(1, calls - 1)) for step in range(calls)]
    assert checks.judge_sale(records, {str(each) for each in range(served)}).reason == reason


def test_throttled_calls_count_in_the_budget(learner):
    learner.create("lab03-sale", STALL)
    learner.client.put_function_concurrency(FunctionName="lab03-sale", ReservedConcurrentExecutions=0)
    with pytest.raises(learner.client.exceptions.TooManyRequestsException):
        learner.call("lab03-sale", {"client": 1})
    calls = len(learner.cloud.records("lab03-sale", learner.began))
    assert calls > 1
    assert f"0 of 20 served, {calls} calls" in learner.check("persistent").seen


def test_the_lab_leaves_nothing(learner):
    learner.balancer(learner.desk())
    made = [
        thing
        for thing in json.dumps([each.name for each in learner.cloud.doors()]).split('"')
        if "lab03" in thing
    ]
    assert made == [BALANCER]
    Doors(learner.cloud, "03", learner.folder)
    assert [each.name for each in learner.cloud.doors()] == []
