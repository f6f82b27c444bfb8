"""Every client a learner may hold, against the gateway: boto3, its presigners, requests, the AWS CLI."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import botocore.exceptions
import pytest
import requests
from boto3.s3.transfer import TransferConfig
from gateway_kit import REGION, Kit
from requests_aws4auth import AWS4Auth

TRUST_ACCOUNT = '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "%s"}, "Action": "sts:AssumeRole"}]}'


@pytest.fixture(scope="module")
def kit():
    with Kit() as kit:
        yield kit


@pytest.fixture(scope="module")
def bucket(kit):
    name = f"bucket-{kit.account_id}"
    kit.client("s3").create_bucket(Bucket=name)
    return name


def code(call, *args, **kwargs):
    """`ok`, or the code that boto3 raises."""
    try:
        call(*args, **kwargs)
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return "ok"


CALLS = {
    "lambda": ("list_functions", "UnrecognizedClientException", "InvalidSignatureException"),
    "s3": ("list_buckets", "InvalidAccessKeyId", "SignatureDoesNotMatch"),
    "iam": ("list_roles", "InvalidClientTokenId", "SignatureDoesNotMatch"),
    "sts": ("get_caller_identity", "InvalidClientTokenId", "SignatureDoesNotMatch"),
    "sqs": ("list_queues", "UnrecognizedClientException", "InvalidSignatureException"),
    "dynamodb": ("list_tables", "UnrecognizedClientException", "InvalidSignatureException"),
    "logs": ("describe_log_groups", "UnrecognizedClientException", "InvalidSignatureException"),
    "cloudwatch": ("list_metrics", "UnrecognizedClientException", "InvalidSignatureException"),
    "sns": ("list_topics", "InvalidClientTokenId", "SignatureDoesNotMatch"),
    "apigateway": ("get_rest_apis", "UnrecognizedClientException", "InvalidSignatureException"),
    "route53": ("list_hosted_zones", "InvalidClientTokenId", "SignatureDoesNotMatch"),
}


@pytest.mark.parametrize("service", CALLS)
def test_boto3_raises_awss_error_for_false_keys(kit, service):
    operation, unknown, wrong = CALLS[service]
    stranger = kit.client(service, {"AccessKeyId": "AKIASTRANGER", "SecretAccessKey": "x"})
    forger = kit.client(service, {**kit.credentials, "SecretAccessKey": "x"})
    assert code(getattr(stranger, operation)) == unknown
    assert code(getattr(forger, operation)) == wrong


def test_unsigned_clients_are_refused(kit, bucket):
    from botocore import UNSIGNED

    assert code(kit.client("s3", signature_version=UNSIGNED).list_objects_v2, Bucket=bucket) == "AccessDenied"
    assert code(kit.client("iam", signature_version=UNSIGNED).list_users) == "MissingAuthenticationToken"
    assert (
        code(kit.client("lambda", signature_version=UNSIGNED).list_functions)
        == "MissingAuthenticationTokenException"
    )
    assert code(kit.client("sts", signature_version=UNSIGNED).assume_role_with_web_identity, RoleArn="arn:aws:iam::1:role/role-name", RoleSessionName="me", WebIdentityToken="token") == "MissingAuthenticationToken"  # fmt: skip


@pytest.mark.parametrize(
    "key", ["plain.txt", "a b/c+d=é~*'()!.txt", "%41/%2F", "trailing/", "a//b", "@:,;$&?#"]
)
def test_object_keys_of_every_shape(kit, bucket, key):
    s3 = kit.client("s3")
    s3.put_object(Bucket=bucket, Key=key, Body=b"body")
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"body"
    assert key in [item["Key"] for item in s3.list_objects_v2(Bucket=bucket, Prefix=key[:1])["Contents"]]


@pytest.mark.parametrize("signing", [{"payload_signing_enabled": True}, {"payload_signing_enabled": False}])
@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_uploads_with_signed_and_unsigned_payloads(kit, bucket, signing, algorithm):
    s3 = kit.client("s3", s3=signing)
    body = os.urandom(100_000)
    s3.put_object(
        Bucket=bucket, Key="sum", Body=io.BytesIO(body), ChecksumAlgorithm=algorithm, ContentEncoding="gzip"
    )
    got = s3.get_object(Bucket=bucket, Key="sum", ChecksumMode="ENABLED")
    assert (got["Body"].read(), got["ContentEncoding"]) == (body, "gzip")


def test_multipart_uploads(kit, bucket):
    s3 = kit.client("s3")
    body = os.urandom(12 << 20)
    config = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20, max_concurrency=2)
    s3.upload_fileobj(io.BytesIO(body), bucket, "big", Config=config)
    assert s3.head_object(Bucket=bucket, Key="big")["ContentLength"] == len(body)
    kept = io.BytesIO()
    s3.download_fileobj(bucket, "big", kept)
    assert kept.getvalue() == body


def test_metadata_keeps_its_underscores_and_dashes(kit, bucket):
    s3 = kit.client("s3")
    s3.put_object(Bucket=bucket, Key="m", Body=b"", Metadata={"my_key": "1", "my-key": "2", "other_key": "3"})
    assert s3.head_object(Bucket=bucket, Key="m")["Metadata"] == {"my-key": "2", "other_key": "3"}


@pytest.mark.parametrize("version", ["s3v4", "s3", None], ids=["v4", "v2", "as boto3 likes"])
def test_presigned_urls(kit, bucket, version):
    s3 = kit.client("s3", signature_version=version) if version else kit.client("s3")
    put = s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "p q", "ContentType": "text/x"})
    get = s3.generate_presigned_url(
        "get_object", {"Bucket": bucket, "Key": "p q", "ResponseContentType": "text/y", "VersionId": "null"}
    )
    assert requests.put(put, b"body", headers={"Content-Type": "text/x"}, timeout=30).status_code == 200
    answer = requests.get(get, timeout=30)
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, b"body", "text/y")
    assert requests.get(get + "0", timeout=30).status_code in {400, 403}
    assert requests.delete(get, timeout=30).status_code == 403


def test_presigned_urls_outside_s3(kit):
    url = kit.client("sts").generate_presigned_url("get_caller_identity", HttpMethod="GET")
    assert f"arn:aws:iam::{kit.account_id}:root" in requests.get(url, timeout=30).text


def test_another_signing_library(kit, bucket):
    good = AWS4Auth(kit.credentials["AccessKeyId"], kit.secret, REGION, "s3")
    bad = AWS4Auth(kit.credentials["AccessKeyId"], "wrong", REGION, "s3")
    url = f"{kit.url}/{bucket}/requests a+b.txt?tagging="
    body = "<Tagging><TagSet><Tag><Key>k</Key><Value>v w</Value></Tag></TagSet></Tagging>"
    assert requests.put(url.partition("?")[0], b"x", auth=good, timeout=30).status_code == 200
    assert requests.put(url, body, auth=good, timeout=30).status_code == 200
    assert "v w" in requests.get(url, auth=good, timeout=30).text
    refused = requests.get(url, auth=bad, timeout=30)
    assert (refused.status_code, "<Code>SignatureDoesNotMatch</Code>" in refused.text) == (403, True)
    iam = AWS4Auth(kit.credentials["AccessKeyId"], kit.secret, REGION, "iam")
    assert (
        requests.get(f"{kit.url}/?Action=ListUsers&Version=2010-05-08", auth=iam, timeout=30).status_code
        == 200
    )


def test_who_am_i(kit):
    root = kit.client("sts").get_caller_identity()
    assert (root["Arn"], root["UserId"], root["Account"]) == (
        f"arn:aws:iam::{kit.account_id}:root",
        kit.account_id,
        kit.account_id,
    )


def test_a_users_key_works_until_iam_says_otherwise(kit):
    iam = kit.client("iam")
    iam.create_user(UserName="ada")
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    ada = kit.client("sts", key)
    assert ada.get_caller_identity()["Arn"] == f"arn:aws:iam::{kit.account_id}:user/ada"
    iam.update_access_key(UserName="ada", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert code(ada.get_caller_identity) == "InvalidClientTokenId"
    iam.update_access_key(UserName="ada", AccessKeyId=key["AccessKeyId"], Status="Active")
    assert code(ada.get_caller_identity) == "ok"
    iam.delete_access_key(UserName="ada", AccessKeyId=key["AccessKeyId"])
    assert code(ada.get_caller_identity) == "InvalidClientTokenId"


def test_an_assumed_role_is_who_it_says(kit, bucket):
    kit.client("iam").create_role(
        RoleName="worker", Path="/deep/", AssumeRolePolicyDocument=TRUST_ACCOUNT % kit.account_id
    )
    arn = f"arn:aws:iam::{kit.account_id}:role/deep/worker"
    role = kit.client("sts").assume_role(RoleArn=arn, RoleSessionName="me", DurationSeconds=900)
    session = kit.client("sts", role["Credentials"])
    me = session.get_caller_identity()
    assert (
        me["Arn"] == f"arn:aws:sts::{kit.account_id}:assumed-role/worker/me" == role["AssumedRoleUser"]["Arn"]
    )
    assert me["UserId"] == role["AssumedRoleUser"]["AssumedRoleId"]
    assert code(kit.client("s3", role["Credentials"]).list_objects_v2, Bucket=bucket) == "ok"
    tokenless = {name: value for name, value in role["Credentials"].items() if name != "SessionToken"}
    assert code(kit.client("s3", tokenless).list_buckets) == "InvalidToken"
    url = kit.client("s3", role["Credentials"]).generate_presigned_url("list_objects_v2", {"Bucket": bucket})
    assert requests.get(url, timeout=30).status_code == 200


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "ok"),
        ({"RoleArn": "arn:aws:iam::{account}:role/nobody-here"}, "AccessDenied"),
        ({"RoleArn": "arn:aws:iam::{account}:role/for-lambda"}, "AccessDenied"),
        ({"RoleSessionName": "no spaces"}, "ValidationError"),
        ({"RoleSessionName": "x" * 65}, "ValidationError"),
        ({"DurationSeconds": 3601}, "ValidationError"),
        ({"DurationSeconds": 43201}, "ValidationError"),
        ({"DurationSeconds": 899}, "ValidationError"),
    ],
)
def test_roles_are_assumed_by_those_they_trust(kit, change, expected):
    iam = kit.client("iam")
    lambda_only = '{"Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}}'
    for name, trust in {"trusting": TRUST_ACCOUNT % kit.account_id, "for-lambda": lambda_only}.items():
        code(iam.create_role, RoleName=name, AssumeRolePolicyDocument=trust)
    asked = {"RoleArn": "arn:aws:iam::{account}:role/trusting", "RoleSessionName": "me", **change}
    asked["RoleArn"] = asked["RoleArn"].format(account=kit.account_id)
    sts = kit.client("sts", parameter_validation=False)
    assert code(sts.assume_role, **asked) == expected


def test_a_session_token_speaks_for_the_same_user(kit):
    sts = kit.client("sts")
    session = kit.client("sts", sts.get_session_token()["Credentials"])
    assert session.get_caller_identity()["Arn"] == sts.get_caller_identity()["Arn"]
    assert code(session.get_session_token) == "AccessDenied"


def test_an_environments_keys_work_until_it_ends(kit):
    from lambada_labs.model import FunctionConfig

    role = f"arn:aws:iam::{kit.account_id}:role/worker"
    function = FunctionConfig(
        account_id=kit.account_id,
        region=REGION,
        name="f",
        handler="h",
        runtime="python3.13",
        role_arn=role,
        code_sha256="x",
    )
    keys = kit.identity.issue_function_session(function, "env-1")
    credentials = {
        "AccessKeyId": keys["AWS_ACCESS_KEY_ID"], "SecretAccessKey": keys["AWS_SECRET_ACCESS_KEY"], "SessionToken": keys["AWS_SESSION_TOKEN"],
    }  # fmt: skip
    handler = kit.client("sts", credentials)
    assert handler.get_caller_identity()["Arn"] == f"arn:aws:sts::{kit.account_id}:assumed-role/worker/f"
    kit.identity.revoke("env-1")
    assert code(handler.get_caller_identity) == "InvalidClientTokenId"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["sts", "get-caller-identity", "--query", "Arn", "--output", "text"], "arn:aws:iam::{account}:root"),
        (["iam", "list-users", "--query", "length(Users)", "--output", "text"], ""),
        (["s3", "ls"], "{bucket}"),
        (["s3", "presign", "s3://{bucket}/cli.txt"], "http://127.0.0.1"),
    ],
)
def test_the_aws_cli(kit, bucket, command, expected):
    answer = run_cli(kit, [word.format(bucket=bucket) for word in command])
    assert answer.returncode == 0, answer.stderr
    assert expected.format(account=kit.account_id, bucket=bucket) in answer.stdout


def test_the_cli_uploads_and_its_presigned_url_downloads(kit, bucket, tmp_path):
    file = tmp_path / "cli.txt"
    file.write_bytes(os.urandom(9 << 20))
    assert run_cli(kit, ["s3", "cp", str(file), f"s3://{bucket}/cli.txt"]).returncode == 0
    url = run_cli(kit, ["s3", "presign", f"s3://{bucket}/cli.txt"]).stdout.strip()
    assert requests.get(url, timeout=30).content == file.read_bytes()


def test_the_cli_with_a_wrong_secret_hears_awss_words(kit):
    answer = run_cli(kit, ["lambda", "list-functions"], AWS_SECRET_ACCESS_KEY="wrong")
    assert answer.returncode != 0
    assert (
        "An error occurred (InvalidSignatureException) when calling the ListFunctions operation"
        in answer.stderr
    )


def run_cli(kit, arguments, **more):
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "AWS_ACCESS_KEY_ID": kit.credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": kit.secret,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": kit.url,
        "AWS_EC2_METADATA_DISABLED": "true",
        **more,
    }
    aws = Path(sys.executable).parent / "aws"
    return subprocess.run(
        [aws, *arguments], env=variables, capture_output=True, text=True, timeout=120, check=False
    )
