"""S3's presigned form of Signature Version 2, which boto3 and the AWS CLI still make by default.

Source: the S3 developer guide, "Signing and authenticating REST requests" (query string alternative).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from lambada_labs.cloud.local.message import WireRequest, split_query
from lambada_labs.cloud.local.sigv4 import SignatureError

SUB_RESOURCES = frozenset(
    {"accelerate", "acl", "cors", "delete", "lifecycle", "location", "logging", "notification", "partNumber"}
    | {"policy", "requestPayment", "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning"}
    | {
        "versions",
        "website",
        "restore",
        "storageClass",
        "select",
        "select-type",
        "analytics",
        "inventory",
        "metrics",
    }
    | {"replication", "encryption", "object-lock", "legal-hold", "retention", "publicAccessBlock"}
    | {f"response-{name}" for name in ("cache-control", "content-disposition", "content-encoding")}
    | {f"response-{name}" for name in ("content-language", "content-type", "expires")}
)
_SECONDS = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Presigned:
    """The claim of such a URL; `expires` is in seconds since the epoch."""

    access_key_id: str
    signature: str
    expires: int
    token: str | None


def read_presigned(raw_query: str) -> Presigned | None:
    """The claim in this query string, None where there is none.

    Raises:
        SignatureError: `incomplete` or `bad-expires`.
    """
    if "AWSAccessKeyId=" not in raw_query or "Signature=" not in raw_query:
        return None
    query = dict(split_query(raw_query))
    expires = query.get("Expires", "")
    if not _SECONDS.fullmatch(expires):
        raise SignatureError("bad-expires", expires)
    return Presigned(
        access_key_id=query.get("AWSAccessKeyId", ""),
        # A "+" of the base64 may stand unescaped in the URL.
        signature=query.get("Signature", "").replace(" ", "+"),
        expires=int(expires),
        token=query.get("x-amz-security-token"),
    )


def prove(request: WireRequest, claim: Presigned, secret: str) -> None:
    """Recompute the signature and compare it in constant time.

    Raises:
        SignatureError: `signature`, with the string to sign that was expected.
    """
    expected = [string_to_sign(request, claim.expires, path) for path in _resources(request.raw_path)]
    if not any(_matches(to_sign, claim.signature, secret) for to_sign in expected):
        raise SignatureError(
            "signature", to_sign=expected[0], access_key_id=claim.access_key_id, signature=claim.signature
        )


def _resources(raw_path: str) -> tuple[str, ...]:
    """A bucket alone is signed with a slash after it by clients that think of virtual hosts."""
    alone = raw_path != "/" and "/" not in raw_path[1:]
    return (raw_path, raw_path + "/") if alone else (raw_path,)


def _matches(to_sign: str, signature: str, secret: str) -> bool:
    digest = hmac.new(secret.encode(), to_sign.encode(errors="surrogateescape"), hashlib.sha1).digest()
    return hmac.compare_digest(base64.b64encode(digest), signature.encode(errors="replace"))


def string_to_sign(request: WireRequest, expires: int, resource: str) -> str:
    """Method, MD5, type, expiry, `x-amz-` headers and the resource with its sub-resources.

    A presigned URL carries in its query what would have been such headers.
    """
    query = {key: value for key, value in split_query(request.raw_query) if key == key.lower()}
    values = {**request.headers, **query}
    lines = [request.method, values.get("content-md5", ""), values.get("content-type", ""), str(expires)]
    return "\n".join(lines) + "\n" + _amz_headers(values) + resource + _sub_resources(request.raw_query)


def _amz_headers(values: Mapping[str, str]) -> str:
    names = sorted(name for name in values if name.startswith("x-amz-"))
    return "".join(f"{name}:{values[name].strip()}\n" for name in names)


def _sub_resources(raw_query: str) -> str:
    pairs = (pair.partition("=") for pair in raw_query.split("&"))
    found = sorted((key, f"{sign}{unquote(value)}") for key, sign, value in pairs if key in SUB_RESOURCES)
    return "?" + "&".join(key + value for key, value in found) if found else ""
