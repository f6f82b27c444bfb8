"""CodeCommit in front of moto: branches, commits by API, and repository triggers that run functions.

moto keeps the repositories themselves. There is no Git server: what `git push` does on an account, PutFile,
CreateCommit, CreateBranch and DeleteBranch do here; a tag needs Git. Triggers for topics are kept and do nothing.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.front_doors.calling import NotRun
from lambada_labs.cloud.local.integrations.calling import Ask, Calls
from lambada_labs.cloud.local.integrations.codecommit import event as codecommit_event
from lambada_labs.cloud.local.integrations.codecommit import triggers as codecommit_triggers
from lambada_labs.cloud.local.integrations.codecommit.event import NO_COMMIT, TESTED, Push, Reference
from lambada_labs.cloud.local.integrations.codecommit.history import Change, History, digest
from lambada_labs.cloud.local.integrations.codecommit.triggers import Trigger
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.refusals import did_not_run
from lambada_labs.cloud.local.integrations.register import integrations
from lambada_labs.cloud.local.integrations.verdict import Sent
from lambada_labs.cloud.local.internal_requests import json_of, with_target
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service

TARGET = "CodeCommit_20150413."
OK = 200
Given = Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Held:
    """A repository: where it is, its history, its triggers."""

    arn: str
    history: History = field(default_factory=History)
    triggers: list[dict[str, Any]] = field(default_factory=list)
    config_id: str = ""


class Repositories:
    """Answers requests to CodeCommit. `now` is the cloud's clock."""

    def __init__(self, *, store: Service, calls: Calls, now: Callable[[], float]) -> None:
        self._store, self._calls, self._now = store, calls, now
        self._held: dict[str, Held] = {}
        self._operations: dict[str, Callable[[AwsRequest, Given, Held], dict[str, Any]]] = {
            "PutRepositoryTriggers": self._put_triggers,
            "GetRepositoryTriggers": self._get_triggers,
            "TestRepositoryTriggers": self._test_triggers,
            "CreateCommit": self._create_commit,
            "PutFile": self._put_file,
            "GetCommit": self._get_commit,
            "CreateBranch": self._create_branch,
            "GetBranch": self._get_branch,
            "ListBranches": self._list_branches,
            "DeleteBranch": self._delete_branch,
        }

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer one request to CodeCommit."""
        operation = request.headers.get("x-amz-target", "").removeprefix(TARGET)
        answers = self._operations.get(operation)
        if answers is None:
            answer = await self._store.handle(request)
            if operation == "DeleteRepository" and answer.status == OK:
                self._forget(request)
            return answer
        given = _given(request)
        found = await self._repository(request, str(given.get("repositoryName", "")))
        if isinstance(found, AwsResponse):
            return found
        try:
            return AwsResponse.of_json(answers(request, given, found))
        except KeyError as missing:
            name = str(missing.args[0])
            code = f"{name[:1].upper()}{name[1:]}RequiredException"
            raise AwsError(code, f"{name} is required, but was not specified.") from None

    async def _repository(self, request: AwsRequest, name: str) -> Held | AwsResponse:
        """The repository, or moto's refusal where there is none."""
        answer = await self._store.handle(
            with_target(request, TARGET + "GetRepository", {"repositoryName": name})
        )
        if answer.status != OK:
            return answer
        arn = json_of(answer)["repositoryMetadata"]["Arn"]
        return self._held.setdefault(arn, Held(arn=arn))

    def _forget(self, request: AwsRequest) -> None:
        name = str(request.json().get("repositoryName", ""))
        self._held.pop(f"arn:aws:codecommit:{request.region}:{request.caller.account_id}:{name}", None)

    def _put_triggers(self, _: AwsRequest, given: Given, held: Held) -> dict[str, Any]:
        held.triggers = codecommit_triggers.checked(given.get("triggers") or ())
        held.config_id = str(uuid.uuid4())
        return {"configurationId": held.config_id}

    def _get_triggers(self, _: AwsRequest, __: Given, held: Held) -> dict[str, Any]:
        return {"configurationId": held.config_id, "triggers": held.triggers}

    def _test_triggers(self, request: AwsRequest, given: Given, held: Held) -> dict[str, Any]:
        """Send every trigger a test event: about the newest commit, or zeroes in an empty repository."""
        newest = held.history.newest
        branch = next(iter(held.history.branches), "main")
        about = Reference(
            ref=codecommit_event.BRANCH + branch,
            commit=newest.id if newest else NO_COMMIT,
            change="updateReference",
        )
        push = replace(self._push(request, held, [about]), name=TESTED)
        well: list[str] = []
        badly: list[dict[str, str]] = []
        for one in codecommit_triggers.checked(given.get("triggers") or ()):
            problem = self._tell(one, push, held)
            if problem is None:
                well.append(one["name"])
            else:
                badly.append({"trigger": one["name"], "failureMessage": problem})
        return {"successfulExecutions": well, "failedExecutions": badly}

    def _create_commit(self, request: AwsRequest, given: Given, held: Held) -> dict[str, Any]:
        put = {one["filePath"]: _bytes(one.get("fileContent")) for one in given.get("putFiles") or ()}
        gone = [one["filePath"] for one in given.get("deleteFiles") or ()]
        before = self._files(held, given)
        change = Change(
            branch=given["branchName"],
            parent=given.get("parentCommitId") or "",
            put=put,
            deleted=gone,
            message=given.get("commitMessage") or "",
        )
        made, reference = held.history.commit(change)
        self._changed(request, held, reference)
        told = {
            path: {"absolutePath": path, "blobId": made.files.get(path, ""), "fileMode": "NORMAL"}
            for path in put
        }
        return {
            "commitId": made.id,
            "treeId": made.tree_id,
            "filesAdded": [one for path, one in told.items() if path not in before],
            "filesUpdated": [one for path, one in told.items() if path in before],
            "filesDeleted": [
                {"absolutePath": path, "blobId": before[path]} for path in gone if path in before
            ],
        }

    def _put_file(self, request: AwsRequest, given: Given, held: Held) -> dict[str, Any]:
        content = _bytes(given.get("fileContent"))
        change = Change(
            branch=given["branchName"],
            parent=given.get("parentCommitId") or "",
            put={given["filePath"]: content},
            message=given.get("commitMessage") or "",
        )
        made, reference = held.history.commit(change)
        self._changed(request, held, reference)
        return {"commitId": made.id, "blobId": digest(content), "treeId": made.tree_id}

    def _get_commit(self, _: AwsRequest, given: Given, held: Held) -> dict[str, Any]:
        found = held.history.found(str(given.get("commitId", "")))
        told = {"commitId": found.id, "treeId": found.tree_id, "parents": list(found.parents)}
        return {"commit": {**told, "message": found.message}}

    def _create_branch(self, request: AwsRequest, given: Given, held: Held) -> dict[str, Any]:
        self._changed(request, held, held.history.create(given["branchName"], given["commitId"]))
        return {}

    def _get_branch(self, _: AwsRequest, given: Given, held: Held) -> dict[str, Any]:
        name = str(given.get("branchName", ""))
        return {"branch": {"branchName": name, "commitId": held.history.tip(name)}}

    def _list_branches(self, _: AwsRequest, __: Given, held: Held) -> dict[str, Any]:
        return {"branches": sorted(held.history.branches)}

    def _delete_branch(self, request: AwsRequest, given: Given, held: Held) -> dict[str, Any]:
        reference = held.history.delete(given["branchName"])
        if reference is None:
            return {}
        self._changed(request, held, reference)
        return {"deletedBranch": {"branchName": given["branchName"], "commitId": reference.commit}}

    def _files(self, held: Held, given: Given) -> Mapping[str, str]:
        tip = held.history.branches.get(given["branchName"])
        return held.history.found(tip).files if tip else {}

    def _changed(self, request: AwsRequest, held: Held, reference: Reference) -> None:
        """Run the triggers that a change concerns; what cannot be run, CodeCommit does not tell anybody."""
        push = self._push(request, held, [reference])
        for one in held.triggers:
            if codecommit_triggers.concerns(one, reference):
                self._tell(one, push, held)

    def _push(self, request: AwsRequest, held: Held, references: Sequence[Reference]) -> Push:
        return Push(
            repository_arn=held.arn,
            references=references,
            by=request.caller.arn,
            at=self._now(),
            id=str(uuid.uuid4()),
        )

    def _tell(self, trigger: Trigger, push: Push, held: Held) -> str | None:
        """Put an event into a function's queue; what stood against it."""
        arn = str(trigger["destinationArn"])
        if ":lambda:" not in arn:
            return None
        about = integrations()["codecommit"]
        event = codecommit_event.event(
            push,
            trigger=trigger["name"],
            config_id=held.config_id or push.id,
            custom_data=trigger.get("customData") or "",
        )
        ask = Ask(function_arn=arn, sent=Sent(event=event, source_arn=held.arn), principal=about.principal)
        try:
            self._calls.tell(ask)
        except NotRun as stopped:
            return did_not_run(about, stopped, Place(function_arn=arn)).text
        return None


def _given(request: AwsRequest) -> Given:
    try:
        given = request.json()
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise AwsError("SerializationException", "")
    return given


def _bytes(given: Any) -> bytes:
    try:
        return base64.b64decode(given or "")
    except (TypeError, binascii.Error):
        raise AwsError("SerializationException", "") from None
