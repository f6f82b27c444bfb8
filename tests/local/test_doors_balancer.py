"""Application Load Balancers as a browser and curl meet them."""

from __future__ import annotations

import json
import re

import doors_kit as doors
import functions_kit as kit
import pytest

ELB = "elasticloadbalancing.amazonaws.com"
SAYS = """
import json
def handler(event, context):
    if event["headers"].get("user-agent", "").startswith("ELB-HealthChecker"):
        print("CHECKED", json.dumps(event))
        return {"statusCode": 204}
    said = json.loads(event["body"])
    if said == "raise":
        raise ValueError("broken")
    if said == "long":
        return {"statusCode": 200, "body": "x" * 1_048_577}
    return said
"""
NAMES = """
def handler(event, context):
    return {"statusCode": 200, "body": context.function_name}
"""


class Balancer:
    """One balancer with one listener, made as a learner makes it."""

    def __init__(self, cloud, name, default, port=80):
        self.cloud, self.elb = cloud, cloud.client("elbv2")
        subnets = [one["SubnetId"] for one in cloud.client("ec2").describe_subnets()["Subnets"][:2]]
        made = self.elb.create_load_balancer(Name=name, Subnets=subnets)["LoadBalancers"][0]
        self.arn, self.dns_name = made["LoadBalancerArn"], made["DNSName"]
        self.listener = self.listen(default, port)

    def listen(self, action, port):
        wanted = {"LoadBalancerArn": self.arn, "Protocol": "HTTP", "Port": port, "DefaultActions": [action]}
        return self.elb.create_listener(**wanted)["Listeners"][0]["ListenerArn"]

    def rule(self, priority, action, *conditions):
        self.elb.create_rule(
            ListenerArn=self.listener, Priority=priority, Actions=[action], Conditions=list(conditions)
        )

    @property
    def shown(self):
        return [one for one in self.cloud.doors() if one.id == self.arn]

    @property
    def url(self):
        return self.shown[0].plain_url.rstrip("/")


def group(cloud, name, function, **settings):
    """A target group with a function that it may invoke."""
    elb = cloud.client("elbv2")
    arn = elb.create_target_group(Name=name, TargetType="lambda", **settings)["TargetGroups"][0][
        "TargetGroupArn"
    ]
    doors.permit(cloud, function, f"elb-{name}", arn, Principal=ELB)
    elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": doors.function_arn(function)}])
    return arn


def forward(*groups):
    if len(groups) == 1 and isinstance(groups[0], str):
        return {"Type": "forward", "TargetGroupArn": groups[0]}
    weighted = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in groups]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": weighted}}


def fixed(text, status="200"):
    config = {"StatusCode": status, "ContentType": "text/plain", "MessageBody": text}
    return {"Type": "fixed-response", "FixedResponseConfig": config}


@pytest.fixture(scope="module")
def telling(cloud):
    return group(cloud, "telling", doors.ready(cloud, "tell", permitted=False))


@pytest.fixture(scope="module")
def saying(cloud):
    return group(cloud, "saying", doors.ready(cloud, "says", SAYS, permitted=False))


@pytest.fixture(scope="module")
def routed(cloud, telling):
    """A balancer with a rule of every kind in front of the function that tells its event."""
    made = Balancer(cloud, "routed", forward(telling))
    made.rule(50, fixed("path 50"), {"Field": "path-pattern", "Values": ["/a/*"]})
    made.rule(10, fixed("path 10"), {"Field": "path-pattern", "Values": ["/a/b*"]})
    made.rule(20, fixed("host"), {"Field": "host-header", "HostHeaderConfig": {"Values": ["*.Shop.example"]}})
    header = {"HttpHeaderName": "X-Team", "Values": ["Blue*"]}
    made.rule(30, fixed("header"), {"Field": "http-header", "HttpHeaderConfig": header})
    query = {"Values": [{"Key": "Beta", "Value": "y?s"}]}
    made.rule(40, fixed("query"), {"Field": "query-string", "QueryStringConfig": query})
    made.rule(
        45,
        fixed("both"),
        {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["DELETE"]}},
        {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/x", "/y"]}},
    )
    source = {"Values": ["127.0.0.0/8"]}
    local = {"Field": "path-pattern", "Values": ["/local"]}
    made.rule(47, fixed("local"), {"Field": "source-ip", "SourceIpConfig": source}, local)
    move = {"StatusCode": "HTTP_301", "Path": "/new/#{path}", "Query": "was=#{query}"}
    made.rule(60, {"Type": "redirect", "RedirectConfig": move}, {"Field": "path-pattern", "Values": ["/old"]})
    away = {"StatusCode": "HTTP_302", "Host": "other.example", "Protocol": "HTTPS", "Port": "443"}
    made.rule(
        61, {"Type": "redirect", "RedirectConfig": away}, {"Field": "path-pattern", "Values": ["/away"]}
    )
    return made


