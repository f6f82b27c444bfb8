"""What a lab has made, found by its names or its tag; deleted, and looked for once more."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from lambada_labs.cloud.port import Cloud
from lambada_labs.labs.door_kinds import DOORS
from lambada_labs.labs.event_kinds import EVENTS
from lambada_labs.labs.kind import Kind, listed
from lambada_labs.labs.lab import Lab
from lambada_labs.labs.schedule_kinds import SCHEDULES


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
    return [thing for thing, _ in _found(lab, cloud)]


def kinds_of(lab: Lab) -> Mapping[str, Kind]:
    """The kinds of things this lab makes, in the order of deletion."""
    return {kind: MORE[kind] for kind in lab.makes} | KINDS


def clean(lab: Lab, cloud: Cloud) -> Cleaned:
    """Delete what the lab made, then ask the cloud again."""
    found = _found(lab, cloud)
    for thing, identity in found:
        kinds_of(lab)[thing.kind].delete(cloud, identity)
    after = _found(lab, cloud)
    gone = {identity for _, identity in found} - {identity for _, identity in after}
    return Cleaned(
        deleted=tuple(thing for thing, identity in found if identity in gone),
        left=tuple(thing for thing, _ in after),
    )


def _found(lab: Lab, cloud: Cloud) -> list[tuple[Thing, str]]:
    """Each thing with what its delete operation wants."""
    kinds = kinds_of(lab).items()
    return [
        (Thing(name, said), identity)
        for name, kind in kinds
        for identity, said in kind.find(lab, cloud).items()
    ]


def _functions(lab: Lab, cloud: Cloud) -> dict[str, str]:
    client = cloud.client("lambda")
    found = listed(client, "list_functions", "Functions")
    return _named(each["FunctionName"] for each in found if _ours(lab, client, each))


def _ours(lab: Lab, client: Any, function: Any) -> bool:
    if function["FunctionName"].startswith(lab.prefix):
        return True
    tags = client.list_tags(Resource=function["FunctionArn"])["Tags"]
    return bool(lab.tags.items() <= tags.items())


def _roles(lab: Lab, cloud: Cloud) -> dict[str, str]:
    found = listed(cloud.client("iam"), "list_roles", "Roles")
    return _named(role["RoleName"] for role in found if role["RoleName"].startswith(lab.prefix))


def _log_groups(lab: Lab, cloud: Cloud) -> dict[str, str]:
    prefix = f"/aws/lambda/{lab.prefix}"
    found = listed(cloud.client("logs"), "describe_log_groups", "logGroups", logGroupNamePrefix=prefix)
    return _named(group["logGroupName"] for group in found)


def _named(names: Iterable[str]) -> dict[str, str]:
    """Things whose name is all that their delete operation wants."""
    return {name: name for name in names}


def _delete_function(cloud: Cloud, name: str) -> None:
    client = cloud.client("lambda")
    with contextlib.suppress(client.exceptions.ResourceNotFoundException):
        client.delete_function(FunctionName=name)


def _delete_role(cloud: Cloud, name: str) -> None:
    iam = cloud.client("iam")
    for policy in listed(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=name):
        iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
    for policy in listed(iam, "list_role_policies", "PolicyNames", RoleName=name):
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)


def _delete_log_group(cloud: Cloud, name: str) -> None:
    client = cloud.client("logs")
    with contextlib.suppress(client.exceptions.ResourceNotFoundException):
        client.delete_log_group(logGroupName=name)


#: What every lab makes, in the order of deletion: what writes logs goes before the logs.
KINDS: dict[str, Kind] = {
    "function": Kind(_functions, _delete_function),
    "role": Kind(_roles, _delete_role),
    "log group": Kind(_log_groups, _delete_log_group),
}
#: What some labs make besides: those name it in `Lab.makes`, and it goes before all of the above.
MORE: dict[str, Kind] = {**DOORS, **EVENTS, **SCHEDULES}
