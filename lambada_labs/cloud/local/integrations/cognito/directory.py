"""The user pools and users that moto keeps, as the triggers ask for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lambada_labs.cloud.local import regions
from lambada_labs.cloud.local.internal_requests import json_of, with_target
from lambada_labs.cloud.local.message import AwsRequest, Service

TARGET = "AWSCognitoIdentityProviderService."
OK = 200
#: (service, Region) → moto's store, or None where nothing was ever made there.
Stores = Callable[[str, str], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A user pool: its id, its Region, the functions of its triggers by name, whether it sends codes."""

    id: str
    region: str
    triggers: Mapping[str, str]
    sends_codes: bool


class Directory:
    """Finds pools and users, and marks what is verified. `store` is moto, `stores` what it keeps."""

    def __init__(self, store: Service, stores: Stores) -> None:
        self._store, self._stores = store, stores

    def pool(self, request: AwsRequest, given: Mapping[str, Any]) -> Pool | None:
        """The pool that a request names, itself or by its app client; unsigned ones name no Region."""
        unsigned = request.caller.kind == "anonymous"
        for region in sorted(regions.known()) if unsigned else [request.region]:
            store = self._stores("cognitoidp", region)
            for one in list(store.user_pools.values()) if store is not None else ():
                if one.id == given.get("UserPoolId") or given.get("ClientId") in one.clients:
                    return _pool(one)
        return None

    async def user(self, request: AwsRequest, pool: Pool, name: str) -> dict[str, Any] | None:
        """A user as AdminGetUser answers; None where there is none."""
        return await self.ask(request, "AdminGetUser", UserPoolId=pool.id, Username=name)

    async def verify(self, request: AwsRequest, pool: Pool, name: str, attributes: Iterable[str]) -> None:
        """Mark attributes of a user as verified."""
        marked = [{"Name": f"{one}_verified", "Value": "true"} for one in attributes]
        if marked:
            await self.ask(
                request,
                "AdminUpdateUserAttributes",
                UserPoolId=pool.id,
                Username=name,
                UserAttributes=marked,
            )

    async def ask(self, request: AwsRequest, operation: str, **given: Any) -> dict[str, Any] | None:
        """What moto answers to another operation; None where it refuses."""
        asked = with_target(request, TARGET + operation, given)
        answer = await self._store.handle(asked)
        return json_of(answer) if answer.status == OK else None


def _pool(one: Any) -> Pool:
    """A pool of moto's as a record of ours."""
    held = one.extended_config
    return Pool(
        id=one.id,
        region=one.region,
        triggers=held.get("LambdaConfig") or {},
        sends_codes=bool(held.get("AutoVerifiedAttributes")),
    )
