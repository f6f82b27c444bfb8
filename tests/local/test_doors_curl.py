"""Every kind of door at each of its addresses with curl, as somebody at a terminal opens it."""

from __future__ import annotations

import json
import subprocess

import doors_kit as doors
import functions_kit as kit
import pytest

ELB = "elasticloadbalancing.amazonaws.com"
PAGE = """
def handler(event, context):
    path = event.get("rawPath") or event["path"]
    said = (event.get("queryStringParameters") or {}).get("say", "")
    if said == "nothing":
        return "not an answer"
    page = {"Content-Type": "text/html"}
    return {"statusCode": 200, "headers": page, "body": f"<h1>{path} {said} {event.get('body') or ''}</h1>"}
"""
KINDS = ("HTTP API", "REST API", "load balancer")
#: What each says when the function answers what is none.
REFUSED = {
    "HTTP API": (200, "not an answer"),  # format 2.0: a text without a status is the body
    "REST API": (502, '{"message": "Internal server error"}'),
    "load balancer": (502, "<html>"),
}


def rest_api(cloud, function):
    api = cloud.client("apigateway")
    made = api.create_rest_api(name="page")["id"]
    root = api.get_resources(restApiId=made)["items"][0]["id"]
    where = {
        "restApiId": made,
        "resourceId": api.create_resource(restApiId=made, parentId=root, pathPart="{all+}")["id"],
        "httpMethod": "ANY",
    }
    api.put_method(**where, authorizationType="NONE")
    uri = doors.invocations(doors.function_arn(function))
    api.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    api.create_deployment(restApiId=made, stageName="prod")
    return made, f"{made}.execute-api.{doors.REGION}.amazonaws.com"


def balancer(cloud, function):
    elb = cloud.client("elbv2")
    subnets = [one["SubnetId"] for one in cloud.client("ec2").describe_subnets()["Subnets"][:2]]
    made = elb.create_load_balancer(Name="page", Subnets=subnets)["LoadBalancers"][0]
    group = elb.create_target_group(Name="page", TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"]
    doors.permit(cloud, function, "elb", group, Principal=ELB)
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": doors.function_arn(function)}])
    action = {"Type": "forward", "TargetGroupArn": group}
    elb.create_listener(
        LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[action]
    )
    return made["LoadBalancerArn"], made["DNSName"]


@pytest.fixture(scope="module")
def opened(cloud):
    """For each kind of door: its three addresses as (URL, Host header or None), and the path before ours."""
    kit.ready(cloud, "page", PAGE)
    doors.permit(cloud, "page")
    http = doors.http_api(cloud, "page")
    made = {
        "HTTP API": (http, f"{http}.execute-api.{doors.REGION}.amazonaws.com"),
        "REST API": rest_api(cloud, "page"),
        "load balancer": balancer(cloud, "page"),
    }
    shown = {one.id: one for one in cloud.doors()}
    return {
        kind: [
            (shown[name].plain_url.rstrip("/"), None),
            (shown[name].local_url.rstrip("/"), None),
            (cloud.endpoint_url, host),
        ]
        for kind, (name, host) in made.items()
    }


def curl(url, host=None, *more):
    """Status, content type and body."""
    named = ["-H", f"Host: {host}"] if host else []
    wanted = ["-w", "\n%{http_code} %{content_type}"]
    argv = ["curl", "-s", "-m", "30", *named, *more, *wanted, url]
    said = subprocess.run(argv, capture_output=True, check=True, timeout=40, text=True).stdout
    body, _, last = said.rpartition("\n")
    status, _, kind = last.partition(" ")
    return int(status), kind, body


@pytest.mark.parametrize("kind", KINDS)
def test_get_and_post_at_every_address(opened, kind):
    stage = "/prod" if kind == "REST API" else ""
    for url, host in opened[kind]:
        assert curl(f"{url}{stage}/a/b?say=hi", host) == (200, "text/html", "<h1>/a/b hi </h1>")
        posted = curl(f"{url}{stage}/a", host, "-H", "Content-Type: text/plain", "-d", "text")
        assert posted == (200, "text/html", "<h1>/a  text</h1>")


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_is_none(opened, kind):
    stage = "/prod" if kind == "REST API" else ""
    status, begin = REFUSED[kind]
    for url, host in opened[kind]:
        seen = curl(f"{url}{stage}/a?say=nothing", host)
        assert (seen[0], seen[2][: len(begin)]) == (status, begin)


@pytest.mark.parametrize(
    ("kind", "size", "body"),
    [
        ("HTTP API", 10_485_761, {"message": "Request Entity Too Large"}),
        ("REST API", 10_485_761, {"message": "Request Too Long"}),
        ("load balancer", 1_048_577, None),
    ],
)
def test_a_body_over_the_limit(opened, tmp_path, kind, size, body):
    path = tmp_path / "large"
    path.write_bytes(b"x" * size)
    url, _ = opened[kind][0]
    stage = "/prod" if kind == "REST API" else ""
    seen = curl(f"{url}{stage}/a", None, "-H", "Content-Type: text/plain", "--data-binary", f"@{path}")
    assert seen[0] == 413
    assert body is None or json.loads(seen[2]) == body


def test_a_resource_that_is_not_there_and_a_stranger(opened):
    url, _ = opened["REST API"][0]
    status, _, body = curl(f"{url}/nostage/a")
    assert (status, json.loads(body)) == (403, {"message": "Forbidden"})
