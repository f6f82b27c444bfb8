"""What labs leave in EventBridge Scheduler, and the layers their functions share."""

from __future__ import annotations

import contextlib

from lambada_labs.cloud.port import Cloud
from lambada_labs.labs.kind import Kind, listed
from lambada_labs.labs.lab import Lab


def _schedules(lab: Lab, cloud: Cloud) -> dict[str, str]:
    found = listed(cloud.client("scheduler"), "list_schedules", "Schedules", NamePrefix=lab.prefix)
    return {each["Name"]: each["Name"] for each in found}


def _delete_schedule(cloud: Cloud, name: str) -> None:
    client = cloud.client("scheduler")
    with contextlib.suppress(client.exceptions.ResourceNotFoundException):
        client.delete_schedule(Name=name)


def _layers(lab: Lab, cloud: Cloud) -> dict[str, str]:
    """Every version of the lab's layers; `delete` wants `NAME:VERSION`."""
    client = cloud.client("lambda")
    names = [each["LayerName"] for each in listed(client, "list_layers", "Layers")]
    versions = [
        (name, version["Version"])
        for name in names
        if name.startswith(lab.prefix)
        for version in listed(client, "list_layer_versions", "LayerVersions", LayerName=name)
    ]
    return {f"{name}:{number}": f"{name}, version {number}" for name, number in versions}


def _delete_layer(cloud: Cloud, identity: str) -> None:
    name, _, number = identity.rpartition(":")
    cloud.client("lambda").delete_layer_version(LayerName=name, VersionNumber=int(number))


SCHEDULES: dict[str, Kind] = {
    "schedule": Kind(_schedules, _delete_schedule),
    "layer": Kind(_layers, _delete_layer),
}