@pytest.mark.parametrize(
    ("method", "path", "headers", "text"),
    [
        ("GET", "/a/b/c", {}, "path 10"),
        ("GET", "/a/c", {}, "path 50"),
        ("GET", "/local", {}, "local"),
        ("GET", "/?beta=YES", {}, "query"),
        ("GET", "/", {"x-team": "BLUE-1"}, "header"),
        ("DELETE", "/y", {}, "both"),
    ],
)
def test_rules_by_priority_and_condition(routed, method, path, headers, text):
    assert doors.fetch(routed.url + path, method, headers=headers).body == text.encode()


@pytest.mark.parametrize(
    ("path", "headers"), [("/A/b", {}), ("/", {"x-team": "red"}), ("/x", {}), ("/?beta=no", {})]
)
def test_what_meets_no_rule_goes_to_the_default(routed, path, headers):
    assert doors.fetch(routed.url + path, headers=headers).json["path"] == path.partition("?")[0]


def test_a_rule_by_host_name(routed):
    assert doors.fetch(routed.url, host="www.shop.example").body == b"host"
    event = doors.fetch(routed.url, host="other.example").json
    assert event["headers"]["host"] == "other.example"


def test_the_event(routed):
    headers = [("X-One", "1"), ("X-One", "2"), ("Content-Type", "text/plain")]
    event = doors.fetch(f"{routed.url}/p%20q?a=1&a=%202", "POST", "body", headers).json
    trace = event["headers"].pop("x-amzn-trace-id")
    arn = event["requestContext"]["elb"].pop("targetGroupArn")
    assert trace.startswith("Root=1-")
    assert ":targetgroup/telling/" in arn
    assert event == {
        "requestContext": {"elb": {}},
        "httpMethod": "POST",
        "path": "/p%20q",
        "queryStringParameters": {"a": "%202"},
        "headers": {
            "x-one": "2",
            "content-type": "text/plain",
            "content-length": "4",
            "host": routed.dns_name,
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": "80",
            "x-forwarded-proto": "http",
        },
        "body": "body",
        "isBase64Encoded": False,
    }


def test_its_name_on_aws_and_below_localhost(cloud, routed):
    assert doors.fetch(cloud.endpoint_url + "/q", host=routed.dns_name).json["path"] == "/q"
    assert doors.fetch(routed.shown[0].local_url + "q").json["path"] == "/q"
    port = cloud.endpoint_url.rpartition(":")[2]
    assert re.fullmatch(r"routed-\d{10}\.us-east-1\.elb\.amazonaws\.com", routed.dns_name)
    told = routed.elb.describe_load_balancers(LoadBalancerArns=[routed.arn])["LoadBalancers"][0]
    assert told["DNSName"] == routed.dns_name
    guessed = doors.fetch(cloud.endpoint_url, host=f"routed-1.us-east-1.elb.localhost:{port}")
    assert guessed.status == 404
    assert doors.fetch(cloud.endpoint_url, host="routed-1.us-east-1.elb.amazonaws.com").status == 403
    assert doors.fetch(cloud.endpoint_url, host=f"{routed.dns_name}:8080").status == 403


def test_redirects_lead_back_to_the_same_address(cloud, routed):
    got = doors.fetch(f"{routed.url}/old?x=1")
    assert (got.status, got.header("location")) == (301, f"{routed.url}/new/old?was=x=1")
    on_aws = doors.fetch(f"{cloud.endpoint_url}/old?x=1", host=routed.dns_name)
    assert on_aws.header("location") == f"http://{routed.dns_name}:80/new/old?was=x=1"
    away = doors.fetch(f"{routed.url}/away")
    assert (away.status, away.header("location")) == (302, "https://other.example:443/away")


def test_a_redirect_to_another_listener(cloud, telling):
    config = {"StatusCode": "HTTP_301", "Port": "8080"}
    made = Balancer(cloud, "moved", {"Type": "redirect", "RedirectConfig": config})
    made.listen(forward(telling), 8080)
    first, second = made.shown
    assert doors.fetch(first.plain_url + "x").header("location") == second.plain_url + "x"
    event = doors.fetch(second.plain_url + "x").json
    assert event["headers"]["x-forwarded-port"] == "8080"


