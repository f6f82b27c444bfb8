"""How AWS says no: one exception, rendered in the protocol that the client spoke."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Literal
from xml.sax.saxutils import escape

from lambada_labs.cloud.local.message import NO_HEADERS, AwsResponse

Protocol = Literal["rest-json", "json-1.0", "json-1.1", "query", "ec2", "s3", "rest-xml", "cbor"]

REST_XML_SERVICES = frozenset({"s3control", "cloudfront", "route53"})
XML_HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'
FIRST_SERVER_FAULT = 500
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CBOR_TEXT, CBOR_MAP, CBOR_ONE_BYTE, CBOR_TWO_BYTES = 0x60, 0xA0, 24, 25


class AwsError(Exception):
    """An error of AWS itself: its code, its text, its HTTP status.

    `fields` are further members of the error document (`Type="User"`, `Reason=…`, S3's `BucketName=…`).
    The text goes under `message` in JSON; pass `Message=…` among the fields where AWS spells it so.
    """

    def __init__(
        self,
        code: str,
        message: str,
        status: int = 400,
        *,
        headers: Mapping[str, str] = NO_HEADERS,
        **fields: object,
    ) -> None:
        self.code, self.message, self.status = code, message, status
        self.headers, self.fields = dict(headers), fields
        super().__init__(code, message)

    def __str__(self) -> str:
        """`Code: text`."""
        return f"{self.code}: {self.message}"


def protocol_of(service: str, headers: Mapping[str, str], *, form: bool) -> Protocol:
    """The protocol a request speaks; `form` says that it carries an `Action`, in its query or its body."""
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        return "cbor"
    if "x-amz-target" in headers:
        return "json-1.0" if "json-1.0" in headers.get("content-type", "") else "json-1.1"
    if service == "s3":
        return "s3"
    if service in REST_XML_SERVICES:
        return "rest-xml"
    if form:
        return "ec2" if service == "ec2" else "query"
    return "rest-json"


def render_error(error: AwsError, protocol: Protocol, request_id: str) -> AwsResponse:
    """The answer that makes boto3 raise `ClientError` with this code and text."""
    body, content_type, named = _DOCUMENTS[protocol](error, request_id)
    headers = [("Content-Type", content_type), *named.items(), *error.headers.items()]
    return AwsResponse(status=error.status, headers=headers, body=body)


Document = tuple[bytes, str, Mapping[str, str]]


def _members(error: AwsError) -> dict[str, object]:
    named = {} if "Message" in error.fields else {"message": error.message}
    return {**error.fields, **named}


def _rest_json(error: AwsError, request_id: str) -> Document:
    headers = {"x-amzn-RequestId": request_id, "x-amzn-ErrorType": error.code}
    return json.dumps(_members(error)).encode(), "application/json", headers


def _json_rpc(error: AwsError, request_id: str, version: str) -> Document:
    headers = {"x-amzn-RequestId": request_id, "x-amzn-query-error": f"{error.code};{_fault(error)}"}
    body = json.dumps({"__type": error.code, **_members(error)}).encode()
    return body, f"application/x-amz-json-{version}", headers


def _json_1_0(error: AwsError, request_id: str) -> Document:
    return _json_rpc(error, request_id, "1.0")


def _json_1_1(error: AwsError, request_id: str) -> Document:
    return _json_rpc(error, request_id, "1.1")


def _query(error: AwsError, request_id: str) -> Document:
    inner = _xml({"Type": _fault(error), "Code": error.code, "Message": error.message, **error.fields})
    body = f"<ErrorResponse><Error>{inner}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    return _encoded(XML_HEADER + body), "text/xml", {"x-amzn-RequestId": request_id}


def _ec2(error: AwsError, request_id: str) -> Document:
    inner = _xml({"Code": error.code, "Message": error.message, **error.fields})
    body = f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
    return _encoded(XML_HEADER + body), "text/xml", {"x-amzn-RequestId": request_id}


def _s3(error: AwsError, request_id: str) -> Document:
    facts = {
        "Code": error.code,
        "Message": error.message,
        **error.fields,
        "RequestId": request_id,
        "HostId": request_id,
    }
    body = f"<Error>{_xml(facts)}</Error>"
    headers = {"x-amz-request-id": request_id, "x-amz-id-2": request_id}
    return _encoded(XML_HEADER + body), "application/xml", headers


def _cbor(error: AwsError, request_id: str) -> Document:
    headers = {
        "smithy-protocol": "rpc-v2-cbor",
        "x-amzn-RequestId": request_id,
        "x-amzn-query-error": f"{error.code};{_fault(error)}",
    }
    members = {"__type": error.code, **{name: str(value) for name, value in _members(error).items()}}
    body = bytes([CBOR_MAP + len(members)]) + b"".join(
        _cbor_text(part) for pair in members.items() for part in pair
    )
    return body, "application/cbor", headers


_DOCUMENTS = {
    "rest-json": _rest_json,
    "json-1.0": _json_1_0,
    "json-1.1": _json_1_1,
    "query": _query,
    "rest-xml": _query,
    "ec2": _ec2,
    "s3": _s3,
    "cbor": _cbor,
}


def _fault(error: AwsError) -> str:
    return "Receiver" if error.status >= FIRST_SERVER_FAULT else "Sender"


def _xml(members: Mapping[str, object]) -> str:
    return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in members.items())


def _encoded(xml: str) -> bytes:
    """XML knows no control characters and no halves of surrogate pairs, whatever a client sent."""
    return _NOT_XML.sub("\ufffd", xml).encode()


def _cbor_text(text: str) -> bytes:
    raw = text.encode(errors="replace")
    if len(raw) < CBOR_ONE_BYTE:
        return bytes([CBOR_TEXT + len(raw)]) + raw
    if len(raw) < 1 << 8:
        return bytes([CBOR_TEXT + CBOR_ONE_BYTE, len(raw)]) + raw
    return bytes([CBOR_TEXT + CBOR_TWO_BYTES]) + len(raw).to_bytes(2, "big") + raw
