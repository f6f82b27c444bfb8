"""S3's own errors for every reason not to believe a signature: other codes, other texts, more members.

Source: the S3 API reference, "Error responses".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.message import NO_HEADERS
from lambada_labs.cloud.local.sigv4 import Claim, SignatureError

FORBIDDEN = 403
S3_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your key and signing method."
)


def _s3_mismatch(problem: SignatureError, claim: Claim | None) -> AwsError:
    to_sign, canonical = problem.facts.get("to_sign", ""), problem.facts.get("canonical", "")
    return AwsError(
        "SignatureDoesNotMatch",
        S3_MISMATCH,
        FORBIDDEN,
        AWSAccessKeyId=claim.access_key_id if claim else problem.facts.get("access_key_id", ""),
        StringToSign=to_sign,
        SignatureProvided=claim.signature if claim else problem.facts.get("signature", ""),
        StringToSignBytes=to_sign.encode(errors="surrogateescape").hex(" "),
        CanonicalRequest=canonical,
        CanonicalRequestBytes=canonical.encode(errors="surrogateescape").hex(" "),
    )


def _s3_malformed(problem: SignatureError, claim: Claim | None) -> AwsError:
    text = "The authorization header is malformed; "
    if problem.fault == "incomplete":
        text += f"the {problem.facts['missing'].split(',')[0]} is missing."
    elif problem.fault == "bad-region":
        text += f"the region '{problem.detail}' is wrong; expecting '{problem.facts['expected']}'"
    else:
        text += f"'{problem.detail}' is not what was expected."
    code = "AuthorizationQueryParametersError" if claim and claim.expires_s is not None else None
    return AwsError(code or "AuthorizationHeaderMalformed", text)


def _s3_unsigned_headers(problem: SignatureError, _: Claim | None) -> AwsError:
    text = "There were headers present in the request which were not signed"
    return AwsError("AccessDenied", text, FORBIDDEN, HeadersNotSigned=problem.detail)


def _s3_payload(problem: SignatureError, _: Claim | None) -> AwsError:
    seen = problem.facts
    return AwsError(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ClientComputedContentSHA256=seen["declared"],
        S3ComputedContentSHA256=seen["actual"],
    )


def _s3_skew(problem: SignatureError, _: Claim | None) -> AwsError:
    seen = problem.facts
    return AwsError(
        "RequestTimeTooSkewed",
        "The difference between the request time and the current time is too large.",
        FORBIDDEN,
        RequestTime=seen["signed"],
        ServerTime=seen["now_iso"],
        MaxAllowedSkewMilliseconds=int(seen["minutes"]) * 60_000,
    )


def _s3_expired(problem: SignatureError, _: Claim | None) -> AwsError:
    seen = problem.facts
    members = {"Expires": seen["expires_iso"], "ServerTime": seen["now_iso"]}
    if "seconds" in seen:
        members = {"X-Amz-Expires": seen["seconds"], **members}
    return AwsError("AccessDenied", "Request has expired", FORBIDDEN, headers=NO_HEADERS, **members)


def _s3_expires(problem: SignatureError, _: Claim | None) -> AwsError:
    text = "X-Amz-Expires should be a number"
    if problem.detail.isdigit():
        longest = f"the given X-Amz-Expires must be less than {facts.number('limit.presigned_s')} seconds"
        text = f"X-Amz-Expires must be less than a week (in seconds); that is, {longest}"
    return AwsError("AuthorizationQueryParametersError", text)


def _s3_checksum(problem: SignatureError, _: Claim | None) -> AwsError:
    name = problem.detail
    return AwsError("BadDigest", f"The {name} you specified did not match the calculated checksum.")


REFUSALS: Mapping[str, Callable[[SignatureError, Claim | None], AwsError]] = {
    "signature": _s3_mismatch,
    "chunk": _s3_mismatch,
    "incomplete": _s3_malformed,
    "unsupported": _s3_malformed,
    "bad-scope": _s3_malformed,
    "bad-date": _s3_malformed,
    "bad-region": _s3_malformed,
    "bad-expires": _s3_expires,
    "unsigned-headers": _s3_unsigned_headers,
    "payload": _s3_payload,
    "skew": _s3_skew,
    "not-yet": _s3_skew,
    "expired-presign": _s3_expired,
    "checksum": _s3_checksum,
}
