"""What stands around a function or a server: each a toggle, with the lines it adds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal, get_args

from lambada_labs import facts
from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Number, Workload
from lambada_labs.pricing.compare.machines import MANAGED, Machine
from lambada_labs.pricing.compare.priced import SECONDS_PER_HOUR
from lambada_labs.pricing.item import Item, exact, on_demand, requests_each
from lambada_labs.pricing.parts import (
    ApiGatewayHttp,
    ApiGatewayRest,
    LoadBalancer,
    Logs,
    Nat,
    Part,
    PublicIpv4,
)
from lambada_labs.pricing.scenario import Scenario

Gateway = Literal["none", "http", "rest"]
_ONE = Decimal(1)
_GATEWAYS: dict[str, Part] = {"http": ApiGatewayHttp(), "rest": ApiGatewayRest()}


def _headroom() -> Decimal:
    return facts.decimal("assumed.headroom")


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The toggles of a comparison between functions and servers.

    `headroom` is the share of the servers' capacity kept idle, `concurrency` the requests that one copy of
    the function serves at a time on a server, `smallest` the fewest servers that run. The load balancer,
    `nat_zones` NAT gateways and a public address for each server stand on the servers' side, the gateway
    and `logs_kb` for each request on Lambda's. `instance` names an instance type; "" takes the cheapest.
    Raises `BadInput`.
    """

    load_balancer: bool = True
    nat_zones: int = 0
    public_ipv4: bool = False
    headroom: Number = field(default_factory=_headroom)
    api_gateway: Gateway = "none"
    logs_kb: Number = 0
    concurrency: int = 1
    smallest: int = 1
    instance: str = ""

    def __post_init__(self) -> None:
        """Refuse what no fleet can have."""
        if not 0 <= self.headroom < 1:
            raise BadInput(f"headroom={self.headroom!r}", expected="a share from 0 to below 1")
        if self.api_gateway not in get_args(Gateway):
            raise BadInput(f"api_gateway={self.api_gateway!r}", expected=", ".join(get_args(Gateway)))
        for name, least in (("nat_zones", 0), ("logs_kb", 0), ("concurrency", 1), ("smallest", 0)):
            if not math.isfinite(getattr(self, name)) or getattr(self, name) < least:
                raise BadInput(f"{name}={getattr(self, name)!r}", expected=f"{least} or more")
        known = {row.key.removeprefix("instance.") for row in facts.find("instance.")}
        if self.instance and self.instance not in known:
            raise BadInput(f"instance={self.instance!r}", expected=f"one of {', '.join(sorted(known))}")

    def lambda_items(self, scenario: Scenario) -> Iterator[Item]:
        """The function itself, as its scenario pays for it, with the gateway and logs of the toggles."""
        own = [part for part in scenario.parts if part.compute]
        yield from own[0].items(scenario.workload) if own else on_demand(scenario.workload)
        gateway = _GATEWAYS.get(self.api_gateway)
        if gateway:
            yield from gateway.items(scenario.workload)
        if self.logs_kb:
            yield from Logs(kb_per_request=self.logs_kb, months_kept=0).items(scenario.workload)

    def servers(self, machine: Machine, busy: Decimal) -> int:
        """How many servers carry a mean of `busy` requests at a time, with the headroom left idle."""
        each = machine.slots * self.concurrency * (_ONE - exact(self.headroom))
        return max(self.smallest, _smallest(machine), math.ceil(busy / each))

    def server_items(self, work: Workload, machine: Machine, servers: int) -> Iterator[Item]:
        """The servers of a month and what stands around them; a balancer's bytes are left out."""
        for line, price, units in machine.hourly:
            yield Item(line, price, "month", units * servers * facts.decimal("month.hours"))
        parts: list[Part] = [Nat(gateways=self.nat_zones, kb_per_request=0)] if self.nat_zones else []
        if machine.name == MANAGED:
            yield Item("requests", "requests", "requests", requests_each(work))
        elif self.load_balancer:
            parts.append(_balancer())
        if self.public_ipv4 and machine.name != MANAGED:
            parts.append(PublicIpv4(addresses=servers))
        yield from (item for part in parts for item in _standing(part, work))


@cache
def _balancer() -> LoadBalancer:
    return LoadBalancer(kb_per_request=0)


@lru_cache(maxsize=32)
def _standing(part: Part, work: Workload) -> tuple[Item, ...]:
    """A break-even asks for the same balancer with hundreds of fleets behind it."""
    return tuple(part.items(work))


def _smallest(machine: Machine) -> int:
    return facts.number("assumed.managed_instances.smallest") if machine.name == MANAGED else 0


def in_progress(seconds: Decimal) -> Decimal:
    """Requests in progress at a time on average, where `seconds` of them are worked off in a month."""
    return seconds / (facts.decimal("month.hours") * SECONDS_PER_HOUR)
