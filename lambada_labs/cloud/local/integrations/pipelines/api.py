"""CodePipeline's API in front of moto: executions really run, a Lambda action waits for its function's word.

Every stage runs its actions by `runOrder`. An S3 source really copies its object into the artifact bucket; any
other action than Lambda's succeeds at once and does nothing. Source: AWS CodePipeline API reference.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any, Protocol

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.front_doors.calling import NotRun
from lambada_labs.cloud.local.functions.ports import Role
from lambada_labs.cloud.local.integrations.calling import Ask, Calls
from lambada_labs.cloud.local.integrations.pipelines.jobs import (
    ACTION_S,
    AGAIN_S,
    SILENT,
    Jobs,
    Reply,
    job_data,
)
from lambada_labs.cloud.local.integrations.pipelines.runs import ActionRun, Execution
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.refusals import did_not_run
from lambada_labs.cloud.local.integrations.register import integrations
from lambada_labs.cloud.local.integrations.verdict import Sent
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service
from lambada_labs.runtime.clock import Clock

log = logging.getLogger(__name__)

TARGET = "CodePipeline_20150709."
PRINCIPAL = "codepipeline.amazonaws.com"
KEPT = 100  # executions of one pipeline
DENIED = "User: {arn} is not authorized to perform: {what} because no identity-based policy allows the {what} action"


class Plug(Service, Protocol):
    """What moto is asked for."""

    def store(self, service: str, region: str) -> Any:
        """Its store of a service, or None."""
        ...

    def role(self, role_arn: str) -> Role | None:
        """A role, or None."""
        ...


class Artifacts(Protocol):
    """Where artifacts lie, and who may reach them."""

    def credentials(self, role_arn: str) -> dict[str, str]:
        """Keys of the pipeline's role for the function."""
        ...

    async def copy(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Copy an object, bucket and key each; raises `AwsError`."""
        ...


class Pipelines:
    """Starts executions, shows them, and takes the word of functions."""

    def __init__(self, moto: Plug, artifacts: Artifacts, calls: Calls, clock: Clock, jobs: Jobs) -> None:
        self._moto, self._artifacts, self._calls, self._clock = moto, artifacts, calls, clock
        self._jobs = jobs
        self._executions: dict[tuple[str, str], list[Execution]] = {}
        self._work: set[asyncio.Task[None]] = set()
        self._operations: Mapping[str, Callable[[AwsRequest, Any], Any]] = {
            "StartPipelineExecution": self._start,
            "StopPipelineExecution": self._stop,
            "GetPipelineExecution": lambda request, given: {
                "pipelineExecution": self._execution(request, given).shown()
            },
            "ListPipelineExecutions": lambda request, given: {
                "pipelineExecutionSummaries": [one.listed() for one in self._of(request, given)]
            },
            "GetPipelineState": self._state,
            "ListActionExecutions": self._actions,
            "GetJobDetails": self._job,
            "PutJobSuccessResult": self._put,
            "PutJobFailureResult": self._put,
        }

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer one request to CodePipeline."""
        operation = self._operations.get(request.headers.get("x-amz-target", "").removeprefix(TARGET))
        if operation is None:
            return await self._moto.handle(request)
        told = operation(request, request.json())
        body = json.dumps(told).encode() if told is not None else b""
        return AwsResponse(headers=[("Content-Type", "application/x-amz-json-1.1")], body=body)

    def _start(self, request: AwsRequest, given: Any) -> dict[str, str]:
        held, arn = self._pipeline(request, str(given.get("name")))
        declared = {one["name"]: one.get("defaultValue", "") for one in held.get("variables", [])}
        chosen = {one["name"]: one["value"] for one in given.get("variables") or []}
        now = self._clock.now()
        execution = Execution(
            id=str(uuid.uuid4()),
            arn=arn,
            pipeline=json.loads(json.dumps(held)),
            began=now,
            changed=now,
            variables={**declared, **chosen},
        )
        kept = self._executions.setdefault((request.region, execution.name), [])
        kept.insert(0, execution)
        del kept[KEPT:]
        self._begin(self._run(execution, request.caller.account_id, request.region))
        return {"pipelineExecutionId": execution.id}

    def _stop(self, request: AwsRequest, given: Any) -> dict[str, str]:
        execution = self._execution(request, given)
        if execution.status != "InProgress":
            text = f"Pipeline execution {execution.id} is not in progress"
            raise AwsError("PipelineExecutionNotStoppableException", text)
        execution.status, execution.reason = "Stopped", str(given.get("reason", ""))
        return {"pipelineExecutionId": execution.id}

    def _state(self, request: AwsRequest, given: Any) -> dict[str, Any]:
        held, _ = self._pipeline(request, str(given.get("name")))
        kept = self._executions.get((request.region, held["name"]), [])
        bare = Execution(id="", arn="", pipeline=held, began=0, changed=0)
        return {
            "pipelineName": held["name"],
            "pipelineVersion": held["version"],
            "stageStates": (kept[0] if kept else bare).stages(),
        }

    def _actions(self, request: AwsRequest, given: Any) -> dict[str, Any]:
        wanted = (given.get("filter") or {}).get("pipelineExecutionId")
        found = [one for one in self._of(request, given) if wanted in (None, one.id)]
        return {"actionExecutionDetails": [run.detail(one) for one in found for run in one.actions[::-1]]}

    def _job(self, _: AwsRequest, given: Any) -> dict[str, Any]:
        job = self._jobs.find(str(given.get("jobId")))
        return {"jobDetails": {"id": job.id, "accountId": job.account_id, "data": dict(job.data)}}

    def _put(self, request: AwsRequest, given: Any) -> None:
        operation = request.headers["x-amz-target"].removeprefix(TARGET)
        self._check_right(request, f"codepipeline:{operation}")
        self._jobs.reply(Reply(succeeded=operation == "PutJobSuccessResult", given=given))

    def _check_right(self, request: AwsRequest, action: str) -> None:
        """A function's role must be allowed to say how a job went: the right that is forgotten most often."""
        function = request.caller.function
        role = self._moto.role(function.role_arn) if function else None
        if function and (role is None or not role.allows(action, "*")):
            raise AwsError("AccessDeniedException", DENIED.format(arn=request.caller.arn, what=action))

    def _pipeline(self, request: AwsRequest, name: str) -> tuple[dict[str, Any], str]:
        store = self._moto.store("codepipeline", request.region)
        held = store.pipelines.get(name) if store is not None else None
        if held is None:
            account = request.caller.account_id
            text = f"Account '{account}' does not have a pipeline with name '{name}'"
            raise AwsError("PipelineNotFoundException", text)
        return held.pipeline, held.metadata["pipelineArn"]

    def _of(self, request: AwsRequest, given: Any) -> list[Execution]:
        held, _ = self._pipeline(request, str(given.get("pipelineName")))
        return self._executions.get((request.region, held["name"]), [])

    def _execution(self, request: AwsRequest, given: Any) -> Execution:
        wanted, name = given.get("pipelineExecutionId"), given.get("pipelineName")
        for one in self._of(request, given):
            if one.id == wanted:
                return one
        account = request.caller.account_id
        text = f"Account '{account}' does not have an execution with id '{wanted}' for pipeline '{name}'"
        raise AwsError("PipelineExecutionNotFoundException", text)

    async def _run(self, execution: Execution, account_id: str, region: str) -> None:
        for stage in execution.pipeline["stages"]:
            ordered = sorted(stage["actions"], key=lambda one: one.get("runOrder", 1))
            for _, together in groupby(ordered, key=lambda one: one.get("runOrder", 1)):
                runs = [self._declared(execution, stage["name"], one) for one in together]
                await asyncio.gather(*(self._act(execution, run, account_id, region) for run in runs))
                if execution.status == "Stopped" or any(run.status != "Succeeded" for run in runs):
                    self._ended(execution, "Failed" if execution.status == "InProgress" else execution.status)
                    return
        self._ended(execution, "Succeeded" if execution.status == "InProgress" else execution.status)

    def _declared(self, execution: Execution, stage: str, declared: Mapping[str, Any]) -> ActionRun:
        given = declared.get("configuration", {})
        now = self._clock.now()
        run = ActionRun(
            id=str(uuid.uuid4()),
            stage=stage,
            declared=declared,
            began=now,
            changed=now,
            configuration={name: execution.filled(str(value)) for name, value in given.items()},
            inputs=[
                execution.artifacts[one["name"]]
                for one in declared.get("inputArtifacts", [])
                if one["name"] in execution.artifacts
            ],
            outputs=[_artifact(execution, one["name"]) for one in declared.get("outputArtifacts", [])],
        )
        execution.actions.append(run)
        return run

    async def _act(self, execution: Execution, run: ActionRun, account_id: str, region: str) -> None:
        kind = run.declared["actionTypeId"]
        try:
            if kind["provider"] == "Lambda":
                await self._invoke(execution, run, account_id, region)
            elif (kind["category"], kind["provider"]) == ("Source", "S3"):
                await self._source(run)
        except AwsError as refused:
            run.error = ("ConfigurationError", refused.message)
        run.status = "Failed" if run.error else "Succeeded"
        run.changed = self._clock.now()
        if not run.error:
            execution.artifacts.update({str(one["name"]): one for one in run.outputs})

    async def _source(self, run: ActionRun) -> None:
        source = (run.configuration.get("S3Bucket", ""), run.configuration.get("S3ObjectKey", ""))
        for artifact in run.outputs:
            place = artifact["location"]["s3Location"]
            await self._artifacts.copy(source, (place["bucketName"], place["objectKey"]))

    async def _invoke(self, execution: Execution, run: ActionRun, account_id: str, region: str) -> None:
        function = run.configuration.get("FunctionName", "")
        arn = f"arn:aws:lambda:{region}:{account_id}:function:{function}"
        role_arn = str(run.declared.get("roleArn") or execution.pipeline["roleArn"])
        while self._clock.now() - run.began < ACTION_S:
            job = self._jobs.give(account_id, self._data(run, role_arn))
            ask = Ask(
                function_arn=arn,
                sent=Sent(event=job.event, source_arn=execution.arn),
                principal=PRINCIPAL,
                role_arn=role_arn,
            )
            try:
                run.external_id = self._calls.tell(ask)
            except NotRun as stopped:
                told = did_not_run(integrations()["codepipeline"], stopped, Place(function_arn=arn))
                run.error = (told.code, told.text)
                return
            reply = await job.over
            if not self._heard(run, reply, function):
                return
            await self._clock.sleep(AGAIN_S)
        run.error = ("JobFailed", SILENT.format(function=function))

    def _heard(self, run: ActionRun, reply: Reply | None, function: str) -> bool:
        """Take down what a function said; whether it wants to be called again."""
        run.changed = self._clock.now()
        if reply is None:
            run.error = ("JobFailed", SILENT.format(function=function))
            return False
        if not reply.succeeded:
            run.error = reply.failure
            return False
        run.summary = str(reply.details.get("summary", run.summary))
        run.external_id = str(reply.details.get("externalExecutionId", run.external_id))
        run.percent = reply.details.get("percentComplete", run.percent)
        run.token = reply.token
        run.variables = dict(reply.given.get("outputVariables") or {})
        return bool(reply.token)

    def _data(self, run: ActionRun, role_arn: str) -> dict[str, Any]:
        return job_data(
            run.configuration,
            inputs=run.inputs,
            outputs=run.outputs,
            credentials=self._artifacts.credentials(role_arn),
            token=run.token,
        )

    def _ended(self, execution: Execution, status: Any) -> None:
        execution.status, execution.changed = status, self._clock.now()

    def _begin(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("a pipeline's execution failed", exc_info=task.exception())


def _artifact(execution: Execution, name: str) -> dict[str, Any]:
    """Where an output artifact is to be put."""
    stores: Sequence[Mapping[str, Any]] = [
        execution.pipeline.get("artifactStore") or {},
        *(execution.pipeline.get("artifactStores") or {}).values(),
    ]
    bucket = next((str(one["location"]) for one in stores if one), "")
    key = f"{execution.name[:20]}/{name[:10]}/{uuid.uuid4().hex[:7]}"
    return {
        "name": name,
        "revision": None,
        "location": {"type": "S3", "s3Location": {"bucketName": bucket, "objectKey": key}},
    }
