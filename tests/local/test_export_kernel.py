"""A notebook's kernel after `apply_to_environ`: plain boto3 and `!aws` reach the cloud, whatever was set before."""

import os
import subprocess
import sys

CODE = """
import os, subprocess, json
import boto3
boto3.setup_default_session(region_name="ap-south-1")   # a session from before must not live on
os.environ["AWS_PROFILE"] = "work"
from lambada_labs.cloud import local
cloud = local.attach()
cloud.apply_to_environ()
print(boto3.client("sts").get_caller_identity()["Account"], boto3.client("lambda").meta.region_name)
out = subprocess.run("aws sqs list-queues --output json; aws sts get-caller-identity --query Account",
                     shell=True, capture_output=True, text=True, check=True).stdout
print(out.strip())
print(sorted(name for name in os.environ if name in ("AWS_PROFILE", "AWS_SESSION_TOKEN")))
"""


def test_a_kernel_full_of_foreign_settings_is_turned_round(cloud):
    state = cloud.subprocess_environ()["LAMBADA_STATE_DIR"]
    environ = {**os.environ, "LAMBADA_STATE_DIR": state, "AWS_SESSION_TOKEN": "x"}
    environ["AWS_ENDPOINT_URL_LAMBDA"] = "https://lambda.eu-west-1.amazonaws.com"
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == f"{cloud.account_id} {cloud.region}"
    assert lines[-2] == f'"{cloud.account_id}"'
    assert lines[-1] == "[]"


def test_a_client_of_ours_does_not_look_at_the_environment(cloud):
    code = (
        "from lambada_labs.cloud import local\n"
        "print(local.attach().client('s3').list_buckets()['ResponseMetadata']['HTTPStatusCode'])\n"
    )
    environ = {
        **os.environ,
        "LAMBADA_STATE_DIR": cloud.subprocess_environ()["LAMBADA_STATE_DIR"],
        "AWS_PROFILE": "no-such-profile",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.strip() == "200", done.stderr
