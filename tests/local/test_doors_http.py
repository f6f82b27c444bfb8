"""HTTP APIs as a browser, curl and signed clients meet them."""

from __future__ import annotations

import json
import re
import subprocess

import boto3
import doors_kit as doors
import functions_kit as kit
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

SAYS = """
import json, time
def handler(event, context):
    body = json.loads(event.get("body") or "{}")
    if body.get("sleep"):
        time.sleep(body["sleep"])
    if body.get("raise"):
        raise ValueError("broken")
    return body.get("say")
"""
GUARD = """
import time
def handler(event, context):
    token = event["headers"].get("authorization")
    if token == "odd":
        return ["what"]
    return {"isAuthorized": token == "yes", "context": {"who": "ada", "at": time.time(), "event": event}}
"""


@pytest.fixture(scope="module")
def tell(cloud):
    return doors.ready(cloud, "tell")


@pytest.fixture(scope="module")
def api(cloud, tell):
    routes = ("GET /pets/{id}", "ANY /all/{proxy+}", "POST /pets", "$default")
    return doors.http_api(cloud, tell, routes=routes)


@pytest.fixture(scope="module")
def url(cloud, api):
    return doors.url_of(cloud, api)


@pytest.fixture(scope="module")
def says(cloud):
    made = doors.http_api(cloud, doors.ready(cloud, "says", SAYS, Timeout=10))
    return doors.url_of(cloud, made)


def test_three_addresses_one_door(cloud, api, url):
    shown = next(one for one in cloud.doors() if one.id == api)
    aws_host = f"{api}.execute-api.us-east-1.amazonaws.com"
    assert shown.aws_url == f"https://{aws_host}/"
    answers = [
        doors.fetch(f"{url}/pets/7?a=1").json,
        doors.fetch(f"{shown.local_url}pets/7?a=1").json,
        doors.fetch(f"{cloud.endpoint_url}/pets/7?a=1", host=aws_host).json,
    ]
    for event in answers:
        assert event["routeKey"] == "GET /pets/{id}"
        assert (event["rawPath"], event["pathParameters"]) == ("/pets/7", {"id": "7"})
        assert event["headers"]["host"] == event["requestContext"]["domainName"] == aws_host


def test_a_request_has_an_id_of_http_apis_own_form(url):
    got = doors.fetch(f"{url}/pets/7")
    seen = got.json["requestContext"]["requestId"]
    assert re.fullmatch(r"[\w-]{15}=", seen)
    assert got.header("Apigw-Requestid") == seen


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("POST", "/pets", "POST /pets"),
        ("PATCH", "/all/a/b", "ANY /all/{proxy+}"),
        ("GET", "/pets", "$default"),
        ("GET", "/", "$default"),
    ],
)
def test_routes(url, method, path, key):
    assert doors.fetch(url + path, method).json["routeKey"] == key


def test_curl_on_the_name_below_localhost(cloud, api):
    local = next(one for one in cloud.doors() if one.id == api).local_url
    done = subprocess.run(["curl", "-s", f"{local}pets/9"], capture_output=True, check=True, timeout=30)
    assert json.loads(done.stdout)["pathParameters"] == {"id": "9"}


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("127.0.0.1:{port}", "/_door/api.{api}.us-east-1.00000000000000000000000000000000/", 403),
        ("{api}.execute-api.us-east-1.amazonaws.com", "/_lambada/status", 200),
        ("zzzzzzzz.execute-api.us-east-1.amazonaws.com", "/", 403),
        ("{api}.execute-api.mars-1.amazonaws.com", "/", 403),
        ("zzzzzzzz.execute-api.us-east-1.localhost:{port}", "/", 404),
        ("evil.example:{port}", "/_door/", 403),
    ],
)
def test_only_the_doors_own_addresses_open_it(cloud, api, host, path, status):
    port = cloud.endpoint_url.rpartition(":")[2]
    names = {"api": api, "port": port}
    got = doors.fetch(cloud.endpoint_url + path.format(**names), host=host.format(**names))
    assert got.status == status
    if status == 200:  # the API's own route, not the cloud's operation of that path
        assert got.json["rawPath"] == path


