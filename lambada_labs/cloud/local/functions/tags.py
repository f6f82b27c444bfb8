"""Tags of functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lambada_labs import facts
from lambada_labs.cloud.local.functions.names import FunctionName, resolve
from lambada_labs.cloud.local.functions.ports import Answer, Call, ControlPlane
from lambada_labs.cloud.local.functions.records import Function
from lambada_labs.cloud.local.functions.refusals import invalid, missing

TAGS_LIMIT = facts.number("limit.tags")
FUNCTIONS_ONLY = "Tags on function aliases and versions are not supported. Please specify a function ARN."
#: Resources that can have tags on AWS, as a missing one of them is told.
OTHERS = {
    "event-source-mapping": "Event source mapping",
    "code-signing-config": "Code signing config",
    "capacity-provider": "Capacity provider",
}


async def tag_resource(plane: ControlPlane, call: Call) -> Answer:
    """TagResource: adds and overwrites."""
    name, new = _function(call), call.parameters["Tags"]
    if not new:
        raise invalid("An error occurred and the request cannot be processed.")
    tags = {**plane.store.get(name).tags, **new}
    check_tags(tags)
    _put(plane, name, tags)
    return None


async def untag_resource(plane: ControlPlane, call: Call) -> Answer:
    """UntagResource: names that are not there are fine."""
    name, gone = _function(call), call.parameters["TagKeys"]
    tags = plane.store.get(name).tags
    _put(plane, name, {key: value for key, value in tags.items() if key not in gone})
    return None


async def list_tags(plane: ControlPlane, call: Call) -> Answer:
    """ListTags."""
    return {"Tags": dict(plane.store.get(_function(call)).tags)}


def check_tags(tags: Mapping[str, str]) -> None:
    """Refuse more tags than a function may have."""
    if len(tags) > TAGS_LIMIT:
        raise invalid("Number of tags exceeds resource tag limit.")


def _function(call: Call) -> FunctionName:
    arn = call.parameters["Resource"]
    kind = arn.split(":")[5]
    if kind in OTHERS:
        raise missing(f"{OTHERS[kind]} not found: {arn}")
    name = resolve(arn, None, account_id=call.account_id, region=call.region)
    if name.qualifier:
        raise invalid(FUNCTIONS_ONLY)
    return name


def _put(plane: ControlPlane, name: FunctionName, tags: Mapping[str, str]) -> None:
    plane.store.change(name, lambda function: _tagged(plane, function, tags))


def _tagged(plane: ControlPlane, function: Function, tags: Mapping[str, str]) -> Function:
    return replace(function, tags=tags, latest=replace(function.latest, revision_id=plane.new_id()))
