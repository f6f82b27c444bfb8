"""REST APIs as a browser, curl and signed clients meet them."""

from __future__ import annotations

import base64
import json

import boto3
import doors_kit as doors
import functions_kit as kit
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

SAYS = """
import json, time
def handler(event, context):
    said = json.loads(event["body"])
    if said == "raise":
        raise ValueError("broken")
    if said == "sleep":
        time.sleep(0.5)
    return said
"""
PLAIN = """
def handler(event, context):
    if event.get("fail"):
        raise Exception(event["fail"])
    return {"seen": event}
"""
GUARD = """
import time
def handler(event, context):
    token = event.get("authorizationToken") or event["headers"]["Authorization"]
    if token == "unauthorized":
        raise Exception("Unauthorized")
    if token == "broken":
        raise Exception("something else")
    if token == "odd":
        return {"principalId": "x"}
    effect = "Deny" if token == "deny" else "Allow"
    resource = event["methodArn"].rsplit("/", 1)[0] + "/other" if token == "elsewhere" else event["methodArn"]
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    if token.startswith("from "):
        statement["Condition"] = {"IpAddress": {"aws:SourceIp": token.removeprefix("from ")}}
    return {
        "principalId": "ada",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"at": time.time(), "flag": True, "type": event["type"]},
        "usageIdentifierKey": token.removeprefix("key ") if token.startswith("key ") else None,
    }
"""
WRONG = {"message": "Internal server error"}


class Rest:
    """A REST API, made as a learner makes it."""

    def __init__(self, cloud, name="pets", **settings):
        self.cloud, self.client = cloud, cloud.client("apigateway")
        self.id = self.client.create_rest_api(name=name, **settings)["id"]
        self.resources = {"/": self.client.get_resources(restApiId=self.id)["items"][0]["id"]}

    def resource(self, path):
        """The id of a resource, made with its parents when missing."""
        if path not in self.resources:
            parent, _, part = path.rpartition("/")
            made = self.client.create_resource(
                restApiId=self.id, parentId=self.resource(parent or "/"), pathPart=part
            )
            self.resources[path] = made["id"]
        return self.resources[path]

    def method(self, path, verb="ANY", **settings):
        where = {"restApiId": self.id, "resourceId": self.resource(path), "httpMethod": verb}
        self.client.put_method(**({"authorizationType": "NONE"} | where | settings))
        return where

    def proxy(self, path, function, verb="ANY", integration=None, **settings):
        where = self.method(path, verb, **settings)
        wanted = {
            "type": "AWS_PROXY",
            "integrationHttpMethod": "POST",
            "uri": doors.invocations(doors.function_arn(function)),
        }
        self.client.put_integration(**where, **(wanted | (integration or {})))
        return self

    def deploy(self, stage="prod", **settings):
        self.client.create_deployment(restApiId=self.id, stageName=stage, **settings)
        return doors.url_of(self.cloud, self.id) + f"/{stage}"

    def guard(self, kind, function="guard", **settings):
        made = self.client.create_authorizer(
            restApiId=self.id,
            name=kind,
            type=kind,
            authorizerUri=doors.invocations(doors.function_arn(function)),
            **settings,
        )
        return {"authorizationType": "CUSTOM", "authorizerId": made["id"]}


@pytest.fixture(scope="module")
def tell(cloud):
    return doors.ready(cloud, "tell")


@pytest.fixture(scope="module")
def url(cloud, tell):
    api = Rest(cloud)
    api.proxy("/pets/{id}", tell, "GET").proxy("/pets/new", tell, "GET").proxy("/all/{proxy+}", tell)
    api.resource("/bare")
    return api.deploy(variables={"colour": "blue"})


@pytest.fixture(scope="module")
def says(cloud):
    return Rest(cloud).proxy("/", doors.ready(cloud, "says", SAYS), "POST").deploy()


