"""An execution of a pipeline at work: stage by stage, its actions by `runOrder`, each with its artifacts."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Protocol

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.front_doors.calling import NotRun
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
from lambada_labs.runtime.clock import Clock

PRINCIPAL = "codepipeline.amazonaws.com"


class Artifacts(Protocol):
    """Where artifacts lie, and who may reach them."""

    def credentials(self, role_arn: str) -> dict[str, str]:
        """Keys of the pipeline's role for the function."""
        ...

    async def copy(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Copy an object, bucket and key each; raises `AwsError`."""
        ...


class Runner:
    """Runs executions by the cloud's clock; functions are told by `calls` and answer through `jobs`."""

    def __init__(self, artifacts: Artifacts, calls: Calls, clock: Clock, jobs: Jobs) -> None:
        self._artifacts, self._calls, self._clock, self._jobs = artifacts, calls, clock, jobs

    async def run(self, execution: Execution, account_id: str, region: str) -> None:
        """Run an execution to its end, or until somebody stops it."""
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
