"""Looking at functions: one, its configuration, or all of them."""

from __future__ import annotations

from lambada_labs import facts
from lambada_labs.cloud.local.functions import shapes
from lambada_labs.cloud.local.functions.code_links import code_path
from lambada_labs.cloud.local.functions.names import FunctionName
from lambada_labs.cloud.local.functions.pages import page
from lambada_labs.cloud.local.functions.ports import Answer, Call, ControlPlane
from lambada_labs.cloud.local.functions.publish import version_key
from lambada_labs.cloud.local.functions.records import Function, Version
from lambada_labs.cloud.local.functions.refusals import no_function
from lambada_labs.cloud.local.functions.store import Shelf
from lambada_labs.model import LATEST


async def get_function(plane: ControlPlane, call: Call) -> Answer:
    """GetFunction: the code's address really downloads."""
    name = call.function()
    function, version = find_version(plane, name)
    path = code_path(call.account_id, version.config.code_sha256)
    location = plane.links.presigned(path, call.region)
    return shapes.function(function, version, arn=name.asked_arn, location=location)


async def get_function_configuration(plane: ControlPlane, call: Call) -> Answer:
    """GetFunctionConfiguration."""
    name = call.function()
    return shapes.configuration(find_version(plane, name)[1], arn=name.asked_arn)


async def list_functions(plane: ControlPlane, call: Call) -> Answer:
    """ListFunctions: `$LATEST` of each, or every version with `FunctionVersion=ALL`."""
    functions = call.shelf(plane).functions.values()
    every = call.parameters.get("FunctionVersion") == "ALL"
    versions = [
        ((found.name, *version_key(version)), version)
        for found in functions
        for version in (found.all_versions() if every else [found.latest])
    ]
    found = page(versions, call.parameters)
    shown = [_listed(version, every=every) for version in found.items]
    return {"Functions": shown, **found.next_marker}


async def get_account_settings(plane: ControlPlane, call: Call) -> Answer:
    """GetAccountSettings: the limits of this cloud, and what is really used of them."""
    shelf = call.shelf(plane)
    reserved = sum(found.reserved or 0 for found in shelf.functions.values())
    return {
        "AccountLimit": {
            "TotalCodeSize": facts.number("limit.code_storage"),
            "CodeSizeUnzipped": facts.number("limit.package.unzipped"),
            "CodeSizeZipped": facts.number("limit.package.zipped"),
            "ConcurrentExecutions": plane.account_concurrency,
            "UnreservedConcurrentExecutions": plane.account_concurrency - reserved,
        },
        "AccountUsage": {"TotalCodeSize": _code_size(shelf), "FunctionCount": len(shelf.functions)},
    }


def find_version(plane: ControlPlane, name: FunctionName) -> tuple[Function, Version]:
    """The version that a qualifier means, an alias by its main version; `$LATEST` without one."""
    function = plane.store.get(name, said_as=name.asked_arn)
    qualifier = name.qualifier or LATEST
    alias = function.aliases.get(qualifier)
    version = function.version(alias.version if alias else qualifier)
    if version is None:
        raise no_function(name.asked_arn)
    return function, version


def _listed(version: Version, *, every: bool) -> object:
    arn = version.config.qualified_arn if every else version.config.arn
    return shapes.listed(version, arn=arn)


def _code_size(shelf: Shelf) -> int:
    functions = (found for function in shelf.functions.values() for found in function.all_versions())
    layers = (found for layer in shelf.layers.values() for found in layer.versions.values())
    return sum(found.code_size for found in functions) + sum(found.code_size for found in layers)
