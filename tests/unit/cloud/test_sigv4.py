"""Signature Version 4 against AWS's own worked examples and against every signer at hand."""

from __future__ import annotations

import hashlib

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.cloud.local import aws_chunked, sigv4
from lambada_labs.cloud.local.message import WireRequest
from lambada_labs.cloud.local.sigv4 import SignatureError

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
EMPTY = hashlib.sha256(b"").hexdigest()
HOST = "examplebucket.s3.amazonaws.com"


def signed(method, path, query, headers, signature, *, scope="20130524/us-east-1/s3/aws4_request", body=b""):
    names = ";".join(sorted(headers))
    authorization = f"AWS4-HMAC-SHA256 Credential={KEY}/{scope},SignedHeaders={names},Signature={signature}"
    return WireRequest(
        method=method,
        raw_path=path,
        raw_query=query,
        headers={**headers, "authorization": authorization},
        body=body,
    )


def s3_headers(sha=EMPTY, **more):
    return {
        "host": HOST,
        "x-amz-date": "20130524T000000Z",
        "x-amz-content-sha256": sha,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


WELCOME = b"Welcome to Amazon S3."
# S3 API reference, "Signature calculations for the Authorization header"; IAM user guide for ListUsers.
EXAMPLES = {
    "get object": signed(
        "GET",
        "/test.txt",
        "",
        s3_headers(range="bytes=0-9"),
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ),
    "put object": signed(
        "PUT",
        "/test%24file.text",
        "",
        s3_headers(
            sha=hashlib.sha256(WELCOME).hexdigest(),
            date="Fri, 24 May 2013 00:00:00 GMT",
            x_amz_storage_class="REDUCED_REDUNDANCY",
        ),
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        body=WELCOME,
    ),
    "a parameter without value": signed(
        "GET",
        "/",
        "lifecycle",
        s3_headers(),
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    ),
    "two parameters, out of order": signed(
        "GET",
        "/",
        "prefix=J&max-keys=2",
        s3_headers(),
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ),
    "IAM ListUsers": signed(
        "GET",
        "/",
        "Action=ListUsers&Version=2010-05-08",
        {
            "host": "iam.amazonaws.com",
            "content-type": "application/x-www-form-urlencoded; charset=utf-8",
            "x-amz-date": "20150830T123600Z",
        },
        "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        scope="20150830/us-east-1/iam/aws4_request",
    ),
}


def verify(request, secret=SECRET):
    claim = sigv4.read_claim(request)
    return sigv4.prove(request, claim, secret)


@pytest.mark.parametrize("name", EXAMPLES)
def test_worked_examples_of_aws_verify(name):
    secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" if name.startswith("IAM") else SECRET
    key = EXAMPLES[name]
    assert verify(key, secret).claim.access_key_id == KEY


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_wrong_secret_is_seen(name):
    with pytest.raises(SignatureError) as refused:
        verify(EXAMPLES[name], "another secret")
    assert refused.value.fault == "signature"


def test_the_presigned_example_verifies():
    query = (
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2F"
        "aws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature="
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )
    request = WireRequest(method="GET", raw_path="/test.txt", raw_query=query, headers={"host": HOST})
    proof = verify(request)
    assert (proof.payload, proof.claim.expires_s) == ("UNSIGNED-PAYLOAD", 86400)


CHUNKS = (
    b"10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"
    + b"a" * 65536
    + b"\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"
    + b"a" * 1024
    + b"\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n"
)
TRAILER_CHUNKS = (
    b"10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n"
    + b"a" * 65536
    + b"\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n"
    + b"a" * 1024
    + b"\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
    + b"x-amz-checksum-crc32c:sOO8/Q==\n"
    + b"x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n"
)


def chunked(body):
    headers = {
        "host": "s3.amazonaws.com",
        "x-amz-date": "20130524T000000Z",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": "66560",
        "content-length": "66824",
    }
    seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
    return signed("PUT", "/examplebucket/chunkObject.txt", "", headers, seed, body=body)


def trailing(body):
    headers = {
        "host": "s3.amazonaws.com",
        "x-amz-date": "20130524T000000Z",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": "66560",
        "x-amz-trailer": "x-amz-checksum-crc32c",
    }
    seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"
    return signed("PUT", "/examplebucket/chunkObject.txt", "", headers, seed, body=body)


def unframe(request):
    return aws_chunked.unframe(request.body, verify(request), decoded_length=66560)


def test_the_signed_chunks_example_verifies():
    assert unframe(chunked(CHUNKS)).body == b"a" * 66560


def test_the_signed_trailer_example_verifies():
    plain = unframe(trailing(TRAILER_CHUNKS))
    assert plain.body == b"a" * 66560
    assert plain.trailers == {"x-amz-checksum-crc32c": "sOO8/Q=="}


@pytest.mark.parametrize(
    "damaged",
    [
        CHUNKS.replace(b"aaa\r\n400", b"aab\r\n400"),
        CHUNKS.replace(b"ad80c7", b"ad80c8"),
        CHUNKS[: CHUNKS.index(b"\r\n0;chunk") + 2],
        CHUNKS.replace(b"\r\n400;", b"\r\n401;"),
        CHUNKS.replace(
            b";chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648", b""
        ),
        b"",
        b"zz\r\n",
    ],
    ids=["data", "signature", "no last chunk", "length", "unsigned chunk", "empty", "no frame"],
)
def test_damaged_chunks_are_refused(damaged):
    with pytest.raises(SignatureError) as refused:
        unframe(chunked(damaged))
    assert refused.value.fault == "chunk"


@pytest.mark.parametrize(
    "damaged", [TRAILER_CHUNKS.replace(b"sOO8", b"sOO9"), TRAILER_CHUNKS.split(b"x-amz-trailer-sig")[0]]
)
def test_a_damaged_trailer_is_refused(damaged):
    with pytest.raises(SignatureError) as refused:
        unframe(trailing(damaged))
    assert refused.value.fault == "chunk"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"x-amz-checksum-crc32:NhCmhg==", None),
        (b"x-amz-checksum-sha1:qvTGHdzF6KLavt4PO0gs2a6pQ00=", None),
        (b"x-amz-checksum-sha256:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", None),
        (b"x-amz-checksum-crc64nvme:unseen", None),
        (b"x-amz-checksum-crc32:AAAAAA==", "checksum"),
        (b"x-amz-checksum-sha256:AAAAAA==", "checksum"),
    ],
)
def test_unsigned_trailers_carry_checksums_that_are_verified(line, fault):
    claim = sigv4.read_claim(EXAMPLES["get object"])
    proof = sigv4.Proof(claim=claim, signing_key=b"", payload=aws_chunked.UNSIGNED_TRAILER)
    body = b"5\r\nhello\r\n0\r\n" + line + b"\r\n\r\n"
    if fault is None:
        assert aws_chunked.unframe(body, proof, decoded_length=5).body == b"hello"
        return
    with pytest.raises(SignatureError) as refused:
        aws_chunked.unframe(body, proof, decoded_length=5)
    assert refused.value.fault == fault