@pytest.mark.parametrize(
    ("method", "path", "resource", "parameters"),
    [
        ("GET", "/pets/7", "/pets/{id}", {"id": "7"}),
        ("GET", "/pets/new", "/pets/new", None),
        ("GET", "/pets/7/", "/pets/{id}", {"id": "7"}),
        ("GET", "/pets/a%20b", "/pets/{id}", {"id": "a%20b"}),
        ("PUT", "/all/a/b", "/all/{proxy+}", {"proxy": "a/b"}),
        ("PUT", "/all/a/b/", "/all/{proxy+}", {"proxy": "a/b"}),
    ],
)
def test_resources(url, method, path, resource, parameters):
    event = doors.fetch(url + path, method).json
    assert (event["resource"], event["pathParameters"], event["path"]) == (resource, parameters, path)
    assert event["requestContext"]["path"] == f"/prod{path}"
    assert event["stageVariables"] == {"colour": "blue"}


@pytest.mark.parametrize(
    ("method", "path", "error", "text"),
    [
        ("GET", "/nothing", "MissingAuthenticationTokenException", "Missing Authentication Token"),
        ("POST", "/pets/7", "MissingAuthenticationTokenException", "Missing Authentication Token"),
        ("GET", "/bare", "MissingAuthenticationTokenException", "Missing Authentication Token"),
        ("GET", "/../test/pets/7", "ForbiddenException", "Forbidden"),
    ],
)
def test_what_is_not_there(url, method, path, error, text):
    where = url.replace("/prod", "/test") + "/pets/7" if path.startswith("/..") else url + path
    got = doors.fetch(where, method)
    assert (got.status, got.body) == (403, json.dumps({"message": text}, separators=(",", ":")).encode())
    assert got.header("x-amzn-errortype") == error


def test_the_answer_carries_both_ids_of_its_request(url):
    got = doors.fetch(f"{url}/pets/7")
    context = got.json["requestContext"]
    assert got.header("x-amzn-RequestId") == context["requestId"]
    assert got.header("x-amz-apigw-id") == context["extendedRequestId"]


def test_three_addresses(cloud, tell):
    api = Rest(cloud).proxy("/", tell)
    plain = api.deploy()
    shown = next(one for one in cloud.doors() if one.id == api.id)
    assert (shown.kind, shown.stages) == ("REST API", ("prod",))
    host = f"{api.id}.execute-api.us-east-1.amazonaws.com"
    for got in (
        doors.fetch(plain),
        doors.fetch(f"{shown.local_url}prod"),
        doors.fetch(f"{cloud.endpoint_url}/prod", host=host),
    ):
        assert got.json["requestContext"]["domainName"] == host


@pytest.mark.parametrize(
    ("said", "status", "body"),
    [
        ({}, 200, b""),
        ({"statusCode": "201", "body": "made"}, 201, b"made"),
        ({"statusCode": 200, "headers": {"x": True}}, 200, b""),
        ("raise", 502, b'{"message": "Internal server error"}'),
        ("text", 502, b'{"message": "Internal server error"}'),
        ({"message": "hello"}, 502, b'{"message": "Internal server error"}'),
        ({"statusCode": 200, "body": {"a": 1}}, 502, b'{"message": "Internal server error"}'),
        ({"statusCode": 200, "headers": {"x": 1}}, 502, b'{"message": "Internal server error"}'),
        ({"statusCode": "many"}, 502, b'{"message": "Internal server error"}'),
        ({"statusCode": 200, "cookies": ["a=1"]}, 502, b'{"message": "Internal server error"}'),
    ],
)
def test_answers_good_and_bad(says, said, status, body):
    got = doors.fetch(says, "POST", json.dumps(said))
    assert (got.status, got.body, got.header("content-type")) == (status, body, "application/json")


def test_headers_many_and_renamed(says):
    said = {"headers": {"Date": "never", "b": "1"}, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}}
    got = doors.fetch(says, "POST", json.dumps(said))
    assert (got.all("set-cookie"), got.header("x-amzn-remapped-date")) == (["a=1", "b=2"], "never")


def test_time_out_size_and_permission(cloud, says):
    api = Rest(cloud).proxy("/", "says", "POST", integration={"timeoutInMillis": 50})
    got = doors.fetch(api.deploy(), "POST", '"sleep"')
    assert (got.status, got.body) == (504, b'{"message": "Endpoint request timed out"}')
    assert doors.fetch(says, "POST", b"x" * 10_485_761).status == 413
    kit.ready(cloud, "closed", doors.TELL)
    other = Rest(cloud).proxy("/a/{id}", "closed", "GET")
    where = other.deploy() + "/a/1"
    assert (doors.fetch(where).status, doors.fetch(where).json) == (500, WRONG)
    source = f"arn:aws:execute-api:us-east-1:{doors.ACCOUNT}:{other.id}/*/GET/a/*"
    doors.permit(cloud, "closed", "right", source)
    assert doors.fetch(where).status == 200


