"""Cross-origin answers of an HTTP API that has a CORS configuration: the door gives them, not the function.

Source: API Gateway developer guide, "Configure CORS for HTTP APIs".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambada_labs.cloud.local.front_doors.request import DoorRequest
from lambada_labs.cloud.local.message import AwsResponse

_NO_CONTENT = 204
_ANY = "*"
_SCHEMES = ("http://*", "https://*")
_GIVEN_BY_DOOR = frozenset(
    f"access-control-{name}"
    for name in (
        "allow-origin",
        "allow-credentials",
        "allow-methods",
        "allow-headers",
        "expose-headers",
        "max-age",
    )
)


def preflight(cors: Mapping[str, Any], request: DoorRequest) -> AwsResponse | None:
    """The answer to a preflight request, or None where this is none."""
    wanted = request.header("access-control-request-method")
    if request.method != "OPTIONS" or request.header("origin") is None or wanted is None:
        return None
    headers = _origin(cors, request)
    methods = cors.get("allowMethods") or []
    if headers and (_ANY in methods or wanted in methods):
        headers += _listed("access-control-allow-methods", methods)
        headers += _listed("access-control-allow-headers", cors.get("allowHeaders"))
        if cors.get("maxAge") is not None:
            headers.append(("access-control-max-age", str(cors["maxAge"])))
        return AwsResponse(status=_NO_CONTENT, headers=headers)
    return AwsResponse(status=_NO_CONTENT)


def shared(cors: Mapping[str, Any], request: DoorRequest, answer: AwsResponse) -> AwsResponse:
    """The answer with the configuration's headers; what the function said of the kind is dropped."""
    kept = [pair for pair in answer.headers if pair[0].lower() not in _GIVEN_BY_DOOR]
    given = _origin(cors, request)
    if given:
        given += _listed("access-control-expose-headers", cors.get("exposeHeaders"))
    return AwsResponse(status=answer.status, headers=[*kept, *given], body=answer.body)


def _origin(cors: Mapping[str, Any], request: DoorRequest) -> list[tuple[str, str]]:
    origin = request.header("origin")
    allowed = cors.get("allowOrigins") or []
    if origin is None or not _allows(allowed, origin):
        return []
    credentials = cors.get("allowCredentials") is True
    said = _ANY if _ANY in allowed and not credentials else origin
    headers = [("access-control-allow-origin", said)]
    if said != _ANY:
        headers.append(("vary", "origin"))
    if credentials:
        headers.append(("access-control-allow-credentials", "true"))
    return headers


def _allows(allowed: list[str], origin: str) -> bool:
    schemes = [one.removesuffix(_ANY) for one in allowed if one in _SCHEMES]
    return _ANY in allowed or origin in allowed or any(origin.startswith(scheme) for scheme in schemes)


def _listed(name: str, values: list[str] | None) -> list[tuple[str, str]]:
    return [(name, ",".join(values))] if values else []
