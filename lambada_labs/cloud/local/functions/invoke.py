"""Invoke: which version runs, what is refused before it runs, and how the outcome is told."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.event_json import event_of
from lambada_labs.cloud.local.functions.later import operation_refused
from lambada_labs.cloud.local.functions.names import FunctionName
from lambada_labs.cloud.local.functions.ports import Answer, Call, ControlPlane
from lambada_labs.cloud.local.functions.records import Alias, Function, Version
from lambada_labs.cloud.local.functions.refusals import no_function, too_large, wrong_state
from lambada_labs.cloud.local.message import AwsResponse
from lambada_labs.model import LATEST, FunctionConfig, Invocation, Reply
from lambada_labs.runtime.ports import Throttled
from lambada_labs.runtime.run import new_trace_id

REQUEST_LIMIT = facts.number("limit.payload.request")
EVENT_LIMIT = facts.number("limit.payload.event")
CONTEXT_LIMIT = facts.number("limit.client_context_bytes")
TAIL_LIMIT = facts.number("limit.log_tail")
ACCEPTED, NO_CONTENT, TOO_MANY = 202, 204, 429
TRACE_HEADER = "x-amzn-trace-id"
#: What AWS proposes to wait; undocumented, 1 s as in public records.
RETRY_AFTER_S = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The version that runs, and the ARN under which it was asked for."""

    config: FunctionConfig
    invoked_arn: str


async def invoke(plane: ControlPlane, call: Call) -> Answer:
    """Invoke: `RequestResponse` waits, `Event` queues, `DryRun` only checks."""
    invocation = accepted(plane, call)
    kind = call.parameters.get("InvocationType", "RequestResponse")
    if kind == "DryRun":
        return AwsResponse(status=NO_CONTENT)
    if kind == "Event":
        plane.engine.submit(invocation)
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
    target = find_target(plane, call.function())
    return Invocation(
        function=target.config,
        event=event_of(payload),
        request_id=call.request.request_id,
        invoked_arn=target.invoked_arn,
        accepted_at=plane.clock(),
        type="Event" if kind == "Event" else "RequestResponse",
        client_context=_client_context(call.parameters.get("ClientContext")),
        trace_id=call.request.headers.get(TRACE_HEADER) or new_trace_id(plane.clock()),
    )


def find_target(plane: ControlPlane, name: FunctionName) -> Target:
    """The version that a name means at this moment; an alias with two versions draws one.

    Raises:
        AwsError: there is none, or it is not `Active` yet.
    """
    said_as = f"{name.arn}:{name.qualifier or LATEST}"
    function = plane.store.get(name, said_as=said_as)
    version = _chosen(plane, function, name.qualifier or LATEST)
    if version is None:
        raise no_function(said_as)
    if version.state != "Active":
        raise wrong_state(version.state)
    return Target(config=version.invoked, invoked_arn=name.asked_arn)


def throttled(refusal: Throttled) -> AwsError:
    """`TooManyRequestsException` with AWS's `Reason`."""
    return AwsError(
        "TooManyRequestsException",
        "Rate Exceeded.",
        TOO_MANY,
        headers={"Retry-After": str(RETRY_AFTER_S)},
        Reason=refusal.reason,
        Type="User",
    )


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


def _chosen(plane: ControlPlane, function: Function, qualifier: str) -> Version | None:
    alias = function.aliases.get(qualifier)
    return function.version(_drawn(plane, alias) if alias else qualifier)


def _drawn(plane: ControlPlane, alias: Alias) -> str:
    """The main version, or the additional one as often as its weight says."""
    for version, weight in alias.weights.items():
        if plane.chance.random() < weight:
            return version
    return alias.version


def _check_size(payload: bytes, kind: str, operation: str) -> None:
    size = len(payload)
    if kind == "Event" and size > EVENT_LIMIT:
        raise too_large(
            f"{size} byte payload is too large for the Event invocation type (limit {EVENT_LIMIT} bytes)"
        )
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
