"""Jobs of CodePipeline: what a function is sent, and the wait until it says how it went.

Sources: AWS CodePipeline user guide, "Invoke an AWS Lambda function in a pipeline" (the event) and "Quotas"
(20 minutes for a reply, 24 hours together); the text of the timeout as users quote it. With a continuation token
the function is called again half a minute later: CodePipeline says only that it asks periodically.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.verdict import Sent, Verdict, accepted, refused
from lambada_labs.cloud.local.integrations.workings import Choices
from lambada_labs.runtime.clock import Clock

REPLY_S = float(facts.number("limit.codepipeline.lambda_reply_s"))
ACTION_S = float(facts.number("limit.codepipeline.lambda_action_s"))
AGAIN_S = 30.0
SILENT = (
    "The AWS Lambda function {function} failed to return a result. Check the function to verify that it has "
    "permission to call the PutJobSuccessResult action and that it made a call to PutJobSuccessResult."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a function said of its job; `given` is the request, under AWS's names."""

    succeeded: bool
    given: Mapping[str, Any]

    @property
    def token(self) -> str:
        """What it wants to be called again with."""
        return str(self.given.get("continuationToken") or "")

    @property
    def details(self) -> Mapping[str, Any]:
        """How far it is, in its words."""
        return self.given.get("executionDetails") or {}

    @property
    def failure(self) -> tuple[str, str]:
        """Type and message of a failure."""
        details = self.given.get("failureDetails") or {}
        return str(details.get("type", "JobFailed")), str(details.get("message", ""))


@dataclass(slots=True, kw_only=True)
class Job:
    """One job: its event, and who waits for its end."""

    id: str
    account_id: str
    data: Mapping[str, Any]
    over: asyncio.Future[Reply | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    @property
    def event(self) -> dict[str, Any]:
        """What the function is sent."""
        return {"CodePipeline.job": {"id": self.id, "accountId": self.account_id, "data": dict(self.data)}}

    def give_up(self) -> None:
        """Nobody said how it went."""
        if not self.over.done():
            self.over.set_result(None)


class Jobs:
    """The jobs that were given out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._jobs: dict[str, Job] = {}

    def give(self, account_id: str, data: Mapping[str, Any]) -> Job:
        """A new job, which times out by the cloud's clock."""
        job = Job(id=str(uuid.uuid4()), account_id=account_id, data=data)
        self._jobs[job.id] = job
        timer = self._clock.call_later(REPLY_S, job.give_up)
        job.over.add_done_callback(lambda _: timer.cancel())
        return job

    def find(self, job_id: str) -> Job:
        """The job of this id. AwsError: there is none."""
        job = self._jobs.get(job_id)
        if job is None:
            text = "The job was specified in an invalid format or cannot be found."
            raise AwsError("JobNotFoundException", text)
        return job

    def reply(self, reply: Reply) -> None:
        """A function says how its job went. AwsError: no such job, or it is over."""
        job = self.find(str(reply.given.get("jobId", "")))
        if job.over.done():
            text = f"Job {job.id} is not in progress: its result is in already, or it has timed out."
            raise AwsError("InvalidJobStateException", text)
        job.over.set_result(reply)

    def sample(self, choices: Choices, place: Place) -> Sent:
        """A job of a pipeline that is not there, for one call."""
        chosen = {"UserParameters": choices["parameters"]} if choices.get("parameters") else {}
        data = job_data({"FunctionName": place.function_name, **chosen}, credentials={})
        job = self.give(place.account_id, data)
        pipeline = place.filled("arn:aws:codepipeline:{region}:{account}:sample")
        return Sent(event=job.event, source_arn=pipeline, notes={"job": job.id})

    async def settled(self, sent: Sent, seconds: float) -> Verdict:
        """What became of the job, waited for so many true seconds."""
        job = self.find(sent.notes["job"])
        await asyncio.wait({job.over}, timeout=seconds)
        if not job.over.done():
            text = (
                "The job is in progress until the function calls PutJobSuccessResult or PutJobFailureResult; "
                f"it times out {REPLY_S / 60:g} minutes after it was sent."
            )
            return Verdict(outcome="waiting", code="InProgress", text=text, state={"jobId": job.id})
        return _verdict(job.over.result(), job.data["actionConfiguration"]["configuration"]["FunctionName"])


def job_data(
    configuration: Mapping[str, str],
    *,
    inputs: Sequence[Mapping[str, Any]] = (),
    outputs: Sequence[Mapping[str, Any]] = (),
    credentials: Mapping[str, str],
    token: str = "",
) -> dict[str, Any]:
    """The `data` of a job's event; `configuration` is that of the action."""
    return {
        "actionConfiguration": {"configuration": dict(configuration)},
        "inputArtifacts": list(inputs),
        "outputArtifacts": list(outputs),
        "artifactCredentials": dict(credentials),
        **({"continuationToken": token} if token else {}),
    }


def _verdict(reply: Reply | None, function: str) -> Verdict:
    if reply is None:
        return refused("JobFailed", SILENT.format(function=function))
    if not reply.succeeded:
        return refused(*reply.failure)
    return accepted(
        "The job succeeded.",
        continuationToken=reply.token,
        outputVariables=dict(reply.given.get("outputVariables") or {}),
    )
