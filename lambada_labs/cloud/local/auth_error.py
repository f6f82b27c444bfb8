"""AWS's own words for every reason not to believe a signature, in the dialect of each protocol.

Source: common errors of the query and JSON services, "Error responses" of the S3 API, EC2's error codes; the
texts are those that SDK users quote, the services differ among themselves in detail.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from lambada_labs.cloud.local import s3_auth_error
from lambada_labs.cloud.local.aws_error import AwsError, Protocol
from lambada_labs.cloud.local.sigv4 import Claim, SignatureError

FORBIDDEN, UNAUTHORIZED = 403, 401
XML_CALLS = frozenset({"query", "rest-xml"})

MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
    "Access Key and signing method. Consult the service documentation for details."
)
EC2_REFUSAL = "AWS was not able to validate the provided access credentials"


def unsigned(protocol: Protocol) -> AwsError:
    """Nobody signed this request."""
    if protocol == "s3":
        return AwsError("AccessDenied", "Access Denied", FORBIDDEN)
    if protocol == "ec2":
        return AwsError("MissingParameter", "The request must contain the parameter AWSAccessKeyId")
    if protocol in XML_CALLS:
        return AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", FORBIDDEN)
    return AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", _status(protocol))


def unknown_key(protocol: Protocol, access_key_id: str) -> AwsError:
    """This cloud never issued the key, or it was deleted or made inactive."""
    if protocol == "s3":
        text = "The AWS Access Key Id you provided does not exist in our records."
        return AwsError("InvalidAccessKeyId", text, FORBIDDEN, AWSAccessKeyId=access_key_id)
    return _bad_token(protocol)


def wrong_token(protocol: Protocol) -> AwsError:
    """The session token is missing, or belongs to another key."""
    if protocol == "s3":
        return AwsError("InvalidToken", "The provided token is malformed or otherwise invalid.")
    return _bad_token(protocol)


def _bad_token(protocol: Protocol) -> AwsError:
    if protocol == "ec2":
        return AwsError("AuthFailure", EC2_REFUSAL, UNAUTHORIZED)
    code = "InvalidClientTokenId" if protocol in XML_CALLS else "UnrecognizedClientException"
    return AwsError(code, "The security token included in the request is invalid.", _status(protocol))


def expired_token(protocol: Protocol) -> AwsError:
    """The session these credentials belong to is over."""
    if protocol == "s3":
        return AwsError("ExpiredToken", "The provided token has expired.")
    if protocol == "ec2":
        return AwsError("RequestExpired", "Request has expired.")
    code = "ExpiredToken" if protocol in XML_CALLS else "ExpiredTokenException"
    return AwsError(code, "The security token included in the request is expired", _status(protocol))


def refused(problem: SignatureError, protocol: Protocol, claim: Claim | None = None) -> AwsError:
    """The error for a damaged, false or stale signature."""
    if problem.fault == "missing":
        return unsigned(protocol)
    if protocol == "s3":
        return s3_auth_error.REFUSALS[problem.fault](problem, claim)
    return _elsewhere(problem, protocol)


def _status(protocol: Protocol) -> int:
    """The json-rpc services say 400 where the others say 403."""
    return 400 if protocol in {"json-1.0", "json-1.1", "cbor"} else FORBIDDEN


def _elsewhere(problem: SignatureError, protocol: Protocol) -> AwsError:
    exception = "" if protocol in XML_CALLS or protocol == "ec2" else "Exception"
    if problem.fault in {"incomplete", "bad-date"}:
        return AwsError(f"IncompleteSignature{exception}", _incomplete(problem), _incomplete_status(protocol))
    code = "InvalidSignatureException" if exception else "SignatureDoesNotMatch"
    return AwsError(code, _why(problem), _status(protocol))


def _incomplete_status(protocol: Protocol) -> int:
    return 400 if protocol in XML_CALLS else _status(protocol)


def _incomplete(problem: SignatureError) -> str:
    if problem.fault == "bad-date":
        return f"Date must be in ISO-8601 'basic format'. Got '{problem.detail}'."
    asked = " ".join(
        f"Authorization header requires '{name}' parameter." for name in problem.facts["missing"].split(",")
    )
    return f"{asked} Authorization={problem.detail}"


def _why(problem: SignatureError) -> str:
    """The text for the services that are not S3."""
    seen = problem.facts
    if problem.fault == "signature":
        return (
            f"{MISMATCH}\n\nThe Canonical String for this request should have been\n'{seen['canonical']}'\n\n"
            f"The String-to-Sign should have been\n'{seen['to_sign']}'\n"
        )
    if problem.fault == "unsigned-headers":
        names = problem.detail.split(", ")
        return " ".join(f"'{name}' must be a 'SignedHeader' in the AWS Authorization." for name in names)
    if problem.fault == "bad-scope" and "expected" in seen:
        return (
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{seen['scope']}' != '{seen['expected']}', from '{seen['date']}'."
        )
    return _TEXTS.get(problem.fault, "{detail}").format(detail=problem.detail, **seen)


_TEXTS: Mapping[str, str] = {
    "unsupported": "Unsupported signing algorithm: {detail}. The local cloud verifies AWS4-HMAC-SHA256.",
    "bad-scope": "Credential must have exactly 5 slash-delimited elements, e.g. "
    "keyid/date/region/service/term, got '{detail}'",
    "bad-region": "Credential should be scoped to a valid region.",
    "bad-expires": "X-Amz-Expires must be a non-negative number of seconds of at most a week, got '{detail}'",
    "payload": MISMATCH,
    "skew": "Signature expired: {signed} is now earlier than {earliest} ({now} - {minutes} min.)",
    "not-yet": "Signature not yet current: {signed} is still later than {latest} ({now} + {minutes} min.)",
    "expired-presign": "Signature expired: {signed} is now earlier than {earliest} ({now} - {minutes} min.)",
}


def window_facts(signed: float, now: float, skew_s: int) -> dict[str, str]:
    """The times that AWS's texts on clocks quote; all in seconds, the first two since the epoch."""
    return {
        "signed": basic(signed),
        "now": basic(now),
        "earliest": basic(now - skew_s),
        "latest": basic(now + skew_s),
        "minutes": str(skew_s // 60),
        "now_iso": extended(now),
    }


def basic(moment: float) -> str:
    """`YYYYMMDDTHHMMSSZ` of seconds since the epoch."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y%m%dT%H%M%SZ")


def extended(moment: float) -> str:
    """`YYYY-MM-DDTHH:MM:SSZ` of seconds since the epoch."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
