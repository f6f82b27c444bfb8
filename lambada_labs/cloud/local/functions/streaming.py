"""InvokeWithResponseStream: pieces go to the caller as the handler writes them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from lambada_labs.cloud.local.functions.eventstream import CONTENT_TYPE, invoke_complete, payload_chunk
from lambada_labs.cloud.local.functions.invoke import accepted, log_result
from lambada_labs.cloud.local.functions.ports import Answer, Call, ControlPlane
from lambada_labs.cloud.local.functions.throttles import throttled
from lambada_labs.cloud.local.message import AwsResponse
from lambada_labs.model import Invocation, Reply
from lambada_labs.runtime.ports import Throttled

NO_CONTENT = 204


async def invoke_with_response_stream(plane: ControlPlane, call: Call) -> Answer:
    """InvokeWithResponseStream; a buffered response comes as one piece."""
    invocation = accepted(plane, call)
    if call.parameters.get("InvocationType") == "DryRun":
        return AwsResponse(status=NO_CONTENT)
    stream = _Stream(plane, invocation)
    try:
        await stream.begin()
    except Throttled as refusal:
        raise throttled(refusal) from None
    tail = call.parameters.get("LogType") == "Tail"
    headers = [
        ("Content-Type", CONTENT_TYPE),
        ("X-Amz-Executed-Version", invocation.function.version),
    ]
    return AwsResponse(headers=headers, body=stream.frames(tail=tail))


class _Stream:
    """One invocation under way, and the piece of its response not sent yet.

    The caller going away does not end the invocation, as on AWS: what comes then is dropped.
    """

    def __init__(self, plane: ControlPlane, invocation: Invocation) -> None:
        # One piece at most waits here, so that a slow reader slows the handler; None is the end.
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=1)
        self._abandoned = False
        self._first: bytes | None = None
        self._run = asyncio.ensure_future(self._invoked(plane, invocation))

    async def begin(self) -> None:
        """Wait for the first piece or the end; raises what refused the invocation."""
        self._first = await self._pieces.get()
        if self._first is None:
            await self._run

    async def frames(self, *, tail: bool) -> AsyncIterator[bytes]:
        """The response as event stream frames, `InvokeComplete` last."""
        piece = self._first
        try:
            while piece is not None:
                yield payload_chunk(piece)
                piece = await self._pieces.get()
            yield invoke_complete(_ending(await self._run, tail=tail))
        finally:
            self._abandon()

    async def _invoked(self, plane: ControlPlane, invocation: Invocation) -> Reply:
        try:
            return await plane.engine.invoke(invocation, on_chunk=self._take)
        finally:
            await self._take(None)

    async def _take(self, piece: bytes | None) -> None:
        if not self._abandoned:
            await self._pieces.put(piece)

    def _abandon(self) -> None:
        self._abandoned = True
        while not self._pieces.empty():
            self._pieces.get_nowait()


def _ending(reply: Reply, *, tail: bool) -> dict[str, str]:
    members = {}
    if reply.function_error:
        members["ErrorCode"] = _error_type(reply.payload) or reply.function_error
        members["ErrorDetails"] = reply.payload.decode(errors="replace")
    if tail:
        members["LogResult"] = log_result(reply)
    return members


def _error_type(payload: bytes) -> str | None:
    """What the runtime calls the error, where it says so in JSON."""
    try:
        document = json.loads(payload)
    except ValueError:
        return None
    return document.get("errorType") if isinstance(document, dict) else None
