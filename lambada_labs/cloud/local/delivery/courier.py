"""Sends parcels through the cloud's own door, as any client would: signed, authenticated, routed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from lambada_labs.cloud.local.delivery.letters import Letter, letter
from lambada_labs.cloud.local.delivery.role_keys import RoleKeys
from lambada_labs.cloud.local.identity import Key
from lambada_labs.runtime.events.ports import DeliveryFailed, Parcel

TRACE_HEADER = "X-Amzn-Trace-Id"
PATIENCE_S = 30.0
FIRST_REFUSAL = 300
_IN_XML = re.compile(r"<(Code|Message)>(.*?)</\1>", re.DOTALL)


class Courier:
    """One connection pool to this cloud. `endpoint` is where it listens, known once it does."""

    def __init__(self, keys: RoleKeys, *, endpoint: Callable[[], str]) -> None:
        self._keys, self._endpoint = keys, endpoint
        self._session: ClientSession | None = None

    async def deliver(self, parcel: Parcel) -> None:
        """Send a parcel once; `DeliveryFailed` with the target's own words where it was not taken."""
        endpoint = self._endpoint()
        sent = letter(parcel, endpoint)
        headers = _signed(sent, endpoint, self._keys.of(parcel.function, parcel.target), parcel.trace_id)
        try:
            status, body = await self._exchange(sent, endpoint, headers)
        except (ClientError, TimeoutError, OSError) as problem:
            raise DeliveryFailed(f"no answer ({type(problem).__name__})") from problem
        _judge(status, body)

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()

    async def _exchange(self, sent: Letter, endpoint: str, headers: dict[str, str]) -> tuple[int, bytes]:
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(PATIENCE_S))
        url = URL(endpoint + sent.path, encoded=True)
        async with self._session.request(sent.method, url, data=sent.body, headers=headers) as answer:
            return answer.status, await answer.read()


def _signed(sent: Letter, endpoint: str, key: Key, trace_id: str | None) -> dict[str, str]:
    """The headers with the role's signature."""
    from botocore.auth import S3SigV4Auth, SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    traced = {TRACE_HEADER: trace_id} if trace_id else {}
    request = AWSRequest(
        method=sent.method, url=endpoint + sent.path, data=sent.body, headers={**sent.headers, **traced}
    )
    signer = S3SigV4Auth if sent.service == "s3" else SigV4Auth
    signer(Credentials(key.access_key_id, key.secret, key.token), sent.service, sent.region).add_auth(request)
    return dict(request.headers.items())


def _judge(status: int, body: bytes) -> None:
    if status >= FIRST_REFUSAL:
        raise DeliveryFailed(_said(body) or f"HTTP status {status}")
    # A bus refuses single events inside an answer of 200.
    if body.startswith(b"{") and b'"FailedEntryCount"' in body:
        answer = json.loads(body)
        if answer["FailedEntryCount"]:
            entry = answer["Entries"][0]
            raise DeliveryFailed(f"{entry.get('ErrorCode')}: {entry.get('ErrorMessage')}")


def _said(body: bytes) -> str:
    """`Code: message` out of AWS's JSON or XML."""
    text = body.decode("utf-8", "replace")
    try:
        found = json.loads(text)
    except ValueError:
        return ": ".join(part for _, part in _IN_XML.findall(text))[:500]
    if not isinstance(found, dict):
        return ""
    code = str(found.get("__type", "")).rpartition("#")[2]
    message = found.get("message") or found.get("Message") or ""
    return ": ".join(part for part in (code, str(message)) if part)
