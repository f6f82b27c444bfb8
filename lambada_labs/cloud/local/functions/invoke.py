"""Invoke: which version runs, what is refused before it runs, and how the outcome is told."""

from __future__ import annotations

import base64
import binascii

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.event_json import event_of
from lambada_labs.cloud.local.functions.intake import active_version, check_event_size, enqueue, traced
from lambada_labs.cloud.local.functions.later import operation_refused
from lambada_labs.cloud.local.functions.names import FunctionName
from lambada_labs.cloud.local.functions.ports import Answer, Call, ControlPlane
from lambada_labs.cloud.local.functions.recursion import recursive
from lambada_labs.cloud.local.functions.refusals import too_large
from lambada_labs.cloud.local.functions.throttles import throttled
from lambada_labs.cloud.local.message import AwsResponse
from lambada_labs.model import Invocation, Reply
from lambada_labs.runtime import lineage
from lambada_labs.runtime.ports import Throttled

REQUEST_LIMIT = facts.number("limit.payload.request")
CONTEXT_LIMIT = facts.number("limit.client_context_bytes")
TAIL_LIMIT = facts.number("limit.log_tail")
ACCEPTED, NO_CONTENT = 202, 204
TRACE_HEADER = "x-amzn-trace-id"


async def invoke(plane: ControlPlane, call: Call) -> Answer:
    """Invoke: `RequestResponse` waits, `Event` queues, `DryRun` only checks."""
    invocation = accepted(plane, call)
    kind = call.parameters.get("InvocationType", "RequestResponse")
    if kind == "DryRun":
        return AwsResponse(status=NO_CONTENT)
    if kind == "Event":
        enqueue(plane, invocation)
        return AwsResponse(status=ACCEPTED)
    try:
        reply = await plane.engine.invoke(invocation)
    except Throttled as refusal:
        raise throttled(refusal) from None
    return _told(reply, invocation, tail=call.parameters.get("LogType") == "Tail")


async def invoke_async(_plane: ControlPlane, _call: Call) -> Answer:
    """InvokeAsync: AWS deprecated it long ago."""
    raise operation_refused("InvokeAsync")


def accepted(plane: ControlPlane, call: Call) -> Invocation:
    """The invocation a request asks for; raises `AwsError` for all that AWS refuses beforehand."""
    kind = call.parameters.get("InvocationType", "RequestResponse")
    payload: bytes = call.parameters.get("Payload", b"")
    _check_size(payload, kind, "InvokeFunction")
    name = call.function()
    version = active_version(plane, name)
    invocation = Invocation(
        function=version.invoked,
        event=event_of(payload),
        request_id=call.request.request_id,
        invoked_arn=name.asked_arn,
        accepted_at=plane.clock(),
        type="Event" if kind == "Event" else "RequestResponse",
        client_context=_client_context(call.parameters.get("ClientContext")),
        trace_id=traced(plane, name, call.request.headers.get(TRACE_HEADER)),
        producer=call.request.caller.invoked_by or call.request.caller.arn,
    )
    if invocation.type != "Event":
        _refuse_loop(plane, name, invocation)
    return invocation


def log_result(reply: Reply) -> str:
    """The last 4 KB of the log as `LogResult` carries them."""
    return base64.b64encode(reply.log_tail[-TAIL_LIMIT:]).decode()


def _told(reply: Reply, invocation: Invocation, *, tail: bool) -> AwsResponse:
    headers = [
        ("Content-Type", "application/json"),
        ("X-Amz-Executed-Version", invocation.function.version),
        ("X-Amzn-Trace-Id", (invocation.trace_id or "").partition(";")[0]),
    ]
    if reply.function_error:
        headers.append(("X-Amz-Function-Error", reply.function_error))
    if tail:
        headers.append(("X-Amz-Log-Result", log_result(reply)))
    return AwsResponse(headers=headers, body=reply.payload)


def _refuse_loop(plane: ControlPlane, name: FunctionName, invocation: Invocation) -> None:
    """A function that called itself too often is not run; an event of such a chain ends in the queue."""
    if not lineage.is_loop(invocation.trace_id, name.arn):
        return
    if plane.store.get(name).recursive_loop == "Terminate":
        plane.measure(invocation, "RecursiveInvocationsDropped", 1)
        raise recursive()


def _check_size(payload: bytes, kind: str, operation: str) -> None:
    size = len(payload)
    if kind == "Event":
        check_event_size(payload)
    if size > REQUEST_LIMIT:
        raise too_large(f"Request must be smaller than {REQUEST_LIMIT} bytes for the {operation} operation")


def _client_context(given: str | None) -> str | None:
    if given is None:
        return None
    if len(given) > CONTEXT_LIMIT:
        raise _context_refused(
            f"Client context must be no more than {CONTEXT_LIMIT} bytes when base64-encoded."
        )
    try:
        return event_of(base64.b64decode(given, validate=True)).decode()
    except (binascii.Error, AwsError):
        raise _context_refused("Client context must be a valid Base64-encoded JSON object.") from None


def _context_refused(message: str) -> AwsError:
    return AwsError("InvalidRequestContentException", message, Type="User")