def test_jupyters_cookies_stay_outside(url):
    sent = "_xsrf=1; mine=2; username-127-0-0-1-8888=secret; also=3"
    assert doors.fetch(url, headers={"Cookie": sent}).json["cookies"] == ["mine=2", "also=3"]


@pytest.mark.parametrize(
    ("said", "status", "body"),
    [
        ({"say": "hello"}, 200, b"hello"),
        ({"say": {"a": 1}}, 200, b'{"a": 1}'),
        ({"say": {"statusCode": 418, "body": "tea"}}, 418, b"tea"),
        ({"say": {"statusCode": "x"}}, 500, b'{"message":"Internal Server Error"}'),
        ({"raise": True}, 500, b'{"message":"Internal Server Error"}'),
    ],
)
def test_answers_good_and_bad(says, said, status, body):
    got = doors.fetch(says, "POST", json.dumps(said), {"Content-Type": "application/json"})
    assert (got.status, got.body) == (status, body)
    assert got.header("apigw-requestid")


def test_no_header_of_a_handler_breaks_the_connection(says):
    headers = {
        "transfer-encoding": "chunked",
        "content-length": "999",
        "b\r\nad: x": "1",
        "good": "a\r\nSet-Cookie: b=1",
    }
    said = {"say": {"statusCode": 200, "headers": headers, "body": "whole"}}
    got = doors.fetch(says, "POST", json.dumps(said), {"Content-Type": "application/json"})
    assert (got.status, got.body, got.all("set-cookie")) == (200, b"whole", [])
    assert got.header("good") == "a  Set-Cookie: b=1"


def test_an_integration_that_waits_too_long(cloud, tell):
    made = doors.http_api(cloud, "says", routes=())
    target = doors.integration(cloud, made, "says", TimeoutInMillis=50)
    cloud.client("apigatewayv2").create_route(ApiId=made, RouteKey="$default", Target=target)
    url = doors.url_of(cloud, made)
    got = doors.fetch(url, "POST", '{"sleep": 0.5}', {"Content-Type": "application/json"})
    assert (got.status, got.json) == (503, {"message": "Service Unavailable"})


def test_a_body_over_the_limit(url):
    got = doors.fetch(url, "POST", b"x" * 10_485_761)
    assert (got.status, got.json) == (413, {"message": "Request Entity Too Large"})


def test_an_event_over_lambdas_limit(url):
    got = doors.fetch(url, "POST", b"x" * 6_000_000)
    assert got.status == 413


def test_without_permission_and_with_it_at_the_very_next_request(cloud):
    kit.ready(cloud, "closed", doors.TELL)
    made = doors.http_api(cloud, "closed", routes=("GET /pets/{id}",))
    url = doors.url_of(cloud, made)
    assert (doors.fetch(f"{url}/pets/1").status, doors.fetch(f"{url}/pets/1").json) == (
        500,
        {"message": "Internal Server Error"},
    )
    source = f"arn:aws:execute-api:us-east-1:{doors.ACCOUNT}:{made}/*/GET/pets/*"
    doors.permit(cloud, "closed", "other", source.replace("GET", "POST"))
    assert doors.fetch(f"{url}/pets/1").status == 500
    doors.permit(cloud, "closed", "right", source)
    assert doors.fetch(f"{url}/pets/1").status == 200
    cloud.client("lambda").remove_permission(FunctionName="closed", StatementId="right")
    assert doors.fetch(f"{url}/pets/1").status == 500


def test_an_unknown_route_and_a_deleted_function(cloud):
    doors.ready(cloud, "gone")
    made = doors.http_api(cloud, "gone", routes=("GET /here",))
    url = doors.url_of(cloud, made)
    assert (doors.fetch(f"{url}/there").status, doors.fetch(f"{url}/there").json) == (
        404,
        {"message": "Not Found"},
    )
    cloud.client("lambda").delete_function(FunctionName="gone")
    assert doors.fetch(f"{url}/here").status == 500


