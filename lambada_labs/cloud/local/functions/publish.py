"""How `$LATEST` becomes a numbered version that nothing can change any more."""

from __future__ import annotations

from dataclasses import replace

from lambada_labs.cloud.local.functions import shapes
from lambada_labs.cloud.local.functions.pages import Page, page
from lambada_labs.cloud.local.functions.ports import Answer, Call, ControlPlane
from lambada_labs.cloud.local.functions.records import Function, State, Version
from lambada_labs.cloud.local.functions.refusals import check_revision, invalid
from lambada_labs.cloud.local.functions.states import check_settled
from lambada_labs.cloud.local.functions.store import with_version
from lambada_labs.model import LATEST, FunctionConfig

STALE_CODE = (
    "CodeSHA256 ({given}) is different from current CodeSHA256 in $LATEST ({current}). "
    "Please try again with the CodeSHA256 in $LATEST."
)


async def publish_version(plane: ControlPlane, call: Call) -> Answer:
    """PublishVersion; unchanged code and configuration answer the version that is there already."""
    given, name = call.parameters, call.function()
    function = plane.store.get(name)
    latest = function.latest
    check_revision(given.get("RevisionId"), latest.revision_id)
    if given.get("CodeSha256", latest.config.code_sha256) != latest.config.code_sha256:
        raise invalid(STALE_CODE.format(given=given["CodeSha256"], current=latest.config.code_sha256))
    check_settled(name, latest)
    same = _last_unchanged(function)
    if same is None:
        function = published(plane, function, state="Active", description=given.get("Description"))
        function = plane.store.put(
            name, replace(function, latest=replace(function.latest, revision_id=plane.new_id()))
        )
        same = function.versions[str(function.published)]
    return shapes.configuration(same, arn=same.config.qualified_arn)


async def list_versions_by_function(plane: ControlPlane, call: Call) -> Answer:
    """ListVersionsByFunction: `$LATEST` first."""
    function = plane.store.get(call.function())
    versions = [(version_key(found), found) for found in function.all_versions()]
    found: Page[Version] = page(versions, call.parameters)
    shown = [shapes.listed(version, arn=version.config.qualified_arn) for version in found.items]
    return {"Versions": shown, **found.next_marker}


def version_key(version: Version) -> tuple[int]:
    """Where a version stands in a list."""
    number = version.config.version
    return (0 if number == LATEST else int(number),)


def published(
    plane: ControlPlane, function: Function, *, state: State, description: str | None = None
) -> Function:
    """The function with `$LATEST` frozen under the next number."""
    number = function.published + 1
    latest = function.latest
    version = replace(
        latest,
        config=replace(latest.config, version=str(number)),
        serving=None,
        state=state,
        update="Successful" if state == "Active" else None,
        description=description or latest.description,
        revision_id=plane.new_id(),
        change_id=plane.new_id(),
    )
    return replace(with_version(function, version), published=number)


def _last_unchanged(function: Function) -> Version | None:
    last = function.versions.get(str(function.published))
    return last if last and _content(last) == _content(function.latest) else None


def _content(version: Version) -> tuple[FunctionConfig, str]:
    """What counts as a change: everything but the number and the reserved concurrency."""
    config = replace(version.config, version=LATEST, reserved_concurrency=None)
    return config, ",".join(layer.arn for layer in version.layers)
