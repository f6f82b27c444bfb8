"""S3's `aws-chunked` bodies: the frames taken off, every chunk signature, trailer and checksum verified.

Source: the S3 API reference, "Signature calculations for the Authorization header: transferring a payload
in multiple chunks" and "… including trailing headers".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lambada_labs.cloud.local.sigv4 import ALGORITHM, EMPTY_SHA256, Proof, SignatureError

SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
FORMS = frozenset({SIGNED, SIGNED_TRAILER, UNSIGNED_TRAILER})
LONGEST_CHUNK_HEADER = 256

_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unframed:
    """The object's bytes, and the headers that came after them."""

    body: bytes
    trailers: Mapping[str, str]


def unframe(body: bytes, proof: Proof, *, decoded_length: int | None) -> Unframed:
    """Take the frames off and verify what they promise.

    Raises:
        SignatureError: `chunk` (a false signature or a damaged frame), `checksum` (named in its detail),
            `unsupported` for a streaming form this cloud does not know.
    """
    if proof.payload not in FORMS:
        raise SignatureError("unsupported", proof.payload)
    signed = proof.payload != UNSIGNED_TRAILER
    seal = _Seal(proof) if signed else None
    data, rest = _chunks(body, seal)
    if decoded_length is not None and decoded_length != len(data):
        raise SignatureError("chunk", f"decoded length {len(data)}, announced {decoded_length}")
    trailers = _trailers(rest, seal if proof.payload == SIGNED_TRAILER else None)
    _check_sums(data, trailers)
    return Unframed(body=data, trailers=trailers)


class _Seal:
    """The chain of chunk signatures, each one made over the one before."""

    def __init__(self, proof: Proof) -> None:
        self._key, self._claim = proof.signing_key, proof.claim
        self._previous = proof.claim.signature

    def check(self, kind: str, parts: tuple[str, ...], seen: str) -> None:
        head = f"{ALGORITHM}-{kind}\n{self._claim.date}\n{self._claim.scope}\n{self._previous}\n"
        to_sign = head + "\n".join(parts)
        expected = hmac.new(self._key, to_sign.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), seen.encode()):
            raise SignatureError("chunk", kind, to_sign=to_sign, signature=seen)
        self._previous = expected


def _chunks(body: bytes, seal: _Seal | None) -> tuple[bytes, bytes]:
    pieces: list[bytes] = []
    at = 0
    while True:
        size, signature, start = _chunk_header(body, at)
        data = body[start : start + size]
        if len(data) != size:
            raise SignatureError("chunk", "the body ends inside a chunk")
        if seal is not None:
            seal.check("PAYLOAD", (EMPTY_SHA256, hashlib.sha256(data).hexdigest()), signature)
        at = start + size
        if size == 0:
            return b"".join(pieces), body[at:]
        pieces.append(data)
        if body[at : at + 2] != b"\r\n":
            raise SignatureError("chunk", "a chunk is longer than it says")
        at += 2


def _chunk_header(body: bytes, at: int) -> tuple[int, str, int]:
    end = body.find(b"\r\n", at, at + LONGEST_CHUNK_HEADER)
    found = _CHUNK.fullmatch(body, at, end) if end >= 0 else None
    if found is None:
        raise SignatureError("chunk", "a chunk has no readable header")
    return int(found[1], 16), (found[2] or b"").decode(), end + 2


def _trailers(rest: bytes, seal: _Seal | None) -> Mapping[str, str]:
    lines = [line for line in rest.decode("utf-8", "replace").replace("\r\n", "\n").split("\n") if line]
    pairs = [
        (name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)
    ]
    trailers = dict(pairs)
    signature = trailers.pop("x-amz-trailer-signature", "")
    if seal is not None:
        named = "".join(f"{name}:{value}\n" for name, value in pairs if name != "x-amz-trailer-signature")
        seal.check("TRAILER", (hashlib.sha256(named.encode()).hexdigest(),), signature)
    return trailers


def _check_sums(data: bytes, trailers: Mapping[str, str]) -> None:
    """The sums that the standard library can make; crc32c and crc64nvme are passed on unverified."""
    for name, value in trailers.items():
        made = _SUMS.get(name)
        if made is not None and not hmac.compare_digest(base64.b64encode(made(data)), value.encode()):
            raise SignatureError("checksum", name.removeprefix("x-amz-checksum-").upper())


_SUMS: Mapping[str, Callable[[bytes], bytes]] = {
    "x-amz-checksum-crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "x-amz-checksum-sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "x-amz-checksum-sha256": lambda data: hashlib.sha256(data).digest(),
}
