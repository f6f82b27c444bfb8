"""What a verified request to the local cloud is, who sent it, and what an answer to it looks like."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, Protocol
from urllib.parse import unquote

from lambada_labs.model import FunctionConfig


def _still_there() -> bool:
    return False


PrincipalKind = Literal["root", "user", "role-session", "anonymous"]
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who signed a request, as `sts get-caller-identity` would say it.

    `function` and `environment_id` are set when the keys are those of an execution environment.
    `user_id` is the account for root, `AIDA…` for users, `AROA…:session` for role sessions.
    `invoked_by` is the principal of a service that acts in this role, as CloudTrail's `invokedBy`; else empty.
    """

    arn: str
    account_id: str
    kind: PrincipalKind
    access_key_id: str
    user_id: str
    function: FunctionConfig | None = None
    environment_id: str | None = None
    invoked_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireRequest:
    """A request as it came in, before anybody knows who sent it; `headers` have lower-case names."""

    method: str
    raw_path: str
    raw_query: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsRequest:
    """One request whose signature is already verified.

    `raw_path` and `raw_query` are as sent (percent-encoded), `path` is decoded once, `query` decoded pairs
    in the order sent. `headers` have lower-case names (repeated ones joined by `,`). `body` is whole, with
    S3's `aws-chunked` framing removed. `service` and `region` are those of the signature. `gone` tells, at
    any time, whether the client has closed the connection: nobody will read an answer.
    """

    method: str
    raw_path: str
    raw_query: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    caller: Principal
    service: str
    region: str
    request_id: str
    gone: Callable[[], bool] = field(default=_still_there, compare=False)

    def parameter(self, name: str) -> str | None:
        """The first value of a query parameter, or None; names are case-sensitive as on AWS."""
        return next((value for key, value in self.query if key == name), None)

    def json(self) -> Any:
        """The body as JSON, an empty body as `{}`.

        Raises:
            ValueError: the body is not JSON in UTF-8.
        """
        return json.loads(self.body) if self.body else {}


@dataclass(slots=True, kw_only=True)
class AwsResponse:
    """An answer: the whole body, or its pieces as they come; `reason` is its phrase where it is not the usual one."""

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | AsyncIterator[bytes] = b""
    reason: str | None = None

    @classmethod
    def of_json(
        cls, value: object, status: int = 200, *, headers: Mapping[str, str] = NO_HEADERS
    ) -> AwsResponse:
        """A JSON document with the content type of the rest-json protocol."""
        body = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
        return cls(status=status, headers=[("Content-Type", "application/json"), *headers.items()], body=body)


class Service(Protocol):
    """Whoever answers the requests of one AWS service."""

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer; an `AwsError` raised here is rendered in the protocol the client spoke."""
        ...


def split_query(raw_query: str) -> tuple[tuple[str, str], ...]:
    """Decoded pairs of a query string as AWS reads it: order kept, a key without `=` has an empty value."""
    pairs = (part.partition("=") for part in raw_query.split("&") if part)
    return tuple((_decode(key), _decode(value)) for key, _, value in pairs)


def _decode(text: str) -> str:
    return unquote(text.replace("+", " "))
