"""A verified request as a WSGI call, and what comes back as an answer."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from lambada_labs.cloud.local.message import AwsRequest, AwsResponse

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# The proof has been given: what is behind the gateway must not see or judge it again.
SPENT_HEADERS = frozenset(
    {"authorization", "x-amz-security-token", "transfer-encoding", "expect", "connection", "user-agent"}
    | {"content-length", "content-type"}
)
SPENT_PARAMETERS = frozenset(
    {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders"}
    | {"X-Amz-Signature", "X-Amz-Security-Token", "X-Amz-Content-Sha256"}
    | {"AWSAccessKeyId", "Signature", "Expires", "x-amz-security-token"}
)
PRESIGNED_MARKS = ("X-Amz-Signature=", "Signature=")
HOP_HEADERS = frozenset({"connection", "transfer-encoding", "server", "date"})


def environ_of(request: AwsRequest, extra: Mapping[str, str]) -> dict[str, Any]:
    """The WSGI environment; `extra` are headers of ours, by their usual names, which win."""
    target = request.raw_path + (f"?{query}" if (query := _query(request.raw_query)) else "")
    host, _, port = request.headers.get("host", "127.0.0.1").partition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.raw_path).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": target,
        "REQUEST_URI": target,
        "SERVER_NAME": host,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in {**request.headers, **extra}.items():
        # A name with "_" would stand in for the one with "-": the caller adds those it can tell apart.
        if "_" not in name and (name not in SPENT_HEADERS or name in extra):
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    return environ


def call(application: Application, environ: dict[str, Any]) -> AwsResponse:
    """Run the application to its end; whatever it raises comes through."""
    response = AwsResponse()

    def start(status: str, headers: list[tuple[str, str]], _: object = None) -> None:
        response.status = int(status.split(" ", 1)[0])
        response.headers = [(name, value) for name, value in headers if name.lower() not in HOP_HEADERS]

    pieces = application(environ, start)
    try:
        response.body = b"".join(pieces)
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()
    return response


def _query(raw_query: str) -> str:
    if not any(mark in raw_query for mark in PRESIGNED_MARKS):
        return raw_query
    kept = (part for part in raw_query.split("&") if part.partition("=")[0] not in SPENT_PARAMETERS)
    return "&".join(kept)