def test_a_named_stage_is_part_of_the_path(cloud, tell):
    made = doors.http_api(cloud, tell, routes=("GET /pets",), stage="prod", variables={"colour": "blue"})
    url = doors.url_of(cloud, made)
    event = doors.fetch(f"{url}/prod/pets").json
    assert (event["rawPath"], event["requestContext"]["stage"]) == ("/prod/pets", "prod")
    assert event["stageVariables"] == {"colour": "blue"}
    assert doors.fetch(f"{url}/pets").status == 404


def test_format_1_0_and_its_strictness(cloud, tell):
    url = doors.url_of(cloud, doors.http_api(cloud, tell, version="1.0", routes=("GET /pets/{id}",)))
    event = doors.fetch(f"{url}/pets/7?a=1&a=2").json
    assert (event["version"], event["resource"], event["pathParameters"]) == (
        "1.0",
        "/pets/{id}",
        {"id": "7"},
    )
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    strict = doors.url_of(cloud, doors.http_api(cloud, "says", version="1.0"))
    got = doors.fetch(strict, "POST", '{"say": "hello"}', {"Content-Type": "application/json"})
    assert got.status == 500


def test_cors_is_the_doors(cloud, tell):
    cors = {"AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"], "MaxAge": 60}
    url = doors.url_of(cloud, doors.http_api(cloud, tell, CorsConfiguration=cors))
    asks = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    early = doors.fetch(url, "OPTIONS", headers=asks)
    assert (early.status, early.header("access-control-allow-origin")) == (204, "https://a.example")
    assert doors.fetch(url, headers={"Origin": "https://a.example"}).header("access-control-allow-origin")
    assert not doors.fetch(url, headers={"Origin": "https://b.example"}).header("access-control-allow-origin")


def test_without_cors_no_stranger_reads_an_answer(url):
    got = doors.fetch(url, headers={"Origin": "https://evil.example"})
    assert not [name for name, _ in got.headers if name.lower().startswith("access-control")]


@pytest.fixture(scope="module")
def guarded(cloud, tell):
    doors.ready(cloud, "guard", GUARD)
    made = doors.http_api(cloud, tell, routes=())
    api = cloud.client("apigatewayv2")
    guard = api.create_authorizer(
        ApiId=made,
        Name="guard",
        AuthorizerType="REQUEST",
        AuthorizerUri=doors.invocations(doors.function_arn("guard")),
        AuthorizerPayloadFormatVersion="2.0",
        EnableSimpleResponses=True,
        IdentitySource=["$request.header.Authorization"],
        AuthorizerResultTtlInSeconds=300,
    )["AuthorizerId"]
    target = doors.integration(cloud, made, tell)
    api.create_route(
        ApiId=made, RouteKey="GET /in", Target=target, AuthorizationType="CUSTOM", AuthorizerId=guard
    )
    api.create_route(ApiId=made, RouteKey="GET /iam", Target=target, AuthorizationType="AWS_IAM")
    return doors.url_of(cloud, made)


@pytest.mark.parametrize(
    ("headers", "status", "text"),
    [
        ({}, 401, "Unauthorized"),
        ({"Authorization": "no"}, 403, "Forbidden"),
        ({"Authorization": "odd"}, 500, "Internal Server Error"),
    ],
)
def test_a_lambda_authorizer_that_says_no(guarded, headers, status, text):
    got = doors.fetch(f"{guarded}/in", headers=headers)
    assert (got.status, got.json) == (status, {"message": text})


def test_a_lambda_authorizer_that_says_yes_is_remembered(guarded):
    first, second = (doors.fetch(f"{guarded}/in", headers={"Authorization": "yes"}).json for _ in range(2))
    given = first["requestContext"]["authorizer"]["lambda"]
    assert (given["who"], given["event"]["identitySource"]) == ("ada", ["yes"])
    assert (given["event"]["type"], "body" in given["event"]) == ("REQUEST", False)
    assert second["requestContext"]["authorizer"]["lambda"]["at"] == given["at"]


