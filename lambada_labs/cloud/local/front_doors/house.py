"""All doors of one cloud: which one a request means, what it is told, and where each of them is."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from lambada_labs import facts
from lambada_labs.cloud.local import regions
from lambada_labs.cloud.local.activity import Activity
from lambada_labs.cloud.local.front_doors.addresses import Address, Addresses, Found
from lambada_labs.cloud.local.front_doors.arrival import Arrival
from lambada_labs.cloud.local.front_doors.calling import Caller
from lambada_labs.cloud.local.front_doors.http_api import HttpApiDoor
from lambada_labs.cloud.local.front_doors.http_authorize import Gatekeeper
from lambada_labs.cloud.local.front_doors.request import DoorRequest, Pairs, forwarded
from lambada_labs.cloud.local.front_doors.signed import Verifier
from lambada_labs.cloud.local.front_doors.tables import Stores, http_apis
from lambada_labs.cloud.local.listener import Bounds
from lambada_labs.cloud.local.message import AwsResponse
from lambada_labs.cloud.port import DoorShown
from lambada_labs.runtime.run import new_trace_id

#: The most that any door takes: what is longer is not even read.
LONGEST_BODY = facts.number("limit.api_gateway.payload")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: Headers about this connection: the server writes its own.
_OURS = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "content-length", "upgrade", "trailer", "te"}
)
#: JupyterLab's own cookies: a browser sends them to every port of 127.0.0.1, and no handler may see them.
_STRANGE_COOKIE = re.compile(r"_xsrf|username-.*|jupyterhub-.*|jupyter-hub-.*")


class FrontDoors:
    """Finds the door of a request and has it answered; knows the addresses of all."""

    def __init__(
        self,
        *,
        stores: Stores,
        caller: Caller,
        verify: Verifier,
        account_id: str,
        secret: bytes,
        activity: Activity,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._stores = _only_known(stores)
        self._addresses = Addresses(secret)
        self._activity, self._clock = activity, clock
        self._http = HttpApiDoor(self._stores, caller, Gatekeeper(caller, verify), account_id)

    bounds = Bounds(body_bytes=LONGEST_BODY)

    def find(self, host: str, raw_path: str, port: int) -> Found | None:
        """The door that a Host header and a path mean, or None where there is none."""
        found = self._addresses.find(host, raw_path, port, ())
        return found if found and self._exists(found.address) else None

    def _exists(self, address: Address) -> bool:
        return self._http.find(address.region, address.name) is not None

    async def answer(self, found: Found, arrival: Arrival) -> AwsResponse:
        """The door's answer."""
        self._activity.began()
        try:
            return outgoing(await self._answer(found, arrival))
        finally:
            self._activity.ended()

    async def _answer(self, found: Found, arrival: Arrival) -> AwsResponse:
        address = found.address
        request = self._request(found, arrival)
        http = self._http.find(address.region, address.name)
        if http is not None:
            return await self._http.answer(http, address.region, request)
        return AwsResponse.of_json({"message": "Not Found"}, 404)

    def shown(self, base: str) -> list[DoorShown]:
        """Every door there is; `base` is the cloud's address, `http://127.0.0.1:PORT`."""
        found = [
            (Address(kind="api", name=api.api_id, region=region), "HTTP API", api.name)
            for region, api in http_apis(self._stores, regions.known())
        ]
        return [self._shown(base, *one) for one in found]

    def _shown(self, base: str, address: Address, kind: str, name: str) -> DoorShown:
        port = base.rpartition(":")[2]
        return DoorShown(
            kind=kind,
            name=name,
            id=address.name,
            region=address.region,
            aws_url=f"https://{address.aws_host}/"
            if address.kind == "api"
            else f"http://{address.aws_host}/",
            local_url=f"http://{self._addresses.local_host(address)}:{port}/",
            plain_url=base + self._addresses.plain_path(address),
        )

    def _request(self, found: Found, arrival: Arrival) -> DoorRequest:
        now = self._clock()
        given = arrival.wire.headers.get("x-amzn-trace-id", "")
        trace_id = given if "Root=" in given else new_trace_id(now)
        headers = _own_cookies(arrival.headers) if found.by_path else arrival.headers
        host = found.address.aws_host
        via = ("443", "https") if found.address.kind == "api" else (str(found.address.port), "http")
        return DoorRequest(
            method=arrival.wire.method,
            raw_path=found.raw_path,
            raw_query=arrival.wire.raw_query,
            headers=forwarded(headers, host, trace_id.partition(";")[0], arrival.source_ip, via),
            body=arrival.wire.body,
            too_long=arrival.too_long,
            host=host.partition(":")[0],
            source_ip=arrival.source_ip,
            request_id=arrival.request_id,
            trace_id=trace_id,
            at=now,
            wire=arrival.wire,
        )


def outgoing(answer: AwsResponse) -> AwsResponse:
    """The answer without headers that are no headers, or not a function's to give."""
    answer.headers = [
        (name, value)
        for name, value in answer.headers
        if _TOKEN.fullmatch(name) and name.lower() not in _OURS
    ]
    return answer


def _own_cookies(headers: Pairs) -> Pairs:
    """The headers without the cookies of JupyterLab, which shares the host name of a plain URL."""
    cleaned = [
        (name, _without_strange(value) if name.lower() == "cookie" else value) for name, value in headers
    ]
    return tuple((name, value) for name, value in cleaned if value or name.lower() != "cookie")


def _without_strange(cookies: str) -> str:
    parts = [one.strip() for one in cookies.split(";")]
    return "; ".join(one for one in parts if not _STRANGE_COOKIE.fullmatch(one.partition("=")[0]))


def _only_known(stores: Stores) -> Stores:
    """No store is made for a Region that a stranger thought up."""
    return lambda service, region: stores(service, region) if region in regions.known() else None
