"""S3 Batch Operations as pure rules: the manifest's tasks, the event of one, what an answer makes of it.

Source: Amazon S3 user guide, "Invoke AWS Lambda function" (schemas 1.0 and 2.0, result codes, missing keys),
"Specifying a manifest", "Examples: S3 Batch Operations completion reports".
"""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.verdict import Answer, Sent, Verdict, accepted, refused
from lambada_labs.cloud.local.integrations.workings import Choices

SUCCEEDED, TEMPORARY, PERMANENT = "Succeeded", "TemporaryFailure", "PermanentFailure"
RESULT_CODES = (SUCCEEDED, TEMPORARY, PERMANENT)
NO_RESULTS = "Lambda function returned an invalid response: {why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One line of a manifest; the key is as it stands there, URL-encoded."""

    id: str
    bucket: str
    key: str
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a task: one of `RESULT_CODES`, and the function's words."""

    code: str
    text: str = ""


def tasks(manifest: bytes, fields: Sequence[str]) -> list[Task]:
    """The tasks of a manifest in CSV; ValueError where a line does not fit the fields."""
    found = []
    for number, row in enumerate(csv.reader(io.StringIO(manifest.decode("utf-8-sig"))), 1):
        if not row:
            continue
        if len(row) != len(fields):
            raise ValueError(f"line {number} has {len(row)} columns, not {len(fields)}")
        named = dict(zip(fields, row, strict=True))
        task_id = base64.b64encode(f"task {number}".encode()).decode()
        version = named.get("VersionId", "")
        found.append(Task(id=task_id, bucket=named["Bucket"], key=named["Key"], version=version))
    return found


def event(
    task: Task, *, job_id: str, invocation_id: str, schema: str = "1.0", arguments: Mapping[str, str]
) -> dict[str, Any]:
    """The event of one invocation: one task."""
    told = {"taskId": task.id, "s3Key": task.key, "s3VersionId": task.version or None}
    told |= {"s3Bucket": task.bucket} if schema == "2.0" else {"s3BucketArn": f"arn:aws:s3:::{task.bucket}"}
    job: dict[str, Any] = {"id": job_id}
    if schema == "2.0":
        job["userArguments"] = dict(arguments)
    return {
        "invocationSchemaVersion": schema,
        "invocationId": invocation_id,
        "job": job,
        "tasks": [told],
    }


def result(sent: Mapping[str, Any], answer: Answer) -> Result:
    """What an answer makes of the one task that was sent."""
    if answer.function_error:
        text = answer.payload.decode("utf-8", "replace")
        return Result(code=PERMANENT, text=f"Lambda returned function error: {text}")
    why = _flaw(sent, answer.value)
    if why:
        return Result(code=PERMANENT, text=NO_RESULTS.format(why=why))
    wanted = sent["tasks"][0]["taskId"]
    for one in answer.value["results"]:
        if one["taskId"] == wanted:
            return Result(code=one["resultCode"], text=str(one.get("resultString", "")))
    return Result(code=answer.value.get("treatMissingKeysAs", TEMPORARY), text="The task has no result")


def _flaw(sent: Mapping[str, Any], value: Any) -> str:
    """What is wrong with an answer; nothing where it is right."""
    if not isinstance(value, dict):
        return "it is not an object"
    if value.get("invocationSchemaVersion") != sent["invocationSchemaVersion"]:
        return f"invocationSchemaVersion is not {sent['invocationSchemaVersion']}"
    if value.get("invocationId") != sent["invocationId"]:
        return "invocationId is not that of the request"
    if value.get("treatMissingKeysAs", TEMPORARY) not in RESULT_CODES:
        return f"treatMissingKeysAs is none of {', '.join(RESULT_CODES)}"
    return _flaw_of_results(value.get("results"))


def _flaw_of_results(results: Any) -> str:
    if not isinstance(results, list) or not all(isinstance(one, dict) for one in results):
        return "results is not a list of objects"
    if not all("taskId" in one for one in results):
        return "a result has no taskId"
    if not all(one.get("resultCode") in RESULT_CODES for one in results):
        return f"a resultCode is none of {', '.join(RESULT_CODES)}"
    return ""


def row(task: Task, outcome: Result) -> str:
    """The line of a completion report."""
    succeeded = outcome.code == SUCCEEDED
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(
        [
            task.bucket,
            task.key,
            task.version,
            "succeeded" if succeeded else "failed",
            "200",
            "" if succeeded else outcome.code,
            outcome.text,
        ]
    )
    return out.getvalue()


def sample(choices: Choices, place: Place) -> Sent:
    """One task of a job."""
    key = quote_plus(choices.get("key") or "customer image 1.jpg")
    task = Task(
        id=base64.b64encode(b"task 1").decode(), bucket=choices.get("bucket") or "examplebucket", key=key
    )
    sent = event(task, job_id=place.id, invocation_id=place.id, schema=choices["schema"], arguments={})
    job = place.filled("arn:aws:s3:{region}:{account}:job/{id}")
    return Sent(event=sent, source_arn=job)


def judge(sent: Sent, answer: Answer) -> Verdict:
    """What the job does with this task."""
    outcome = result(sent.event, answer)
    if outcome.code == SUCCEEDED:
        return accepted("The task succeeded.", resultString=outcome.text)
    if outcome.code == TEMPORARY:
        return Verdict(
            outcome="waiting",
            code=TEMPORARY,
            text="The task is tried again before the job completes.",
            state={"resultString": outcome.text},
        )
    return refused(PERMANENT, outcome.text or "The task failed.")
