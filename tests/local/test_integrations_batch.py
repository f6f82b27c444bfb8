"""S3 Batch Operations: a job calls a function for every object of a list and reports what came of each."""

import csv
import io
import json
import subprocess

import boto3
import integrations_kit as kit
import pytest

TELLS = """
def handler(event, context):
    task = event["tasks"][0]
    print("SEEN", event)
    if task["s3Key"].startswith("odd"):
        code = "TemporaryFailure" if "maybe" in task["s3Key"] else "PermanentFailure"
    else:
        code = "Succeeded"
    return {"invocationSchemaVersion": event["invocationSchemaVersion"], "treatMissingKeysAs": "PermanentFailure",
            "invocationId": event["invocationId"],
            "results": [{"taskId": task["taskId"], "resultCode": code, "resultString": "did " + task["s3Key"]}]}
"""
FORGETS = """
def handler(event, context):
    return {"invocationSchemaVersion": "1.0", "treatMissingKeysAs": "PermanentFailure",
            "invocationId": event["invocationId"], "results": []}
"""
OVER = {"Complete", "Failed", "Cancelled"}


@pytest.fixture(scope="module")
def role(cloud):
    rights = ("lambda:InvokeFunction", "s3:GetObject", "s3:PutObject")
    return kit.service_role(cloud, "batch", "batchoperations.s3.amazonaws.com", rights)


@pytest.fixture(scope="module")
def bucket(cloud):
    cloud.client("s3").create_bucket(Bucket="batch-lists")
    kit.ready(cloud, "does", TELLS)
    return "batch-lists"


def order(cloud, bucket, role, lines, function="does", *, operation=None, scope="AllTasks", **more):
    """The parameters of a job over these lines of a manifest."""
    body = "".join(f"{line}\n" for line in lines).encode()
    etag = cloud.client("s3").put_object(Bucket=bucket, Key="list.csv", Body=body)["ETag"]
    fields = ["Bucket", "Key", "VersionId"][: lines[0].count(",") + 1]
    invoke = {"FunctionArn": kit.function_arn(function), **(operation or {})}
    return {
        "AccountId": kit.ACCOUNT,
        "Operation": {"LambdaInvoke": invoke},
        "Report": {
            "Enabled": True,
            "Bucket": f"arn:aws:s3:::{bucket}",
            "Prefix": "reports",
            "Format": "Report_CSV_20180820",
            "ReportScope": scope,
        },
        "Manifest": {
            "Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": fields},
            "Location": {"ObjectArn": f"arn:aws:s3:::{bucket}/list.csv", "ETag": etag},
        },
        "Priority": 10,
        "RoleArn": role,
        "ConfirmationRequired": False,
        **more,
    }


def run(cloud, given):
    """The job once it is over."""
    control = cloud.client("s3control")
    job_id = control.create_job(**given)["JobId"]

    def over():
        job = control.describe_job(AccountId=kit.ACCOUNT, JobId=job_id)["Job"]
        return job if job["Status"] in OVER else None

    return kit.until(over, seconds=60)


def report(cloud, bucket, job):
    """The report's list, and its rows by status."""
    s3, key = cloud.client("s3"), f"reports/job-{job['JobId']}/manifest.json"
    listed = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    rows = {}
    for part in listed["Results"]:
        text = s3.get_object(Bucket=part["Bucket"], Key=part["Key"])["Body"].read().decode()
        rows[part["TaskExecutionStatus"]] = list(csv.reader(io.StringIO(text)))
    return listed, rows


def events(cloud, function):
    lines = [text for _, _, _, text in cloud.log_lines(function) if text.startswith("SEEN ")]
    return [eval(line.removeprefix("SEEN ")) for line in lines]


def test_every_object_of_the_list_is_done_and_reported(cloud, bucket, role):
    job = run(cloud, order(cloud, bucket, role, ["pictures,a+b.jpg", "pictures,c.jpg", "pictures,odd.jpg"]))
    assert job["Status"] == "Complete"
    progress = job["ProgressSummary"]
    assert [progress[f"NumberOfTasks{what}"] for what in ("Succeeded", "Failed")] == [2, 1]
    listed, rows = report(cloud, bucket, job)
    assert (listed["Format"], listed["ReportSchema"].split(", ")[0]) == ("Report_CSV_20180820", "Bucket")
    assert ["pictures", "c.jpg", "", "succeeded", "200", "", "did c.jpg"] in rows["succeeded"]
    assert rows["failed"] == [["pictures", "odd.jpg", "", "failed", "200", "PermanentFailure", "did odd.jpg"]]


