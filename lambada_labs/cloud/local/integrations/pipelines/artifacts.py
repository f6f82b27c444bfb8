"""Artifacts of pipelines: objects in S3, and keys with which a function reaches them."""

from __future__ import annotations

import uuid

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.identity import Identity
from lambada_labs.cloud.local.internal_requests import object_request, role_session
from lambada_labs.cloud.local.message import Service
from lambada_labs.cloud.local.moto_plug import MotoPlug

SESSION_S = facts.number("limit.role_session.default_s")
FIRST_REFUSAL = 300


class StoredArtifacts:
    """Copies objects by way of `objects`, which answers S3's requests; gives out keys of a pipeline's role."""

    def __init__(self, moto: MotoPlug, objects: Service, identity: Identity) -> None:
        self._moto, self._objects, self._identity = moto, objects, identity

    def credentials(self, role_arn: str) -> dict[str, str]:
        """Keys of the pipeline's role for the function."""
        role = self._moto.role(role_arn)
        if role is None:
            return {}
        key = self._identity.assume(role_arn, uuid.uuid4().hex, role_id=role.role_id, duration_s=SESSION_S)
        return {
            "accessKeyId": key.access_key_id,
            "secretAccessKey": key.secret,
            "sessionToken": key.token or "",
        }

    async def copy(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Copy an object, bucket and key each; raises `AwsError`."""
        request = object_request(
            "PUT",
            *target,
            caller=role_session(f"arn:aws:iam::{self._moto.account_id}:role/codepipeline"),
            region=self._moto.region,
            body=self._moto.read_object(*source),
        )
        answer = await self._objects.handle(request)
        if answer.status >= FIRST_REFUSAL:
            raise AwsError("NoSuchBucket", f"The artifact bucket {target[0]} does not take the artifact")
