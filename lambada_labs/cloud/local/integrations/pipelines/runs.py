"""What CodePipeline knows of an execution, and how its API shows it. Times are seconds by the cloud's clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["InProgress", "Succeeded", "Failed", "Stopped"]
IN_PROGRESS: Status = "InProgress"
_VARIABLE = re.compile(r"#\{([\w@-]+)\.([\w@-]+)\}")


@dataclass(slots=True, kw_only=True)
class ActionRun:
    """One action at work; `declared` is its part of the pipeline."""

    id: str
    stage: str
    declared: Mapping[str, Any]
    began: float
    changed: float
    status: Status = IN_PROGRESS
    configuration: Mapping[str, str] = field(default_factory=dict)
    inputs: Sequence[Mapping[str, Any]] = ()
    outputs: Sequence[Mapping[str, Any]] = ()
    summary: str = ""
    error: tuple[str, str] | None = None
    external_id: str = ""
    token: str = ""
    percent: int | None = None
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The action's name in its stage."""
        return str(self.declared["name"])

    def state(self) -> dict[str, Any]:
        """As GetPipelineState shows it."""
        told: dict[str, Any] = {
            "actionExecutionId": self.id,
            "status": self.status,
            "lastStatusChange": self.changed,
            **({"summary": self.summary} if self.summary else {}),
            **({"token": self.token} if self.token else {}),
            **({"externalExecutionId": self.external_id} if self.external_id else {}),
            **({"percentComplete": self.percent} if self.percent is not None else {}),
        }
        if self.error:
            told["errorDetails"] = {"code": self.error[0], "message": self.error[1]}
        return {"actionName": self.name, "latestExecution": told}

    def detail(self, execution: Execution) -> dict[str, Any]:
        """As ListActionExecutions shows it."""
        result: dict[str, Any] = {"externalExecutionId": self.external_id}
        if self.summary:
            result["externalExecutionSummary"] = self.summary
        if self.error:
            result["errorDetails"] = {"code": self.error[0], "message": self.error[1]}
        return {
            "pipelineExecutionId": execution.id,
            "actionExecutionId": self.id,
            "pipelineVersion": execution.version,
            "stageName": self.stage,
            "actionName": self.name,
            "startTime": self.began,
            "lastUpdateTime": self.changed,
            "status": self.status,
            "input": {
                "actionTypeId": self.declared["actionTypeId"],
                "configuration": self.declared.get("configuration", {}),
                "resolvedConfiguration": dict(self.configuration),
                "inputArtifacts": [_listed(one) for one in self.inputs],
            },
            "output": {
                "outputArtifacts": [_listed(one) for one in self.outputs],
                "executionResult": result,
                "outputVariables": dict(self.variables),
            },
        }


@dataclass(slots=True, kw_only=True)
class Execution:
    """One execution of a pipeline, as the pipeline was declared when it began."""

    id: str
    arn: str
    pipeline: Mapping[str, Any]
    began: float
    changed: float
    status: Status = IN_PROGRESS
    reason: str = ""
    actions: list[ActionRun] = field(default_factory=list)
    artifacts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The pipeline's name."""
        return str(self.pipeline["name"])

    @property
    def version(self) -> int:
        """The pipeline's version."""
        return int(self.pipeline["version"])

    def shown(self) -> dict[str, Any]:
        """As GetPipelineExecution shows it."""
        return {
            "pipelineName": self.name,
            "pipelineVersion": self.version,
            "pipelineExecutionId": self.id,
            "status": self.status,
            **({"statusSummary": self.reason} if self.reason else {}),
            "artifactRevisions": [],
            "variables": [{"name": key, "resolvedValue": value} for key, value in self.variables.items()],
            "trigger": {"triggerType": "StartPipelineExecution", "triggerDetail": ""},
        }

    def listed(self) -> dict[str, Any]:
        """As ListPipelineExecutions shows it."""
        shown = self.shown()
        kept = ("pipelineExecutionId", "status", "statusSummary", "trigger")
        told = {name: shown[name] for name in kept if name in shown}
        return {**told, "startTime": self.began, "lastUpdateTime": self.changed, "sourceRevisions": []}

    def stages(self) -> list[dict[str, Any]]:
        """As GetPipelineState shows its stages."""
        return [self._stage(stage) for stage in self.pipeline["stages"]]

    def filled(self, text: str) -> str:
        """The text with variables of the pipeline and of actions that have a namespace."""
        spaces = {
            run.declared["namespace"]: run.variables for run in self.actions if "namespace" in run.declared
        }
        known: Mapping[str, Mapping[str, str]] = {**spaces, "variables": self.variables}
        return _VARIABLE.sub(lambda found: known.get(found[1], {}).get(found[2], found[0]), text)

    def _stage(self, stage: Mapping[str, Any]) -> dict[str, Any]:
        runs = {run.name: run for run in self.actions if run.stage == stage["name"]}
        states = [
            runs[one["name"]].state() if one["name"] in runs else {"actionName": one["name"]}
            for one in stage["actions"]
        ]
        told = {
            "stageName": stage["name"],
            "inboundTransitionState": {"enabled": True},
            "actionStates": states,
        }
        if runs:
            told["latestExecution"] = {
                "pipelineExecutionId": self.id,
                "status": self._stage_status(stage, runs),
            }
        return told

    def _stage_status(self, stage: Mapping[str, Any], runs: Mapping[str, ActionRun]) -> Status:
        statuses = {run.status for run in runs.values()}
        for status in ("Failed", "Stopped", "InProgress"):
            if status in statuses:
                return status
        return "Succeeded" if len(runs) == len(stage["actions"]) else IN_PROGRESS


def _listed(artifact: Mapping[str, Any]) -> dict[str, Any]:
    place = artifact["location"]["s3Location"]
    return {
        "name": artifact["name"],
        "s3location": {"bucket": place["bucketName"], "key": place["objectKey"]},
    }
