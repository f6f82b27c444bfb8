"""Handlers on the local cloud call AWS under their execution role; their lines and figures are there at once."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import boto3
import botocore.exceptions
import pytest
from functions_kit import ready

SPEAKER = """
import json, os, boto3
KEYS = {name: os.environ[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")}

def handler(event, context):
    print("a line for", event["who"])
    if event.get("fail"):
        raise ValueError("on purpose")
    buckets = [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]
    url = boto3.client("sqs").get_queue_url(QueueName="of-the-test")["QueueUrl"]
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody=event["who"])
    return {"arn": boto3.client("sts").get_caller_identity()["Arn"], "buckets": buckets, "keys": KEYS}
"""


@pytest.fixture(scope="module")
def said(cloud):
    """What the handler answered; the function is `speaker`."""
    cloud.client("s3").create_bucket(Bucket="of-the-test")
    cloud.client("sqs").create_queue(QueueName="of-the-test")
    client = ready(cloud, "speaker", SPEAKER, Timeout=60, MemorySize=512)
    answer = client.invoke(FunctionName="speaker", Payload=json.dumps({"who": "the test"}))
    return json.loads(answer["Payload"].read())


def session(cloud, said, service):
    keys = said["keys"]
    return boto3.client(
        service,
        endpoint_url=cloud.environment()["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=keys["AWS_SESSION_TOKEN"],
    )


def test_a_handler_is_its_role_and_its_function(cloud, said):
    assert said["arn"] == f"arn:aws:sts::{cloud.status().account_id}:assumed-role/lambda-role/speaker"
    assert said["buckets"] == ["of-the-test"]


def test_its_message_is_in_the_queue(cloud, said):
    sqs = cloud.client("sqs")
    url = sqs.get_queue_url(QueueName="of-the-test")["QueueUrl"]
    assert [message["Body"] for message in sqs.receive_message(QueueUrl=url)["Messages"]] == ["the test"]


def test_its_lines_are_in_cloudwatch_at_once(cloud, said):
    events = cloud.client("logs").filter_log_events(logGroupName="/aws/lambda/speaker")["events"]
    assert "a line for the test\n" in [event["message"] for event in events]


def test_its_figures_are_in_cloudwatch_at_once(cloud, said):
    cloud.client("lambda").invoke(FunctionName="speaker", Payload=json.dumps({"who": "x", "fail": True}))
    now = datetime.now(UTC)
    sums = {
        name: cloud.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda", MetricName=name, Dimensions=[{"Name": "FunctionName", "Value": "speaker"}],
            StartTime=now - timedelta(minutes=30), EndTime=now + timedelta(minutes=1), Period=3600, Statistics=["Sum"],
        )["Datapoints"][0]["Sum"]
        for name in ("Invocations", "Errors", "Throttles")
    }  # fmt: skip
    assert sums == {"Invocations": 2.0, "Errors": 1.0, "Throttles": 0.0}


def test_its_keys_do_not_own_the_cloud(cloud, said):
    from lambada_labs.cloud.local import private_client
    from lambada_labs.errors import CloudUnavailable

    class Stolen:
        endpoint_url = cloud.environment()["AWS_ENDPOINT_URL"]
        region = "us-east-1"
        access_key_id = said["keys"]["AWS_ACCESS_KEY_ID"]
        secret_access_key = said["keys"]["AWS_SECRET_ACCESS_KEY"]

    with pytest.raises(CloudUnavailable, match="403"):
        private_client.call(Stolen(), "status")


def test_its_keys_end_with_its_environment(cloud, said):
    """Runs last: a function that is deleted leaves no environment, and so no keys, behind."""
    sts = session(cloud, said, "sts")
    assert sts.get_caller_identity()["Arn"] == said["arn"]
    cloud.client("lambda").delete_function(FunctionName="speaker")
    deadline = time.monotonic() + 30
    while (refusal := refused(sts.get_caller_identity)) is None and time.monotonic() < deadline:
        time.sleep(0.05)
    sts.close()
    assert refusal == "InvalidClientTokenId"


def refused(call):
    """The code of the refusal, None where there is none."""
    try:
        call()
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return None