def test_a_throttled_function(cloud):
    doors.ready(cloud, "still")
    cloud.client("lambda").put_function_concurrency(FunctionName="still", ReservedConcurrentExecutions=0)
    got = doors.fetch(Rest(cloud).proxy("/", "still").deploy())
    assert (got.status, got.json) == (500, WRONG)


def test_a_proxy_integration_that_is_not_posted(cloud, tell):
    got = doors.fetch(Rest(cloud).proxy("/", tell, integration={"integrationHttpMethod": "GET"}).deploy())
    assert (got.status, got.json) == (500, WRONG)


def test_a_change_shows_after_the_next_deployment(cloud, tell):
    api = Rest(cloud).proxy("/one", tell)
    where = api.deploy()
    api.proxy("/two", tell)
    assert [doors.fetch(f"{where}/{name}").status for name in ("one", "two")] == [200, 403]
    api.deploy()
    assert doors.fetch(f"{where}/two").status == 200


def test_a_stage_variable_names_the_function(cloud, tell):
    uri = doors.invocations(doors.function_arn("${stageVariables.fn}"))
    where = Rest(cloud).proxy("/", tell, integration={"uri": uri}).deploy(variables={"fn": "tell"})
    assert doors.fetch(where).json["stageVariables"] == {"fn": "tell"}


def test_binary_in_both_directions(cloud, tell):
    doors.ready(cloud, "picture", "def handler(event, context):\n    return {'body': event['body'],"
        " 'isBase64Encoded': event['isBase64Encoded'], 'headers': {'Content-Type': 'image/png'}}\n")  # fmt: skip
    api = Rest(cloud, binaryMediaTypes=["image/png"]).proxy("/", "picture")
    where, body = api.deploy(), bytes(range(256))
    wanted = {"Content-Type": "image/png", "Accept": "image/png"}
    assert doors.fetch(where, "POST", body, wanted).body == body
    unwanted = {"Content-Type": "image/png", "Accept": "text/html"}
    assert doors.fetch(where, "POST", body, unwanted).body == base64.b64encode(body)
    assert doors.fetch(where, "POST", "plain", {"Content-Type": "text/plain"}).body == b"plain"


@pytest.fixture(scope="module")
def guarded(cloud, tell):
    doors.ready(cloud, "guard", GUARD)
    api = Rest(cloud)
    token = api.guard("TOKEN", identitySource="method.request.header.Authorization")
    asked = api.guard(
        "REQUEST", identitySource="method.request.header.Authorization,method.request.querystring.k"
    )
    api.proxy("/token", tell, "GET", **token).proxy("/asked", tell, "GET", **asked)
    api.proxy("/other", tell, "GET", **token)
    api.proxy("/iam", tell, "GET", authorizationType="AWS_IAM")
    return api.deploy()


@pytest.mark.parametrize(
    ("path", "token", "status", "body"),
    [
        ("/token", None, 401, {"message": "Unauthorized"}),
        ("/asked", "allow", 401, {"message": "Unauthorized"}),
        ("/token", "unauthorized", 401, {"message": "Unauthorized"}),
        (
            "/token",
            "deny",
            403,
            {"Message": "User is not authorized to access this resource with an explicit deny"},
        ),
        ("/token", "elsewhere", 403, {"Message": "User is not authorized to access this resource"}),
        ("/token", "broken", 500, {"message": None}),
        ("/token", "odd", 500, {"message": None}),
    ],
)
def test_a_lambda_authorizer_that_says_no(guarded, path, token, status, body):
    got = doors.fetch(guarded + path, headers={"Authorization": token} if token else {})
    assert (got.status, got.json) == (status, body)


def test_a_lambda_authorizer_that_says_yes(guarded):
    first, second = (doors.fetch(f"{guarded}/token", headers={"Authorization": "yes"}).json for _ in range(2))
    given = first["requestContext"]["authorizer"]
    assert (given["principalId"], given["flag"], given["type"]) == ("ada", "true", "TOKEN")
    assert second["requestContext"]["authorizer"]["at"] == given["at"]  # remembered
    asked = doors.fetch(f"{guarded}/asked?k=1", headers={"Authorization": "yes"}).json
    assert asked["requestContext"]["authorizer"]["type"] == "REQUEST"


