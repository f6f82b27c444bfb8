"""What an Application Load Balancer answers: a function's words as HTTP, or pages of its own.

A balancer is stricter than API Gateway. Seen on AWS: `statusCode` alone will do, but a member that is null, a header
whose value is a number or true, and a missing statusCode are all 502 (awsdocs/elb-application-load-balancers-user-guide
issue 33; aws/aws-lambda-dotnet issue 507; jeremydaly/lambda-api issue 117; pwrdrvr/lambda-dispatch issue 52).
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.front_doors.http_answer import Malformed, body_of, said_by, with_type
from lambada_labs.cloud.local.message import AwsResponse
from lambada_labs.model import Reply

RESPONSE_LIMIT = facts.number("limit.alb.lambda_response")
SERVER = ("Server", "awselb/2.0")
_LOWEST, _HIGHEST = 200, 599
_BYTES = "application/octet-stream"
_MEMBERS: Mapping[str, tuple[type, ...]] = {
    "statusDescription": (str,),
    "isBase64Encoded": (bool,),
    "headers": (dict,),
    "multiValueHeaders": (dict,),
    "body": (str,),
}
#: Reasons in the words of the balancer's own pages, where they are not those of the standard.
_REASONS = {
    HTTPStatus.SERVICE_UNAVAILABLE: "Service Temporarily Unavailable",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Request Entity Too Large",
}


def answer_of(reply: Reply, *, multi_value: bool) -> AwsResponse:
    """The function's answer as HTTP; raises `Malformed` for what a balancer answers with 502."""
    if len(reply.payload) > RESPONSE_LIMIT:
        raise Malformed(f"the answer is longer than {RESPONSE_LIMIT} bytes")
    said = said_by(reply)
    if not isinstance(said, Mapping):
        raise Malformed("the answer is no object")
    for member, kinds in _MEMBERS.items():
        if member in said and not isinstance(said[member], kinds):
            raise Malformed(f"{member} is {said[member]!r}")
    headers = _many(said) if multi_value else _single(said)
    return AwsResponse(
        status=_status(said.get("statusCode")),
        headers=[SERVER, *with_type(headers, _BYTES)],
        body=body_of(said),
        reason=_described(said.get("statusDescription")),
    )


def page(status: int, headers: tuple[tuple[str, str], ...] = ()) -> AwsResponse:
    """A page of the balancer itself."""
    title = f"{status} {_reason(status)}"
    body = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    )
    return AwsResponse(
        status=status,
        headers=[SERVER, ("Content-Type", "text/html"), *headers],
        body=body.encode(),
        reason=_reason(status),
    )


def fixed(config: Mapping[str, Any]) -> AwsResponse:
    """The answer of a fixed-response action."""
    return AwsResponse(
        status=int(config["StatusCode"]),
        headers=[SERVER, ("Content-Type", config.get("ContentType") or "text/plain; charset=utf-8")],
        body=(config.get("MessageBody") or "").encode(),
    )


def _reason(status: int) -> str:
    known = HTTPStatus(status)
    return _REASONS.get(known, known.phrase)


def _status(given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not _LOWEST <= given <= _HIGHEST:
        raise Malformed(f"statusCode is {given!r}")
    return given


def _described(text: str | None) -> str | None:
    """The reason phrase: `200 OK` without its number; control characters have no place in it."""
    if not text:
        return None
    number, _, phrase = text.partition(" ")
    found = phrase if number.isdigit() else text
    return "".join(letter for letter in found if letter.isprintable()) or None


def _single(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    headers = said.get("headers", {})
    if not all(isinstance(value, str) for value in headers.values()):
        raise Malformed("a header's value is no text")
    return list(headers.items())


def _many(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    headers = said.get("multiValueHeaders", {})
    if not all(isinstance(values, list) for values in headers.values()):
        raise Malformed("multiValueHeaders holds something that is no list")
    found = [(name, value) for name, values in headers.items() for value in values]
    if not all(isinstance(value, str) for _, value in found):
        raise Malformed("a header's value is no text")
    return found
