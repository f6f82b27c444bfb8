"""CodePipeline's API in front of moto: executions really run, a Lambda action waits for its function's word.

Every stage runs its actions by `runOrder`. An S3 source really copies its object into the artifact bucket; any
other action than Lambda's succeeds at once and does nothing. Source: AWS CodePipeline API reference.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.background import Background
from lambada_labs.cloud.local.functions.ports import Role
from lambada_labs.cloud.local.integrations.calling import Calls
from lambada_labs.cloud.local.integrations.pipelines.jobs import Jobs, Reply
from lambada_labs.cloud.local.integrations.pipelines.runner import Artifacts, Runner
from lambada_labs.cloud.local.integrations.pipelines.runs import Execution
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service
from lambada_labs.runtime.clock import Clock

TARGET = "CodePipeline_20150709."
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


class Pipelines:
    """Starts executions, shows them, and takes the word of functions."""

    def __init__(self, moto: Plug, artifacts: Artifacts, calls: Calls, clock: Clock, jobs: Jobs) -> None:
        self._moto, self._clock, self._jobs = moto, clock, jobs
        self._runner = Runner(artifacts, calls, clock, jobs)
        self._executions: dict[tuple[str, str], list[Execution]] = {}
        self._work = Background("a pipeline's execution")
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
        self._work.begin(self._runner.run(execution, request.caller.account_id, request.region))
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
