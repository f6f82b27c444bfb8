"""InvokeWithResponseStream: pieces go to the caller as the handler writes them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from lambada_labs.cloud.local.functions.eventstream import CONTENT_TYPE, invoke_complete, payload_chunk
from lambada_labs.cloud.local.functions.invoke import accepted, log_result, throttled
from lambada_labs.cloud.local.functions.ports import Answer, Call, ControlPlane
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
    """One invocation under way, and the pieces of its response not sent yet.

    The caller going away does not end the invocation, as on AWS.
    """

    def __init__(self, plane: ControlPlane, invocation: Invocation) -> None:
        # One piece at most waits here, so that a slow reader slows the handler.
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=1)
        self._abandoned = False
        self._run = asyncio.ensure_future(plane.engine.invoke(invocation, on_chunk=self._take))
        self._first: asyncio.Task[bytes | None] | None = None

    async def begin(self) -> None:
        """Wait for the first piece or the end; raises what refused the invocation."""
        self._first = asyncio.ensure_future(self._pieces.get())
        await asyncio.wait({self._first, self._run}, return_when=asyncio.FIRST_COMPLETED)
        if self._run.done() and self._run.exception() is not None:
            self._first.cancel()
            self._run.result()

    async def frames(self, *, tail: bool) -> AsyncIterator[bytes]:
        """The response as event stream frames, `InvokeComplete` last."""
        streamed = False
        try:
            async for piece in self._all_pieces():
                streamed = True
                yield payload_chunk(piece)
            reply = await self._run
            if not streamed and reply.payload and reply.function_error is None:
                yield payload_chunk(reply.payload)
            yield invoke_complete(_ending(reply, tail=tail))
        finally:
            self._abandoned = True
            self._drop_waiting()

    async def _all_pieces(self) -> AsyncIterator[bytes]:
        while True:
            piece = await self._next()
            if piece is None:
                return
            yield piece

    async def _next(self) -> bytes | None:
        """The next piece, or None when the invocation ended and nothing is left."""
        getting = self._first or asyncio.ensure_future(self._pieces.get())
        self._first = None
        await asyncio.wait({getting, self._run}, return_when=asyncio.FIRST_COMPLETED)
        if getting.done() or not self._pieces.empty():
            return await getting
        getting.cancel()
        return None

    async def _take(self, piece: bytes) -> None:
        if not self._abandoned:
            await self._pieces.put(piece)

    def _drop_waiting(self) -> None:
        while not self._pieces.empty():
            self._pieces.get_nowait()


def _ending(reply: Reply, *, tail: bool) -> dict[str, str]:
    members = {}
    if reply.function_error:
        members["ErrorCode"] = json.loads(reply.payload).get("errorType", reply.function_error)
        members["ErrorDetails"] = reply.payload.decode(errors="replace")
    if tail:
        members["LogResult"] = log_result(reply)
    return members
