"""Requests as doors see them, for tests of pure mapping."""

from __future__ import annotations

import json
from typing import Any

from lambada_labs.cloud.local.front_doors.request import DoorRequest, forwarded
from lambada_labs.cloud.local.message import WireRequest
from lambada_labs.model import InvocationRecord, Reply

AT = 1583348638.390
TRACE = "Root=1-5e66d2de-000000000000000000000001"
HOST = "abc1234567.execute-api.us-east-1.amazonaws.com"


def request(
    method: str = "GET",
    path: str = "/pets",
    *,
    query: str = "",
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
    host: str = HOST,
) -> DoorRequest:
    return DoorRequest(
        method=method,
        raw_path=path,
        raw_query=query,
        headers=forwarded(headers, host, TRACE, "127.0.0.1", ("443", "https")),
        body=body,
        host=host,
        source_ip="127.0.0.1",
        request_id="req-1",
        trace_id=TRACE,
        at=AT,
        wire=WireRequest(method=method, raw_path=path, raw_query=query, headers={}, body=body),
    )


def reply(said: Any, *, error: bool = False, raw: bytes | None = None) -> Reply:
    record = InvocationRecord(
        request_id="r",
        function_name="f",
        function_version="$LATEST",
        function_arn="arn:aws:lambda:us-east-1:123456789012:function:f",
        environment_id="e",
        log_group="g",
        log_stream="s",
        accepted_at=AT,
        started_at=AT,
        ended_at=AT,
        duration_ms=1.0,
        billed_ms=1,
        memory_mb=128,
        max_memory_used_mb=30,
    )
    payload = json.dumps(said).encode() if raw is None else raw
    return Reply(record=record, payload=payload, function_error="Unhandled" if error else None)
