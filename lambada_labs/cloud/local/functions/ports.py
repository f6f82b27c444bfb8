"""What Lambda's control plane needs of its neighbours, and what every operation gets to work with."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from lambada_labs import facts
from lambada_labs.cloud.local.functions.names import FunctionName, resolve
from lambada_labs.cloud.local.functions.store import Shelf, Store
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse
from lambada_labs.model import Invocation, Reply
from lambada_labs.runtime.package import PackageStore
from lambada_labs.runtime.ports import ChunkSink

#: How long a function stays `Pending`, an update `InProgress`: seconds on AWS, here just long enough to see.
SETTLE_S = 0.2


class Role(Protocol):
    """An IAM role, as far as Lambda looks at it."""

    def trusts(self, service: str) -> bool:
        """Whether a service principal such as `lambda.amazonaws.com` may assume it."""
        ...

    def allows(self, action: str, resource: str) -> bool:
        """Whether its own policies let it do `action` to `resource`."""
        ...


class Roles(Protocol):
    """Where roles are looked up."""

    def role(self, arn: str) -> Role | None:
        """The role of this ARN, or None."""
        ...


class Objects(Protocol):
    """Where deployment packages in S3 are read."""

    def read_object(self, bucket: str, key: str, version: str | None = None) -> bytes:
        """The object's bytes; raises `AwsError` with S3's own code and text. May block."""
        ...


class Engine(Protocol):
    """What runs functions."""

    async def invoke(self, invocation: Invocation, *, on_chunk: ChunkSink | None = None) -> Reply:
        """Run once and wait; raises `Throttled`."""
        ...

    def submit(self, invocation: Invocation) -> None:
        """Put into the event queue; raises `Throttled` where too many events wait."""
        ...

    async def retire(self, function_arn: str, version: str | None = None) -> None:
        """End the idle execution environments of a function or version, busy ones after their work."""
        ...

    def reserve(self, function_arn: str, concurrency: int | None) -> None:
        """Take reserved concurrency out of the account's limit, or give it back."""
        ...


class Links(Protocol):
    """Makes addresses that carry their own permission for a while."""

    def presigned(self, path: str, region: str) -> str:
        """A URL of this cloud for this path, good for ten minutes."""
        ...


def on_this_loop(seconds: float, call: Callable[[], None]) -> object:
    """Call something after a while."""
    return asyncio.get_running_loop().call_later(seconds, call)


def nobody_counts(_invocation: Invocation, _metric: str, _value: float) -> None:
    """A sample of a metric that goes nowhere."""


@dataclass(slots=True, kw_only=True)
class ControlPlane:
    """The store and the neighbours of Lambda's control plane; time, chance and ids are handed in too."""

    engine: Engine
    packages: PackageStore
    roles: Roles
    objects: Objects
    links: Links
    store: Store = field(default_factory=Store)
    settle_s: float = SETTLE_S
    account_concurrency: int = facts.number("limit.concurrency")
    clock: Callable[[], float] = time.time
    chance: random.Random = field(default_factory=random.Random)
    new_id: Callable[[], str] = lambda: str(uuid.uuid4())
    later: Callable[[float, Callable[[], None]], object] = on_this_loop
    measure: Callable[[Invocation, str, float], None] = nobody_counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to an operation: its parameters under AWS's names, and who asks where."""

    request: AwsRequest
    parameters: Mapping[str, Any]

    @property
    def account_id(self) -> str:
        """The caller's account."""
        return self.request.caller.account_id

    @property
    def region(self) -> str:
        """The Region the request was signed for."""
        return self.request.region

    def function(self) -> FunctionName:
        """The function that `FunctionName` and `Qualifier` speak of; raises `AwsError` if they disagree."""
        given = self.parameters
        return resolve(
            given["FunctionName"], given.get("Qualifier"), account_id=self.account_id, region=self.region
        )

    def shelf(self, plane: ControlPlane) -> Shelf:
        """The caller's functions and layers in this Region."""
        return plane.store.shelf(self.account_id, self.region)


#: Members of the answer (sent with the operation's own status), nothing, or a whole answer.
Answer = Mapping[str, Any] | AwsResponse | None
Handler = Callable[[ControlPlane, Call], Awaitable[Answer]]
