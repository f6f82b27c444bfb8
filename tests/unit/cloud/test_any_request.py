"""Whatever comes over the wire ends in an admission or in an error that can be rendered."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.cloud.local.authenticate import Authenticator, protocol_seen
from lambada_labs.cloud.local.aws_error import AwsError, render_error
from lambada_labs.cloud.local.identity import Identity
from lambada_labs.cloud.local.message import WireRequest


class NoIam:
    def access_key(self, access_key_id):
        return None

    def role_id(self, role_arn):
        return None


IDENTITY = Identity(account_id="1", access_key_id="AKIA", secret="s", directory=NoIam())
AUTHENTICATOR = Authenticator(IDENTITY, region="us-east-1")
odd = st.sampled_from(
    ["", "0", "-1", "9" * 5000, "٣", "\udcff", "\x01", "a/b", "AKIA/20260101/us-east-1/s3/aws4_request", "AKIA", "20260101T000000Z",
     "20269999T999999Z", "host", "host;x-amz-date", "AWS4-HMAC-SHA256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "é%", "%zz", "="]
)  # fmt: skip
names = [
    "Algorithm",
    "Credential",
    "Date",
    "Expires",
    "SignedHeaders",
    "Signature",
    "Security-Token",
    "Content-Sha256",
]
v4_query = st.dictionaries(st.sampled_from([f"X-Amz-{name}" for name in names]), odd, min_size=6)
v2_query = st.dictionaries(
    st.sampled_from(["AWSAccessKeyId", "Signature", "Expires", "x-amz-security-token", "acl"]), odd
)
field = st.builds("{}={}".format, st.sampled_from(["Credential", "SignedHeaders", "Signature", "Other"]), odd)
authorization = st.builds(
    lambda head, fields: f"{head} {', '.join(fields)}", odd, st.lists(field, max_size=4)
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "authorization": authorization | odd,
        "x-amz-date": odd,
        "date": odd,
        "x-amz-security-token": odd,
        "x-amz-content-sha256": odd,
        "x-amz-target": odd,
        "content-type": odd,
        "smithy-protocol": st.just("rpc-v2-cbor"),
    },
)


def joined(query):
    return "&".join(f"{name}={value}" for name, value in query.items())


def end(request):
    """How a request ends: who it is from, or the status of a rendered error."""
    try:
        admission = AUTHENTICATOR.admit(request)
        return AUTHENTICATOR.prove(request, admission, "r").caller.kind
    except AwsError as error:
        return render_error(error, protocol_seen(request), "r").status


@given(
    path=odd,
    query=st.one_of(odd, v4_query.map(joined), v2_query.map(joined)),
    headers=headers,
    body=st.binary(max_size=20),
)
def test_nothing_but_awss_errors_comes_out(path, query, headers, body):
    request = WireRequest(
        method="PUT", raw_path="/" + path, raw_query=query, headers={"host": "h", **headers}, body=body
    )
    assert end(request) in {400, 401, 403}


@given(
    body=st.lists(st.sampled_from([b"5\r\n", b"hello", b"\r\n", b"0\r\n", b"5;chunk-signature=", b"a" * 64, b"x-amz-checksum-crc32:", b"\xff"])),
    length=odd.filter(str.isascii),
)  # fmt: skip
def test_damaged_chunks_of_a_rightful_sender(body, length):
    sent = {
        "X-Amz-Content-SHA256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "X-Amz-Decoded-Content-Length": length,
    }
    request = AWSRequest(method="PUT", url="http://h/b/k", data=b"", headers=sent)
    SigV4Auth(Credentials("AKIA", "s"), "s3", "us-east-1").add_auth(request)
    lower = {name.lower(): value for name, value in request.headers.items()}
    wire = WireRequest(
        method="PUT", raw_path="/b/k", raw_query="", headers={"host": "h", **lower}, body=b"".join(body)
    )
    assert end(wire) in {"root", 400, 403}


@pytest.mark.parametrize("text", ["\udcff", "\x01\x0b", "\ufffe", "plain"])
@pytest.mark.parametrize("protocol", ["s3", "query", "ec2", "rest-json", "json-1.1", "cbor"])
def test_errors_about_odd_text_are_rendered(protocol, text):
    body = render_error(AwsError("Odd", text, Key=text), protocol, "r").body
    if protocol in {"s3", "query", "ec2"}:
        seen = next(ET.fromstring(body).iter("Code")).text
    elif protocol == "cbor":
        seen = "Odd" if b"\x63Odd" in body else "unseen"
    else:
        seen = {"Odd" if json.loads(body)["Key"] == text else "unseen"}.pop()
    assert seen == "Odd"


@pytest.mark.parametrize(
    "scope",
    [
        "AKIA/20260101/us-east-1/motoapi.amazonaws.com/aws4_request",
        "AKIA/20260101/us.east/s3/aws4_request",
        "AKIA/20260101/xx-fake-1/s3/aws4_request",
        "AKIA/20260101//s3/aws4_request",
        "AKIA/20260101/us-east-1/s3?/aws4_request",
        "AKIA/20260101/us-east-1/s3\n/aws4_request",
        "AKIA/٢٠٢٦٠١٠١/us-east-1/s3/aws4_request",
        "AKIA/x/20260101/us-east-1/s3/aws4_request/",
    ],
)
def test_region_and_service_are_plain_names(scope):
    text = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
    request = WireRequest(
        method="GET",
        raw_path="/",
        raw_query="",
        headers={"authorization": text, "x-amz-date": "20260101T000000Z"},
    )
    assert end(request) in {400, 403}
