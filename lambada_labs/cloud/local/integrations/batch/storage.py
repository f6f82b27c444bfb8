"""What a job of S3 Batch Operations reads and writes in S3, in the name of its role: manifest and report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Literal

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.ports import Role
from lambada_labs.cloud.local.integrations.batch import job as batch_job
from lambada_labs.cloud.local.integrations.batch import tasks as batch_tasks
from lambada_labs.cloud.local.integrations.batch.job import Job
from lambada_labs.cloud.local.integrations.batch.tasks import SUCCEEDED, Result, Task
from lambada_labs.cloud.local.internal_requests import object_request, role_session
from lambada_labs.cloud.local.message import AwsResponse, Service
from lambada_labs.runtime.clock import Clock

PRINCIPAL = "batchoperations.s3.amazonaws.com"
SCHEMA = "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage"
FIRST_REFUSAL = 300


class Stopped(Exception):
    """A job that cannot go on: S3's code and text."""

    def __init__(self, code: str, text: str) -> None:
        self.code, self.text = code, text
        super().__init__(f"{code}: {text}")


class Storage:
    """Reads and writes for jobs; raises `Stopped`. `objects` answers S3's requests, `role` looks roles up."""

    def __init__(self, objects: Service, role: Callable[[str], Role | None], clock: Clock) -> None:
        self._objects, self._role, self._clock = objects, role, clock

    async def tasks(self, job: Job) -> list[Task]:
        """What the manifest lists."""
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

    async def report(self, job: Job, tasks: Sequence[Task], results: dict[str, Result]) -> None:
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


def _listed(status: str, bucket: str, key: str, body: bytes) -> dict[str, str]:
    checksum = hashlib.md5(body).hexdigest()  # noqa: S324 (AWS's own)
    return {"TaskExecutionStatus": status, "Bucket": bucket, "MD5Checksum": checksum, "Key": key}
