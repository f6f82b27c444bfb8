"""The clock, the token, the key: what is refused before and after the body, in whose words."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from botocore.auth import HmacV1QueryAuth, S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from lambada_labs.cloud.local.authenticate import Authenticator
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.identity import Identity
from lambada_labs.cloud.local.message import WireRequest

MINUTE = 60
ACCOUNT = "111122223333"
NO_TARGET = {}
JSON = {"X-Amz-Target": "T.Op", "Content-Type": "application/x-amz-json-1.1"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class NoIam:
    def access_key(self, access_key_id):
        return None

    def role_id(self, role_arn):
        return None


@pytest.fixture
def clock():
    return [datetime.now(UTC).timestamp()]


@pytest.fixture
def identity(clock):
    return Identity(
        account_id=ACCOUNT, access_key_id="AKIAROOT", secret="root", directory=NoIam(), clock=lambda: clock[0]
    )


@pytest.fixture
def authenticator(identity, clock):
    return Authenticator(identity, region="eu-west-1", clock=lambda: clock[0])


def made(
    service,
    *,
    key="AKIAROOT",
    secret="root",
    token=None,
    headers=NO_TARGET,
    how=None,
    expires=60,
    method="POST",
):
    from urllib.parse import urlsplit

    path = "/bucket/key" if service == "s3" else "/2015-03-31/functions" if service == "lambda" else "/"
    request = AWSRequest(method=method, url=f"http://127.0.0.1:5000{path}", data=b"", headers=dict(headers))
    credentials = Credentials(key, secret, token)
    if how == "v2":
        HmacV1QueryAuth(credentials, expires=expires).add_auth(request)
    elif how == "presigned":
        signer = S3SigV4QueryAuth if service == "s3" else SigV4QueryAuth
        signer(credentials, service, "us-east-1", expires=expires).add_auth(request)
    else:
        (S3SigV4Auth if service == "s3" and not headers else SigV4Auth)(
            credentials, service, "us-east-1"
        ).add_auth(request)
    final = urlsplit(request.url)
    lower = {name.lower(): value for name, value in request.headers.items()}
    return WireRequest(
        method=method, raw_path=final.path, raw_query=final.query, headers={"host": "127.0.0.1:5000", **lower}
    )


def outcome(authenticator, request):
    """`ok:service`, or the code and status of the refusal."""
    try:
        admission = authenticator.admit(request)
        return f"ok:{authenticator.prove(request, admission, 'r').service}"
    except AwsError as error:
        return f"{error.code}:{error.status}"


SPOKEN = {
    "lambda": ("lambda", NO_TARGET),
    "logs": ("logs", JSON),
    "sts": ("sts", FORM),
    "ec2": ("ec2", FORM),
    "s3": ("s3", NO_TARGET),
}


@pytest.mark.parametrize(
    ("spoken", "expected"),
    {
        "lambda": [
            "UnrecognizedClientException:403",
            "InvalidSignatureException:403",
            "UnrecognizedClientException:403",
        ],
        "logs": [
            "UnrecognizedClientException:400",
            "InvalidSignatureException:400",
            "UnrecognizedClientException:400",
        ],
        "sts": ["InvalidClientTokenId:403", "SignatureDoesNotMatch:403", "InvalidClientTokenId:403"],
        "ec2": ["AuthFailure:401", "SignatureDoesNotMatch:403", "AuthFailure:401"],
        "s3": ["InvalidAccessKeyId:403", "SignatureDoesNotMatch:403", "InvalidToken:400"],
    }.items(),
)
def test_unknown_keys_wrong_secrets_and_stray_tokens(authenticator, spoken, expected):
    service, headers = SPOKEN[spoken]
    requests = [
        made(service, headers=headers, key="AKIAOTHER"),
        made(service, headers=headers, secret="wrong"),
        made(service, headers=headers, token="stray"),
    ]
    assert [outcome(authenticator, one) for one in requests] == expected
    assert outcome(authenticator, made(service, headers=headers)) == f"ok:{service}"


@pytest.mark.parametrize(
    ("spoken", "code"),
    {
        "lambda": "InvalidSignatureException:403",
        "logs": "InvalidSignatureException:400",
        "sts": "SignatureDoesNotMatch:403",
        "s3": "RequestTimeTooSkewed:403",
    }.items(),
)
def test_the_clock_may_be_off_by_five_minutes_and_for_s3_by_fifteen(authenticator, clock, spoken, code):
    service, headers = SPOKEN[spoken]
    allowed = 15 if service == "s3" else 5
    now = clock[0]
    for offset, expected in [
        (-allowed, f"ok:{service}"),
        (allowed, f"ok:{service}"),
        (-allowed - 1, code),
        (allowed + 1, code),
    ]:
        clock[0] = now + offset * MINUTE + (5 if offset < 0 else -5) * (expected[:2] == "ok")
        assert outcome(authenticator, made(service, headers=headers)) == expected, offset


def test_the_texts_on_clocks_name_the_times(authenticator, clock):
    clock[0] = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).timestamp()
    late = made("lambda")
    with pytest.raises(AwsError) as refused:
        authenticator.admit(late)
    signed = late.headers["x-amz-date"]
    assert refused.value.message == (
        f"Signature not yet current: {signed} is still later than 20260102T030905Z (20260102T030405Z + 5 min.)"
    )


@pytest.mark.parametrize(("how", "service"), [("presigned", "s3"), ("presigned", "lambda"), ("v2", "s3")])
def test_presigned_requests_work_until_they_expire(authenticator, clock, how, service):
    request = made(service, how=how, expires=60, method="GET")
    assert outcome(authenticator, request) == f"ok:{service}"
    clock[0] += 3600
    assert outcome(authenticator, request) == (
        "AccessDenied:403" if service == "s3" else "InvalidSignatureException:403"
    )


@pytest.mark.parametrize("how", ["presigned", "v2"])
def test_a_presigned_request_is_for_its_method_and_path(authenticator, how):
    good = made("s3", how=how, method="GET")
    for bad in ({"method": "PUT"}, {"raw_path": "/bucket/other"}):
        facts = {
            "method": good.method,
            "raw_path": good.raw_path,
            "raw_query": good.raw_query,
            "headers": good.headers,
        }
        assert outcome(authenticator, WireRequest(**{**facts, **bad})) == "SignatureDoesNotMatch:403"


def test_presigned_v2_with_a_session(authenticator, identity):
    key = identity.assume(f"arn:aws:iam::{ACCOUNT}:role/r", "me", role_id="AROA", duration_s=900)
    good = made("s3", how="v2", key=key.access_key_id, secret=key.secret, token=key.token, method="GET")
    assert outcome(authenticator, good) == "ok:s3"
    tokenless = made("s3", how="v2", key=key.access_key_id, secret=key.secret, method="GET")
    assert outcome(authenticator, tokenless) == "InvalidToken:400"


def test_presigned_for_longer_than_a_week_is_refused(authenticator):
    assert (
        outcome(authenticator, made("s3", how="presigned", expires=604801))
        == "AuthorizationQueryParametersError:400"
    )


@pytest.mark.parametrize(
    ("spoken", "code"),
    {
        "lambda": "ExpiredTokenException:403",
        "logs": "ExpiredTokenException:400",
        "sts": "ExpiredToken:403",
        "ec2": "RequestExpired:400",
        "s3": "ExpiredToken:400",
    }.items(),
)
def test_sessions_need_their_token_and_end(authenticator, identity, clock, spoken, code):
    service, headers = SPOKEN[spoken]
    key = identity.assume(f"arn:aws:iam::{ACCOUNT}:role/r", "me", role_id="AROA", duration_s=900)
    session = {"key": key.access_key_id, "secret": key.secret, "token": key.token, "headers": headers}
    assert outcome(authenticator, made(service, **session)) == f"ok:{service}"
    assert not outcome(authenticator, made(service, **{**session, "token": None})).startswith("ok")
    assert not outcome(authenticator, made(service, **{**session, "token": key.token + "x"})).startswith("ok")
    clock[0] += 900
    assert outcome(authenticator, made(service, **session)) == code


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (("GET", "/bucket/key", {}), "AccessDenied:403"),
        (("GET", "/2015-03-31/functions/", {}), "MissingAuthenticationTokenException:403"),
        (("POST", "/", {"x-amz-target": "T.Op"}), "MissingAuthenticationTokenException:400"),
        (
            ("POST", "/", {"content-type": "application/x-www-form-urlencoded"}),
            "MissingAuthenticationToken:403",
        ),
        (("GET", "/", {"authorization": "AWS AKIA:sig"}), "InvalidRequest:400"),
        (("OPTIONS", "/bucket", {"origin": "http://evil"}), "AccessDenied:403"),
    ],
)
def test_nobody_gets_in_unsigned(authenticator, request_, expected):
    method, path, headers = request_
    assert (
        outcome(authenticator, WireRequest(method=method, raw_path=path, raw_query="", headers=headers))
        == expected
    )


@pytest.mark.parametrize(
    ("spoken", "code", "text"),
    [
        ("lambda", "InvalidSignatureException", "Credential should be scoped to a valid region."),
        ("sts", "SignatureDoesNotMatch", "Credential should be scoped to a valid region."),
        (
            "s3",
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; the region 'us-east-9' is wrong; expecting 'eu-west-1'",
        ),
    ],
)
def test_a_region_that_aws_does_not_have(authenticator, spoken, code, text):
    service, headers = SPOKEN[spoken]
    request = made(service, headers=headers)
    moved = {
        **request.headers,
        "authorization": request.headers["authorization"].replace("us-east-1", "us-east-9"),
    }
    with pytest.raises(AwsError) as refused:
        authenticator.admit(
            WireRequest(method="POST", raw_path=request.raw_path, raw_query="", headers=moved)
        )
    assert (refused.value.code, refused.value.message) == (code, text)


def test_a_verified_request_knows_its_caller_and_its_parts(authenticator):
    request = made("s3", how="presigned", method="GET")
    verified = authenticator.prove(request, authenticator.admit(request), "req-1")
    assert (verified.caller.kind, verified.region, verified.path) == ("root", "us-east-1", "/bucket/key")
    assert verified.parameter("X-Amz-Expires") == "60"


def test_the_refusal_of_a_false_signature_shows_what_should_have_been_signed(authenticator):
    request = made("lambda", secret="wrong")
    with pytest.raises(AwsError) as refused:
        authenticator.prove(request, authenticator.admit(request), "r")
    head, canonical, to_sign = re.split("\n\n(?=The )", refused.value.message)
    assert head.startswith("The request signature we calculated does not match the signature you provided.")
    assert canonical.startswith(
        "The Canonical String for this request should have been\n'POST\n/2015-03-31/functions\n"
    )
    assert to_sign.startswith("The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n")


def test_s3s_refusal_has_the_members_of_awss(authenticator):
    request = made("s3", secret="wrong")
    with pytest.raises(AwsError) as refused:
        authenticator.prove(request, authenticator.admit(request), "r")
    fields = refused.value.fields
    assert fields["AWSAccessKeyId"] == "AKIAROOT"
    assert fields["StringToSign"].encode() == bytes.fromhex(fields["StringToSignBytes"])
    assert list(fields) == [
        "AWSAccessKeyId", "StringToSign", "SignatureProvided", "StringToSignBytes", "CanonicalRequest", "CanonicalRequestBytes",
    ]  # fmt: skip


def test_chunk_frames_come_off_and_trailers_become_headers(authenticator):
    headers = {
        "X-Amz-Content-SHA256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "X-Amz-Decoded-Content-Length": "5",
        "X-Amz-Trailer": "x-amz-checksum-crc32",
        "Content-Encoding": "aws-chunked,gzip",
    }
    head = made("s3", headers=headers, method="PUT")
    request = WireRequest(
        method="PUT", raw_path=head.raw_path, raw_query="", headers=head.headers,
        body=b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
    )  # fmt: skip
    verified = authenticator.prove(request, authenticator.admit(head), "r")
    kept = {
        name: verified.headers.get(name)
        for name in ("content-encoding", "x-amz-checksum-crc32", "content-length", "x-amz-trailer")
    }
    assert verified.body == b"hello"
    assert kept == {
        "content-encoding": "gzip",
        "x-amz-checksum-crc32": "NhCmhg==",
        "content-length": "5",
        "x-amz-trailer": None,
    }