def test_the_event_has_the_shape_of_its_schema(cloud, bucket, role):
    kit.ready(cloud, "shapes", TELLS)
    job = run(cloud, order(cloud, bucket, role, ["pictures,a+b.jpg,v1"], "shapes"))
    (first,) = events(cloud, "shapes")
    task = first["tasks"][0]
    assert (first["invocationSchemaVersion"], first["job"]) == ("1.0", {"id": job["JobId"]})
    assert {**task, "taskId": ""} == {
        "taskId": "",
        "s3Key": "a+b.jpg",
        "s3VersionId": "v1",
        "s3BucketArn": "arn:aws:s3:::pictures",
    }
    operation = {"InvocationSchemaVersion": "2.0", "UserArguments": {"width": "100"}}
    run(cloud, order(cloud, bucket, role, ["pictures,a.jpg"], "shapes", operation=operation))
    second = events(cloud, "shapes")[-1]
    assert second["job"]["userArguments"] == {"width": "100"}
    assert (second["tasks"][0]["s3Bucket"], second["tasks"][0]["s3VersionId"]) == ("pictures", None)


def test_what_fails_for_now_is_tried_again_by_the_clock(cloud, bucket, role):
    kit.ready(cloud, "retried", TELLS)
    cloud.clock(speed=3600)
    try:
        job = run(cloud, order(cloud, bucket, role, ["pictures,odd-maybe.jpg"], "retried"))
    finally:
        cloud.clock(speed=1)
    assert (len(cloud.records("retried")), job["ProgressSummary"]["NumberOfTasksFailed"]) == (4, 1)
    assert report(cloud, bucket, job)[1]["failed"][0][5] == "TemporaryFailure"


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("forgets", FORGETS, "The task has no result"),
        ("hums", "def handler(event, context):\n    return 'hum'\n", "invalid response: it is not an object"),
        (
            "raises",
            "def handler(event, context):\n    raise ValueError('no')\n",
            "returned function error: {",
        ),
    ],
)
def test_a_wrong_answer_fails_the_task(cloud, role, name, code, words):
    bucket = "batch-lists"
    kit.ready(cloud, name, code)
    job = run(cloud, order(cloud, bucket, role, ["pictures,a.jpg"], name, scope="FailedTasksOnly"))
    ((*_, error, text),) = report(cloud, bucket, job)[1]["failed"]
    assert (error, words in text) == ("PermanentFailure", True)


def test_a_role_without_the_right_fails_every_task(cloud, bucket):
    poor = kit.service_role(
        cloud, "poor-batch", "batchoperations.s3.amazonaws.com", ("s3:GetObject", "s3:PutObject")
    )
    before = len(cloud.records("does"))
    job = run(cloud, order(cloud, bucket, poor, ["pictures,a.jpg"]))
    assert job["ProgressSummary"]["NumberOfTasksFailed"] == 1
    assert "lambda:InvokeFunction" in report(cloud, bucket, job)[1]["failed"][0][6]
    assert len(cloud.records("does")) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ETag": "0" * 32}, "ETag"),
        ({"ObjectArn": "arn:aws:s3:::batch-lists/none.csv"}, "does not exist"),
    ],
)
def test_a_list_that_cannot_be_read_fails_the_job(cloud, bucket, role, change, words):
    given = order(cloud, bucket, role, ["pictures,a.jpg"])
    given["Manifest"]["Location"] |= change
    job = run(cloud, given)
    assert job["Status"] == "Failed"
    assert words in job["FailureReasons"][0]["FailureReason"]


def test_a_job_waits_for_confirmation_and_is_listed(cloud, bucket, role):
    control = cloud.client("s3control")
    given = order(cloud, bucket, role, ["pictures,a.jpg"], ConfirmationRequired=True)
    job_id = control.create_job(**given)["JobId"]
    listed = control.list_jobs(AccountId=kit.ACCOUNT, JobStatuses=["Suspended"])["Jobs"]
    assert [(one["JobId"], one["Operation"]) for one in listed] == [(job_id, "LambdaInvoke")]
    control.update_job_status(AccountId=kit.ACCOUNT, JobId=job_id, RequestedJobStatus="Ready")
    kit.until(
        lambda: control.describe_job(AccountId=kit.ACCOUNT, JobId=job_id)["Job"]["Status"] == "Complete"
    )
    update = control.update_job_status
    again = {"AccountId": kit.ACCOUNT, "JobId": job_id, "RequestedJobStatus": "Cancelled"}
    assert kit.refusal(update, **again)[0] == "JobStatusException"


def test_plain_boto3_finds_it(cloud, bucket, monkeypatch):
    """The learner's own client, with nothing but the variables of the cloud."""
    for name, value in cloud.environment().items():
        monkeypatch.setenv(name, value)
    jobs = boto3.Session().client("s3control").list_jobs(AccountId=kit.ACCOUNT)["Jobs"]
    assert isinstance(jobs, list)


def test_the_command_line_finds_it(cloud):
    words = ["aws", "s3control", "list-jobs", "--account-id", kit.ACCOUNT]
    done = subprocess.run(
        words, env=cloud.subprocess_environ(), capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, "Jobs" in done.stdout) == (0, True), done.stderr


def test_one_task_as_a_sample(cloud, bucket, role):
    ran = cloud.run_integration("s3-batch", "does", role=role, key="c.jpg")
    assert (ran.outcome, ran.state) == ("accepted", {"resultString": "did c.jpg"})
    ran = cloud.run_integration("s3-batch", "does", role=role, key="odd.jpg", schema="2.0")
    assert (ran.outcome, ran.code) == ("refused", "PermanentFailure")
