"""Making, changing and deleting functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions import shapes
from lambada_labs.cloud.local.functions.code import NO_SOURCE, check_together, store_code
from lambada_labs.cloud.local.functions.configure import check_settings, configured
from lambada_labs.cloud.local.functions.later import refuse_images
from lambada_labs.cloud.local.functions.layer_use import layers_of
from lambada_labs.cloud.local.functions.names import FunctionName, for_creation
from lambada_labs.cloud.local.functions.ports import Answer, Call, ControlPlane
from lambada_labs.cloud.local.functions.publish import published
from lambada_labs.cloud.local.functions.records import Function, LayerUse, Version, is_version_number
from lambada_labs.cloud.local.functions.refusals import (
    check_revision,
    conflict,
    functions_only,
    invalid,
    no_function,
)
from lambada_labs.cloud.local.functions.states import check_settled, retire_later, settle_later
from lambada_labs.cloud.local.functions.store import with_version, without_item
from lambada_labs.cloud.local.functions.tags import check_tags
from lambada_labs.cloud.local.message import AwsResponse
from lambada_labs.model import LATEST, FunctionConfig
from lambada_labs.runtime.package import Package

MANDATORY = "Runtime and Handler are mandatory parameters for functions created with deployment packages."
NO_CONTENT = 204


async def create_function(plane: ControlPlane, call: Call) -> Answer:
    """CreateFunction."""
    given = call.parameters
    name = for_creation(given["FunctionName"], account_id=call.account_id, region=call.region)
    _check_creation(plane, call, name)
    layers = layers_of(plane, call, given.get("Layers", []))
    package = await store_code(plane, given["Code"])
    check_together(package.unpacked_size, layers)
    _check_free(plane, name)  # again: somebody may have been quicker while the code was stored
    version = _first_version(plane, name, given, package, layers)
    function = Function(name=name.name, latest=version, tags=dict(given.get("Tags", {})))
    if given.get("Publish"):
        function = published(plane, function, state="Pending")
    plane.store.put(name, function)
    settle_later(plane, name, *function.all_versions())
    answer = shapes.configuration(version, arn=name.arn)
    return {**answer, "Version": str(function.published) if given.get("Publish") else LATEST}


async def update_function_code(plane: ControlPlane, call: Call) -> Answer:
    """UpdateFunctionCode; with DryRun nothing changes but everything is checked."""
    given, name = call.parameters, call.function()
    _check_change(plane, call, name)
    package = await store_code(plane, given)
    latest = _check_change(plane, call, name).latest
    check_together(package.unpacked_size, latest.layers)
    config = configured(replace(latest.config, code_sha256=package.sha256), given)
    changed = replace(latest, code_size=package.size, unpacked_size=package.unpacked_size)
    if given.get("DryRun"):
        return shapes.configuration(replace(changed, config=config), arn=name.arn)
    return _updated(plane, name, changed, config, publish=bool(given.get("Publish")))


async def update_function_configuration(plane: ControlPlane, call: Call) -> Answer:
    """UpdateFunctionConfiguration."""
    given, name = call.parameters, call.function()
    latest = _check_change(plane, call, name).latest
    check_settings(plane, given, call.account_id, role_arn=latest.config.role_arn)
    layers = layers_of(plane, call, given["Layers"]) if "Layers" in given else latest.layers
    check_together(latest.unpacked_size, layers)
    config = replace(configured(latest.config, given), layers=tuple(layer.sha256 for layer in layers))
    changed = replace(
        latest,
        layers=layers,
        description=given.get("Description", latest.description),
        has_environment=latest.has_environment or "Environment" in given,
    )
    return _updated(plane, name, changed, config)


async def delete_function(plane: ControlPlane, call: Call) -> Answer:
    """DeleteFunction: the whole function, or one published version."""
    name = call.function()
    _check_deletion(name)
    function = plane.store.get(name)
    if name.qualifier is None:
        plane.store.remove(name)
        plane.engine.reserve(name.arn, None)
    else:
        _check_unused(function, name.qualifier)
        remaining = without_item(function.versions, name.qualifier)
        configs = without_item(function.event_configs, name.qualifier)
        plane.store.put(name, replace(function, versions=remaining, event_configs=configs))
    retire_later(plane, name, name.qualifier)
    return AwsResponse(status=NO_CONTENT)


def _check_creation(plane: ControlPlane, call: Call, name: FunctionName) -> None:
    given = call.parameters
    if given.get("PackageType") == "Image" or given["Code"].get("ImageUri"):
        raise refuse_images()
    if not given["Code"]:
        raise invalid(NO_SOURCE)
    if not given.get("Runtime") or not given.get("Handler"):
        raise invalid(MANDATORY)
    check_settings(plane, given, call.account_id)
    check_tags(given.get("Tags", {}))
    _check_free(plane, name)


def _check_free(plane: ControlPlane, name: FunctionName) -> None:
    if plane.store.find(name):
        raise conflict(f"Function already exist: {name.name}")


def _first_version(
    plane: ControlPlane,
    name: FunctionName,
    given: Mapping[str, Any],
    package: Package,
    layers: tuple[LayerUse, ...],
) -> Version:
    config = FunctionConfig(
        account_id=name.account_id,
        region=name.region,
        name=name.name,
        handler=given["Handler"],
        runtime=given["Runtime"],
        role_arn=given["Role"],
        code_sha256=package.sha256,
        layers=tuple(layer.sha256 for layer in layers),
    )
    return Version(
        config=configured(config, given),
        code_size=package.size,
        unpacked_size=package.unpacked_size,
        revision_id=plane.new_id(),
        change_id=plane.new_id(),
        modified=plane.clock(),
        description=given.get("Description", ""),
        layers=layers,
        has_environment="Environment" in given,
    )


def _check_change(plane: ControlPlane, call: Call, name: FunctionName) -> Function:
    """The function, if `$LATEST` may be changed by this request; raises `AwsError`."""
    if name.qualifier not in (None, LATEST):
        raise functions_only()
    function = plane.store.get(name)
    check_revision(call.parameters.get("RevisionId"), function.latest.revision_id)
    check_settled(name, function.latest)
    return function


def _updated(
    plane: ControlPlane,
    name: FunctionName,
    changed: Version,
    config: FunctionConfig,
    *,
    publish: bool = False,
) -> Answer:
    """Begin the update: until it is through, the configuration before it is what runs."""
    version = replace(
        changed,
        config=config,
        serving=changed.config,
        update="InProgress",
        revision_id=plane.new_id(),
        change_id=plane.new_id(),
        modified=plane.clock(),
    )
    function = with_version(plane.store.get(name), version)
    if publish:
        function = published(plane, function, state="Pending")
        new = function.versions[str(function.published)]
        settle_later(plane, name, new)
    plane.store.put(name, function)
    settle_later(plane, name, version)
    shown = new if publish else version
    return shapes.configuration(shown, arn=shapes.plain_arn(shown))


def _check_deletion(name: FunctionName) -> None:
    if name.qualifier == LATEST:
        raise invalid("$LATEST version cannot be deleted without deleting the function.")
    if name.qualifier and not is_version_number(name.qualifier):
        if name.qualifier.startswith("$"):
            raise no_function(name.arn)
        raise invalid("Deletion of aliases is not currently supported.")


def _check_unused(function: Function, number: str) -> None:
    users = [alias.name for alias in function.aliases.values() if number in (alias.version, *alias.weights)]
    if users:
        raise AwsError(
            "ResourceConflictException",
            f"Unable to delete version because the following aliases reference it: [{', '.join(users)}]",
            409,
            Type="User",
        )