def signed(cloud, url, service="execute-api", region="us-east-1"):
    keys = cloud.connection()
    session = boto3.Session(keys["access_key_id"], keys["secret_access_key"])
    request = AWSRequest("GET", url)
    SigV4Auth(session.get_credentials(), service, region).add_auth(request)
    return doors.fetch(url, headers=dict(request.headers))


def test_iam_wants_a_signature_for_execute_api(cloud, guarded):
    assert (doors.fetch(f"{guarded}/iam").status, doors.fetch(f"{guarded}/iam").json) == (
        403,
        {"message": "Forbidden"},
    )
    assert signed(cloud, f"{guarded}/iam", service="lambda").status == 403
    assert signed(cloud, f"{guarded}/iam", region="eu-west-1").status == 403
    event = signed(cloud, f"{guarded}/iam").json
    assert event["requestContext"]["authorizer"]["iam"]["userArn"] == f"arn:aws:iam::{doors.ACCOUNT}:root"


def test_each_request_is_one_record(cloud, url):
    before = len(cloud.records("tell"))
    event = doors.fetch(url, headers={"X-Amzn-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793"}).json
    assert event["headers"]["x-amzn-trace-id"] == "Root=1-5759e988-bd862e3fe1be46a994272793"
    record = kit.until(lambda: cloud.records("tell")[before:])[-1]
    assert (record.type, record.outcome) == ("RequestResponse", "success")


@pytest.fixture(scope="module")
def pool(cloud):
    """A user pool with a user: issuer, client id, ARN, tokens."""
    idp = cloud.client("cognito-idp")
    made = idp.create_user_pool(PoolName="people")["UserPool"]
    client = idp.create_user_pool_client(UserPoolId=made["Id"], ClientName="app")["UserPoolClient"][
        "ClientId"
    ]
    idp.admin_create_user(UserPoolId=made["Id"], Username="ada", TemporaryPassword="Secret-1234")
    idp.admin_set_user_password(UserPoolId=made["Id"], Username="ada", Password="Secret-5678", Permanent=True)
    tokens = idp.admin_initiate_auth(
        UserPoolId=made["Id"],
        ClientId=client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Secret-5678"},
    )["AuthenticationResult"]
    issuer = f"https://cognito-idp.us-east-1.amazonaws.com/{made['Id']}"
    return {
        "issuer": issuer,
        "client": client,
        "arn": made["Arn"],
        "id": tokens["IdToken"],
        "access": tokens["AccessToken"],
    }


def test_a_jwt_authorizer(cloud, tell, pool):
    made = doors.http_api(cloud, tell, routes=())
    api = cloud.client("apigatewayv2")
    target = doors.integration(cloud, made, tell)

    def guarded(route, audience, scopes=()):
        guard = api.create_authorizer(
            ApiId=made,
            Name=route,
            AuthorizerType="JWT",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration={"Issuer": pool["issuer"], "Audience": [audience]},
        )["AuthorizerId"]
        wanted = {"AuthorizationType": "JWT", "AuthorizerId": guard, "AuthorizationScopes": list(scopes)}
        api.create_route(ApiId=made, RouteKey=f"GET /{route}", Target=target, **wanted)

    guarded("in", pool["client"])
    guarded("foreign", "another-client")
    guarded("scoped", pool["client"], ["pets/write"])
    url = doors.url_of(cloud, made)

    def ask(route, token=None):
        return doors.fetch(f"{url}/{route}", headers={"Authorization": f"Bearer {token}"} if token else {})

    good = ask("in", pool["id"]).json["requestContext"]["authorizer"]["jwt"]
    assert (good["claims"]["cognito:username"], good["scopes"]) == ("ada", None)
    assert ask("in", pool["access"]).status == 200  # client_id stands in for aud
    refusals = [
        ask("in"),
        ask("in", "a.b.c"),
        ask("in", pool["id"][:-8] + "AAAAAAAA"),
        ask("foreign", pool["id"]),
    ]
    assert [(got.status, got.json) for got in refusals] == [(401, {"message": "Unauthorized"})] * 4
    assert refusals[0].header("www-authenticate") == "Bearer"
    assert refusals[3].header("www-authenticate") == (
        'Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"'
    )
    scoped = ask("scoped", pool["access"])
    assert (scoped.status, scoped.json) == (403, {"message": "Forbidden"})


