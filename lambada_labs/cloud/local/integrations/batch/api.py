"""S3 Batch Operations: jobs that call a function for every object of a list.

A job begins at once, runs ten tasks at a time and tries what failed for now three times more, a minute apart by
the cloud's clock: AWS publishes neither. Source: Amazon S3 user guide, "Managing S3 Batch Operations jobs".
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.background import Background
from lambada_labs.cloud.local.front_doors.calling import NotRun
from lambada_labs.cloud.local.functions.ports import Role
from lambada_labs.cloud.local.integrations.batch import job as batch_job
from lambada_labs.cloud.local.integrations.batch import tasks as batch_tasks
from lambada_labs.cloud.local.integrations.batch.job import Job
from lambada_labs.cloud.local.integrations.batch.storage import PRINCIPAL, Stopped, Storage
from lambada_labs.cloud.local.integrations.batch.tasks import PERMANENT, SUCCEEDED, TEMPORARY, Result, Task
from lambada_labs.cloud.local.integrations.calling import Ask, Calls
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.refusals import did_not_run
from lambada_labs.cloud.local.integrations.register import integrations
from lambada_labs.cloud.local.integrations.verdict import Sent
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service
from lambada_labs.runtime.clock import Clock

PATH = "/v20180820/jobs"
AT_ONCE, TRIES, AGAIN_S = 10, 4, 60.0
THRESHOLD = facts.number("limit.s3_batch.threshold_tasks")
PERCENT = facts.number("limit.s3_batch.threshold_percent")
OVER = frozenset({"Complete", "Failed", "Cancelled"})


class BatchJobs:
    """Answers the job operations of S3's control API; `objects` answers S3's own requests."""

    def __init__(
        self, objects: Service, role: Callable[[str], Role | None], calls: Calls, clock: Clock
    ) -> None:
        self._objects, self._calls, self._clock = objects, calls, clock
        self._storage = Storage(objects, role, clock)
        self._jobs: dict[tuple[str, str], Job] = {}
        self._tokens: dict[tuple[str, str], Job] = {}
        self._work = Background("a job of S3 Batch Operations")

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer a request about jobs, or hand it on."""
        if request.path != PATH and not request.path.startswith(f"{PATH}/"):
            return await self._objects.handle(request)
        _, _, rest = request.path.partition(PATH)
        job_id, _, what = rest.strip("/").partition("/")
        if not job_id:
            return self._create(request) if request.method == "POST" else self._list(request)
        job = self._jobs.get((request.region, job_id))
        if job is None:
            raise AwsError("NoSuchJob", "The specified job does not exist", 404)
        if what == "status":
            return self._set_status(job, request)
        if what == "priority":
            job.priority = int(request.parameter("priority") or 0)
            return _answer("UpdateJobPriorityResult", {"JobId": job.id, "Priority": job.priority})
        return _answer("DescribeJobResult", {"Job": job.shown()})

    def _create(self, request: AwsRequest) -> AwsResponse:
        order = batch_job.read(request.body)
        token = (request.region, str(order.given["ClientRequestToken"]))
        job = self._tokens.get(token)
        if job is None:
            job_id, account = str(uuid.uuid4()), request.caller.account_id
            job = self._tokens[token] = self._jobs[request.region, job_id] = Job(
                id=job_id,
                arn=f"arn:aws:s3:{request.region}:{account}:job/{job_id}",
                region=request.region,
                order=order,
                created=self._clock.now(),
                priority=int(order.given["Priority"]),
            )
            self._begin(job)
        return _answer("CreateJobResult", {"JobId": job.id})

    def _list(self, request: AwsRequest) -> AwsResponse:
        wanted = {value for name, value in request.query if name == "jobStatuses"}
        found = [job for (region, _), job in self._jobs.items() if region == request.region]
        shown = [job.listed() for job in found if not wanted or job.status in wanted]
        return _answer("ListJobsResult", {"Jobs": shown[::-1]})

    def _set_status(self, job: Job, request: AwsRequest) -> AwsResponse:
        wanted = request.parameter("requestedJobStatus")
        if job.status in OVER or (wanted == "Ready" and job.status != "Suspended"):
            text = f"The job is {job.status} and cannot be made {wanted}"
            raise AwsError("JobStatusException", text)
        suspended = job.status == "Suspended"
        job.reason = request.parameter("statusUpdateReason") or ""
        job.status = "Cancelled" if wanted == "Cancelled" else "Ready"
        if wanted == "Cancelled":
            job.ended = self._clock.now()
        elif suspended:
            self._work.begin(self._run(job))
        return _answer("UpdateJobStatusResult", {"JobId": job.id, "Status": job.status})

    def _begin(self, job: Job) -> None:
        job.status = "Preparing"
        if job.order.given.get("ConfirmationRequired") == "true":
            job.status = "Suspended"
        else:
            self._work.begin(self._run(job))

    async def _run(self, job: Job) -> None:
        try:
            tasks = await self._storage.tasks(job)
            job.status, job.total, job.began = "Active", len(tasks), self._clock.now()
            results = await self._all(job, tasks)
            if job.status == "Active":
                job.status = "Completing"
            await self._storage.report(job, tasks, results)
        except Stopped as stopped:
            job.failures.append((stopped.code, stopped.text))
            job.status = "Failing"
        job.ended = self._clock.now()
        if job.status != "Cancelled":
            job.status = "Failed" if job.status == "Failing" else "Complete"

    async def _all(self, job: Job, tasks: Sequence[Task]) -> dict[str, Result]:
        results: dict[str, Result] = {}
        room = asyncio.Semaphore(AT_ONCE)

        async def one(task: Task) -> None:
            async with room:
                if job.status != "Active":
                    return
                results[task.id] = outcome = await self._one(job, task)
            job.succeeded += outcome.code == SUCCEEDED
            job.failed += outcome.code != SUCCEEDED
            done = job.succeeded + job.failed
            if done >= THRESHOLD and job.failed * 100 > done * PERCENT and job.status == "Active":
                text = f"Job failed: more than {PERCENT}% of its tasks failed"
                job.status = "Failing"
                job.failures.append(("FailureThresholdExceeded", text))

        await asyncio.gather(*(one(task) for task in tasks))
        return results

    async def _one(self, job: Job, task: Task) -> Result:
        for tried in range(1, TRIES + 1):
            outcome = await self._asked(job, task)
            if outcome.code != TEMPORARY or tried == TRIES or job.status != "Active":
                return outcome
            await self._clock.sleep(AGAIN_S)
        raise AssertionError("the last try returns")

    async def _asked(self, job: Job, task: Task) -> Result:
        arn, order = job.order.function_arn, job.order
        sent = batch_tasks.event(
            task,
            job_id=job.id,
            invocation_id=str(uuid.uuid4()),
            schema=order.schema,
            arguments=order.arguments,
        )
        ask = Ask(
            function_arn=arn,
            sent=Sent(event=sent, source_arn=job.arn),
            principal=PRINCIPAL,
            role_arn=order.role_arn,
        )
        try:
            return batch_tasks.result(sent, await self._calls.ask(ask))
        except NotRun as stopped:
            told = did_not_run(integrations()["s3-batch"], stopped, Place(function_arn=arn))
            code = TEMPORARY if stopped.why == "throttled" else PERMANENT
            return Result(code=code, text=f"{told.code}: {told.text}")


def _answer(name: str, told: dict[str, Any]) -> AwsResponse:
    return AwsResponse(headers=[("Content-Type", "application/xml")], body=batch_job.written(name, told))
