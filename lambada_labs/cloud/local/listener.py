"""How bytes come in and go out: one aiohttp server on loopback, bounded in every direction."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage
from aiohttp.streams import StreamReader

from lambada_labs.cloud.local.message import AwsResponse

LOOPBACK = "127.0.0.1"
LONGEST_LINE = 64 * 1024
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a client may ask of the listener: bytes of a body, connections, seconds.

    Beyond `connections` the one that has rested longest makes room for the new one; a connection that has not
    asked anything yet counts as resting after `fresh_s`. Where none rests, the new one is answered 503.
    """

    body_bytes: int = 96 * 1024 * 1024
    connections: int = 512
    quiet_s: float = 75.0
    body_s: float = 60.0
    fresh_s: float = 10.0


class Listener:
    """An HTTP server that hands whole heads to `answer` and writes what comes back."""

    def __init__(self, answer: Callable[[web.BaseRequest], Awaitable[AwsResponse]], bounds: Bounds) -> None:
        self._answer, self._bounds = answer, bounds
        self._server: _BoundedServer | None = None
        self._socket: asyncio.Server | None = None

    async def start(self, port: int = 0) -> int:
        """Listen on loopback and return the port; OSError where it is taken."""
        self._server = _BoundedServer(
            self._handle,
            bounds=self._bounds,
            keepalive_timeout=self._bounds.quiet_s,
            auto_decompress=False,
            access_log=None,
            max_line_size=LONGEST_LINE,
            max_field_size=LONGEST_LINE,
        )
        loop = asyncio.get_running_loop()
        self._socket = await loop.create_server(self._server, LOOPBACK, port, backlog=256)
        return int(self._socket.sockets[0].getsockname()[1])

    async def stop(self, grace_s: float = 2.0) -> None:
        """Stop listening, give running requests `grace_s` seconds, close every connection."""
        if self._socket is None or self._server is None:
            return
        self._socket.close()
        self._server.pre_shutdown()
        await self._server.shutdown(grace_s)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        answer = await self._answer(request)
        headers = _headers(answer)
        if isinstance(answer.body, bytes):
            return _plain(request, answer, headers, answer.body)
        return await _streamed(request, answer, headers)


def _headers(answer: AwsResponse) -> list[tuple[str, str]]:
    # A header with a line break would let a stored value write headers of its own.
    return [(name, value.replace("\r", " ").replace("\n", " ")) for name, value in answer.headers]


def _plain(
    request: web.BaseRequest, answer: AwsResponse, headers: list[tuple[str, str]], body: bytes
) -> web.StreamResponse:
    if request.method == "HEAD":
        return web.Response(status=answer.status, reason=answer.reason, headers=headers)
    kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
    return web.Response(status=answer.status, reason=answer.reason, headers=kept, body=body)


async def _streamed(
    request: web.BaseRequest, answer: AwsResponse, headers: list[tuple[str, str]]
) -> web.StreamResponse:
    """Piece by piece; whoever makes the pieces hears of it when the client is gone."""
    assert not isinstance(answer.body, bytes)  # noqa: S101 (the caller looked)
    response = web.StreamResponse(status=answer.status, headers=headers)
    try:
        await response.prepare(request)
        async for piece in answer.body:
            await response.write(piece)
        await response.write_eof()
    finally:
        close = getattr(answer.body, "aclose", None)
        if close is not None:
            await close()
    return response


class _BoundedServer(web.Server):
    """The server of aiohttp with a cap on connections and on bodies.

    A client that never reads its answers keeps their connections: they must not keep others out.
    """

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
        *,
        bounds: Bounds,
        **kwargs: Any,
    ) -> None:
        super().__init__(self._working(handler), request_factory=self._request, **kwargs)
        self._bounds = bounds
        self._open: set[web.RequestHandler] = set()
        #: Connections that wait for a request → the loop's time from which on they count as resting.
        self._resting: dict[web.RequestHandler, float] = {}

    def __call__(self) -> Any:
        # Counted here and not when the connection is made: a burst is accepted before any of it is made.
        if len(self._open) >= self._bounds.connections and not self._make_room():
            return _Full()
        handler = super().__call__()
        self._open.add(handler)
        self._resting[handler] = self._loop.time() + self._bounds.fresh_s
        return handler

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        self._forget(handler)
        super().connection_lost(handler, exc)

    def _make_room(self) -> bool:
        """Close the connection that has rested longest; False where none rests."""
        if not self._resting:
            return False
        handler = min(self._resting, key=self._resting.__getitem__)
        if self._resting[handler] > self._loop.time():
            return False
        self._forget(handler)
        handler.close()
        return True

    def _forget(self, handler: web.RequestHandler) -> None:
        self._open.discard(handler)
        self._resting.pop(handler, None)

    def _working(
        self, answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
        """`answer`, with its connection at work meanwhile and resting afterwards."""

        async def answered(request: web.BaseRequest) -> web.StreamResponse:
            handler = request.protocol
            self._resting.pop(handler, None)
            try:
                return await answer(request)
            finally:
                if handler in self._open:
                    self._resting[handler] = self._loop.time()

        return answered

    def _request(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: web.RequestHandler,
        writer: AbstractStreamWriter,
        task: asyncio.Task[None],
    ) -> web.BaseRequest:
        return web.BaseRequest(
            message,
            payload,
            protocol,
            writer,
            task,
            self._loop,
            client_max_size=self._bounds.body_bytes,
        )


class _Full(asyncio.Protocol):
    """What a connection beyond the cap meets."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            transport.write(
                b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            )
            transport.close()


async def read_body(request: web.BaseRequest, bounds: Bounds) -> bytes | None:
    """The whole body, or None where it is longer than allowed; TimeoutError when it does not come."""
    if (request.content_length or 0) > bounds.body_bytes:
        return None
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0
    if not request.can_read_body:
        return b""
    try:
        if request.content.is_eof():
            return await request.read()
        async with asyncio.timeout(bounds.body_s):
            return await request.read()
    except web.HTTPRequestEntityTooLarge:
        return None


def lower_headers(request: web.BaseRequest) -> Mapping[str, str]:
    """Header names in lower case, repeated ones joined as HTTP allows."""
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        key = name.lower()
        headers[key] = f"{headers[key]},{value}" if key in headers else value
    return headers


def new_request_id() -> str:
    """A request id in AWS's form."""
    return str(uuid.uuid4())
