"""A request spelled the one way in which AWS signs it (Signature Version 4, "canonical request")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote_to_bytes

from lambada_labs.cloud.local.message import WireRequest

_WIDE = re.compile(r"\s{2,}")


def canonical_requests(
    request: WireRequest, signed_headers: tuple[str, ...], payload: str, *, raw_path: bool
) -> Iterator[str]:
    """The request as sent, then as AWS re-encodes it: a signer may have meant either.

    `raw_path`: S3's way, the path goes in as it is; else it is normalised and encoded once more.
    """
    path = _as_is if raw_path else _encoded_again
    headers = "".join(f"{name}:{_trimmed(request.headers.get(name, ''))}\n" for name in signed_headers)
    tail = f"{headers}\n{';'.join(signed_headers)}\n{payload}"
    pairs = [
        pair for pair in request.raw_query.split("&") if pair and not pair.startswith("X-Amz-Signature=")
    ]
    as_sent = f"{path(request.raw_path)}\n{_query(pairs)}"
    yield f"{request.method}\n{as_sent}\n{tail}"
    mended = f"{path(_encoded(request.raw_path, '/~'))}\n{_query([_encoded_pair(pair) for pair in pairs])}"
    if mended != as_sent:
        yield f"{request.method}\n{mended}\n{tail}"


def _trimmed(value: str) -> str:
    return _WIDE.sub(" ", value.strip())


def _as_is(raw_path: str) -> str:
    return raw_path


def _encoded_again(raw_path: str) -> str:
    return quote(_normal(raw_path), safe="/~")


def _normal(path: str) -> str:
    if "//" not in path and "/." not in path:
        return path or "/"
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts[-1:] = []
        elif part not in ("", "."):
            parts.append(part)
    slash = "/" if path.endswith("/") and parts else ""
    return "/" + "/".join(parts) + slash


def _query(pairs: list[str]) -> str:
    if not pairs:
        return ""
    split = sorted((key, value) for key, _, value in (pair.partition("=") for pair in pairs))
    return "&".join(f"{key}={value}" for key, value in split)


def _encoded(text: str, safe: str) -> str:
    return quote(unquote_to_bytes(text), safe=safe)


def _encoded_pair(pair: str) -> str:
    key, _, value = pair.partition("=")
    return f"{_encoded(key.replace('+', ' '), '~')}={_encoded(value.replace('+', ' '), '~')}"
