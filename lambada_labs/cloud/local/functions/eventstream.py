"""The frames of `application/vnd.amazon.eventstream`: prelude, headers, payload, each under a checksum."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping

STRING = 7
PRELUDE_BYTES, CHECKSUM_BYTES = 12, 4
CONTENT_TYPE = "application/vnd.amazon.eventstream"


def payload_chunk(data: bytes) -> bytes:
    """One piece of a streamed response."""
    return frame("PayloadChunk", data, content_type="application/octet-stream")


def invoke_complete(members: Mapping[str, str]) -> bytes:
    """The end of a streamed response: nothing, the log, or what went wrong."""
    return frame("InvokeComplete", json.dumps(members).encode(), content_type="application/json")


def frame(event_type: str, payload: bytes, *, content_type: str) -> bytes:
    """One message. Source: "Event stream encoding", Smithy specification."""
    headers = b"".join(
        _header(name, value)
        for name, value in (
            (":event-type", event_type),
            (":content-type", content_type),
            (":message-type", "event"),
        )
    )
    total = PRELUDE_BYTES + len(headers) + len(payload) + CHECKSUM_BYTES
    prelude = struct.pack(">II", total, len(headers))
    message = prelude + _checksum(prelude) + headers + payload
    return message + _checksum(message)


def _header(name: str, value: str) -> bytes:
    raw_name, raw_value = name.encode(), value.encode()
    return bytes([len(raw_name)]) + raw_name + struct.pack(">BH", STRING, len(raw_value)) + raw_value


def _checksum(data: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(data))
