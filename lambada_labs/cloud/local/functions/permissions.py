"""Resource-based policies of functions, versions and aliases, stored as AWS writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.names import FunctionName
from lambada_labs.cloud.local.functions.ports import Answer, Call, ControlPlane
from lambada_labs.cloud.local.functions.records import Function, Statement, is_version_number
from lambada_labs.cloud.local.functions.refusals import (
    check_revision,
    conflict,
    invalid,
    missing,
    no_alias,
    no_function,
    no_resource,
)
from lambada_labs.cloud.local.functions.store import with_item, with_version
from lambada_labs.model import LATEST

POLICY_LIMIT = facts.number("limit.policy_bytes")
ACCOUNT = re.compile(r"\d{12}")
IDENTITY = re.compile(r"arn:aws[a-z-]*:(iam|sts)::\d{12}:(root|(user|role|assumed-role|federated-user)/.+)")
SERVICE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com|amazon\.com)(\.cn)?")
#: Parameter → operator and key of the condition it becomes, in AWS's spelling.
CONDITIONS = {
    "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "SourceArn": ("ArnLike", "AWS:SourceArn"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
}


async def add_permission(plane: ControlPlane, call: Call) -> Answer:
    """AddPermission."""
    given, name = call.parameters, call.function()
    statement = _statement(given, name.asked_arn)
    function = _holder(plane, name)
    check_revision(given.get("RevisionId"), _revision(function, name), source="GetPolicy")
    statements = function.policies.get(name.qualifier or "", ())
    if any(old["Sid"] == statement["Sid"] for old in statements):
        raise conflict(
            f"The statement id ({statement['Sid']}) provided already exists. "
            "Please provide a new statement id, or remove the existing statement."
        )
    _put(plane, name, function, (*statements, statement))
    return {"Statement": _written(statement)}


async def remove_permission(plane: ControlPlane, call: Call) -> Answer:
    """RemovePermission."""
    given, name = call.parameters, call.function()
    if plane.store.find(name) is None:
        raise missing(f"No policy found for: {name.asked_arn}")
    function = _holder(plane, name)
    statements = function.policies.get(name.qualifier or "", ())
    if not statements:
        raise missing("No policy is associated with the given resource.")
    remaining = tuple(old for old in statements if old["Sid"] != given["StatementId"])
    if len(remaining) == len(statements):
        raise missing(f"Statement {given['StatementId']} is not found in resource policy.")
    check_revision(given.get("RevisionId"), _revision(function, name), source="GetPolicy")
    _put(plane, name, function, remaining)
    return None


async def get_policy(plane: ControlPlane, call: Call) -> Answer:
    """GetPolicy."""
    name = call.function()
    function = plane.store.find(name)
    statements = function.policies.get(name.qualifier or "") if function else None
    if function is None or not statements:
        raise no_resource()
    return {"Policy": _written(policy(statements)), "RevisionId": _revision(function, name)}


def policy(statements: tuple[Statement, ...]) -> dict[str, Any]:
    """The policy document of these statements."""
    return {"Version": "2012-10-17", "Id": "default", "Statement": list(statements)}


def _statement(given: Mapping[str, Any], resource: str) -> Statement:
    statement: dict[str, Any] = {
        "Sid": given["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(given["Principal"]),
        "Action": given["Action"],
        "Resource": resource,
    }
    conditions: dict[str, dict[str, str]] = {}
    for parameter, (operator, key) in CONDITIONS.items():
        if parameter in given:
            value = given[parameter]
            conditions.setdefault(operator, {})[key] = (
                str(value).lower() if isinstance(value, bool) else value
            )
    return {**statement, "Condition": conditions} if conditions else statement


def _principal(given: str) -> str | dict[str, str]:
    if given == "*":
        return "*"
    if ACCOUNT.fullmatch(given):
        return {"AWS": f"arn:aws:iam::{given}:root"}
    if IDENTITY.fullmatch(given):
        return {"AWS": given}
    if SERVICE.fullmatch(given):
        return {"Service": given}
    raise invalid("The provided principal was invalid. Please check the principal and try again.")


def _holder(plane: ControlPlane, name: FunctionName) -> Function:
    """The function, if what the qualifier names can have a policy."""
    if name.qualifier == LATEST:
        raise invalid("We currently do not support adding policies for $LATEST.")
    function = plane.store.get(name)
    qualifier = name.qualifier
    if qualifier is None or qualifier in function.aliases or qualifier in function.versions:
        return function
    if is_version_number(qualifier) or "$" in qualifier:
        raise no_function(name.asked_arn)
    raise no_alias(name.asked_arn)


def _revision(function: Function, name: FunctionName) -> str:
    """A policy has no revision of its own: it is that of the function, version or alias it hangs on."""
    qualifier = name.qualifier or LATEST
    alias = function.aliases.get(qualifier)
    version = function.version(qualifier)
    return alias.revision_id if alias else (version or function.latest).revision_id


def _put(
    plane: ControlPlane, name: FunctionName, function: Function, statements: tuple[Statement, ...]
) -> None:
    size = len(_written(policy(statements)))
    if size > POLICY_LIMIT:
        raise AwsError(
            "PolicyLengthExceededException",
            f"The final policy size ({size}) is bigger than the limit ({POLICY_LIMIT}).",
            Type="User",
        )
    policies = with_item(function.policies, name.qualifier or "", statements)
    plane.store.put(name, _revised(plane, replace(function, policies=policies), name.qualifier))


def _revised(plane: ControlPlane, function: Function, qualifier: str | None) -> Function:
    alias = function.aliases.get(qualifier or "")
    if alias:
        changed = replace(alias, revision_id=plane.new_id())
        return replace(function, aliases=with_item(function.aliases, alias.name, changed))
    version = function.version(qualifier or LATEST) or function.latest
    return with_version(function, replace(version, revision_id=plane.new_id()))


def _written(document: Mapping[str, Any]) -> str:
    return json.dumps(document, separators=(",", ":"))
