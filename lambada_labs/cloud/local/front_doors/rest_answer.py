"""What a REST API makes of a function's answer, and what it says by itself.

Sources: recorded from AWS by localstack (an unknown member is a malformed answer, no member is required, a status
may be digits in a text, a header may be true or false); Gateway response types in the API Gateway developer guide;
headers that are renamed: "Amazon API Gateway important notes".
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lambada_labs.cloud.local.front_doors.http_answer import Malformed, said_by, status_of, with_type
from lambada_labs.cloud.local.front_doors.rest_event import is_binary
from lambada_labs.cloud.local.message import AwsResponse
from lambada_labs.model import Reply

_JSON = "application/json"
_MEMBERS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
_RENAMED = frozenset(
    {
        "connection",
        "content-length",
        "date",
        "host",
        "server",
        "user-agent",
        "www-authenticate",
        "transfer-encoding",
    }
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A gateway response: its type, its status, the error type in the header, and its usual text."""

    type: str
    status: int
    error: str
    text: str | None


#: Sources: developer guide, "Gateway response types"; error types as AWS sends them in `x-amzn-ErrorType`.
MISSING_TOKEN = Kind(
    "MISSING_AUTHENTICATION_TOKEN", 403, "MissingAuthenticationTokenException", "Missing Authentication Token"
)
FORBIDDEN = Kind("INVALID_API_KEY", 403, "ForbiddenException", "Forbidden")
UNKNOWN_STAGE = Kind("RESOURCE_NOT_FOUND", 403, "ForbiddenException", "Forbidden")
UNAUTHORIZED = Kind("UNAUTHORIZED", 401, "UnauthorizedException", "Unauthorized")
DENIED = Kind("ACCESS_DENIED", 403, "AccessDeniedException", "User is not authorized to access this resource")
SIGNATURE = Kind("INVALID_SIGNATURE", 403, "InvalidSignatureException", "")
AUTHORIZER_FAILED = Kind("AUTHORIZER_FAILURE", 500, "AuthorizerConfigurationException", None)
TOO_LONG = Kind("REQUEST_TOO_LARGE", 413, "RequestEntityTooLargeException", "Request Too Long")
MEDIA_TYPE = Kind("UNSUPPORTED_MEDIA_TYPE", 415, "UnsupportedMediaTypeException", "Unsupported Media Type")
PARAMETERS = Kind("BAD_REQUEST_PARAMETERS", 400, "BadRequestException", "Missing required request parameters")
CONFIGURATION = Kind("API_CONFIGURATION_ERROR", 500, "InternalServerErrorException", "Internal server error")
FAILURE = Kind("INTEGRATION_FAILURE", 500, "InternalServerErrorException", "Internal server error")
MALFORMED = Kind("DEFAULT_5XX", 502, "InternalServerErrorException", "Internal server error")
TIMEOUT = Kind("INTEGRATION_TIMEOUT", 504, "InternalServerErrorException", "Endpoint request timed out")
_SERVER_FAULT = 500


class GatewayRefusal(Exception):
    """The API answers by itself; `because` is the line that an execution log has for it."""

    def __init__(
        self,
        kind: Kind,
        text: str | None = None,
        *,
        error: str | None = None,
        member: str = "message",
        because: str = "",
    ) -> None:
        self.kind, self.member, self.because = kind, member, because
        self.text = kind.text if text is None else text
        self.error = error or kind.error
        super().__init__(kind.type, self.text)


def proxied(reply: Reply, binary_types: Sequence[str], accept: str) -> AwsResponse:
    """The HTTP answer of an AWS_PROXY integration; raises `Malformed`."""
    said = said_by(reply)
    if not isinstance(said, Mapping) or set(said) - _MEMBERS:
        raise Malformed(
            "the answer is no object of statusCode, headers, multiValueHeaders, body, isBase64Encoded"
        )
    body = said.get("body")
    if not isinstance(body, str | None):
        raise Malformed("body is no text")
    status = said.get("statusCode")
    return AwsResponse(
        status=200 if status is None else status_of(status),
        headers=[(_renamed(name), value) for name, value in with_type(_headers(said), _JSON)],
        body=_body(
            body or "", encoded=said.get("isBase64Encoded") is True, types=binary_types, accept=accept
        ),
    )


def refused(refusal: GatewayRefusal, customised: Mapping[str, Mapping[str, Any]]) -> AwsResponse:
    """The answer of the API itself, as its gateway responses have it."""
    kind = refusal.kind
    family = "DEFAULT_5XX" if kind.status >= _SERVER_FAULT else "DEFAULT_4XX"
    custom = customised.get(kind.type) or customised.get(family) or {}
    separators = (",", ": ") if kind.status >= _SERVER_FAULT and refusal.text is not None else (",", ":")
    text = json.dumps({refusal.member: refusal.text}, separators=separators)
    template = (custom.get("responseTemplates") or {}).get(_JSON)
    headers = [
        ("Content-Type", _JSON),
        ("x-amzn-ErrorType", refusal.error),
        *_static(custom.get("responseParameters")),
    ]
    return AwsResponse(
        status=int(custom.get("statusCode") or kind.status),
        headers=headers,
        body=(_filled(template, refusal) if template else text).encode(),
    )


def _filled(template: str, refusal: GatewayRefusal) -> str:
    """A gateway response's template: simple variables only, no Velocity, as AWS has it."""
    known = {
        "$context.error.messageString": json.dumps(refusal.text),
        "$context.error.message": refusal.text or "",
        "$context.error.responseType": refusal.kind.type,
    }
    for name, value in known.items():
        template = template.replace(name, value)
    return template


def _static(parameters: Mapping[str, str] | None) -> list[tuple[str, str]]:
    """Headers that a gateway response sets to a constant in quotes."""
    prefix = "gatewayresponse.header."
    return [
        (name.removeprefix(prefix), value[1:-1])
        for name, value in (parameters or {}).items()
        if name.startswith(prefix) and value.startswith("'") and value.endswith("'")
    ]


def _headers(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    single, several = said.get("headers") or {}, said.get("multiValueHeaders") or {}
    if not isinstance(single, Mapping) or not isinstance(several, Mapping):
        raise Malformed("headers are no object")
    known = {name.lower() for name in several}
    found = [(name, _value(value)) for name, value in single.items() if name.lower() not in known]
    for name, values in several.items():
        found += [(name, _value(one)) for one in (values if isinstance(values, list) else [values])]
    return found


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        raise Malformed(f"a header's value is {value!r}")
    return value


def _renamed(name: str) -> str:
    return f"x-amzn-Remapped-{name}" if name.lower() in _RENAMED else name


def _body(text: str, *, encoded: bool, types: Sequence[str], accept: str) -> bytes:
    """Base64 is undone only where the API has the client's first accepted type among its binary ones."""
    wanted = accept.partition(",")[0].partition(";")[0].strip().lower()
    if not encoded or not is_binary(types, wanted):
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("body is no base64") from None
