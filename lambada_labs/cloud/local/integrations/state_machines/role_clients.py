"""boto3 clients of this cloud in the name of a role, for services that act for a learner."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.identity import Identity

SESSION_S = facts.number("limit.role_session.default_s")


class Role(Protocol):
    """A role of IAM."""

    @property
    def role_id(self) -> str:
        """Its unique id."""


class RoleClients:
    """Makes clients. `endpoint` is where this cloud listens, known once it does; `role` looks roles up."""

    def __init__(
        self, identity: Identity, role: Callable[[str], Role | None], endpoint: Callable[[], str]
    ) -> None:
        self._identity, self._role, self._endpoint = identity, role, endpoint

    def client(self, service: str, region: str, role_arn: str) -> Any:
        """A boto3 client that signs as a fresh session of the role. AwsError: there is no such role."""
        from botocore.config import Config

        role = self._role(role_arn)
        if role is None:
            raise AwsError("AccessDeniedException", f"{role_arn} cannot be assumed", 403)
        session = uuid.uuid4().hex
        key = self._identity.assume(role_arn, session, role_id=role.role_id, duration_s=SESSION_S)
        once = Config(
            proxies={},
            inject_host_prefix=False,
            parameter_validation=False,
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
        )
        with _LOCK:  # a boto3 session makes one client at a time
            return _session().client(
                service,
                region_name=region,
                endpoint_url=self._endpoint(),
                aws_access_key_id=key.access_key_id,
                aws_secret_access_key=key.secret,
                aws_session_token=key.token,
                config=once,
            )


_LOCK = threading.Lock()


@lru_cache(maxsize=1)
def _session() -> Any:
    import boto3

    return boto3.Session()
