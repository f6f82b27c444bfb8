"""S3 Batch Operations: jobs that call a function for every object of a list.

A job begins at once, runs ten tasks at a time and tries what failed for now three times more, a minute apart by
the cloud's clock: AWS publishes neither. Source: Amazon S3 user guide, "Managing S3 Batch Operations jobs".
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Literal

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.front_doors.calling import NotRun
from lambada_labs.cloud.local.functions.ports import Role
from lambada_labs.cloud.local.integrations.batch import job as batch_job
from lambada_labs.cloud.local.integrations.batch import tasks as batch_tasks
from lambada_labs.cloud.local.integrations.batch.job import Job
from lambada_labs.cloud.local.integrations.batch.tasks import PERMANENT, SUCCEEDED, TEMPORARY, Result, Task
from lambada_labs.cloud.local.integrations.calling import Ask, Calls
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.refusals import did_not_run
from lambada_labs.cloud.local.integrations.register import integrations
from lambada_labs.cloud.local.integrations.verdict import Sent
from lambada_labs.cloud.local.internal_requests import object_request, role_session
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service
from lambada_labs.runtime.clock import Clock

log = logging.getLogger(__name__)

PATH = "/v20180820/jobs"
PRINCIPAL = "batchoperations.s3.amazonaws.com"
AT_ONCE, TRIES, AGAIN_S = 10, 4, 60.0
THRESHOLD = facts.number("limit.s3_batch.threshold_tasks")
PERCENT = facts.number("limit.s3_batch.threshold_percent")
OVER = frozenset({"Complete", "Failed", "Cancelled"})
SCHEMA = "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage"
FIRST_REFUSAL = 300


class Stopped(Exception):
    """A job that cannot go on: S3's code and text."""

    def __init__(self, code: str, text: str) -> None:
        self.code, self.text = code, text
        super().__init__(f"{code}: {text}")


class BatchJobs:
    """Answers the job operations of S3's control API; `objects` answers S3's own requests."""

    def __init__(
        self, objects: Service, role: Callable[[str], Role | None], calls: Calls, clock: Clock
    ) -> None:
        self._objects, self._role, self._calls, self._clock = objects, role, calls, clock
        self._jobs: dict[tuple[str, str], Job] = {}
        self._tokens: dict[tuple[str, str], Job] = {}
        self._work: set[asyncio.Task[None]] = set()

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
            self._start(self._run(job))
        return _answer("UpdateJobStatusResult", {"JobId": job.id, "Status": job.status})

    def _begin(self, job: Job) -> None:
        job.status = "Preparing"
        if job.order.given.get("ConfirmationRequired") == "true":
            job.status = "Suspended"
        else:
            self._start(self._run(job))

    async def _run(self, job: Job) -> None:
        try:
            tasks = await self._prepared(job)
            job.status, job.total, job.began = "Active", len(tasks), self._clock.now()
            results = await self._all(job, tasks)
            if job.status == "Active":
                job.status = "Completing"
            await self._report(job, tasks, results)
        except Stopped as stopped:
            job.failures.append((stopped.code, stopped.text))
            job.status = "Failing"
        job.ended = self._clock.now()
        if job.status != "Cancelled":
            job.status = "Failed" if job.status == "Failing" else "Complete"

    async def _prepared(self, job: Job) -> list[Task]:
        role = self._role(job.order.role_arn)
        if role is None or not role.trusts(PRINCIPAL):
            raise Stopped("AccessDenied", f"S3 Batch Operations cannot assume the role {job.order.role_arn}")
        bucket, key, etag = job.order.manifest
        if not role.allows("s3:GetObject", f"arn:aws:s3:::{bucket}/{key}"):
            raise Stopped("AccessDenied", "Reading the manifest is forbidden: AccessDenied")
        answer = await self._s3(job, "GET", bucket, key)
        if answer.status >= FIRST_REFUSAL or not isinstance(answer.body, bytes):
            raise Stopped("NoSuchKey", "The manifest could not be read: the object does not exist")
        if hashlib.md5(answer.body).hexdigest() != etag:  # noqa: S324 (that is what an ETag is)
            raise Stopped("ETagMismatch", "The ETag of the manifest does not match the one specified")
        try:
            return batch_tasks.tasks(answer.body, job.order.fields)
        except ValueError as problem:
            raise Stopped("InvalidManifest", f"The manifest could not be parsed: {problem}") from problem

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

    async def _report(self, job: Job, tasks: Sequence[Task], results: dict[str, Result]) -> None:
        """Rows of what succeeded and of what failed, and the list of both."""
        report = job.order.report
        if report["Enabled"] != "true":
            return
        done = [(task, results[task.id]) for task in tasks if task.id in results]
        parts = {
            "succeeded": [one for one in done if one[1].code == SUCCEEDED],
            "failed": [one for one in done if one[1].code != SUCCEEDED],
        }
        if report["ReportScope"] == "FailedTasksOnly":
            del parts["succeeded"]
        prefix = f"{report['Prefix'].rstrip('/')}/" if report.get("Prefix") else ""
        folder, bucket = f"{prefix}job-{job.id}", report["Bucket"].rpartition(":::")[2]
        listed = []
        for status, rows in parts.items():
            if rows:
                body = "".join(batch_tasks.row(task, outcome) for task, outcome in rows).encode()
                key = f"{folder}/results/{hashlib.sha1(body).hexdigest()}.csv"  # noqa: S324 (a name)
                await self._write(job, bucket, key, body)
                listed.append(_listed(status, bucket, key, body))
        told = {
            "Format": batch_job.REPORT_FORMAT,
            "ReportCreationDate": f"{batch_job.moment(self._clock.now())[:-4]}Z",
            "Results": listed,
            "ReportSchema": SCHEMA,
        }
        await self._write(job, bucket, f"{folder}/manifest.json", json.dumps(told).encode())

    async def _write(self, job: Job, bucket: str, key: str, body: bytes) -> None:
        role = self._role(job.order.role_arn)
        if role is None or not role.allows("s3:PutObject", f"arn:aws:s3:::{bucket}/{key}"):
            raise Stopped("AccessDenied", "Writing the report is forbidden: AccessDenied")
        answer = await self._s3(job, "PUT", bucket, key, body)
        if answer.status >= FIRST_REFUSAL:
            raise Stopped("NoSuchBucket", "The report could not be written: the bucket does not exist")

    async def _s3(
        self, job: Job, method: Literal["GET", "PUT"], bucket: str, key: str, body: bytes = b""
    ) -> AwsResponse:
        request = object_request(
            method,
            bucket,
            key,
            caller=role_session(job.order.role_arn, session="s3-batch-operations"),
            region=job.region,
            body=body,
        )
        try:
            return await self._objects.handle(request)
        except AwsError as refused:
            return AwsResponse(status=refused.status)

    def _start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("a job of S3 Batch Operations failed", exc_info=task.exception())


def _listed(status: str, bucket: str, key: str, body: bytes) -> dict[str, str]:
    checksum = hashlib.md5(body).hexdigest()  # noqa: S324 (AWS's own)
    return {"TaskExecutionStatus": status, "Bucket": bucket, "MD5Checksum": checksum, "Key": key}


def _answer(name: str, told: dict[str, Any]) -> AwsResponse:
    return AwsResponse(headers=[("Content-Type", "application/xml")], body=batch_job.written(name, told))