def test_a_cognito_authorizer_of_a_rest_api(cloud, tell, pool):
    api = cloud.client("apigateway")
    made = api.create_rest_api(name="people")["id"]
    root = api.get_resources(restApiId=made)["items"][0]["id"]
    guard = api.create_authorizer(
        restApiId=made,
        name="pool",
        type="COGNITO_USER_POOLS",
        providerARNs=[pool["arn"]],
        identitySource="method.request.header.Authorization",
    )["id"]
    where = {"restApiId": made, "resourceId": root, "httpMethod": "GET"}
    api.put_method(**where, authorizationType="COGNITO_USER_POOLS", authorizerId=guard)
    uri = doors.invocations(doors.function_arn(tell))
    api.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    api.create_deployment(restApiId=made, stageName="prod")
    url = doors.url_of(cloud, made) + "/prod"
    event = doors.fetch(url, headers={"Authorization": pool["id"]}).json
    assert event["requestContext"]["authorizer"]["claims"]["cognito:username"] == "ada"
    for token in ("", "no.to.ken", pool["access"]):
        got = doors.fetch(url, headers={"Authorization": token} if token else {})
        assert (got.status, got.json) == (401, {"message": "Unauthorized"})


TRACED = """
import os
def handler(event, context):
    return {"sent": event["headers"]["x-amzn-trace-id"], "got": os.environ["_X_AMZN_TRACE_ID"]}
"""


def test_the_trace_goes_on_into_the_function(cloud):
    url = doors.url_of(cloud, doors.http_api(cloud, doors.ready(cloud, "traced", TRACED)))
    for headers in ({}, {"X-Amzn-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793"}):
        seen = doors.fetch(url, headers=headers).json
        assert seen["got"].startswith(seen["sent"])
        assert seen["sent"].startswith(headers.get("X-Amzn-Trace-Id", "Root=1-"))


def test_an_integration_with_a_role_asks_the_role_and_not_the_function(cloud):
    kit.ready(cloud, "by-role", doors.TELL)
    trust = json.loads(json.dumps(kit.TRUST).replace("lambda.amazonaws.com", "apigateway.amazonaws.com"))
    role = kit.make_role(cloud, "gateway-role", trust)
    made = doors.http_api(cloud, "by-role", routes=())
    target = doors.integration(cloud, made, "by-role", CredentialsArn=role)
    cloud.client("apigatewayv2").create_route(ApiId=made, RouteKey="$default", Target=target)
    url = doors.url_of(cloud, made)
    assert doors.fetch(url).status == 500
    allow = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": doors.function_arn("by-role")}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    cloud.client("iam").put_role_policy(RoleName="gateway-role", PolicyName="p", PolicyDocument=document)
    assert doors.fetch(url).status == 200


@pytest.mark.parametrize(
    ("path", "raw_path", "parameters"),
    [
        ("/pets/a%20b", "/pets/a b", {"id": "a b"}),
        ("/pets/a%2Fb", "/pets/a/b", {"id": "a/b"}),
        ("/pets/a%3Fb?c=1", "/pets/a", {"id": "a?b"}),
    ],
)
def test_an_http_api_decodes_the_path(url, path, raw_path, parameters):
    event = doors.fetch(url + path).json
    assert (event["rawPath"], event["pathParameters"]) == (raw_path, parameters)


@pytest.mark.parametrize(
    ("pattern", "status"),
    [("*/$default", 200), ("$default/$default", 200), ("*/*/$default", 500), ("*/GET/x", 500)],
)
def test_in_whose_name_the_default_route_calls(cloud, pattern, status):
    name = f"default-{status}-{len(pattern)}"
    kit.ready(cloud, name, doors.TELL)
    made = doors.http_api(cloud, name)
    source = f"arn:aws:execute-api:us-east-1:{doors.ACCOUNT}:{made}/{pattern}"
    doors.permit(cloud, name, "default", source)
    assert doors.fetch(doors.url_of(cloud, made) + "/x").status == status
