"""The keys with which Lambda acts as a function's role: assumed anew before they end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from lambada_labs.cloud.local.functions.delivery_rights import needed
from lambada_labs.cloud.local.functions.settings import LAMBDA_PRINCIPAL, NOT_ASSUMABLE
from lambada_labs.cloud.local.identity import Identity, Key
from lambada_labs.model import FunctionConfig
from lambada_labs.runtime.events.ports import DeliveryFailed

DENIED = (
    "User: {arn} is not authorized to perform: {action} on resource: {resource} "
    "because no identity-based policy allows the {action} action"
)
SESSION_S, RENEWED_BEFORE_S = 3600, 300


class Role(Protocol):
    """A role of IAM, as far as it matters here."""

    @property
    def role_id(self) -> str:
        """Its unique id."""

    def trusts(self, service: str) -> bool:
        """Whether a service principal may assume it."""

    def allows(self, action: str, resource: str) -> bool:
        """Whether its own policies let it do `action` to `resource`."""


class RoleKeys:
    """Session keys by role and function. `role` looks a role up; it is asked every time."""

    def __init__(
        self,
        identity: Identity,
        role: Callable[[str], Role | None],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._identity, self._role, self._clock = identity, role, clock
        self._keys: dict[tuple[str, str, str], Key] = {}

    def of(self, function: FunctionConfig, target: str) -> Key:
        """Keys of the function's execution role, for a delivery to `target`.

        Raises:
            DeliveryFailed: Lambda cannot assume the role, or the role may not send there.
        """
        role = self._role(function.role_arn)
        if role is None or not role.trusts(LAMBDA_PRINCIPAL):
            raise DeliveryFailed(NOT_ASSUMABLE)
        name = (function.role_arn, role.role_id, function.name)
        key = self._keys.get(name)
        if key is None or (key.expires_at or 0) - RENEWED_BEFORE_S < self._clock():
            key = self._keys[name] = self._identity.assume(
                function.role_arn, function.name, role_id=role.role_id, duration_s=SESSION_S
            )
        action, resource = needed(target)
        if not role.allows(action, resource):
            raise DeliveryFailed(DENIED.format(arn=key.principal.arn, action=action, resource=resource))
        return key
