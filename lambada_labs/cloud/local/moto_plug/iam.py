"""Moto's IAM as identity and the functions ask for it, with AWS's managed policies that the course uses."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.identity import IssuedKey
from lambada_labs.cloud.local.role import Role

MANAGED_POLICIES = (
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaKinesisExecutionRole",
    "AWSLambdaDynamoDBExecutionRole",
    "AWSLambdaSQSQueueExecutionRole",
    "AWSLambdaVPCAccessExecutionRole",
    "AWSXRayDaemonWriteAccess",
)
PARTITION = "aws"
ROLE_SESSION_S = facts.number("limit.role_session.default_s")


class Iam:
    """The users' keys and the roles of an account."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id

    def access_key(self, access_key_id: str) -> IssuedKey | None:
        """The long-term key of an IAM user, as IAM has it this moment; never that of a session."""
        iam = self._store()
        key = iam.access_keys.get(access_key_id)
        user = iam.users.get(key.user_name) if key is not None and key.user_name else None
        if user is None:
            return None
        return IssuedKey(
            access_key_id=access_key_id,
            secret=key.secret_access_key,
            active=key.status == "Active",
            user_arn=user.arn,
            user_id=user.id,
        )

    def role(self, role_arn: str) -> Role | None:
        """The role with this ARN, or None."""
        for found in list(self._store().roles.values()):
            if found.arn == role_arn:
                policy = json.loads(found.assume_role_policy_document or "{}")
                longest = int(found.max_session_duration or ROLE_SESSION_S)
                return Role(
                    arn=role_arn,
                    name=found.name,
                    role_id=found.id,
                    trust_policy=policy,
                    longest_session_s=longest,
                    policies=_policies_of(found),
                )
        return None

    def role_id(self, role_arn: str) -> str | None:
        """The unique id of a role, or None."""
        role = self.role(role_arn)
        return role.role_id if role else None

    def load_managed_policies(self, region: str) -> None:
        """Have the account know AWS's own policies of `MANAGED_POLICIES`."""
        from moto.iam.models import AWSManagedPolicy

        for name, data in _managed_policies().items():
            policy = AWSManagedPolicy.from_data(name, self._account_id, region, data)
            self._store().managed_policies[policy.arn] = policy

    def _store(self) -> Any:
        from moto.iam.models import iam_backends

        return iam_backends[self._account_id][PARTITION]


@functools.cache
def _managed_policies() -> Mapping[str, Any]:
    """The policies we want, cut out of the text in which moto keeps a thousand; the text is let go."""
    from moto.iam import aws_managed_policies, models

    text = aws_managed_policies.aws_managed_policies_data
    starts = {name: text.index(f'\n "{name}":') + len(f'\n "{name}":') for name in MANAGED_POLICIES}
    found = {name: json.JSONDecoder().raw_decode(text, start)[0] for name, start in starts.items()}
    aws_managed_policies.aws_managed_policies_data = models.aws_managed_policies_data = "{}"
    return found


def _policies_of(role: Any) -> tuple[Mapping[str, Any], ...]:
    """The documents of a role's inline and attached policies."""
    texts = [*role.policies.values(), *map(_document, role.managed_policies.values())]
    return tuple(json.loads(text) for text in texts)


def _document(policy: Any) -> str:
    """The text of an attached policy's default version; AWS's own policies are kept as decoded JSON."""
    held = next(each.document for each in policy.versions if each.version_id == policy.default_version_id)
    return held if isinstance(held, str) else json.dumps(held)
