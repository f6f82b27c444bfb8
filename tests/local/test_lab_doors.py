"""What a lab's session knows of doors: their addresses, exchanges through a balancer, samples of services."""

import json

import doors_kit as doors
import pytest

from lambada_labs.errors import BadInput
from lambada_labs.labs import Progress, catalogue
from lambada_labs.notebook import LabSession
from lambada_labs.notebook.exchange import ANSWERS, BalancerTalk
from lambada_labs.ui.exchange_card import typed

ELB = "elasticloadbalancing.amazonaws.com"
BOTH = typed("GET /shop?size=38&size=39 HTTP/1.1\nX-Team: blue")


@pytest.fixture(scope="module")
def balancer(cloud):
    """A balancer in front of a function; answers the function's name."""
    elb, name = cloud.client("elbv2"), doors.ready(cloud, "behind", permitted=False)
    subnets = [each["SubnetId"] for each in cloud.client("ec2").describe_subnets()["Subnets"][:2]]
    group = elb.create_target_group(Name="talk", TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"]
    doors.permit(cloud, name, "elb", group, Principal=ELB)
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": doors.function_arn(name)}])
    made = elb.create_load_balancer(Name="talk", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    elb.create_listener(LoadBalancerArn=made, Protocol="HTTP", Port=80, DefaultActions=forward)
    return "talk"


@pytest.fixture
def lab(cloud, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return LabSession(catalogue.find("03"), cloud, Progress(tmp_path / "progress.json"))


@pytest.fixture
def talk(lab, cloud, balancer):
    return BalancerTalk(cloud, lab._evidence, balancer)


def test_the_address_of_a_door_and_of_its_stage(lab, cloud, balancer):
    plain = next(each.plain_url for each in cloud.doors() if each.name == balancer)
    assert (lab.door(balancer), lab.door(balancer, stage="prod")) == (plain, f"{plain}prod/")


def test_a_door_that_is_not_there_is_said_in_words(lab):
    with pytest.raises(BadInput, match="No door is called 'nowhere'"):
        lab.door("nowhere")


def test_an_exchange_tells_the_event_and_the_http(talk):
    seen = talk(BOTH, {"statusCode": 404, "body": "no such shoe"}, multi_value=False)
    assert seen.event["queryStringParameters"] == {"size": "39"}
    assert seen.event["headers"]["x-team"] == "blue"
    assert (seen.status, seen.response.split("\n")[0]) == (404, "HTTP/1.1 404 Not Found")
    assert seen.response.endswith("\n\nno such shoe")
    assert (seen.reason, seen.code) == ("", "")


def test_the_switch_turns_values_into_lists(talk):
    seen = talk(BOTH, ANSWERS["two cookies"], multi_value=True)
    assert seen.event["multiValueQueryStringParameters"] == {"size": ["38", "39"]}
    assert seen.response.count("Set-Cookie: ") == 2
    assert talk.multi_value
    talk(BOTH, ANSWERS["two cookies"], multi_value=False)
    assert not talk.multi_value


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no statusCode", "statusCode is None"),
        ("a number as header", "a header's value is no text"),
        ("a body that is no text", "body is {'size': 38}"),
        ("only a text", "the answer is no object"),
    ],
)
def test_a_refused_answer_comes_with_its_reason(talk, name, reason):
    seen = talk(BOTH, ANSWERS[name], multi_value=False)
    assert (seen.status, seen.reason, seen.code) == (502, reason, "LambdaInvalidResponse")


def test_a_body_goes_through(talk):
    seen = talk(
        typed("POST /order HTTP/1.1\nContent-Type: text/plain\n\nboots"),
        {"statusCode": 200},
        multi_value=False,
    )
    assert (seen.event["httpMethod"], seen.event["body"]) == ("POST", "boots")


def test_the_card_of_a_lab_sends_its_first_request(lab, balancer):
    text = str(lab.http_exchange(balancer))
    assert "The caller gets 200" in text
    assert '"queryStringParameters": {"size": "39"}' in text


def test_a_balancer_that_is_not_there_is_said_in_words(lab):
    with pytest.raises(BadInput, match="There is no load balancer"):
        BalancerTalk(lab._cloud, lab._evidence, "nowhere")


def test_a_services_sample_is_judged_as_the_service_would(lab, cloud):
    name = doors.ready(cloud, "asked", permitted=False)
    refused = lab.as_service("lex", name)
    assert (refused.outcome, refused.code) == ("failed", "DependencyFailedException")
    cloud.client("lambda").add_permission(**refused.permission)
    assert "sessionState" in lab.as_service("lex", name).text
    assert json.loads(cloud.client("lambda").get_policy(FunctionName=name)["Policy"])["Statement"]
