"""Receipt handles: opaque to everybody, and for us the way back to a delivery without a table of handles."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass

MARK = b"\x01\x01\x01"  # so that a handle begins with AQEB, as AWS's do
NUMBERS = (8, 8, 4)
PROOF_BYTES = 32
LENGTH = len(MARK) + sum(NUMBERS) + PROOF_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Which message of which queue, and how many times it had been received then."""

    queue: int
    number: int
    receives: int


class Handles:
    """Writes and reads the receipt handles of one cloud; nobody else can make one."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(PROOF_BYTES)

    def write(self, delivery: Delivery) -> str:
        """The handle of a delivery."""
        values = (delivery.queue, delivery.number, delivery.receives)
        packed = MARK + b"".join(
            value.to_bytes(size, "big") for value, size in zip(values, NUMBERS, strict=True)
        )
        return base64.b64encode(packed + self._proof(packed)).decode()

    def read(self, handle: str) -> Delivery | None:
        """The delivery of a handle, or None where it was not written here."""
        try:
            raw = base64.b64decode(handle, validate=True)
        except (binascii.Error, ValueError):
            return None
        packed, proof = raw[:-PROOF_BYTES], raw[-PROOF_BYTES:]
        if len(raw) != LENGTH or not secrets.compare_digest(proof, self._proof(packed)):
            return None
        queue, number, receives = (packed[3:11], packed[11:19], packed[19:23])
        return Delivery(
            queue=int.from_bytes(queue, "big"),
            number=int.from_bytes(number, "big"),
            receives=int.from_bytes(receives, "big"),
        )

    def _proof(self, packed: bytes) -> bytes:
        return hashlib.blake2b(packed, key=self._key, digest_size=PROOF_BYTES).digest()
