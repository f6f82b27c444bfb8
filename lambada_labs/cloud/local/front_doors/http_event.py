"""Events of an HTTP API, payload formats 2.0 and 1.0.

Sources: API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs"; that an HTTP API hands
the path on decoded (and a REST API does not): captures in hotsock/voker pull request 8; how 1.0 spells the names of
headers: events that users published of curl, Postman and browsers.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lambada_labs.cloud.local.front_doors.request import (
    DoorRequest,
    Pairs,
    all_values,
    common_log_time,
    joined,
    last_values,
    lowered,
    or_none,
)

_MS = 1000
_COOKIE = "cookie"
#: What the integration is not shown.
_UNSHOWN = frozenset({"x-amz-security-token"})
#: In 1.0 these are spelled like this whatever the client wrote, and `accept` and its like in lower case.
_SPELLED = {
    name.lower(): name
    for name in (
        "Content-Length",
        "Host",
        "User-Agent",
        "X-Amzn-Trace-Id",
        "X-Forwarded-For",
        "X-Forwarded-Port",
        "X-Forwarded-Proto",
    )
}
_ACCEPT = "accept"
_NOBODY = [
    "accessKey",
    "accountId",
    "caller",
    "cognitoAmr",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorized:
    """What an authoriser found out: for 2.0 below `authorizer.<kind>`, for 1.0 beside each other there.

    `identity` is what IAM adds to `requestContext.identity` of 1.0 instead.
    """

    kind: Literal["lambda", "jwt", "iam"]
    values: Mapping[str, Any]
    identity: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request that found its route.

    `path` is decoded and holds the stage where that is not `$default`; `authorizer` is None where the route has
    no authoriser.
    """

    request: DoorRequest
    account_id: str
    api_id: str
    stage: str
    route_key: str
    path: str
    path_parameters: Mapping[str, str]
    stage_variables: Mapping[str, str]
    authorizer: Authorized | None = None


def event_2_0(visit: Visit) -> dict[str, Any]:
    """The event of payload format 2.0; what there is none of is left out, as AWS does."""
    request = visit.request
    headers = _headers(request)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": visit.route_key,
        "rawPath": visit.path,
        "rawQueryString": request.raw_query,
    }
    cookies = _cookies(request)
    if cookies:
        event["cookies"] = cookies
    event["headers"] = joined(pair for pair in headers if pair[0] != _COOKIE)
    if request.query:
        event["queryStringParameters"] = joined(request.query)
    event["requestContext"] = context_2_0(visit)
    if visit.path_parameters:
        event["pathParameters"] = dict(visit.path_parameters)
    if visit.stage_variables:
        event["stageVariables"] = dict(visit.stage_variables)
    if request.body:
        event["body"] = body_text(request)
    event["isBase64Encoded"] = bool(request.body) and not request.is_text
    return event


def context_2_0(visit: Visit) -> dict[str, Any]:
    """`requestContext` of payload format 2.0."""
    request = visit.request
    context: dict[str, Any] = {"accountId": visit.account_id, "apiId": visit.api_id}
    if visit.authorizer is not None:
        context["authorizer"] = {visit.authorizer.kind: dict(visit.authorizer.values)}
    return {
        **context,
        "domainName": request.host,
        "domainPrefix": request.host.partition(".")[0],
        "http": {
            "method": request.method,
            "path": visit.path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.source_ip,
            "userAgent": request.user_agent,
        },
        "requestId": request.request_id,
        "routeKey": visit.route_key,
        "stage": visit.stage,
        "time": common_log_time(request.at),
        "timeEpoch": int(request.at * _MS),
    }


def event_1_0(visit: Visit) -> dict[str, Any]:
    """The event of payload format 1.0: the one of a REST API with a version, and null for what is not there."""
    request = visit.request
    headers = _spelled(_shown(request))
    return {
        "version": "1.0",
        "resource": resource_of(visit.route_key),
        "path": visit.path,
        "httpMethod": request.method,
        "headers": last_values(headers),
        "multiValueHeaders": all_values(headers),
        "queryStringParameters": or_none(last_values(request.query)),
        "multiValueQueryStringParameters": or_none(all_values(request.query)),
        "requestContext": context_1_0(visit),
        "pathParameters": or_none(visit.path_parameters),
        "stageVariables": or_none(visit.stage_variables),
        "body": body_text(request) if request.body else None,
        "isBase64Encoded": bool(request.body) and not request.is_text,
    }


def context_1_0(visit: Visit) -> dict[str, Any]:
    """`requestContext` of payload format 1.0."""
    request = visit.request
    nobody = dict.fromkeys(_NOBODY)
    found = visit.authorizer
    identity = {
        **nobody,
        "sourceIp": request.source_ip,
        "user": None,
        "userAgent": request.user_agent,
        "userArn": None,
        **(found.identity or {} if found else {}),
    }
    context: dict[str, Any] = {"accountId": visit.account_id, "apiId": visit.api_id}
    if found is not None and found.kind != "iam":
        context["authorizer"] = dict(found.values)
    return {
        **context,
        "domainName": request.host,
        "domainPrefix": request.host.partition(".")[0],
        "extendedRequestId": request.request_id,
        "httpMethod": request.method,
        "identity": identity,
        "path": visit.path,
        "protocol": "HTTP/1.1",
        "requestId": request.request_id,
        "requestTime": common_log_time(request.at),
        "requestTimeEpoch": int(request.at * _MS),
        "resourceId": visit.route_key,
        "resourcePath": resource_of(visit.route_key),
        "stage": visit.stage,
    }


def resource_of(route_key: str) -> str:
    """The path of a route key, `$default` for the route that takes the rest."""
    return route_key.partition(" ")[2] or route_key


def body_text(request: DoorRequest) -> str:
    """The body as it stands in the event: text for the text types, base64 for all others."""
    if request.is_text:
        return request.body.decode("utf-8", "replace")
    return base64.b64encode(request.body).decode()


def _headers(request: DoorRequest) -> Pairs:
    return lowered(_shown(request))


def _shown(request: DoorRequest) -> Pairs:
    return tuple(pair for pair in request.headers if pair[0].lower() not in _UNSHOWN)


def _spelled(pairs: Pairs) -> Pairs:
    """The names as 1.0 spells them; of several spellings of one name the first."""
    known: dict[str, str] = {}
    for name, _ in pairs:
        lower = name.lower()
        known.setdefault(lower, lower if lower.startswith(_ACCEPT) else _SPELLED.get(lower, name))
    return tuple((known[name.lower()], value) for name, value in pairs)


def _cookies(request: DoorRequest) -> list[str]:
    sent = "; ".join(request.header_values(_COOKIE))
    return [one.strip() for one in sent.split(";") if one.strip()]
