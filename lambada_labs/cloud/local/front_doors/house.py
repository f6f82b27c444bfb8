"""All doors of one cloud: which one a request means, what it is told, and where each of them is."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local import regions
from lambada_labs.cloud.local.activity import Activity
from lambada_labs.cloud.local.front_doors.addresses import Address, Addresses, Found
from lambada_labs.cloud.local.front_doors.alb import BalancerDoor
from lambada_labs.cloud.local.front_doors.alb_health import HealthChecks
from lambada_labs.cloud.local.front_doors.arrival import Arrival
from lambada_labs.cloud.local.front_doors.calling import Caller
from lambada_labs.cloud.local.front_doors.control import ApiControl, BalancerControl
from lambada_labs.cloud.local.front_doors.deployments import Deployments
from lambada_labs.cloud.local.front_doors.http_api import HttpApiDoor
from lambada_labs.cloud.local.front_doors.http_authorize import Gatekeeper
from lambada_labs.cloud.local.front_doors.outgoing import cleaned, relocated
from lambada_labs.cloud.local.front_doors.request import DoorRequest, Pairs, forwarded
from lambada_labs.cloud.local.front_doors.rest_api import RestApiDoor
from lambada_labs.cloud.local.front_doors.signed import Verifier
from lambada_labs.cloud.local.front_doors.tables import Listener, Stores, http_apis, listeners, rest_apis
from lambada_labs.cloud.local.listener import Bounds
from lambada_labs.cloud.local.message import AwsResponse, Service
from lambada_labs.cloud.port import DoorShown
from lambada_labs.runtime.run import new_trace_id

#: JupyterLab's own cookies: a browser sends them to every port of 127.0.0.1, and no handler may see them.
_STRANGE_COOKIE = re.compile(r"_xsrf|username-.*|jupyterhub-.*|jupyter-hub-.*")


class FrontDoors:
    """Finds the door of a request and has it answered; knows the addresses of all."""

    bounds = Bounds(body_bytes=facts.number("limit.api_gateway.payload"))

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
        self._stores, self._caller = _only_known(stores), caller
        self._deployments = Deployments()
        self._health = HealthChecks(caller, self._checked_groups, time.monotonic)
        self._addresses = Addresses(secret)
        self._activity, self._clock = activity, clock
        self._http = HttpApiDoor(self._stores, caller, Gatekeeper(caller, verify, self._stores), account_id)
        self._rest = RestApiDoor(self._stores, caller, verify, account_id, self._deployments)
        self._balancer = BalancerDoor(caller)

    def controls(self, behind: Service) -> dict[str, Service]:
        """The control planes of the doors by signing name, in front of the database `behind`."""
        return {
            "apigateway": ApiControl(behind, self._stores, self._deployments, self._rest),
            "elasticloadbalancing": BalancerControl(behind, self._stores, self._caller, self._health),
        }

    def start(self) -> None:
        """Begin with the health checks."""
        self._health.start()

    async def stop(self) -> None:
        """End them."""
        await self._health.stop()

    def find(self, host: str, raw_path: str, port: int) -> Found | None:
        """The door that a Host header and a path mean, or None where there is none."""
        known = self._listener_addresses() if host.endswith(f".elb.localhost:{port}") else ()
        found = self._addresses.find(host, raw_path, port, known)
        if found is None or not self._exists(found.address):
            return None
        return None if self._guessed(found) else found

    async def answer(self, found: Found, arrival: Arrival) -> AwsResponse:
        """The door's answer."""
        self._activity.began()
        try:
            answer = cleaned(await self._answer(found, self._request(found, arrival)))
            return relocated(answer, found, self._base_of)
        finally:
            self._activity.ended()

    def shown(self, base: str) -> list[DoorShown]:
        """Every door there is; `base` is the cloud's address, `http://127.0.0.1:PORT`."""
        known = sorted(regions.known())
        apis = [
            *(
                (region, api.api_id, api.name, "HTTP API", api.stages)
                for region, api in http_apis(self._stores, known)
            ),
            *(
                (region, api.id, api.name, "REST API", api.stages)
                for region, api in rest_apis(self._stores, known)
            ),
        ]
        shown = [
            self._shown(
                base,
                Address(kind="api", name=api_id, region=region),
                kind=kind,
                name=name,
                stages=tuple(stages),
            )
            for region, api_id, name, kind, stages in apis
        ]
        for region in known:
            shown += [
                self._shown(
                    base,
                    _address(one),
                    kind="load balancer",
                    name=one.balancer_name,
                    identity=one.balancer_arn,
                )
                for one in listeners(self._stores, region)
            ]
        return shown

    async def _answer(self, found: Found, request: DoorRequest) -> AwsResponse:
        address = found.address
        if address.kind == "alb":
            listener = self._listener(address)
            assert listener is not None  # noqa: S101 (found a moment ago)
            return await self._balancer.answer(listener, request)
        http = self._http.find(address.region, address.name)
        if http is not None:
            return await self._http.answer(http, address.region, request)
        return await self._rest.answer(address.region, address.name, request)

    def _guessed(self, found: Found) -> bool:
        """Whether somebody came by a name on AWS that anybody can guess."""
        listener = self._listener(found.address) if found.address.kind == "alb" and not found.base else None
        return listener is not None and listener.guessable

    def _exists(self, address: Address) -> bool:
        if address.kind == "alb":
            return self._listener(address) is not None
        region, name = address.region, address.name
        return self._http.find(region, name) is not None or self._rest.knows(region, name)

    def _listener(self, address: Address) -> Listener | None:
        found = (one for one in listeners(self._stores, address.region) if _address(one) == address)
        return next(found, None)

    def _checked_groups(self) -> list[Any]:
        """The Lambda target groups whose health is to be checked."""
        stores = [self._stores("elbv2", region) for region in regions.known()]
        groups = [one for store in stores if store is not None for one in list(store.target_groups.values())]
        return [one for one in groups if one.target_type == "lambda" and one.health_check_enabled]

    def _listener_addresses(self) -> tuple[Address, ...]:
        return tuple(
            _address(one) for region in sorted(regions.known()) for one in listeners(self._stores, region)
        )

    def _base_of(self, found: Found, port: int) -> str | None:
        """The local address of the same balancer's listener on another port, as the client asked for this one."""
        other = Address(kind="alb", name=found.address.name, region=found.address.region, port=port)
        if found.address.kind != "alb" or not self._exists(other):
            return None
        here = found.base.removeprefix("http://").partition("/")[0]
        if found.by_path:
            return f"http://{here}{self._addresses.plain_path(other)}"
        return f"http://{self._addresses.local_host(other)}:{here.rpartition(':')[2]}/"

    def _shown(
        self,
        base: str,
        address: Address,
        *,
        kind: str,
        name: str,
        identity: str = "",
        stages: tuple[str, ...] = (),
    ) -> DoorShown:
        scheme, port = ("https" if address.kind == "api" else "http"), base.rpartition(":")[2]
        return DoorShown(
            kind=kind,
            name=name,
            id=identity or address.name,
            region=address.region,
            aws_url=f"{scheme}://{address.aws_host}/",
            local_url=f"http://{self._addresses.local_host(address)}:{port}/",
            plain_url=base + self._addresses.plain_path(address),
            stages=stages,
        )

    def _request(self, found: Found, arrival: Arrival) -> DoorRequest:
        now, address = self._clock(), found.address
        given = arrival.wire.headers.get("x-amzn-trace-id", "")
        trace_id = given if "Root=" in given else new_trace_id(now)
        headers = _own_cookies(arrival.headers) if found.by_path else arrival.headers
        via = ("443", "https") if address.kind == "api" else (str(address.port), "http")
        host = found.host or address.aws_host
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


def _address(listener: Listener) -> Address:
    return Address(kind="alb", name=listener.label, region=listener.region, port=listener.port)


def _own_cookies(headers: Pairs) -> Pairs:
    """The headers without the cookies of JupyterLab, which shares the host name of a plain URL."""
    kept = [(name, _without_strange(value) if name.lower() == "cookie" else value) for name, value in headers]
    return tuple((name, value) for name, value in kept if value or name.lower() != "cookie")


def _without_strange(cookies: str) -> str:
    parts = [one.strip() for one in cookies.split(";")]
    return "; ".join(one for one in parts if not _STRANGE_COOKIE.fullmatch(one.partition("=")[0]))


def _only_known(stores: Stores) -> Stores:
    """No store is made for a Region that a stranger thought up."""
    return lambda service, region: stores(service, region) if region in regions.known() else None
