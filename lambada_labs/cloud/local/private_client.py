"""Signed requests to the cloud's private operations (`/_lambada/…`) with the standard library alone."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from lambada_labs.cloud.local.sigv4 import ALGORITHM, signing_key
from lambada_labs.errors import BadInput, CloudUnavailable

SERVICE = "lambada"
ROOT_PATH = "/_lambada/"
NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})
_OK, _NOT_FOUND = 200, 404


class Keys(Protocol):
    """Where a cloud is and who asks it; a `CloudState` is one."""

    @property
    def endpoint_url(self) -> str:
        """`http://127.0.0.1:PORT`."""

    @property
    def access_key_id(self) -> str:
        """The root key's id."""

    @property
    def secret_access_key(self) -> str:
        """The root key's secret."""

    @property
    def region(self) -> str:
        """The cloud's Region, part of the signature."""


def call(
    cloud: Keys, operation: str, parameters: Mapping[str, str] = NO_PARAMETERS, *, timeout_s: float = 10.0
) -> Any:
    """The JSON answer of one private operation.

    Raises:
        CloudUnavailable: nobody answers there, or whoever answers does not know these keys.
        BadInput: it knows no function of the name that a parameter gave.
    """
    query = "&".join(
        f"{quote(key, safe='~')}={quote(parameters[key], safe='~')}" for key in sorted(parameters)
    )
    host = urlsplit(cloud.endpoint_url).netloc
    path = ROOT_PATH + operation
    connection = http.client.HTTPConnection(host, timeout=timeout_s)
    try:
        target = f"{path}?{query}" if query else path
        connection.request("GET", target, headers=_signed(cloud, host, path, query))
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        seen = f"the local cloud at {host} does not answer ({error})"
        raise CloudUnavailable(
            seen, todo="Start it again: lambada up, or open_lab(...) in a notebook"
        ) from error
    finally:
        connection.close()
    return _content(answer.status, body, host)


def _content(status: int, body: bytes, host: str) -> Any:
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    if status == _OK and content is not None:
        return content
    if status == _NOT_FOUND and isinstance(content, dict) and "message" in content:
        raise BadInput(str(content["message"]))
    seen = f"{host} answered {status} {body[:200].decode('utf-8', 'replace')!r}"
    raise CloudUnavailable(seen, "an answer of the local cloud", "Run lambada down, then lambada up")


def _signed(cloud: Keys, host: str, path: str, query: str) -> dict[str, str]:
    """The headers of a GET without a body, signed with Signature Version 4."""
    date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = f"{date[:8]}/{cloud.region}/{SERVICE}/aws4_request"
    empty = hashlib.sha256(b"").hexdigest()
    canonical = f"GET\n{path}\n{query}\nhost:{host}\nx-amz-date:{date}\n\nhost;x-amz-date\n{empty}"
    to_sign = f"{ALGORITHM}\n{date}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = signing_key(cloud.secret_access_key, date[:8], cloud.region, SERVICE)
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    credential = f"Credential={cloud.access_key_id}/{scope}"
    authorization = f"{ALGORITHM} {credential}, SignedHeaders=host;x-amz-date, Signature={signature}"
    return {"Host": host, "X-Amz-Date": date, "Authorization": authorization}
