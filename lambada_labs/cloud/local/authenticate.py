"""Who sent this? From a request on the wire to one with a caller, in two steps: before and after the body.

The first step needs no body, so that strangers cannot make the cloud hold megabytes for them.
"""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import unquote

from lambada_labs import facts
from lambada_labs.cloud.local import (
    auth_error,
    aws_chunked,
    form_proof,
    regions,
    s3_form,
    sigv2,
    sigv4,
    unsigned,
)
from lambada_labs.cloud.local.aws_error import AwsError, Protocol, protocol_of
from lambada_labs.cloud.local.identity import Identity, Key
from lambada_labs.cloud.local.message import AwsRequest, WireRequest, split_query
from lambada_labs.cloud.local.sigv4 import Claim, SignatureError

SKEW_S = facts.number("limit.signature_skew_s")
S3_SKEW_S = facts.number("limit.signature_skew_s3_s")
LONGEST_PRESIGN_S = facts.number("limit.presigned_s")
REST_JSON_PATH = re.compile(r"/[0-9]{4}-[0-9]{2}-[0-9]{2}/")
CREDENTIAL = re.compile(r"Credential=[^/]*/[0-9]{8}/[^/]*/([^/,&]+)/aws4_request")
DIGITS = re.compile(r"[0-9]{1,12}")
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A known key with a claim that is in time; what is missing is the proof.

    No claim stands for a call that AWS takes without a signature.
    """

    claim: Claim | sigv2.Presigned | None
    key: Key
    service: str
    region: str


class Authenticator:
    """Verifies requests against the keys of one cloud."""

    def __init__(self, identity: Identity, *, region: str, clock: Callable[[], float] = time.time) -> None:
        self._identity, self._region, self._clock = identity, region, clock

    def admit_unsigned(self, request: WireRequest) -> Admission | None:
        """For a call that AWS takes without a signature; None for every other. No door but AWS's API asks this."""
        if not unsigned.is_open(request):
            return None
        key = unsigned.nobody(self._identity.account_id)
        return Admission(claim=None, key=key, service=unsigned.SERVICE, region=self._region)

    def admit(self, request: WireRequest) -> Admission:
        """What can be decided before the body is there: the claim, the key, the token, the clock.

        Raises:
            AwsError: in the words of the service that was addressed.
        """
        old = self._sigv2(request)
        if old is not None:
            return self._admit_sigv2(request, old)
        claim = None
        try:
            claim = sigv4.read_claim(request)
            self._check_region(claim)
            key = self._key(request, claim.access_key_id, claim.token)
            self._check_clock(claim)
        except SignatureError as problem:
            raise auth_error.refused(problem, protocol_seen(request), claim) from problem
        return Admission(claim=claim, key=key, service=claim.service.lower(), region=claim.region)

    def verify(self, request: WireRequest, request_id: str) -> AwsRequest:
        """Both steps at once, for a request that is whole.

        Raises:
            AwsError: in the words of the service that was addressed.
        """
        return self.prove(request, self.admit(request), request_id)

    def prove(self, request: WireRequest, admission: Admission, request_id: str) -> AwsRequest:
        """Verify the signature over the whole request, and take S3's chunk frames off.

        Raises:
            AwsError: in the words of the service that was addressed.
        """
        claim = admission.claim
        if claim is None:
            return _verified(request, admission, request_id)
        try:
            if isinstance(claim, sigv2.Presigned):
                sigv2.prove(request, claim, admission.key.secret)
                return _verified(request, admission, request_id)
            proof = sigv4.prove(request, claim, admission.key.secret)
            if proof.payload.startswith(sigv4.STREAMING):
                request = _unframed(request, proof)
        except SignatureError as problem:
            signed = claim if isinstance(claim, Claim) else None
            raise auth_error.refused(problem, protocol_seen(request), signed) from problem
        return _verified(request, admission, request_id)

    def prove_form(self, request: WireRequest, request_id: str) -> AwsRequest:
        """Verify a form that uploads to S3: somebody with a key signed the policy that allows it.

        Raises:
            AwsError: in S3's words.
        """
        form = s3_form.read(request.headers.get("content-type", ""), request.body)
        fields = form.fields
        try:
            key = self._key(request, form_proof.key_id(fields), fields.get("x-amz-security-token"))
            form_proof.prove(fields, key.secret)
            region = form_proof.scope(fields, self._region)
        except SignatureError as problem:
            raise auth_error.refused(problem, "s3") from problem
        s3_form.check(form, unquote(request.raw_path).strip("/"), self._clock())
        return _verified(request, Admission(claim=None, key=key, service="s3", region=region), request_id)

    def _key(self, request: WireRequest, access_key_id: str, token: str | None) -> Key:
        key = self._identity.find(access_key_id)
        if key is None:
            raise auth_error.unknown_key(protocol_seen(request), access_key_id)
        if not hmac.compare_digest((key.token or "").encode(), (token or "").encode(errors="replace")):
            raise auth_error.wrong_token(protocol_seen(request))
        if self._identity.expired(key):
            raise auth_error.expired_token(protocol_seen(request))
        return key

    def _check_region(self, claim: Claim) -> None:
        if claim.region not in regions.known():
            raise SignatureError("bad-region", claim.region, expected=self._region)

    def _check_clock(self, claim: Claim) -> None:
        now, signed = self._clock(), _moment(claim.date)
        skew_s = S3_SKEW_S if claim.service == "s3" else SKEW_S
        if signed > now + skew_s:
            raise SignatureError("not-yet", **auth_error.window_facts(signed, now, skew_s))
        if claim.expires_s is not None:
            _check_presigned(claim.expires_s, signed, now, skew_s)
        elif signed < now - skew_s:
            raise SignatureError("skew", **auth_error.window_facts(signed, now, skew_s))

    def _sigv2(self, request: WireRequest) -> sigv2.Presigned | None:
        if request.headers.get("authorization", "").startswith("AWS "):
            text = (
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
            )
            raise AwsError("InvalidRequest", text)
        if "authorization" in request.headers:
            return None
        try:
            return sigv2.read_presigned(request.raw_query)
        except SignatureError as problem:
            raise auth_error.refused(problem, "s3") from problem

    def _admit_sigv2(self, request: WireRequest, claim: sigv2.Presigned) -> Admission:
        key = self._key(request, claim.access_key_id, claim.token)
        now = self._clock()
        if now > claim.expires:
            times = auth_error.window_facts(now, now, S3_SKEW_S)
            over = SignatureError("expired-presign", **times, expires_iso=auth_error.extended(claim.expires))
            raise auth_error.refused(over, "s3")
        return Admission(claim=claim, key=key, service="s3", region=self._region)


