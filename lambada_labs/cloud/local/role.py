"""A role of IAM: whom its trust policy lets in, and what its own policies let it do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambada_labs.cloud.local.identity_policy import Document, allows

ASSUME = frozenset({"sts:assumerole", "sts:*", "*"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """`role_id` is the unique id (`AROA…`).

    `trust_policy` is the document that says who may assume the role, `policies` those that say what it may do.
    """

    arn: str
    name: str
    role_id: str
    trust_policy: Mapping[str, Any]
    longest_session_s: int
    policies: tuple[Document, ...] = ()

    def trusts(self, service: str) -> bool:
        """Whether a service principal such as `lambda.amazonaws.com` may assume the role."""
        return self._decided("Service", {service, "*"})

    def trusts_caller(self, *, arn: str, account_id: str) -> bool:
        """Whether an IAM principal may assume the role, by its ARN or its account; conditions go unread."""
        return self._decided("AWS", {arn, account_id, f"arn:aws:iam::{account_id}:root", "*"})

    def allows(self, action: str, resource: str) -> bool:
        """Whether its own policies let it do this."""
        return allows(self.policies, action, resource)

    def _decided(self, kind: str, names: set[str]) -> bool:
        """An explicit deny wins over any allow."""
        effects = {
            statement.get("Effect")
            for statement in _as_list(self.trust_policy.get("Statement"))
            if _assumes(statement) and names & _principals(statement, kind)
        }
        return "Allow" in effects and "Deny" not in effects


def _assumes(statement: Mapping[str, Any]) -> bool:
    return any(str(action).lower() in ASSUME for action in _as_list(statement.get("Action")))


def _principals(statement: Mapping[str, Any], kind: str) -> set[str]:
    principal = statement.get("Principal", {})
    return {"*"} if principal == "*" else set(_as_list(principal.get(kind)))


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