@pytest.mark.parametrize(
    ("network", "status"), [("127.0.0.0/8", 200), ("203.0.113.0/24", 403), ("here", 500)]
)
def test_a_condition_of_an_authorizers_policy(guarded, network, status):
    assert doors.fetch(f"{guarded}/token", headers={"Authorization": f"from {network}"}).status == status


def test_a_remembered_policy_is_held_against_another_method(guarded):
    headers = {"Authorization": "narrow"}
    assert doors.fetch(f"{guarded}/token", headers=headers).status == 200
    assert doors.fetch(f"{guarded}/other", headers=headers).status == 403  # the policy named /token alone


def signed(cloud, url, service="execute-api", secret=None):
    keys = cloud.connection()
    session = boto3.Session(keys["access_key_id"], secret or keys["secret_access_key"])
    request = AWSRequest("GET", url)
    SigV4Auth(session.get_credentials(), service, "us-east-1").add_auth(request)
    return doors.fetch(url, headers=dict(request.headers))


def test_iam(cloud, guarded):
    got = doors.fetch(f"{guarded}/iam")
    assert (got.status, got.json) == (403, {"message": "Missing Authentication Token"})
    assert (
        signed(cloud, f"{guarded}/iam", secret="wrong").header("x-amzn-errortype")
        == "InvalidSignatureException"
    )
    assert signed(cloud, f"{guarded}/iam", service="lambda").status == 403
    identity = signed(cloud, f"{guarded}/iam").json["requestContext"]["identity"]
    assert identity["userArn"] == f"arn:aws:iam::{doors.ACCOUNT}:root"


def test_api_keys(cloud, tell):
    api = Rest(cloud).proxy("/", tell, apiKeyRequired=True)
    where = api.deploy()
    key = api.client.create_api_key(name="k", enabled=True)
    assert (doors.fetch(where).status, doors.fetch(where).json) == (403, {"message": "Forbidden"})
    headers = {"x-api-key": key["value"]}
    assert doors.fetch(where, headers=headers).status == 403  # in no usage plan yet
    plan = api.client.create_usage_plan(name="p", apiStages=[{"apiId": api.id, "stage": "prod"}])["id"]
    api.client.create_usage_plan_key(usagePlanId=plan, keyId=key["id"], keyType="API_KEY")
    identity = doors.fetch(where, headers=headers).json["requestContext"]["identity"]
    assert (identity["apiKey"], identity["apiKeyId"]) == (key["value"], key["id"])


def test_an_authorizer_names_the_api_key(cloud, guarded):
    api = Rest(cloud, apiKeySource="AUTHORIZER")
    api.proxy("/", "tell", apiKeyRequired=True, **api.guard("TOKEN"))
    where, value = api.deploy(), "a-key-of-twenty-letters"
    key = api.client.create_api_key(name="named", enabled=True, value=value)["id"]
    plan = api.client.create_usage_plan(name="named", apiStages=[{"apiId": api.id, "stage": "prod"}])["id"]
    api.client.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    assert doors.fetch(where, headers={"Authorization": "yes", "x-api-key": value}).status == 403
    got = doors.fetch(where, headers={"Authorization": f"key {value}"}).json["requestContext"]
    assert (got["identity"]["apiKeyId"], got["authorizer"]["principalId"]) == (key, "ada")


