"""The event of a REST API's proxy integration, and the context its templates and authorisers see.

Source: recorded from AWS (localstack's snapshot `test_lambda_aws_proxy_integration`): path and path parameters stay
as they were sent, the query is decoded, of several values of one name the last stands in the single-value maps,
what is not there is null, `Content-Length` is not shown, a trailing slash belongs to no path parameter.
"""

from __future__ import annotations

import base64
import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lambada_labs.cloud.local.front_doors.request import (
    DoorRequest,
    Pairs,
    all_values,
    common_log_time,
    gateway_id,
    last_values,
    or_none,
)

_MS = 1000
_UNSHOWN = frozenset({"content-length", "x-amz-security-token"})
_CAPITAL = frozenset({"authorization", "user-agent"})
_NOBODY: Mapping[str, None] = dict.fromkeys(
    (
        *("cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller", "principalOrgId", "accessKey"),
        *("cognitoAuthenticationType", "cognitoAuthenticationProvider", "userArn", "user"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestVisit:
    """A request that found its method.

    `resource` and `method` are AWS's own descriptions (GetResource, GetMethod), `path` is the one after the stage,
    `identity` what IAM or an API key adds to `requestContext.identity`, `authorizer` what an authoriser said,
    `usage_key` the API key it named.
    """

    request: DoorRequest
    account_id: str
    api_id: str
    region: str
    stage: str
    deployment_id: str
    resource: Mapping[str, Any]
    method: Mapping[str, Any]
    path: str
    path_parameters: Mapping[str, str]
    stage_variables: Mapping[str, str]
    binary_types: Sequence[str] = ()
    identity: Mapping[str, Any] = field(default_factory=dict)
    authorizer: Mapping[str, Any] | None = None
    usage_key: str = ""

    @property
    def method_arn(self) -> str:
        """The method in the form that authorisers and policies use: with the path that was really asked for."""
        return f"{self._arn}/{self.request.method}/{self.path.removeprefix('/')}"

    @property
    def source_arn(self) -> str:
        """The method in whose name the function is invoked: with the resource's path."""
        return f"{self._arn}/{self.request.method}{self.resource['path']}"

    @property
    def _arn(self) -> str:
        return f"arn:aws:execute-api:{self.region}:{self.account_id}:{self.api_id}/{self.stage}"


def event_of(visit: RestVisit) -> dict[str, Any]:
    """The event of an AWS_PROXY integration."""
    request = visit.request
    binary = bool(request.body) and is_binary(visit.binary_types, request.media_type)
    body = base64.b64encode(request.body).decode() if binary else request.body.decode("utf-8", "replace")
    return {
        **_asked(visit),
        "requestContext": context_of(visit),
        "body": body if request.body else None,
        "isBase64Encoded": binary,
    }


def authorizer_event(visit: RestVisit) -> dict[str, Any]:
    """The event of an authoriser of type REQUEST."""
    asked = _asked(visit)
    filled = {key: asked[key] or {} for key in asked if key not in {"resource", "path", "httpMethod"}}
    head = {"type": "REQUEST", "methodArn": visit.method_arn}
    return {**head, **asked, **filled, "requestContext": context_of(visit)}


def context_of(visit: RestVisit) -> dict[str, Any]:
    """`requestContext`, and `$context` of mapping templates."""
    request = visit.request
    context: dict[str, Any] = {
        "resourceId": visit.resource["id"],
        "resourcePath": visit.resource["path"],
        "httpMethod": request.method,
        "extendedRequestId": gateway_id(request.request_id),
        "requestTime": common_log_time(request.at),
        "path": f"/{visit.stage}{visit.path}",
        "accountId": visit.account_id,
        "protocol": "HTTP/1.1",
        "stage": visit.stage,
        "domainPrefix": visit.api_id,
        "requestTimeEpoch": int(request.at * _MS),
        "requestId": request.request_id,
        "identity": {
            **_NOBODY,
            "sourceIp": request.source_ip,
            "userAgent": request.user_agent or None,
            **visit.identity,
        },
        "domainName": request.host,
        "deploymentId": visit.deployment_id,
        "apiId": visit.api_id,
    }
    if visit.method.get("operationName"):
        context["operationName"] = visit.method["operationName"]
    if visit.authorizer is not None:
        context["authorizer"] = dict(visit.authorizer)
    return context


def shown_headers(request: DoorRequest) -> Pairs:
    """The headers as an integration sees them: in the client's spelling, but for two."""
    return tuple(
        (name.title() if name.lower() in _CAPITAL else name, value)
        for name, value in request.headers
        if name.lower() not in _UNSHOWN
    )


def is_binary(types: Sequence[str], media_type: str) -> bool:
    """Whether a media type is among an API's `binaryMediaTypes`; `*/*` stands for every one, none included."""
    return any(one == "*/*" or fnmatch.fnmatchcase(media_type, one.lower()) for one in types)


def _asked(visit: RestVisit) -> dict[str, Any]:
    request, headers = visit.request, shown_headers(visit.request)
    return {
        "resource": visit.resource["path"],
        "path": visit.path,
        "httpMethod": request.method,
        "headers": last_values(headers),
        "multiValueHeaders": all_values(headers),
        "queryStringParameters": or_none(last_values(request.query)),
        "multiValueQueryStringParameters": or_none(all_values(request.query)),
        "pathParameters": or_none(visit.path_parameters),
        "stageVariables": or_none(visit.stage_variables),
    }
