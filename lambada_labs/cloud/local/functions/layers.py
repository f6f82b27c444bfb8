"""Layers: archives that functions share under `/opt`, in immutable versions."""

from __future__ import annotations

from dataclasses import replace

from lambada_labs.cloud.local.functions import shapes
from lambada_labs.cloud.local.functions.code import store_code
from lambada_labs.cloud.local.functions.code_links import code_path
from lambada_labs.cloud.local.functions.pages import page
from lambada_labs.cloud.local.functions.ports import Answer, Call, ControlPlane
from lambada_labs.cloud.local.functions.records import Layer, LayerVersion
from lambada_labs.cloud.local.functions.refusals import invalid, no_resource
from lambada_labs.cloud.local.functions.store import with_item, without_item
from lambada_labs.runtime.package import Package


async def publish_layer_version(plane: ControlPlane, call: Call) -> Answer:
    """PublishLayerVersion: the next number of this name, never one that was used before."""
    package = await store_code(plane, call.parameters["Content"])
    layer = _layer(plane, call)
    version = _version(plane, call, layer, package)
    call.shelf(plane).layers[layer.name] = replace(
        layer, versions=with_item(layer.versions, version.number, version), published=version.number
    )
    return _with_content(plane, call, version)


async def get_layer_version(plane: ControlPlane, call: Call) -> Answer:
    """GetLayerVersion."""
    return _with_content(plane, call, _existing(plane, call, _number(call)))


async def get_layer_version_by_arn(plane: ControlPlane, call: Call) -> Answer:
    """GetLayerVersionByArn."""
    parts = call.parameters["Arn"].split(":")
    layer = call.shelf(plane).layers.get(parts[6])
    version = layer.versions.get(int(parts[7])) if layer else None
    if version is None or version.arn != call.parameters["Arn"]:
        raise no_resource()
    return _with_content(plane, call, version)


async def delete_layer_version(plane: ControlPlane, call: Call) -> Answer:
    """DeleteLayerVersion: functions that use it keep it; one that is not there is fine."""
    number, layer = _number(call), _layer(plane, call)
    if number in layer.versions:
        remaining = without_item(layer.versions, number)
        call.shelf(plane).layers[layer.name] = replace(layer, versions=remaining)
    return None


async def list_layer_versions(plane: ControlPlane, call: Call) -> Answer:
    """ListLayerVersions: newest first."""
    versions = _layer(plane, call).versions.values()
    keyed = [((-found.number,), found) for found in versions if _compatible(found, call)]
    found = page(keyed, call.parameters)
    return {"LayerVersions": [shapes.layer_version(item) for item in found.items], **found.next_marker}


async def list_layers(plane: ControlPlane, call: Call) -> Answer:
    """ListLayers: each with its newest version that fits."""
    newest = []
    for layer in call.shelf(plane).layers.values():
        fitting = [found for found in layer.versions.values() if _compatible(found, call)]
        if fitting:
            newest.append(((layer.name,), (layer, max(fitting, key=lambda found: found.number))))
    found = page(newest, call.parameters)
    shown = [
        {
            "LayerName": layer.name,
            "LayerArn": layer.arn,
            "LatestMatchingVersion": shapes.layer_version(version),
        }
        for layer, version in found.items
    ]
    return {"Layers": shown, **found.next_marker}


def _layer(plane: ControlPlane, call: Call) -> Layer:
    """The layer of this name or ARN, an empty one where there is none yet."""
    name = call.parameters["LayerName"].rpartition(":")[2]
    arn = f"arn:aws:lambda:{call.region}:{call.account_id}:layer:{name}"
    return call.shelf(plane).layers.get(name) or Layer(name=name, arn=arn)


def _version(plane: ControlPlane, call: Call, layer: Layer, package: Package) -> LayerVersion:
    given = call.parameters
    runtimes, architectures = given.get("CompatibleRuntimes"), given.get("CompatibleArchitectures")
    number = layer.published + 1
    return LayerVersion(
        arn=f"{layer.arn}:{number}",
        number=number,
        sha256=package.sha256,
        code_size=package.size,
        unpacked_size=package.unpacked_size,
        created=plane.clock(),
        description=given.get("Description", ""),
        license_info=given.get("LicenseInfo"),
        runtimes=None if runtimes is None else tuple(runtimes),
        architectures=None if architectures is None else tuple(architectures),
    )


def _number(call: Call) -> int:
    number: int = call.parameters["VersionNumber"]
    if number < 1:
        raise invalid("Layer Version Cannot be less than 1")
    return number


def _existing(plane: ControlPlane, call: Call, number: int) -> LayerVersion:
    version = _layer(plane, call).versions.get(number)
    if version is None:
        raise no_resource()
    return version


def _with_content(plane: ControlPlane, call: Call, version: LayerVersion) -> Answer:
    location = plane.links.presigned(code_path(call.account_id, version.sha256), call.region)
    return shapes.layer_content(version, location=location)


def _compatible(version: LayerVersion, call: Call) -> bool:
    runtime = call.parameters.get("CompatibleRuntime")
    architecture = call.parameters.get("CompatibleArchitecture")
    return runtime in (None, *(version.runtimes or ())) and architecture in (
        None,
        *(version.architectures or ()),
    )
