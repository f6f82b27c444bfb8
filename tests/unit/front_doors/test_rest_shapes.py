"""Events and answers of a REST API, key by key; the event as recorded from AWS."""

from __future__ import annotations

import json

import pytest
from doors_room import HOST, TRACE, reply, request

from lambada_labs.cloud.local.front_doors.http_answer import Malformed
from lambada_labs.cloud.local.front_doors.rest_answer import (
    AUTHORIZER_FAILED,
    DENIED,
    MISSING_TOKEN,
    TIMEOUT,
    GatewayRefusal,
    proxied,
    refused,
)
from lambada_labs.cloud.local.front_doors.rest_event import RestVisit, authorizer_event, event_of, is_binary

HEADERS = (
    ("Accept", "*/*"),
    ("authorization", "random-value"),
    ("user-agent", "python-requests/testing"),
    ("tEsT-HEADeR", "aValUE"),
    ("Two", "1"),
    ("Two", "2"),
    ("Content-Length", "0"),
)


def visit(asked=None, **more):
    settings = {
        "request": asked or request(path="/test-path", query="urlparam=test&p=1&p=2", headers=HEADERS),
        "account_id": "111111111111",
        "api_id": "abc1234567",
        "region": "us-east-1",
        "stage": "test",
        "deployment_id": "dep123",
        "resource": {"id": "res123", "path": "/{proxy+}"},
        "method": {},
        "path": "/test-path",
        "path_parameters": {"proxy": "test-path"},
        "stage_variables": {},
    }
    return RestVisit(**(settings | more))


def test_the_event_as_aws_recorded_it():
    seen = event_of(visit())
    added = {
        "Host": HOST,
        "X-Amzn-Trace-Id": TRACE,
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    }
    own = {
        "Accept": "*/*",
        "Authorization": "random-value",
        "User-Agent": "python-requests/testing",
        "tEsT-HEADeR": "aValUE",
    }
    context = seen.pop("requestContext")
    assert seen == {
        "resource": "/{proxy+}",
        "path": "/test-path",
        "httpMethod": "GET",
        "headers": {**own, "Two": "2", **added},
        "multiValueHeaders": {name: [value] for name, value in {**own, **added}.items()}
        | {"Two": ["1", "2"]},
        "queryStringParameters": {"urlparam": "test", "p": "2"},
        "multiValueQueryStringParameters": {"urlparam": ["test"], "p": ["1", "2"]},
        "pathParameters": {"proxy": "test-path"},
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    }
    assert set(context) == {
        *(
            "accountId",
            "apiId",
            "deploymentId",
            "domainName",
            "domainPrefix",
            "extendedRequestId",
            "httpMethod",
        ),
        *("identity", "path", "protocol", "requestId", "requestTime", "requestTimeEpoch", "resourceId"),
        *("resourcePath", "stage"),
    }
    assert (context["path"], context["resourcePath"], context["stage"]) == (
        "/test/test-path",
        "/{proxy+}",
        "test",
    )
    assert context["identity"] == {
        "accessKey": None,
        "accountId": None,
        "caller": None,
        "cognitoAuthenticationProvider": None,
        "cognitoAuthenticationType": None,
        "cognitoIdentityId": None,
        "cognitoIdentityPoolId": None,
        "principalOrgId": None,
        "sourceIp": "127.0.0.1",
        "user": None,
        "userAgent": "python-requests/testing",
        "userArn": None,
    }


def test_nothing_sent_is_null():
    seen = event_of(visit(request(path="/"), path_parameters={}))
    keys = (
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "body",
    )
    assert [seen[key] for key in keys] == [None] * 5


def test_what_an_authorizer_of_type_request_gets():
    seen = authorizer_event(visit(stage_variables={"v": "1"}))
    assert (seen["type"], seen["stageVariables"], "body" in seen) == ("REQUEST", {"v": "1"}, False)
    assert seen["methodArn"] == "arn:aws:execute-api:us-east-1:111111111111:abc1234567/test/GET/test-path"
    assert authorizer_event(visit(request(path="/"), path_parameters={}))["queryStringParameters"] == {}


def test_the_two_arns_of_a_method():
    found = visit(resource={"id": "r", "path": "/pets/{id}"}, path="/pets/7")
    assert found.source_arn.endswith(":abc1234567/test/GET/pets/{id}")
    assert found.method_arn.endswith(":abc1234567/test/GET/pets/7")


@pytest.mark.parametrize(
    ("types", "media_type", "yes"),
    [
        ([], "image/png", False),
        (["image/png"], "image/png", True),
        (["image/*"], "image/png", True),
        (["*/*"], "", True),
        (["image/png"], "image/jpeg", False),
    ],
)
def test_binary_types(types, media_type, yes):
    assert is_binary(types, media_type) is yes


BROKEN = [
    reply({"errorMessage": "x"}, error=True),
    reply(None),
    reply("text"),
    reply(None, raw=b"not json"),
    reply({"statusCode": 200, "other": 1}),
    reply({"statusCode": "abc"}),
    reply({"body": ["a"]}),
    reply({"headers": [1]}),
    reply({"headers": {"a": 1}}),
    reply({"multiValueHeaders": {"a": [1]}}),
    reply({"body": "***", "isBase64Encoded": True}),
]


@pytest.mark.parametrize("said", BROKEN)
def test_malformed_answers(said):
    with pytest.raises(Malformed):
        proxied(said, ["*/*"], "")


@pytest.mark.parametrize(
    ("types", "accept", "body"),
    [
        ([], "image/png", b"aGk="),
        (["image/png"], "image/png,*/*", b"hi"),
        (["image/png"], "*/*", b"aGk="),
        (["*/*"], "", b"hi"),
    ],
)
def test_base64_is_undone_only_for_whom_accepts_it(types, accept, body):
    assert proxied(reply({"body": "aGk=", "isBase64Encoded": True}), types, accept).body == body


@pytest.mark.parametrize(
    ("refusal", "status", "body"),
    [
        (GatewayRefusal(MISSING_TOKEN), 403, b'{"message":"Missing Authentication Token"}'),
        (GatewayRefusal(TIMEOUT), 504, b'{"message": "Endpoint request timed out"}'),
        (GatewayRefusal(AUTHORIZER_FAILED), 500, b'{"message":null}'),
        (
            GatewayRefusal(DENIED, member="Message"),
            403,
            b'{"Message":"User is not authorized to access this resource"}',
        ),
    ],
)
def test_what_the_api_says_by_itself(refusal, status, body):
    answer = refused(refusal, {})
    assert (answer.status, answer.body) == (status, body)


@pytest.mark.parametrize(
    ("customised", "status", "said"),
    [
        ({"MISSING_AUTHENTICATION_TOKEN": {"statusCode": "404"}}, 404, {"message": "Missing Authentication Token"}),
        ({"DEFAULT_4XX": {"responseTemplates": {"application/json": '{"t": "$context.error.responseType"}'}}}, 403, {"t": "MISSING_AUTHENTICATION_TOKEN"}),
        ({"DEFAULT_5XX": {"statusCode": "599"}}, 403, {"message": "Missing Authentication Token"}),
    ],
)  # fmt: skip
def test_gateway_responses_by_type_then_by_family(customised, status, said):
    answer = refused(GatewayRefusal(MISSING_TOKEN), customised)
    assert (answer.status, json.loads(answer.body)) == (status, said)
