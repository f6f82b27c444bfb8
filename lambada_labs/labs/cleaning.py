"""What a lab has made, found by its names or its tag; deleted, and looked for once more."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from lambada_labs.cloud.port import Cloud
from lambada_labs.labs.lab import Lab


class Thing(NamedTuple):
    """A resource: its kind in AWS's word, and its name."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What was deleted, and what a second look still found."""

    deleted: tuple[Thing, ...]
    left: tuple[Thing, ...]


def made_by(lab: Lab, cloud: Cloud) -> list[Thing]:
    """Everything of this lab that the cloud lists now."""
    return [Thing(kind, name) for kind, (find, _) in KINDS.items() for name in find(lab, cloud)]


def clean(lab: Lab, cloud: Cloud) -> Cleaned:
    """Delete what the lab made, then ask the cloud again."""
    found = made_by(lab, cloud)
    for thing in found:
        KINDS[thing.kind][1](cloud, thing.name)
    left = tuple(made_by(lab, cloud))
    return Cleaned(deleted=tuple(thing for thing in found if thing not in left), left=left)


def _functions(lab: Lab, cloud: Cloud) -> list[str]:
    client = cloud.client("lambda")
    listed = _all(client, "list_functions", "Functions")
    return [each["FunctionName"] for each in listed if _ours(lab, client, each)]


def _ours(lab: Lab, client: Any, function: Any) -> bool:
    if function["FunctionName"].startswith(lab.prefix):
        return True
    tags = client.list_tags(Resource=function["FunctionArn"])["Tags"]
    return bool(lab.tags.items() <= tags.items())


def _roles(lab: Lab, cloud: Cloud) -> list[str]:
    listed = _all(cloud.client("iam"), "list_roles", "Roles")
    return [role["RoleName"] for role in listed if role["RoleName"].startswith(lab.prefix)]


def _log_groups(lab: Lab, cloud: Cloud) -> list[str]:
    prefix = f"/aws/lambda/{lab.prefix}"
    found = _all(cloud.client("logs"), "describe_log_groups", "logGroups", logGroupNamePrefix=prefix)
    return [group["logGroupName"] for group in found]


def _delete_function(cloud: Cloud, name: str) -> None:
    client = cloud.client("lambda")
    with contextlib.suppress(client.exceptions.ResourceNotFoundException):
        client.delete_function(FunctionName=name)


def _delete_role(cloud: Cloud, name: str) -> None:
    iam = cloud.client("iam")
    for policy in _all(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=name):
        iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
    for policy in _all(iam, "list_role_policies", "PolicyNames", RoleName=name):
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)


def _delete_log_group(cloud: Cloud, name: str) -> None:
    client = cloud.client("logs")
    with contextlib.suppress(client.exceptions.ResourceNotFoundException):
        client.delete_log_group(logGroupName=name)


def _all(client: Any, operation: str, key: str, **parameters: Any) -> Iterable[Any]:
    pages = client.get_paginator(operation).paginate(**parameters)
    return [each for page in pages for each in page[key]]


Find = Callable[[Lab, Cloud], list[str]]
Delete = Callable[[Cloud, str], None]
#: In the order of deletion: what writes logs goes before the logs.
KINDS: dict[str, tuple[Find, Delete]] = {
    "function": (_functions, _delete_function),
    "role": (_roles, _delete_role),
    "log group": (_log_groups, _delete_log_group),
}