def test_a_streaming_form_nobody_knows_is_refused():
    claim = sigv4.read_claim(EXAMPLES["get object"])
    proof = sigv4.Proof(claim=claim, signing_key=b"", payload="STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD")
    with pytest.raises(SignatureError) as refused:
        aws_chunked.unframe(b"", proof, decoded_length=None)
    assert refused.value.fault == "unsupported"


SIGNERS = {
    "lambda": SigV4Auth,
    "s3": S3SigV4Auth,
    "presigned lambda": lambda *args: SigV4QueryAuth(*args, expires=60),
    "presigned s3": lambda *args: S3SigV4QueryAuth(*args, expires=60),
}
segment = st.text(st.sampled_from("abz09-_.~%$+ é:@!"), min_size=1, max_size=8)
pairs = st.lists(st.tuples(segment, st.text(st.sampled_from("ab09-_.~%&=+ é/"), max_size=8)), max_size=4)


def as_sent(signer, service, method, parts, query, headers, body, token=None):  # noqa: PLR0917
    """The request as botocore's signer leaves it, the way it would stand on the wire."""
    from urllib.parse import quote, urlsplit

    path = "/" + "/".join(quote(part, safe="-_.~") for part in parts)
    text = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in query)
    url = f"http://127.0.0.1:5000{path}" + (f"?{text}" if text else "")
    request = AWSRequest(method=method, url=url, data=body, headers=headers)
    SIGNERS[signer](Credentials(KEY, SECRET, token), service, "eu-west-1").add_auth(request)
    final = urlsplit(request.url)
    lower = {name.lower(): value for name, value in request.headers.items()}
    return WireRequest(
        method=method,
        raw_path=final.path,
        raw_query=final.query,
        headers={"host": "127.0.0.1:5000", **lower},
        body=body,
    )


@pytest.mark.parametrize("signer", SIGNERS)
@given(
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD"]),
    parts=st.lists(segment.filter(lambda part: part not in {".", ".."}), max_size=4),
    query=pairs,
    body=st.binary(max_size=40),
    header=st.text(st.sampled_from("ab  c,;="), max_size=12),
    token=st.sampled_from([None, "token/+="]),
)
def test_whatever_botocore_signs_verifies(signer, method, parts, query, body, header, token):  # noqa: PLR0917
    service = signer.split()[-1]
    presigned = signer.startswith("presigned")
    body = b"" if presigned else body
    request = as_sent(signer, service, method, parts, query, {"X-Amz-Meta-Note": header}, body, token)
    proof = verify(request)
    assert (proof.claim.region, proof.claim.service, proof.claim.token) == ("eu-west-1", service, token)


