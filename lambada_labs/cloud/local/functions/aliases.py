"""Aliases: names that point to a version, or to two with a share for the second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lambada_labs.cloud.local.functions import shapes
from lambada_labs.cloud.local.functions.names import FunctionName
from lambada_labs.cloud.local.functions.pages import page
from lambada_labs.cloud.local.functions.ports import Answer, Call, ControlPlane
from lambada_labs.cloud.local.functions.records import NOTHING, Alias, Function
from lambada_labs.cloud.local.functions.refusals import (
    check_revision,
    conflict,
    invalid,
    missing,
    no_alias,
    no_function,
)
from lambada_labs.cloud.local.functions.store import with_item, without_item
from lambada_labs.model import LATEST


async def create_alias(plane: ControlPlane, call: Call) -> Answer:
    """CreateAlias."""
    given, name = call.parameters, call.function()
    version, weights = given["FunctionVersion"], _weights(given)
    function = plane.store.get(name, said_as=f"{name.arn}:{version}")
    _check_target(name, function, version, weights)
    if given["Name"] in function.aliases:
        raise conflict(f"Alias already exists: {name.arn}:{given['Name']}")
    alias = Alias(
        name=given["Name"],
        version=version,
        weights=weights,
        description=given.get("Description", ""),
        revision_id=plane.new_id(),
    )
    return _put(plane, name, function, alias)


async def update_alias(plane: ControlPlane, call: Call) -> Answer:
    """UpdateAlias: what is not named stays; an empty routing configuration removes the weights."""
    given, name = call.parameters, call.function()
    function = plane.store.get(name)
    alias = function.aliases.get(given["Name"])
    if alias is None:
        raise missing(f"Alias not found: {name.arn}:{given['Name']}")
    check_revision(given.get("RevisionId"), alias.revision_id)
    changed = replace(
        alias,
        version=given.get("FunctionVersion", alias.version),
        weights=_weights(given) if "RoutingConfig" in given else alias.weights,
        description=given.get("Description", alias.description),
        revision_id=plane.new_id(),
    )
    _check_target(name, function, changed.version, changed.weights)
    return _put(plane, name, function, changed)


async def get_alias(plane: ControlPlane, call: Call) -> Answer:
    """GetAlias."""
    name = call.function()
    function, wanted = plane.store.find(name), call.parameters["Name"]
    alias = function.aliases.get(wanted) if function else None
    if alias is None:
        raise no_alias(f"{name.arn}:{wanted}")
    return shapes.alias(alias, name.arn)


async def list_aliases(plane: ControlPlane, call: Call) -> Answer:
    """ListAliases, all or those that point to one version."""
    name, wanted = call.function(), call.parameters.get("FunctionVersion")
    aliases = plane.store.get(name).aliases.values()
    keyed = [((alias.name,), alias) for alias in aliases if wanted in (None, alias.version, *alias.weights)]
    found = page(keyed, call.parameters)
    return {"Aliases": [shapes.alias(alias, name.arn) for alias in found.items], **found.next_marker}


async def delete_alias(plane: ControlPlane, call: Call) -> Answer:
    """DeleteAlias; one that is not there is fine."""
    name, gone = call.function(), call.parameters["Name"]
    plane.store.change(
        name,
        lambda function: replace(
            function,
            aliases=without_item(function.aliases, gone),
            policies=without_item(function.policies, gone),
            event_configs=without_item(function.event_configs, gone),
        ),
    )
    return None


def _put(plane: ControlPlane, name: FunctionName, function: Function, alias: Alias) -> Answer:
    plane.store.put(name, replace(function, aliases=with_item(function.aliases, alias.name, alias)))
    return shapes.alias(alias, name.arn)


def _weights(given: Mapping[str, Any]) -> Mapping[str, float]:
    return given.get("RoutingConfig", {}).get("AdditionalVersionWeights", NOTHING)  # type: ignore[no-any-return]


def _check_target(name: FunctionName, function: Function, version: str, weights: Mapping[str, float]) -> None:
    """Refuse versions that are not there, and pairs that AWS does not route between."""
    if len(weights) > 1:
        raise invalid("Number of items in AdditionalVersionWeights cannot be greater than 1", typed=False)
    if weights and version == LATEST:
        raise invalid("$LATEST is not supported for an alias pointing to more than 1 version", typed=False)
    if version in weights:
        raise invalid(
            f"Invalid function version {version}. "
            f"Function version {version} is already included in routing configuration.",
            typed=False,
        )
    for number in (version, *weights):
        if function.version(number) is None:
            raise no_function(f"{name.arn}:{number}")