def protocol_seen(request: WireRequest, service: str | None = None) -> Protocol:
    """The protocol of a request, guessed from its shape where nothing names the service."""
    form = _is_form(request)
    service = service or _service_named(request)
    if service is None and not form and "x-amz-target" not in request.headers:
        service = "" if REST_JSON_PATH.match(request.raw_path) else "s3"
    return protocol_of((service or "").lower(), request.headers, form=form)


def _service_named(request: WireRequest) -> str | None:
    """The service in the credential scope, believed or not: errors are told in its words."""
    scope = request.headers.get("authorization") or unquote(request.raw_query)
    found = CREDENTIAL.search(scope)
    return found[1] if found else None


def _is_form(request: WireRequest) -> bool:
    if request.headers.get("content-type", "").startswith(FORM):
        return True
    return request.raw_path == "/" and "Action=" in request.raw_query


@lru_cache(maxsize=256)
def _moment(date: str) -> float:
    """Seconds since the epoch of `YYYYMMDDTHHMMSSZ`."""
    try:
        return datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError as problem:
        raise SignatureError("bad-date", date) from problem


def _check_presigned(expires_s: int, signed: float, now: float, skew_s: int) -> None:
    if expires_s > LONGEST_PRESIGN_S:
        raise SignatureError("bad-expires", str(expires_s))
    if now > signed + expires_s:
        end = auth_error.extended(signed + expires_s)
        times = auth_error.window_facts(signed, now, skew_s)
        raise SignatureError("expired-presign", **times, expires_iso=end, seconds=str(expires_s))


def _unframed(request: WireRequest, proof: sigv4.Proof) -> WireRequest:
    """The request as it would have been without chunks; the trailers become headers."""
    announced = request.headers.get("x-amz-decoded-content-length", "")
    decoded_length = int(announced) if DIGITS.fullmatch(announced) else None
    plain = aws_chunked.unframe(request.body, proof, decoded_length=decoded_length)
    dropped = {"x-amz-decoded-content-length", "x-amz-trailer", "content-encoding", "x-amz-content-sha256"}
    headers = {name: value for name, value in request.headers.items() if name not in dropped}
    codings = [part.strip() for part in request.headers.get("content-encoding", "").split(",")]
    kept = ",".join(part for part in codings if part and part != "aws-chunked")
    if kept:
        headers["content-encoding"] = kept
    headers |= {name: value for name, value in plain.trailers.items() if name.startswith("x-amz-checksum-")}
    headers["x-amz-content-sha256"] = sigv4.UNSIGNED_PAYLOAD
    headers["content-length"] = str(len(plain.body))
    return replace(request, headers=headers, body=plain.body)


def _verified(request: WireRequest, admission: Admission, request_id: str) -> AwsRequest:
    return AwsRequest(
        method=request.method,
        raw_path=request.raw_path,
        raw_query=request.raw_query,
        path=unquote(request.raw_path),
        query=split_query(request.raw_query),
        headers=request.headers,
        body=request.body,
        caller=admission.key.principal,
        service=admission.service,
        region=admission.region,
        request_id=request_id,
    )
