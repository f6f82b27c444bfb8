"""From a request until it is in force: `Pending` → `Active`, `InProgress` → `Successful`."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

from lambada_labs.cloud.local.functions.names import FunctionName
from lambada_labs.cloud.local.functions.ports import ControlPlane
from lambada_labs.cloud.local.functions.records import Function, Version
from lambada_labs.cloud.local.functions.refusals import updating, wrong_state
from lambada_labs.cloud.local.functions.store import with_version
from lambada_labs.model import LATEST

# The loop keeps only weak references to tasks.
_retirements: set[asyncio.Task[None]] = set()


def check_settled(name: FunctionName, version: Version) -> None:
    """Refuse a change while the one before is not through; raises `ResourceConflictException`."""
    if version.state != "Active":
        raise wrong_state(version.state)
    if version.update == "InProgress":
        raise updating(name.arn)


def settle_later(plane: ControlPlane, name: FunctionName, *versions: Version) -> None:
    """Let these versions become `Active`, their update `Successful`, after a short real while."""
    for version in versions:
        plane.later(plane.settle_s, partial(_settle, plane, name, version))


def _settle(plane: ControlPlane, name: FunctionName, version: Version) -> None:
    function = plane.store.find(name)
    now = function.version(version.config.version) if function else None
    # Deleted, or made anew under the same name: nothing to settle.
    if function is None or now is None or now.change_id != version.change_id:
        return
    plane.store.put(name, _settled(plane, function, now))
    if now.update == "InProgress":
        retire_later(plane, name, LATEST)


def _settled(plane: ControlPlane, function: Function, version: Version) -> Function:
    done = replace(version, state="Active", update="Successful", serving=None, revision_id=plane.new_id())
    return with_version(function, done)


def retire_later(plane: ControlPlane, name: FunctionName, version: str | None = None) -> None:
    """End the execution environments of what is no longer in force, without waiting for it."""
    task = asyncio.ensure_future(plane.engine.retire(name.arn, version))
    _retirements.add(task)
    task.add_done_callback(_retirements.discard)
