"""What the doors read of the control planes' database, in AWS's own shapes.

The database is moto's; its stores are handed in as objects, so that nothing here imports it. What is read is what
`get-apis`, `get-routes`, `describe-rules` … answer. Reading is cheap and done for every request: a changed route
holds for the very next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lambada_labs.cloud.local.front_doors.tokens import number_of

_POOL = re.compile(r"https://cognito-idp\.([a-z0-9-]+)\.amazonaws\.com/([A-Za-z0-9_-]+)")
#: (service, Region) → moto's store, or None where nothing was ever made there.
Stores = Callable[[str, str], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpApi:
    """An HTTP API: members as GetApi, GetStages, GetRoutes … name them."""

    api_id: str
    stages: Mapping[str, Any]
    routes: Mapping[str, Any]
    cors: Mapping[str, Any] | None
    disabled: bool
    source: Any

    def integration(self, route: Any) -> Any | None:
        """The integration that a route leads to."""
        target = str(route.target or "").removeprefix("integrations/")
        return self.source.integrations.get(target)

    def authorizer(self, route: Any) -> Any | None:
        """The authoriser that a route names."""
        return self.source.authorizers.get(route.authorizer_id) if route.authorizer_id else None


def http_api(stores: Stores, region: str, api_id: str) -> HttpApi | None:
    """The HTTP API of this id, or None; WebSocket APIs are none."""
    store = stores("apigatewayv2", region)
    api = store.apis.get(api_id) if store is not None else None
    if api is None or api.protocol_type != "HTTP":
        return None
    return HttpApi(
        api_id=api_id,
        stages=api.stages,
        routes={route.route_key: route for route in list(api.routes.values())},
        cors=api.cors_configuration,
        disabled=str(api.disable_execute_api_endpoint).lower() == "true",
        source=api,
    )


def http_apis(stores: Stores, regions: Iterable[str]) -> list[tuple[str, Any]]:
    """Region and record of every HTTP API."""
    found = [(region, stores("apigatewayv2", region)) for region in sorted(regions)]
    return [
        (region, api)
        for region, store in found
        if store is not None
        for api in list(store.apis.values())
        if api.protocol_type == "HTTP"
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A listener of an Application Load Balancer with its rules, and every target group of the Region.

    `guessable`: its DNS name follows from the balancer's own, as CloudFormation's do here.
    """

    arn: str
    balancer_arn: str
    balancer_name: str
    label: str
    guessable: bool
    region: str
    port: int
    protocol: str
    rules: tuple[Any, ...]
    groups: Mapping[str, Any]


def listeners(stores: Stores, region: str) -> list[Listener]:
    """Every listener in a Region, in the order in which they were made."""
    store = stores("elbv2", region)
    balancers = list(store.load_balancers.values()) if store is not None else []
    return [
        Listener(
            arn=one.arn,
            balancer_arn=balancer.arn,
            balancer_name=balancer.name,
            label=_label(balancer),
            guessable=_label(balancer) == f"{balancer.name}-1".lower(),
            region=region,
            port=int(one.port),
            protocol=one.protocol,
            rules=tuple(one.rules.values()),
            groups=store.target_groups,
        )
        for balancer in balancers
        if balancer.type == "application"
        for one in list(balancer.listeners.values())
    ]


def _label(balancer: Any) -> str:
    return str(balancer.dns_name.partition(".")[0].lower())


def rest_api(stores: Stores, region: str, api_id: str) -> Any | None:
    """The REST API of this id, or None."""
    store = stores("apigateway", region)
    return store.apis.get(api_id) if store is not None else None


def rest_apis(stores: Stores, regions: Iterable[str]) -> list[tuple[str, Any]]:
    """Region and record of every REST API."""
    found = [(region, stores("apigateway", region)) for region in sorted(regions)]
    return [
        (region, api) for region, store in found if store is not None for api in list(store.apis.values())
    ]


def api_key_id(stores: Stores, region: str, api_id: str, stage: str, value: str) -> str | None:
    """The id of the enabled API key of this value that is in a usage plan of the stage, or None."""
    store = stores("apigateway", region)
    plans = [
        plan_id
        for plan_id, plan in list(store.usage_plans.items())
        if any(one.get("apiId") == api_id and one.get("stage") == stage for one in plan.api_stages or ())
    ]
    held = {key_id for plan_id in plans for key_id in store.usage_plan_keys.get(plan_id, {})}
    keys = list(store.keys.values())
    return next((key.id for key in keys if key.value == value and key.enabled and key.id in held), None)


def pool_key(stores: Stores, issuer: str) -> tuple[int, int] | None:
    """The RSA key (modulus, exponent) of the Cognito user pool that an issuer's address names, or None."""
    match = _POOL.fullmatch(issuer)
    store = stores("cognitoidp", match[1]) if match else None
    pool = store.user_pools.get(match[2]) if match and store is not None else None
    if pool is None:
        return None
    key = pool.json_web_key.as_dict(private=False)
    return number_of(key["n"]), number_of(key["e"])
