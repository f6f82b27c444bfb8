"""What leaves a door: only headers that are headers, and addresses that lead back to the same door."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from lambada_labs.cloud.local.front_doors.addresses import Found
from lambada_labs.cloud.local.message import AwsResponse

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: Headers about this connection: the server writes its own.
_OURS = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "content-length", "upgrade", "trailer", "te"}
)
_PORTS = {"http": 80, "https": 443}


def cleaned(answer: AwsResponse) -> AwsResponse:
    """The answer without headers that are no headers, or not a function's to give."""
    kept = [
        (name, value)
        for name, value in answer.headers
        if _TOKEN.fullmatch(name) and name.lower() not in _OURS
    ]
    answer.headers = kept
    return answer


def relocated(answer: AwsResponse, found: Found, base_of: Callable[[Found, int], str | None]) -> AwsResponse:
    """The answer with its `Location` turned to the address by which the client came.

    On AWS a redirect leads back to the API or balancer by its own name; from a local address the browser would
    leave the machine. `base_of` gives the local address of the balancer's listener on another port.
    """
    if not found.base or not any(name.lower() == "location" for name, _ in answer.headers):
        return answer
    headers = [
        (name, _turned(value, found, base_of) if name.lower() == "location" else value)
        for name, value in answer.headers
    ]
    return replace(answer, headers=headers)


def _turned(location: str, found: Found, base_of: Callable[[Found, int], str | None]) -> str:
    if location.startswith("/") and not location.startswith("//"):
        return found.base + location[1:] if found.by_path else location
    try:
        parts = urlsplit(location)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return location
    if parts.hostname != found.address.aws_host.partition(":")[0]:
        return location
    same = found.address.kind == "api" or port == found.address.port
    base = found.base if same else base_of(found, port)
    rest = parts.path.removeprefix("/") + (f"?{parts.query}" if parts.query else "")
    return location if base is None else base + rest + (f"#{parts.fragment}" if parts.fragment else "")