@pytest.fixture(scope="module")
def mapped(cloud):
    doors.ready(cloud, "plain", PLAIN)
    api = Rest(cloud)
    where = api.method("/{name}", "POST")
    template = """#set($body = $input.path('$'))
{"name": "$input.params('name')", "q": "$input.params('q')", "stage": "$context.stage",
 "colour": "$stageVariables.colour", "body": $input.json('$'), "tags": [
#foreach($tag in $body.tags)"$util.escapeJavaScript($tag)"#if($foreach.hasNext),#end
#end]#if($body.fail), "fail": "$body.fail"#end}"""
    api.client.put_integration(
        **where,
        type="AWS",
        integrationHttpMethod="POST",
        uri=doors.invocations(doors.function_arn("plain")),
        requestTemplates={"application/json": template},
        passthroughBehavior="NEVER",
    )
    for status in ("200", "400"):
        api.client.put_method_response(**where, statusCode=status)
    api.client.put_integration_response(
        **where,
        statusCode="200",
        responseTemplates={"application/json": "{\"was\": $input.json('$.seen')}"},
        responseParameters={
            "method.response.header.X-Fixed": "'yes'",
            "method.response.header.X-Name": "integration.response.body.seen.name",
        },
    )
    api.client.put_integration_response(
        **where,
        statusCode="400",
        selectionPattern="Bad.*",
        responseTemplates={"application/json": '{"problem": "$input.path(\'$.errorMessage\')"}'},
    )
    preflight = api.method("/{name}", "OPTIONS")
    api.client.put_integration(
        **preflight, type="MOCK", requestTemplates={"application/json": '{"statusCode": 204}'}
    )
    api.client.put_method_response(**preflight, statusCode="204")
    allow = {"method.response.header.Access-Control-Allow-Origin": "'https://a.example'"}
    api.client.put_integration_response(**preflight, statusCode="204", responseParameters=allow)
    return api.deploy(variables={"colour": "blue"})


def test_templates_in_and_out(mapped):
    body = {"tags": ["a", 'b"c']}
    got = doors.fetch(f"{mapped}/ada?q=1", "POST", json.dumps(body), {"Content-Type": "application/json"})
    assert got.status == 200
    assert got.json == {
        "was": {
            "name": "ada",
            "q": "1",
            "stage": "prod",
            "colour": "blue",
            "body": body,
            "tags": ["a", 'b"c'],
        }
    }
    assert (got.header("x-fixed"), got.header("x-name")) == ("yes", "ada")


@pytest.mark.parametrize(
    ("fail", "status", "said"),
    [("Bad input", 400, {"problem": "Bad input"}), ("Not so Bad", 200, {"was": ""})],
)
def test_a_selection_pattern_fits_the_whole_message(mapped, fail, status, said):
    body = json.dumps({"tags": [], "fail": fail})
    got = doors.fetch(f"{mapped}/ada", "POST", body, {"Content-Type": "application/json"})
    assert (got.status, got.json) == (status, said)


def test_a_type_without_a_template(mapped):
    got = doors.fetch(f"{mapped}/ada", "POST", "<a/>", {"Content-Type": "text/xml"})
    assert (got.status, got.json) == (415, {"message": "Unsupported Media Type"})


def test_a_mock_answers_preflights(mapped):
    got = doors.fetch(f"{mapped}/ada", "OPTIONS", headers={"Origin": "https://a.example"})
    assert (got.status, got.header("access-control-allow-origin")) == (204, "https://a.example")


def test_gateway_responses(cloud, tell):
    api = Rest(cloud).proxy("/", tell)
    api.client.put_gateway_response(
        restApiId=api.id,
        responseType="MISSING_AUTHENTICATION_TOKEN",
        statusCode="404",
        responseParameters={"gatewayresponse.header.X-Why": "'unknown'"},
        responseTemplates={"application/json": '{"error": $context.error.messageString}'},
    )
    got = doors.fetch(api.deploy() + "/nothing")
    assert (got.status, got.json) == (404, {"error": "Missing Authentication Token"})
    assert got.header("x-why") == "unknown"


def test_required_parameters(cloud, tell):
    api = Rest(cloud)
    validator = api.client.create_request_validator(
        restApiId=api.id, name="v", validateRequestParameters=True
    )["id"]
    wanted = {"method.request.querystring.q": True, "method.request.querystring.maybe": False}
    where = api.proxy("/", tell, requestValidatorId=validator, requestParameters=wanted).deploy()
    got = doors.fetch(where)
    assert (got.status, got.json) == (400, {"message": "Missing required request parameters: [q]"})
    assert doors.fetch(f"{where}?q=1").status == 200


def test_quick_create_makes_the_route_it_promises(cloud, tell):
    api = cloud.client("apigatewayv2")
    made = api.create_api(Name="quick", ProtocolType="HTTP", Target=doors.function_arn(tell))["ApiId"]
    assert doors.fetch(doors.url_of(cloud, made) + "/x").json["routeKey"] == "$default"
    api.update_stage(ApiId=made, StageName="$default", StageVariables={"colour": "red"})
    assert doors.fetch(doors.url_of(cloud, made)).json["stageVariables"] == {"colour": "red"}


