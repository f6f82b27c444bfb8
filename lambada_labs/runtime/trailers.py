"""The trailers of a streamed response: a runtime reports a late error in them, and aiohttp drops them.

Source: "Building a custom runtime for AWS Lambda", response streaming: error type and body as trailers.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from aiohttp import web

_KEPT = 64 * 1024
_ERROR_TYPE = b"lambda-runtime-function-error-type"
_ERROR_BODY = b"lambda-runtime-function-error-body"


class TrailerKeepingHandler(web.RequestHandler):
    """A connection that remembers the end of what it received."""

    __slots__ = ("received",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.received = b""

    def data_received(self, data: bytes) -> None:
        """Called by the transport."""
        self.received = data if len(data) >= _KEPT else (self.received + data)[-_KEPT:]
        super().data_received(data)


class TrailerKeepingServer(web.Server):
    """A server of such connections."""

    def __call__(self) -> web.RequestHandler:
        """A new connection."""
        return TrailerKeepingHandler(self, loop=self._loop, **self._kwargs)


def error_in_trailers(request: web.BaseRequest) -> tuple[str, bytes] | None:
    """The error type and the decoded error body, when the chunked body just read ended with them."""
    handler = request.protocol
    if not isinstance(handler, TrailerKeepingHandler):
        return None
    trailers = _fields(handler.received.rpartition(b"0\r\n")[2])
    if _ERROR_TYPE not in trailers:
        return None
    return trailers[_ERROR_TYPE].decode("latin-1"), _decoded(trailers.get(_ERROR_BODY, b""))


def _fields(block: bytes) -> dict[bytes, bytes]:
    lines = (line.partition(b":") for line in block.split(b"\r\n"))
    return {name.strip().lower(): value.strip() for name, colon, value in lines if colon}


def _decoded(value: bytes) -> bytes:
    """The body is base64; one that is not is passed on as it came."""
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        return value
