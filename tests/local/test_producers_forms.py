"""Forms of a browser that upload to S3: allowed by a signed policy, told as ObjectCreated:Post, refused in S3's words."""

from __future__ import annotations

import itertools
import json
import subprocess
import xml.etree.ElementTree as ET

import pytest
from botocore.config import Config
from producers_kit import ACCOUNT, open_queue, received

UNKNOWN_KEY = (403, "InvalidAccessKeyId", "does not exist in our records")
names = itertools.count()
PICTURE = b"\x89PNG\r\n\x1a\n--no boundary\r\n\x00\xff"


@pytest.fixture
def bucket(cloud):
    name = f"forms-{next(names)}"
    cloud.client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "red flower.png"
    path.write_bytes(PICTURE)
    return path


def signed(cloud, bucket, key, *, version="s3v4", fields=None, conditions=None, seconds=600):
    """Where a form goes, and its fields."""
    s3 = cloud.client("s3", config=Config(signature_version=version))
    made = s3.generate_presigned_post(bucket, key, Fields=fields, Conditions=conditions, ExpiresIn=seconds)
    return made["url"], made["fields"]


def posted(url, fields, path):
    """Status, headers and body that curl gets for this form."""
    parts = [word for name, value in fields.items() for word in ("-F", f"{name}={value}")]
    upload = ["-F", f"file=@{path}"] if path else []
    argv = ["curl", "-s", "-i", "-m", "30", *parts, *upload, url]
    answer = subprocess.run(argv, capture_output=True, check=True, timeout=40).stdout
    answer = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    return int(lines[0].split()[1]), dict(line.split(": ", 1) for line in lines[1:]), body


def error(url, fields, path):
    status, _, body = posted(url, fields, path)
    told = ET.fromstring(body)
    return status, told.findtext("Code"), told.findtext("Message")


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_form_makes_an_object_and_one_event_of_its_own_name(cloud, bucket, picture, version):
    queue, target = open_queue(cloud, f"{bucket}-queue", "s3.amazonaws.com")
    rule = {"QueueArn": target, "Events": ["s3:ObjectCreated:Post", "s3:ObjectCreated:Put"]}
    s3 = cloud.client("s3")
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [rule]}
    )
    extra = {"Content-Type": "image/png", "x-amz-meta-who": "me"}
    url, fields = signed(
        cloud,
        bucket,
        "in/${filename}",
        version=version,
        fields=extra,
        conditions=[{"Content-Type": "image/png"}, ["starts-with", "$x-amz-meta-who", ""]],
    )
    status, headers, body = posted(url, fields, picture)
    assert (status, body) == (204, b"")
    assert headers["Location"].endswith(f"/{bucket}/in%2Fred%20flower.png")
    found = s3.get_object(Bucket=bucket, Key="in/red flower.png")
    assert (found["Body"].read(), found["ContentType"], found["Metadata"]) == (
        PICTURE,
        "image/png",
        {"who": "me"},
    )
    assert found["ETag"] == headers["ETag"]
    told = [json.loads(one["Body"]) for one in received(cloud, queue, count=2)]
    (record,) = next(one["Records"] for one in told if "Records" in one)
    assert record["eventName"] == "ObjectCreated:Post"
    assert record["s3"]["object"]["key"] == "in/red+flower.png"
    assert record["s3"]["object"]["size"] == len(PICTURE)
    assert record["s3"]["bucket"]["arn"] == f"arn:aws:s3:::{bucket}"


def test_what_the_browser_is_answered(cloud, bucket, picture):
    wanted = {"success_action_status": "201"}
    url, fields = signed(cloud, bucket, "k", fields=wanted, conditions=[wanted])
    status, headers, body = posted(url, fields, picture)
    told = ET.fromstring(body)
    assert status == 201
    assert {one.tag: one.text for one in told} == {
        "Location": headers["Location"],
        "Bucket": bucket,
        "Key": "k",
        "ETag": headers["ETag"],
    }
    wanted = {"success_action_redirect": "http://127.0.0.1:9/done?a=1"}
    url, fields = signed(cloud, bucket, "k", fields=wanted, conditions=[wanted])
    status, headers, _ = posted(url, fields, picture)
    assert status == 303
    assert headers["Location"].startswith(f"http://127.0.0.1:9/done?a=1&bucket={bucket}&key=k&etag=%22")


@pytest.mark.parametrize(
    "case",
    [
        ({"key": "elsewhere"}, None, (403, "AccessDenied", "Policy Condition failed")),
        ({"acl": "public-read"}, None, (403, "AccessDenied", "Extra input fields: acl")),
        ({"x-amz-signature": "0" * 64}, None, (403, "SignatureDoesNotMatch", "does not match the signature")),
        ({"policy": "e30="}, None, (403, "SignatureDoesNotMatch", "does not match the signature")),
        ({}, None, UNKNOWN_KEY),
        ({}, [["content-length-range", 1, 4]], (400, "EntityTooLarge", "exceeds the maximum allowed size")),
        (
            {},
            [["content-length-range", 99, 999]],
            (400, "EntityTooSmall", "smaller than the minimum allowed"),
        ),
        ({}, [["starts-with", "$Content-Type", "image/"]], (403, "AccessDenied", "Policy Condition failed")),
    ],
)
def test_what_a_policy_does_not_allow(cloud, bucket, picture, case):
    change, conditions, refused = case
    url, fields = signed(cloud, bucket, "k", conditions=conditions)
    if refused is UNKNOWN_KEY:
        scope = fields["x-amz-credential"].partition("/")[2]
        change = {"x-amz-credential": f"AKIAXXXXXXXXXXXXXXXX/{scope}"}
    status, code, text = error(url, {**fields, **change}, picture)
    assert (status, code) == refused[:2]
    assert refused[2] in text
    assert "Contents" not in cloud.client("s3").list_objects_v2(Bucket=bucket)


def test_forms_without_a_policy_a_file_or_time(cloud, bucket, picture):
    url, fields = signed(cloud, bucket, "k")
    assert error(url, {"key": "k"}, picture) == (403, "AccessDenied", "Access Denied")
    assert error(url, fields, None)[:2] == (400, "InvalidArgument")
    url, fields = signed(cloud, bucket, "k", seconds=-10)
    assert error(url, fields, picture) == (
        403,
        "AccessDenied",
        "Invalid according to Policy: Policy expired.",
    )


def test_a_form_of_a_bucket_that_is_not_there(cloud, picture):
    url, fields = signed(cloud, f"nowhere-{ACCOUNT}", "k")
    assert error(url, fields, picture)[:2] == (404, "NoSuchBucket")
