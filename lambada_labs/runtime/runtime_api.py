"""The Runtime API over HTTP: one listener on loopback, a secret path for each runtime.

Status codes and error bodies are those of AWS's Runtime Interface Emulator (rapi/handler, rapi/rendering).
"""

from __future__ import annotations

import asyncio
import json

from aiohttp import web

from lambada_labs.runtime import faults
from lambada_labs.runtime.ports import ChunkSink
from lambada_labs.runtime.session import Answer, NotAllowed, Session
from lambada_labs.runtime.short_way import ShortWayServer
from lambada_labs.runtime.trailers import error_in_trailers

_VERSION = "2018-06-01/runtime/"
#: Extensions, Logs API and Telemetry API: lambada_labs runs none of them.
_EXTENSION_PATHS = ("2020-01-01/extension/", "2020-08-15/logs", "2022-07-01/telemetry")
_ERROR_TYPE = "Lambda-Runtime-Function-Error-Type"
_RESPONSE_MODE = "Lambda-Runtime-Function-Response-Mode"
_ANSWERS = ("response", "error")
#: A frozen environment keeps its connection for as long as it lives.
_KEEPALIVE_S = 24 * 3600.0


class RuntimeApi:
    """Finds the session that a path's token names, and speaks HTTP for it."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._server: ShortWayServer | None = None
        self._listener: asyncio.Server | None = None
        self._port = 0

    async def start(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        self._server = ShortWayServer(
            self._handle, sessions=self._sessions, access_log=None, keepalive_timeout=_KEEPALIVE_S
        )
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._server, "127.0.0.1", 0, backlog=1024)
        self._port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening; requests that wait for an event end."""
        for session in list(self._sessions.values()):
            self.close(session)
        if self._listener is not None:
            self._listener.close()
        if self._server is not None:
            await self._server.shutdown(timeout=1)

    def open(self, session: Session) -> str:
        """The `AWS_LAMBDA_RUNTIME_API` of this session."""
        self._sessions[session.token] = session
        return f"127.0.0.1:{self._port}/{session.token}"

    def close(self, session: Session) -> None:
        """From now on its path is unknown."""
        self._sessions.pop(session.token, None)
        session.close()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        token, _, path = request.raw_path[1:].partition("/")
        session = self._sessions.get(token)
        if session is None:
            return _not_found()
        try:
            return await _dispatch(session, request, path)
        except NotAllowed as refusal:
            return _error(403, "InvalidStateTransition", str(refusal))
        except (web.RequestPayloadError, ConnectionError):
            session.finish_answer(_platform_fault(b"", "Runtime.TruncatedResponse"))
            return _error(400, "TruncatedHTTPRequest", "HTTP request detected as truncated")


async def _dispatch(session: Session, request: web.BaseRequest, path: str) -> web.StreamResponse:
    if not path.startswith(_VERSION):
        return _elsewhere(path)
    match (request.method, *path[len(_VERSION) :].split("/")):
        case ("GET", "invocation", "next"):
            return await _next(session)
        case ("POST", "invocation", request_id, kind) if kind in _ANSWERS:
            return await _answer(session, request, request_id, kind)
        case ("POST", "init" | "restore", "error"):
            session.init_error(await _reported_error(request))
            return _accepted()
        case ("GET", "restore", "next"):
            return web.Response()
    return _not_found()


async def _next(session: Session) -> web.StreamResponse:
    delivery = await session.next()
    if delivery is None:
        return _error(410, "RuntimeGone", "This execution environment was shut down.")
    return web.Response(body=delivery.event, headers=delivery.headers)


async def _answer(
    session: Session, request: web.BaseRequest, request_id: str, kind: str
) -> web.StreamResponse:
    if not session.is_current(request_id):
        return _error(400, "InvalidRequestID", "Invalid request ID")
    delivery = session.begin_answer()
    if kind == "error":
        session.finish_answer(await _reported_error(request))
        return _accepted()
    mode = request.headers.get(_RESPONSE_MODE, "")
    if mode not in ("", "streaming"):
        session.finish_answer(_platform_fault(b"", "Runtime.InvalidResponseModeHeader"))
        return _error(400, "InvalidFunctionResponseMode", "Invalid function response mode")
    if mode and delivery.on_chunk is not None:
        return await _streamed(session, request, delivery.on_chunk)
    return await _buffered(session, request)


async def _buffered(session: Session, request: web.BaseRequest) -> web.StreamResponse:
    body = await _body(request, faults.RESPONSE_LIMIT)
    if body is None:
        session.finish_answer(_platform_fault(*faults.response_too_large()))
        text = f"Exceeded maximum allowed payload size ({faults.RESPONSE_LIMIT} bytes)."
        return _error(413, "RequestEntityTooLarge", text)
    session.finish_answer(_answer_of(request, body))
    return _accepted()


async def _streamed(session: Session, request: web.BaseRequest, on_chunk: ChunkSink) -> web.StreamResponse:
    heard = True
    async for chunk in request.content.iter_any():
        heard = heard and await _heard(on_chunk, chunk)
    session.finish_answer(_answer_of(request, b""))
    return _accepted()


async def _heard(on_chunk: ChunkSink, chunk: bytes) -> bool:
    """A caller who went away does not end the function: the rest of its answer is read and dropped."""
    try:
        await on_chunk(chunk)
    except ConnectionError:
        return False
    return True


def _answer_of(request: web.BaseRequest, body: bytes) -> Answer:
    """The response, or the error that a streaming runtime appended to it in its trailers."""
    if "Transfer-Encoding" in request.headers and (found := error_in_trailers(request)):
        error_type, error_body = found
        return Answer(body=error_body, error_type=faults.valid_error_type(error_type), failed=True)
    return Answer(body=body)


async def _reported_error(request: web.BaseRequest) -> Answer:
    """The body goes to the caller as it is, cut at the size that a response may have."""
    body = await _body(request, faults.RESPONSE_LIMIT)
    if body is None:
        return _platform_fault(*faults.response_too_large())
    given = request.headers.get(_ERROR_TYPE)
    return Answer(body=body, error_type=faults.valid_error_type(given), failed=True)


def _platform_fault(payload: bytes, error_type: str) -> Answer:
    return Answer(body=payload, error_type=error_type, failed=True, fault=True)


async def _body(request: web.BaseRequest, limit: int) -> bytes | None:
    """The whole body; None when it is longer than `limit` (read to its end, so that our answer arrives)."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    parts, size = [], 0
    async for part in request.content.iter_any():
        size += len(part)
        if size <= limit:
            parts.append(part)
    return b"".join(parts) if size <= limit else None


def _elsewhere(path: str) -> web.StreamResponse:
    if path.startswith(_EXTENSION_PATHS):
        return _error(
            403,
            "Extension.NotSupported",
            "lambada_labs runs no extensions, and has neither Logs nor Telemetry API.",
        )
    return _not_found()


def _not_found() -> web.StreamResponse:
    return web.Response(status=404, text="404 page not found\n")


def _accepted() -> web.StreamResponse:
    return web.Response(status=202, body=b'{"status":"OK"}\n', content_type="application/json")


def _error(status: int, error_type: str, message: str) -> web.StreamResponse:
    body = json.dumps({"errorMessage": message, "errorType": error_type}) + "\n"
    return web.Response(status=status, text=body, content_type="application/json")