def test_binary_media_types_may_be_added_later(cloud, tell):
    api = Rest(cloud)
    add = {"op": "add", "path": "/binaryMediaTypes/application~1pdf"}
    api.client.update_rest_api(restApiId=api.id, patchOperations=[add])
    assert api.client.get_rest_api(restApiId=api.id)["binaryMediaTypes"] == ["application/pdf"]
    event = doors.fetch(
        api.proxy("/", tell).deploy(), "POST", b"%PDF", {"Content-Type": "application/pdf"}
    ).json
    assert (event["body"], event["isBase64Encoded"]) == ("JVBERg==", True)


def test_trying_a_method_says_why_it_failed(cloud, says):
    api = Rest(cloud)
    api.proxy("/{id}", "says", "POST", authorizationType="AWS_IAM")
    where = {"restApiId": api.id, "resourceId": api.resource("/{id}"), "httpMethod": "POST"}

    def tried(body, **more):
        return api.client.test_invoke_method(
            **where, pathWithQueryString="/7?a=1", body=json.dumps(body), **more
        )

    good = tried({"statusCode": 201, "body": "made", "headers": {"X-One": "1"}})
    assert (good["status"], good["body"], good["headers"]["X-One"]) == (201, "made", "1")
    assert "Method completed with status: 201" in good["log"]
    malformed, failed = tried({"message": "x"}), tried("raise")
    assert (malformed["status"], "Malformed Lambda proxy response" in malformed["log"]) == (502, True)
    assert "due to customer function error: broken. Lambda request id: " in failed["log"]
    cloud.client("lambda").remove_permission(FunctionName="says", StatementId="api")
    refused = tried({})
    doors.permit(cloud, "says")
    assert (refused["status"], "Invalid permissions on Lambda function" in refused["log"]) == (500, True)


def test_trying_sees_the_method_as_it_is_now(cloud, tell):
    api = Rest(cloud).proxy("/{id}", tell, "GET")
    got = api.client.test_invoke_method(
        restApiId=api.id,
        resourceId=api.resource("/{id}"),
        httpMethod="GET",
        pathWithQueryString="/7?a=1",
        headers={"X-One": "1"},
        stageVariables={"colour": "blue"},
    )
    event = json.loads(got["body"])
    assert (event["pathParameters"], event["queryStringParameters"]) == ({"id": "7"}, {"a": "1"})
    assert (event["headers"]["X-One"], event["stageVariables"]) == ("1", {"colour": "blue"})
    assert event["requestContext"]["stage"] == "test-invoke-stage"
    code, _, status = kit.refusal(
        api.client.test_invoke_method, restApiId=api.id, resourceId="nothing", httpMethod="GET"
    )
    assert (code, status) == ("NotFoundException", 404)


def definition(function, **info):
    """An OpenAPI definition with a resource that a function answers."""
    integration = {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": doors.invocations(doors.function_arn(function)),
    }
    method = {"responses": {"200": {"description": "fine"}}, "x-amazon-apigateway-integration": integration}
    path = {"parameters": [], "get": method}
    return {"openapi": "3.0.1", "info": {"title": "imported", **info}, "paths": {"/pets": path}}


def test_an_imported_definition_is_served(cloud, tell):
    client = cloud.client("apigateway")
    made = client.import_rest_api(body=json.dumps(definition(tell, version="1")))
    client.create_deployment(restApiId=made["id"], stageName="prod")
    answer = doors.fetch(f"{doors.url_of(cloud, made['id'])}/prod/pets")
    assert (made["name"], answer.status, answer.json["path"]) == ("imported", 200, "/pets")


@pytest.mark.parametrize(
    "body", ["nothing", "{}", '{"openapi": "3.0.1"}', '{"openapi": "3.0.1", "info": {}}']
)
def test_what_is_no_definition_is_refused(cloud, body):
    client = cloud.client("apigateway")
    with pytest.raises(client.exceptions.BadRequestException, match="Invalid OpenAPI input"):
        client.import_rest_api(body=body)
