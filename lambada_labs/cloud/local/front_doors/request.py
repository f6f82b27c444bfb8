"""A request that came to a door, and the pieces every event is made of."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import unquote

from lambada_labs.cloud.local.message import WireRequest, split_query

Pairs = tuple[tuple[str, str], ...]

#: Types whose body an HTTP API and a load balancer hand on as text; all others, and none, come in base64.
#: Source: ELB user guide, "Lambda functions as targets"; for HTTP APIs measured on AWS (ministack pull request 766).
TEXT_TYPES = frozenset({"application/json", "application/javascript", "application/xml"})
_ID_BYTES = 11
_WRITTEN_BY_DOOR = frozenset(
    {"host", "x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"}
)
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "expect"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorRequest:
    """What a client sent to a door, told as AWS would have seen it.

    `raw_path` and `raw_query` are percent-encoded and the door's own (the prefix of a plain URL is gone);
    `headers` keep order and spelling, hop-by-hop ones are gone; `host` is the door's name on AWS, `at` seconds
    since the epoch. `wire` is the request as it came, for its signature; `too_long`: its body was not
    read.
    """

    method: str
    raw_path: str
    raw_query: str
    headers: Pairs
    body: bytes
    host: str
    source_ip: str
    request_id: str
    trace_id: str
    at: float
    wire: WireRequest
    too_long: bool = False
    query: Pairs = field(init=False)

    def __post_init__(self) -> None:
        """Decode the query once."""
        object.__setattr__(self, "query", split_query(self.raw_query))

    @property
    def path(self) -> str:
        """The path, decoded."""
        return unquote(self.raw_path)

    @property
    def user_agent(self) -> str:
        """What the client says it is."""
        return self.header("user-agent") or ""

    @property
    def root_trace(self) -> str:
        """`Root=…` alone, as the header carries it on."""
        return self.trace_id.partition(";")[0]

    def header(self, name: str) -> str | None:
        """The last value of a header, by any spelling of its name."""
        wanted = name.lower()
        return next((value for key, value in reversed(self.headers) if key.lower() == wanted), None)

    def header_values(self, name: str) -> list[str]:
        """All values of a header in order."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in lower case; empty where there is none."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def is_text(self) -> bool:
        """Whether an HTTP API or a load balancer hands the body on as text."""
        return self.media_type.startswith("text/") or self.media_type in TEXT_TYPES


def forwarded(
    headers: Iterable[tuple[str, str]], host: str, trace: str, source_ip: str, via: tuple[str, str]
) -> Pairs:
    """The headers with what a door of AWS adds: its own host name, the trace, who came, by which port and scheme."""
    known = [value for name, value in headers if name.lower() == "x-forwarded-for"]
    kept = [(name, value) for name, value in end_to_end(headers) if name.lower() not in _WRITTEN_BY_DOOR]
    added = [
        ("Host", host),
        ("X-Amzn-Trace-Id", trace),
        ("X-Forwarded-For", ", ".join([*known, source_ip])),
        ("X-Forwarded-Port", via[0]),
        ("X-Forwarded-Proto", via[1]),
    ]
    return (*kept, *added)


def end_to_end(headers: Iterable[tuple[str, str]]) -> Pairs:
    """The headers that are for the other end, not for the next hop."""
    return tuple((name, value) for name, value in headers if name.lower() not in _HOP_BY_HOP)


def last_values(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """One value for each name, the last one sent."""
    return dict(pairs)


def all_values(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Every value of each name, in order."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def joined(pairs: Iterable[tuple[str, str]], separator: str = ",") -> dict[str, str]:
    """The values of each name in one text."""
    return {name: separator.join(values) for name, values in all_values(pairs).items()}


def lowered(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """The same pairs with names in lower case."""
    return tuple((name.lower(), value) for name, value in pairs)


def gateway_id(request_id: str) -> str:
    """The id by which an HTTP API names a request, and a REST API beside its own: `JKJaXmPLvHcESHA=`."""
    digest = hashlib.sha256(request_id.encode()).digest()[:_ID_BYTES]
    return base64.urlsafe_b64encode(digest).decode()


def common_log_time(at: float) -> str:
    """`12/Mar/2020:19:03:58 +0000`."""
    return datetime.fromtimestamp(at, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")


def or_none(mapping: Mapping[str, object]) -> Mapping[str, object] | None:
    """An empty mapping as JSON's null, which is how events say that there is nothing."""
    return mapping or None