def test_multi_value_headers(cloud):
    doors.ready(cloud, "many", "def handler(event, context):\n    import json\n    return {'statusCode': 200,"
        " 'multiValueHeaders': {'Set-Cookie': ['a=1', 'b=2']}, 'headers': {'x': 'unused'}, 'body': json.dumps(event)}\n",
        permitted=False)  # fmt: skip
    arn = group(cloud, "many", "many")
    url = Balancer(cloud, "many", forward(arn)).url
    assert doors.fetch(url).all("set-cookie") == []
    attribute = {"Key": "lambda.multi_value_headers.enabled", "Value": "true"}
    cloud.client("elbv2").modify_target_group_attributes(TargetGroupArn=arn, Attributes=[attribute])
    got = doors.fetch(f"{url}/?a=1&a=2", headers=[("X-One", "1"), ("X-One", "2")])
    assert (got.all("set-cookie"), got.header("x")) == (["a=1", "b=2"], None)
    assert got.json["multiValueHeaders"]["x-one"] == ["1", "2"]
    assert got.json["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert not {"headers", "queryStringParameters"} & set(got.json)


@pytest.fixture(scope="module")
def says(cloud, saying):
    return Balancer(cloud, "says", forward(saying)).url


@pytest.mark.parametrize(
    ("said", "status", "kind", "body"),
    [
        ({"statusCode": 200}, 200, "application/octet-stream", b""),
        (
            {"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": "hi"},
            200,
            "text/plain",
            b"hi",
        ),
        (
            {"statusCode": 201, "body": "aGk=", "isBase64Encoded": True},
            201,
            "application/octet-stream",
            b"hi",
        ),
    ],
)
def test_answers(says, said, status, kind, body):
    got = doors.fetch(says, "POST", json.dumps(said), {"Content-Type": "application/json"})
    assert (got.status, got.header("content-type"), got.body) == (status, kind, body)
    assert got.header("server") == "awselb/2.0"


PAGE_502 = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)


@pytest.mark.parametrize(
    "said",
    [
        "raise",
        "text",
        {"message": "hello"},
        {"statusCode": "200"},
        {"statusCode": 200, "body": None},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "headers": None},
        {"statusCode": 200, "headers": {"x": 1}},
        {"statusCode": 200, "headers": {"x": True}},
        {"statusCode": 200, "statusDescription": None},
        "long",
    ],
)
def test_malformed_answers_are_a_bad_gateway(says, said):
    got = doors.fetch(says, "POST", json.dumps(said), {"Content-Type": "application/json"})
    assert (got.status, got.body, got.header("content-type")) == (502, PAGE_502, "text/html")


