"""Events of an HTTP API, key by key."""

from __future__ import annotations

import base64
import json

import pytest
from doors_room import AT, HOST, TRACE, request

from lambada_labs.cloud.local.front_doors.http_event import Authorized, Visit, event_1_0, event_2_0

COOKIES = (("Cookie", "a=1; b=2"), ("X-Two", "1"), ("x-two", "2"), ("User-Agent", "agent"))
JSON = (("Content-Type", "application/json"),)


def visit(asked=None, **more):
    settings = {
        "request": asked or request(query="p=1&p=2&q=a%20b", headers=COOKIES),
        "account_id": "123456789012",
        "api_id": "abc1234567",
        "stage": "$default",
        "route_key": "GET /pets",
        "path": "/pets",
        "path_parameters": {},
        "stage_variables": {},
    }
    return Visit(**(settings | more))


def test_format_2_0_as_aws_documents_it():
    seen = event_2_0(visit(path_parameters={"id": "7"}, stage_variables={"fn": "f"}))
    assert seen == {
        "version": "2.0",
        "routeKey": "GET /pets",
        "rawPath": "/pets",
        "rawQueryString": "p=1&p=2&q=a%20b",
        "cookies": ["a=1", "b=2"],
        "headers": {
            "x-two": "1,2",
            "user-agent": "agent",
            "host": HOST,
            "x-amzn-trace-id": TRACE,
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "queryStringParameters": {"p": "1,2", "q": "a b"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc1234567",
            "domainName": HOST,
            "domainPrefix": "abc1234567",
            "http": {
                "method": "GET",
                "path": "/pets",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "agent",
            },
            "requestId": "req-1",
            "routeKey": "GET /pets",
            "stage": "$default",
            "time": "04/Mar/2020:19:03:58 +0000",
            "timeEpoch": int(AT * 1000),
        },
        "pathParameters": {"id": "7"},
        "stageVariables": {"fn": "f"},
        "isBase64Encoded": False,
    }


def test_format_2_0_leaves_out_what_is_not_there():
    seen = event_2_0(visit(request()))
    assert not {"cookies", "queryStringParameters", "pathParameters", "stageVariables", "body"} & set(seen)


def test_format_1_0_says_null_and_has_both_kinds_of_maps():
    seen = event_1_0(visit())
    assert list(seen) == [
        *("version", "resource", "path", "httpMethod", "headers", "multiValueHeaders"),
        *("queryStringParameters", "multiValueQueryStringParameters", "requestContext", "pathParameters"),
        *("stageVariables", "body", "isBase64Encoded"),
    ]
    assert (seen["headers"]["X-Two"], seen["multiValueHeaders"]["X-Two"]) == ("2", ["1", "2"])
    assert (seen["queryStringParameters"]["p"], seen["multiValueQueryStringParameters"]["p"]) == (
        "2",
        ["1", "2"],
    )
    assert (seen["pathParameters"], seen["stageVariables"], seen["body"]) == (None, None, None)
    assert seen["resource"] == seen["requestContext"]["resourcePath"] == "/pets"


def test_format_1_0_spells_names_of_headers_as_seen_on_aws():
    sent = (("user-agent", "curl"), ("Accept", "*/*"), ("Accept-Encoding", "br"), ("Postman-Token", "t"))
    seen = event_1_0(visit(request(headers=sent)))
    assert sorted(seen["headers"]) == [
        *("Host", "Postman-Token", "User-Agent", "X-Amzn-Trace-Id", "X-Forwarded-For"),
        *("X-Forwarded-Port", "X-Forwarded-Proto", "accept", "accept-encoding"),
    ]
    assert list(seen["multiValueHeaders"]) == list(seen["headers"])


@pytest.mark.parametrize(
    ("content_type", "text"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("text/csv", True),
        ("application/xml", True),
        ("application/javascript", True),
        ("application/x-www-form-urlencoded", False),
        ("multipart/form-data; boundary=x", False),
        ("application/octet-stream", False),
        (None, False),
    ],
)
@pytest.mark.parametrize("shape", [event_1_0, event_2_0])
def test_which_bodies_come_as_text(content_type, text, shape):
    headers = (("Content-Type", content_type),) if content_type else ()
    seen = shape(visit(request("POST", headers=headers, body=b'{"a":1}')))
    body = '{"a":1}' if text else base64.b64encode(b'{"a":1}').decode()
    assert (seen["body"], seen["isBase64Encoded"]) == (body, not text)


def test_every_byte_of_a_binary_body_survives():
    body = bytes(range(256))
    seen = json.loads(json.dumps(event_2_0(visit(request("POST", body=body)))))
    assert base64.b64decode(seen["body"]) == body


@pytest.mark.parametrize(
    ("authorized", "in_2_0", "in_1_0"),
    [
        (Authorized(kind="lambda", values={"k": "v"}), {"lambda": {"k": "v"}}, {"k": "v"}),
        (Authorized(kind="jwt", values={"claims": {}}), {"jwt": {"claims": {}}}, {"claims": {}}),
        (
            Authorized(kind="iam", values={"userArn": "a"}, identity={"userArn": "a"}),
            {"iam": {"userArn": "a"}},
            None,
        ),
    ],
)
def test_what_an_authorizer_found_out(authorized, in_2_0, in_1_0):
    assert event_2_0(visit(authorizer=authorized))["requestContext"]["authorizer"] == in_2_0
    older = event_1_0(visit(authorizer=authorized))["requestContext"]
    assert older.get("authorizer") == in_1_0
    assert older["identity"]["userArn"] == (authorized.identity or {}).get("userArn")