def changed(request, **values):
    facts = {name: getattr(request, name) for name in ("method", "raw_path", "raw_query", "headers", "body")}
    return WireRequest(**{**facts, **values})


@pytest.mark.parametrize("signer", ["lambda", "s3"])
def test_every_part_of_a_request_is_covered_by_its_signature(signer):
    good = as_sent(signer, signer, "POST", ["a"], [("b", "c")], {"X-Amz-Target": "T"}, b"body")
    verify(good)
    faults = {}
    for name, bad in {
        "method": changed(good, method="PUT"),
        "path": changed(good, raw_path="/b"),
        "query": changed(good, raw_query="b=d"),
        "more query": changed(good, raw_query="b=c&e=f"),
        "body": changed(good, body=b"bodY"),
        "target": changed(good, headers={**good.headers, "x-amz-target": "U"}),
        "host": changed(good, headers={**good.headers, "host": "evil.example"}),
        "date": changed(good, headers={**good.headers, "x-amz-date": good.headers["x-amz-date"][:-2] + "0Z"}),
        "added header": changed(good, headers={**good.headers, "x-amz-acl": "public-read"}),
    }.items():
        try:
            verify(bad)
            faults[name] = "accepted"
        except SignatureError as refused:
            faults[name] = refused.fault
    # A date that happens to end in 0 seconds is the same date: then nothing was changed.
    if good.headers["x-amz-date"].endswith("0Z"):
        faults["date"] = "signature"
    body = "payload" if signer == "s3" else "signature"
    assert faults == {
        **dict.fromkeys(("method", "path", "query", "more query", "target", "host", "date"), "signature"),
        "body": body,
        "added header": "unsigned-headers",
    }


@pytest.mark.parametrize(
    ("headers", "query", "fault"),
    [
        ({}, "", "missing"),
        ({"authorization": "Bearer x"}, "", "incomplete"),
        ({"authorization": "AWS4-HMAC-SHA256 Credential=a/b"}, "", "incomplete"),
        ({"authorization": "AWS4-ECDSA-P256-SHA256 Credential=a"}, "", "unsupported"),
        ({"authorization": "AWS4-HMAC-SHA256 Credential=a/20200101/r/s/aws4_request, SignedHeaders=host, Signature=0"}, "", "incomplete"),
        ({"authorization": "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=0", "x-amz-date": "20200101T000000Z"}, "", "bad-scope"),
        ({"authorization": "AWS4-HMAC-SHA256 Credential=a/20200102/r/s/aws4_request, SignedHeaders=host, Signature=0", "x-amz-date": "20200101T000000Z"}, "", "bad-scope"),
        ({"authorization": "AWS4-HMAC-SHA256 Credential=a/20200101/r/s/aws4_request, SignedHeaders=host, Signature=0", "x-amz-date": "2020-01-01"}, "", "bad-date"),
        ({}, "X-Amz-Algorithm=AWS4-HMAC-SHA256", "incomplete"),
        ({}, "X-Amz-Algorithm=AWS4-HMAC-SHA1", "unsupported"),
        ({}, "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2F20200101%2Fr%2Fs%2Faws4_request&X-Amz-SignedHeaders=host&X-Amz-Signature=0&X-Amz-Date=20200101T000000Z&X-Amz-Expires=-5", "bad-expires"),
    ],
)  # fmt: skip
def test_damaged_claims_are_told_apart(headers, query, fault):
    request = WireRequest(method="GET", raw_path="/", raw_query=query, headers={"host": "h", **headers})
    with pytest.raises(SignatureError) as refused:
        sigv4.read_claim(request)
    assert refused.value.fault == fault


def test_the_host_must_be_signed():
    good = as_sent("lambda", "lambda", "GET", ["a"], [], {}, b"")
    bare = changed(
        good, headers={**good.headers, "authorization": good.headers["authorization"].replace("host;", "")}
    )
    with pytest.raises(SignatureError) as refused:
        verify(bare)
    assert (refused.value.fault, refused.value.detail) == ("unsigned-headers", "host")


def test_unsigned_payload_is_for_s3_only():
    headers = {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}
    assert verify(as_sent("lambda", "s3", "PUT", ["a"], [], headers, b"x")).payload == "UNSIGNED-PAYLOAD"
    with pytest.raises(SignatureError) as refused:
        verify(as_sent("lambda", "lambda", "PUT", ["a"], [], headers, b"x"))
    assert refused.value.fault == "payload"
