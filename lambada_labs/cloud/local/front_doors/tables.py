"""What the doors read of the control planes' database, in AWS's own shapes.

The database is moto's; its stores are handed in as objects, so that nothing here imports it. What is read is what
`get-apis`, `get-routes`, `describe-rules` … answer. Reading is cheap and done for every request: a changed route
holds for the very next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

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
