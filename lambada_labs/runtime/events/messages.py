"""What is sent about an event: the invocation record of a destination, the attributes of a dead letter.

Sources: records that a real account sent (localstack's snapshots of `TestLambdaDestination…`, `TestLambdaDLQ`
and `test_reserved_concurrency`); developer guide, "Capturing records of Lambda asynchronous invocations".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from lambada_labs import facts
from lambada_labs.model import Condition, FunctionConfig, Invocation, Reply
from lambada_labs.runtime.events.ports import Attribute

ERROR_MESSAGE_BYTES = facts.number("async.dead_letter.message_bytes")
#: What a dead letter says where no handler said anything; only the form of the attributes is documented.
_UNSAID: Mapping[Condition, tuple[HTTPStatus, str]] = {
    "EventAgeExceeded": (HTTPStatus.TOO_MANY_REQUESTS, "Rate Exceeded."),
    "ZeroReservedConcurrency": (HTTPStatus.TOO_MANY_REQUESTS, "Rate Exceeded."),
    "RecursiveInvocation": (HTTPStatus.BAD_REQUEST, "The function was invoked in a recursive loop."),
}


def invocation_record(
    invocation: Invocation,
    *,
    condition: Condition,
    invocations: int,
    reply: Reply | None,
    at: float,
    payloads: bool = True,
) -> bytes:
    """The record for a destination, as compact JSON.

    `invocations`: how often a handler saw the event; `reply`: the last answer, if any; `at`: seconds since the
    epoch. Without `payloads` both are left out, as where a destination takes no message of their size.
    """
    head: dict[str, Any] = {
        "version": "1.0",
        "timestamp": moment(at),
        "requestContext": {
            "requestId": invocation.request_id,
            "functionArn": qualified_arn(invocation),
            "condition": condition,
            "approximateInvokeCount": invocations,
        },
    }
    parts = [_inner(head)]
    if payloads:
        parts.append(b'"requestPayload":' + _json(invocation.event))
    if reply is not None:
        parts.append(_inner({"responseContext": _response_context(reply)}))
        if payloads:
            parts.append(b'"responsePayload":' + _json(reply.payload))
    return b"{" + b",".join(parts) + b"}"


def qualified_arn(invocation: Invocation) -> str:
    """The ARN that was invoked, `$LATEST` spelled out."""
    arn = invocation.invoked_arn
    return arn if arn != invocation.function.arn else f"{arn}:$LATEST"


def dead_letter_attributes(
    invocation: Invocation, condition: Condition, reply: Reply | None
) -> dict[str, Attribute]:
    """RequestID, ErrorCode (an HTTP status) and ErrorMessage, at most 1 KB of it."""
    status, text = _UNSAID.get(condition, (HTTPStatus.OK, "")) if reply is None else _said(reply)
    return {
        "RequestID": ("String", invocation.request_id),
        "ErrorCode": ("Number", str(int(status))),
        "ErrorMessage": ("String", _cut(text) or " "),  # no attribute may be empty
    }


def event_bridge_detail_type(condition: Condition) -> str:
    """What kind of event a record is on an event bus."""
    outcome = "Success" if condition == "Success" else "Failure"
    return f"Lambda Function Invocation Result - {outcome}"


def s3_key(function: FunctionConfig, *, at: float, unique: str) -> str:
    """Where a record lies in a bucket: `aws/lambda/async/NAME/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-UUID`."""
    time = datetime.fromtimestamp(at, UTC)
    return f"aws/lambda/async/{function.name}/{time:%Y/%m/%d}/{time:%Y-%m-%dT%H.%M.%S}-{unique}"


def moment(at: float) -> str:
    """`2026-11-25T13:15:00.123Z`."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _response_context(reply: Reply) -> dict[str, Any]:
    context: dict[str, Any] = {
        "statusCode": int(HTTPStatus.OK),
        "executedVersion": reply.record.function_version,
    }
    return {**context, "functionError": reply.function_error} if reply.function_error else context


def _said(reply: Reply) -> tuple[HTTPStatus, str]:
    try:
        answer = json.loads(reply.payload)
    except ValueError:
        answer = None
    text = answer.get("errorMessage") if isinstance(answer, dict) else None
    return HTTPStatus.OK, str(text if text is not None else reply.payload.decode("utf-8", "replace"))


def _cut(text: str) -> str:
    return text.encode(errors="replace")[:ERROR_MESSAGE_BYTES].decode(errors="ignore")


def _inner(members: Mapping[str, Any]) -> bytes:
    return json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode()[1:-1]


def _json(payload: bytes) -> bytes:
    """The payload as it stands, or as a string where it is no JSON; numbers keep their digits."""
    try:
        json.loads(payload)
    except ValueError:
        return json.dumps(payload.decode("utf-8", "replace"), ensure_ascii=False).encode()
    return payload