def test_the_status_line_is_the_functions(says):
    import http.client
    from urllib.parse import urlsplit

    parts = urlsplit(says)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=30)
    said = json.dumps({"statusCode": 200, "statusDescription": "200 Very well"})
    connection.request("POST", parts.path, said, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    assert (answer.status, answer.reason) == (200, "Very well")
    connection.close()


def test_bodies_over_a_megabyte(says):
    assert doors.fetch(says, "POST", b"x" * 1_048_577).status == 413
    assert doors.fetch(says, "POST", b"x" * 11_000_000).status == 413


def test_an_upgrade_and_a_group_without_a_target(cloud, says):
    assert doors.fetch(says, headers={"Upgrade": "websocket"}).status == 400
    empty = cloud.client("elbv2").create_target_group(Name="empty", TargetType="lambda")
    url = Balancer(cloud, "empty", forward(empty["TargetGroups"][0]["TargetGroupArn"])).url
    got = doors.fetch(url)
    assert (got.status, b"503 Service Temporarily Unavailable" in got.body) == (503, True)


def test_weights(cloud):
    groups = [group(cloud, name, doors.ready(cloud, name, NAMES, permitted=False)) for name in ("one", "two")]
    url = Balancer(cloud, "weighted", forward((groups[0], 1), (groups[1], 1))).url
    assert {doors.fetch(url).body for _ in range(40)} == {b"one", b"two"}
    url = Balancer(cloud, "onesided", forward((groups[0], 0), (groups[1], 9))).url
    assert {doors.fetch(url).body for _ in range(10)} == {b"two"}


def test_permission_at_registration_and_at_run_time(cloud):
    kit.ready(cloud, "closed", NAMES)
    elb = cloud.client("elbv2")
    arn = elb.create_target_group(Name="closed", TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"]
    function = doors.function_arn("closed")
    code, text, status = kit.refusal(elb.register_targets, TargetGroupArn=arn, Targets=[{"Id": function}])
    assert (code, status) == ("AccessDenied", 403)
    assert text == (
        "elasticloadbalancing principal does not have permission to invoke "
        f"{function} from target group {arn}"
    )
    doors.permit(cloud, "closed", "elb", arn, Principal=ELB)
    elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": function}])
    url = Balancer(cloud, "closed", forward(arn)).url
    assert doors.fetch(url).status == 200
    cloud.client("lambda").remove_permission(FunctionName="closed", StatementId="elb")
    assert (doors.fetch(url).status, doors.fetch(url).body) == (502, PAGE_502)


def test_health_checks_are_off_until_somebody_turns_them_on(cloud, saying):
    elb = cloud.client("elbv2")

    def state():
        told = elb.describe_target_health(TargetGroupArn=saying)["TargetHealthDescriptions"]
        return told[0]["TargetHealth"]["State"], told[0]["TargetHealth"].get("Reason")

    assert state() == ("unavailable", "Target.HealthCheckDisabled")
    checked = group(
        cloud,
        "checked",
        "says",
        HealthCheckEnabled=True,
        HealthCheckPath="/up",
        HealthCheckIntervalSeconds=5,
        HealthCheckTimeoutSeconds=2,
        Matcher={"HttpCode": "200-299"},
    )

    def healthy():
        told = elb.describe_target_health(TargetGroupArn=checked)["TargetHealthDescriptions"]
        return told[0]["TargetHealth"]["State"] == "healthy"

    kit.until(healthy)
    lines = kit.until(lambda: [text for *_, text in cloud.log_lines("says") if text.startswith("CHECKED")])
    assert json.loads(lines[0].removeprefix("CHECKED ")) == {
        "requestContext": {"elb": {"targetGroupArn": checked}},
        "httpMethod": "GET",
        "path": "/up",
        "queryStringParameters": {},
        "headers": {"user-agent": "ELB-HealthChecker/2.0"},
        "body": "",
        "isBase64Encoded": False,
    }
    elb.delete_target_group(TargetGroupArn=checked)


SICK = """
import os, time
def handler(event, context):
    mode = os.environ["MODE"]
    if mode == "raise":
        raise Exception("broken")
    if mode == "slow":
        time.sleep(3)
    return {"statusCode": int(mode) if mode.isdigit() else 200}
"""


def test_why_a_target_is_unhealthy_and_that_it_recovers(cloud):
    elb, client = cloud.client("elbv2"), cloud.client("lambda")
    kit.ready(cloud, "sick", SICK, Timeout=10, Environment={"Variables": {"MODE": "200"}})
    doors.permit(cloud, "sick", "elb", Principal="elasticloadbalancing.amazonaws.com")
    settings = {
        "HealthCheckIntervalSeconds": 5,
        "HealthCheckTimeoutSeconds": 2,
        "HealthyThresholdCount": 2,
        "UnhealthyThresholdCount": 2,
    }
    checked = group(cloud, "sick", "sick", HealthCheckEnabled=True, **settings)

    def told():
        (found,) = elb.describe_target_health(TargetGroupArn=checked)["TargetHealthDescriptions"]
        return found["TargetHealth"]

    mismatch = "Health checks failed with these codes: [{}]".format
    for mode, wanted in (
        ("503", ("Target.ResponseCodeMismatch", mismatch(503))),
        ("raise", ("Target.ResponseCodeMismatch", mismatch(502))),
        ("slow", ("Target.Timeout", "Request timed out")),
    ):
        client.update_function_configuration(FunctionName="sick", Environment={"Variables": {"MODE": mode}})
        kit.until(
            lambda wanted=wanted: (told().get("Reason"), told().get("Description")) == wanted, seconds=40
        )
        assert told()["State"] == "unhealthy"
    client.update_function_configuration(FunctionName="sick", Environment={"Variables": {"MODE": "204"}})
    elb.modify_target_group(TargetGroupArn=checked, Matcher={"HttpCode": "200-204"})
    kit.until(lambda: told() == {"State": "healthy"}, seconds=40)
    elb.delete_target_group(TargetGroupArn=checked)
