"""Signature Version 4 read from the side that verifies: what was claimed, and whether it is true.

Source: the IAM user guide, "Create a signed AWS API request"; the S3 API reference, "Authenticating
requests". How a request is spelled before it is signed is `canonical`'s business.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from lambada_labs.cloud.local.canonical import canonical_requests
from lambada_labs.cloud.local.message import WireRequest, split_query

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
STREAMING = "STREAMING-"
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
UNSIGNED_BODY_SERVICES = frozenset({"s3", "s3express", "s3-object-lambda", "s3-outposts", "mediastore"})

Fault = Literal[
    "missing",
    "incomplete",
    "unsupported",
    "bad-scope",
    "bad-date",
    "bad-region",
    "bad-expires",
    "unsigned-headers",
    "payload",
    "signature",
    "skew",
    "not-yet",
    "expired-presign",
    "chunk",
    "checksum",
]


class SignatureError(Exception):
    """Why a request cannot be believed; `facts` are what AWS's own text for this fault quotes."""

    def __init__(self, fault: Fault, detail: str = "", **facts: str) -> None:
        self.fault, self.detail, self.facts = fault, detail, facts
        super().__init__(fault, detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a signed request says of itself.

    `date` is `YYYYMMDDTHHMMSSZ` in UTC; `expires_s` is set when it is presigned.
    """

    access_key_id: str
    scope_date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str
    date: str
    token: str | None
    expires_s: int | None = None

    @property
    def scope(self) -> str:
        """The credential scope: date, region, service, terminator."""
        return f"{self.scope_date}/{self.region}/{self.service}/aws4_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A verified signature: the key and seed with which signed chunks go on."""

    claim: Claim
    signing_key: bytes
    payload: str


_FIELD = re.compile(r"(Credential|SignedHeaders|Signature)\s*=\s*([^,\s]*)")
_DATE = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_SECONDS = re.compile(r"[0-9]{1,12}")
# Region and service become parts of host names further in: nothing but a name may stand there.
_SCOPE = re.compile(
    r"(?P<key>[!-~]+)/(?P<date>[0-9]{8})/(?P<region>[a-z0-9-]+)/(?P<service>[A-Za-z0-9-]+)/aws4_request"
)


def read_claim(request: WireRequest) -> Claim:
    """The claim in the Authorization header or in the presigned query.

    Raises:
        SignatureError: `missing` where there is neither, and what is wrong with a damaged one.
    """
    authorization = request.headers.get("authorization", "")
    if authorization.startswith(ALGORITHM):
        return _header_claim(request, authorization)
    if authorization.startswith("AWS4-"):
        raise SignatureError("unsupported", authorization.split(" ", 1)[0])
    if "X-Amz-Algorithm=" in request.raw_query:
        return _query_claim(dict(split_query(request.raw_query)))
    if authorization:
        raise SignatureError("incomplete", authorization, missing="Credential,Signature,SignedHeaders")
    raise SignatureError("missing")


def _header_claim(request: WireRequest, authorization: str) -> Claim:
    fields = dict(_FIELD.findall(authorization))
    _require(fields, ("Credential", "Signature", "SignedHeaders"), authorization)
    date = request.headers.get("x-amz-date") or request.headers.get("date")
    if not date:
        raise SignatureError("incomplete", authorization, missing="X-Amz-Date")
    token = request.headers.get("x-amz-security-token")
    return _claim(fields["Credential"], fields["SignedHeaders"], fields["Signature"], date=date, token=token)


def _query_claim(query: Mapping[str, str]) -> Claim:
    if query.get("X-Amz-Algorithm") != ALGORITHM:
        raise SignatureError("unsupported", query.get("X-Amz-Algorithm", ""))
    names = ("X-Amz-Credential", "X-Amz-SignedHeaders", "X-Amz-Signature", "X-Amz-Date", "X-Amz-Expires")
    _require(query, names, "")
    return _claim(
        query["X-Amz-Credential"],
        query["X-Amz-SignedHeaders"],
        query["X-Amz-Signature"],
        date=query["X-Amz-Date"],
        token=query.get("X-Amz-Security-Token"),
        expires=query["X-Amz-Expires"],
    )


def form_claim(fields: Mapping[str, str]) -> Claim:
    """The claim in the fields of a form for S3, names in lower case; raises `SignatureError`."""
    if fields.get("x-amz-algorithm", ALGORITHM) != ALGORITHM:
        raise SignatureError("unsupported", fields["x-amz-algorithm"])
    _require(fields, ("x-amz-credential", "x-amz-signature", "x-amz-date"), "")
    token = fields.get("x-amz-security-token")
    signature, date = fields["x-amz-signature"], fields["x-amz-date"]
    return _claim(fields["x-amz-credential"], "", signature, date=date, token=token)


def _require(fields: Mapping[str, str], names: tuple[str, ...], seen: str) -> None:
    missing = [name for name in names if not fields.get(name)]
    if missing:
        raise SignatureError("incomplete", seen, missing=",".join(missing))


def _claim(
    credential: str, signed: str, signature: str, *, date: str, token: str | None, expires: str | None = None
) -> Claim:
    scope = _SCOPE.fullmatch(credential)
    if scope is None:
        raise SignatureError("bad-scope", credential)
    if not _DATE.fullmatch(date):
        raise SignatureError("bad-date", date)
    if scope["date"] != date[:8]:
        raise SignatureError("bad-scope", credential, scope=scope["date"], expected=date[:8], date=date)
    if expires is not None and not _SECONDS.fullmatch(expires):
        raise SignatureError("bad-expires", expires)
    return Claim(
        access_key_id=scope["key"],
        scope_date=scope["date"],
        region=scope["region"],
        service=scope["service"],
        signed_headers=tuple(signed.split(";")),
        signature=signature,
        date=date,
        token=token,
        expires_s=None if expires is None else int(expires),
    )


def prove(request: WireRequest, claim: Claim, secret: str) -> Proof:
    """Recompute the signature with the secret and compare it in constant time.

    Raises:
        SignatureError: `signature` with the canonical request and string to sign that were expected,
            `payload` when the body is not the one that was signed, `unsigned-headers`.
    """
    _check_signed_headers(request.headers, claim)
    payload = _payload_hash(request, claim)
    key = signing_key(secret, claim.scope_date, claim.region, claim.service)
    first: tuple[str, str] | None = None
    for canonical in canonical_requests(
        request, claim.signed_headers, payload, raw_path=claim.service in UNSIGNED_BODY_SERVICES
    ):
        to_sign = string_to_sign(claim, canonical)
        first = first or (canonical, to_sign)
        expected = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
        if hmac.compare_digest(expected.encode(), claim.signature.encode(errors="replace")):
            return Proof(claim=claim, signing_key=key, payload=payload)
    canonical, to_sign = first or ("", "")
    raise SignatureError("signature", canonical=canonical, to_sign=to_sign)


@lru_cache(maxsize=1024)
def signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    """The key derived for one day, region and service; cached, for it is most of the work."""
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def string_to_sign(claim: Claim, canonical: str) -> str:
    """What the signature is made over."""
    digest = hashlib.sha256(canonical.encode(errors="surrogateescape")).hexdigest()
    return f"{ALGORITHM}\n{claim.date}\n{claim.scope}\n{digest}"


def _check_signed_headers(headers: Mapping[str, str], claim: Claim) -> None:
    signed = claim.signed_headers
    loose = [name for name in headers if name.startswith("x-amz-") and name not in signed]
    if "host" not in signed:
        loose.insert(0, "host")
    if loose:
        raise SignatureError("unsigned-headers", ", ".join(loose))


def _payload_hash(request: WireRequest, claim: Claim) -> str:
    declared = request.headers.get("x-amz-content-sha256")
    if claim.service in UNSIGNED_BODY_SERVICES:
        if declared is None and claim.expires_s is not None:
            declared = dict(split_query(request.raw_query)).get("X-Amz-Content-Sha256", UNSIGNED_PAYLOAD)
        if declared and (declared == UNSIGNED_PAYLOAD or declared.startswith(STREAMING)):
            return declared
    actual = hashlib.sha256(request.body).hexdigest() if request.body else EMPTY_SHA256
    if declared is not None and not hmac.compare_digest(declared.encode(errors="replace"), actual.encode()):
        raise SignatureError("payload", declared=declared, actual=actual)
    return actual
