"""A shell that evaluated `lambada up --export`: the real AWS CLI and any SDK reach the local cloud, nothing else."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from handlers import create

FOREIGN = {
    "AWS_PROFILE": "work",
    "AWS_SESSION_TOKEN": "stale",
    "AWS_SECURITY_TOKEN": "stale",
    "AWS_ENDPOINT_URL_SQS": "https://sqs.eu-west-1.amazonaws.com",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_CA_BUNDLE": "/nowhere.pem",
    "AWS_DEFAULT_OUTPUT": "yaml",
    "AWS_ACCOUNT_ID": "999999999999",
    "AWS_ACCESS_KEY_ID": "AKIAREALACCOUNT00000",
    "AWS_REGION": "ap-south-1",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
    "NO_PROXY": "intranet.example",
}
SHELLS = [name for name in ("sh", "bash", "zsh", "dash") if shutil.which(name)]


@pytest.fixture(scope="module")
def learner(cloud, tmp_path_factory):
    """A function that runs `text` in a shell as a learner's, full of somebody's AWS settings, would."""
    create(cloud, "hello")
    work = tmp_path_factory.mktemp("work")
    state = cloud.subprocess_environ()["LAMBADA_STATE_DIR"]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environ = {**plain, **FOREIGN, "LAMBADA_STATE_DIR": state}

    def run(text, shell="sh"):
        start = f'eval "$({sys.executable} -m lambada_labs.cli up --export)"\n'
        done = subprocess.run(
            [shell, "-ec", start + text],
            env=environ,
            cwd=work,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.mark.parametrize("shell", SHELLS)
def test_aws_lambda_invoke_in_every_shell(learner, shell):
    text = (
        """aws lambda invoke --function-name hello --payload '{"name": "shell"}' out.json && cat out.json"""
    )
    assert '{"hello": "shell"}' in learner(text, shell)


def test_the_caller_is_this_cloud_s_root(learner, cloud):
    said = json.loads(learner("aws sts get-caller-identity --output json"))
    assert said["Account"] == cloud.account_id
    assert said["Arn"] == f"arn:aws:iam::{cloud.account_id}:root"


def test_services_with_fixed_addresses_reach_the_local_cloud_too(learner, cloud):
    made = learner("aws sqs create-queue --queue-name q1 --output text; aws sqs list-queues --output text")
    assert made.count("/q1") == 2
    assert cloud.endpoint_url in made
    assert "DBInstances" in learner("aws rds describe-db-instances --output json")


def test_s3_copies_there_and_back(learner):
    text = """
        head -c 300000 /dev/urandom > big.bin
        aws s3 mb s3://copies
        aws s3 cp big.bin s3://copies/deep/big.bin
        aws s3 cp s3://copies/deep/big.bin back.bin
        cmp big.bin back.bin
        aws s3 ls s3://copies/deep/
    """
    assert "300000 big.bin" in learner(text)


def test_presigned_addresses_open(learner, cloud):
    text = """
        printf hello > small.txt
        aws s3 mb s3://signed
        aws s3 cp small.txt s3://signed/small.txt
        aws s3 presign s3://signed/small.txt > address
    """
    learner(text)
    script = "import urllib.request; print(urllib.request.urlopen(open('address').read().strip()).read())"
    assert "b'hello'" in learner(f'"{sys.executable}" -c "{script}"')


def test_an_option_of_the_user_wins(learner):
    assert "unreachable" in learner(
        "aws --endpoint-url http://127.0.0.1:1 --cli-connect-timeout 1 sts get-caller-identity 2>&1 || echo unreachable"
    )


def test_it_can_be_evaluated_twice(learner):
    twice = f'eval "$({sys.executable} -m lambada_labs.cli up --export)"; '
    path = learner(twice + 'echo "$PATH"').strip().split(os.pathsep)
    assert len([part for part in path if part.endswith("shell/bin")]) == 1
    assert path[0].endswith("shell/bin")


def test_nothing_foreign_is_left(learner):
    left = learner("env").splitlines()
    names = {line.partition("=")[0] for line in left if line.startswith("AWS_")}
    assert names == {
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL",
        "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_EC2_METADATA_DISABLED", "AWS_PAGER",
    }  # fmt: skip
    assert "NO_PROXY=intranet.example,127.0.0.1,localhost,.localhost" in left


def test_plain_boto3_works_in_such_a_shell(learner, cloud):
    script = "import boto3; print([f['FunctionName'] for f in boto3.client('lambda').list_functions()['Functions']])"
    assert "'hello'" in learner(f'"{sys.executable}" -c "{script}"')
