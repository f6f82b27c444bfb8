"""The services whose own API triggers functions, in front of moto: put together here, one line a service."""

from __future__ import annotations

from lambada_labs.cloud.local.integrations.calling import Calls
from lambada_labs.cloud.local.integrations.cognito_pools import Stores, UserPools
from lambada_labs.cloud.local.message import Service


def triggers(*, store: Service, stores: Stores, calls: Calls) -> dict[str, Service]:
    """Who answers the requests for these services, by signing name. `store` is moto, `stores` what it keeps."""
    return {
        "cognito-idp": UserPools(store=store, stores=stores, calls=calls),
    }
