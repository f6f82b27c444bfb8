"""What an HTTP API makes of a function's answer.

Sources: API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs" (format 2.0 infers what
is missing, 1.0 does not); `text/plain` for an answer that names no type: quarkusio/quarkus issue 15909.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from lambada_labs.cloud.local.message import AwsResponse
from lambada_labs.model import Reply

_JSON = "application/json"
_TEXT = "text/plain;charset=UTF-8"
_LOWEST, _HIGHEST = 200, 599
_STATUS = re.compile(r"\d{1,4}", re.ASCII)
_ARRAY_OR_OBJECT = (dict, list)


class Malformed(ValueError):
    """A function's answer that its door cannot turn into HTTP; the text says what is wrong with it."""


def answer_2_0(reply: Reply) -> AwsResponse:
    """The HTTP answer of payload format 2.0; raises `Malformed`."""
    said = said_by(reply)
    if isinstance(said, Mapping) and "statusCode" in said:
        return _stated(said, cookies=_cookies(said.get("cookies")))
    body = said if isinstance(said, str) else reply.payload.decode()
    return AwsResponse(headers=[("Content-Type", _JSON)], body=body.encode())


def answer_1_0(reply: Reply) -> AwsResponse:
    """The HTTP answer of payload format 1.0; raises `Malformed`."""
    said = said_by(reply)
    if not isinstance(said, Mapping) or "statusCode" not in said:
        raise Malformed("the answer has no statusCode")
    return _stated(said, cookies=[])


def said_by(reply: Reply) -> Any:
    """The answer as JSON; raises `Malformed` where the function failed or said something else."""
    if reply.function_error:
        raise Malformed("the function ended with an error")
    try:
        return json.loads(reply.payload)
    except (ValueError, RecursionError):
        raise Malformed("the answer is not JSON") from None


def status_of(given: Any) -> int:
    """A status code; digits in a text will do. Raises `Malformed`."""
    if isinstance(given, str) and _STATUS.fullmatch(given):
        given = int(given)
    if not isinstance(given, int) or isinstance(given, bool) or not _LOWEST <= given <= _HIGHEST:
        raise Malformed(f"statusCode is {given!r}")
    return given


def body_of(said: Mapping[str, Any]) -> bytes:
    """The body's bytes, base64 undone where the answer says so; raises `Malformed`."""
    body = said.get("body")
    if body is None:
        return b""
    if isinstance(body, _ARRAY_OR_OBJECT):
        raise Malformed("body is no text")
    text = body if isinstance(body, str) else json.dumps(body)
    if said.get("isBase64Encoded") is not True:
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("body is no base64") from None


def scalar(value: Any) -> str:
    """A header's value as text: JSON's way of writing numbers and truth; raises `Malformed` for more than that."""
    if isinstance(value, _ARRAY_OR_OBJECT) or value is None:
        raise Malformed(f"a header's value is {value!r}")
    return value if isinstance(value, str) else json.dumps(value)


def headers_of(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """`headers`, then `multiValueHeaders`, which win where both name one; raises `Malformed`."""
    single, several = said.get("headers") or {}, said.get("multiValueHeaders") or {}
    if not isinstance(single, Mapping) or not isinstance(several, Mapping):
        raise Malformed("headers are no object")
    known = {name.lower() for name in several}
    found = [(name, scalar(value)) for name, value in single.items() if name.lower() not in known]
    for name, values in several.items():
        if not isinstance(values, list):
            raise Malformed(f"multiValueHeaders.{name} is no list")
        found += [(name, scalar(value)) for value in values]
    return found


def with_type(headers: list[tuple[str, str]], default: str) -> list[tuple[str, str]]:
    """The headers, with a content type where they name none."""
    if any(name.lower() == "content-type" for name, _ in headers):
        return headers
    return [("Content-Type", default), *headers]


def _stated(said: Mapping[str, Any], *, cookies: list[str]) -> AwsResponse:
    headers = with_type(headers_of(said), _TEXT)
    headers += [("Set-Cookie", cookie) for cookie in cookies]
    return AwsResponse(status=status_of(said["statusCode"]), headers=headers, body=body_of(said))


def _cookies(given: Any) -> list[str]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise Malformed("cookies are no list")
    return [scalar(one) for one in given]
