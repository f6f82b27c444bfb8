"""JSON Web Tokens of this cloud's Cognito user pools, verified as API Gateway verifies them.

Source: API Gateway developer guide, "Control access to HTTP APIs with JWT authorizers": RS256 by the issuer's keys,
then `iss`, `aud` (or `client_id` where there is no `aud`), `exp`, `nbf`, `iat`; "Troubleshooting issues with HTTP API
JWT authorizers" for the words.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

Key = tuple[int, int]
_PARTS = 3


class TokenRefused(Exception):
    """A token that is none, or not for this API; the text is that of `error_description`."""


def claims_of(
    token: str, key: Key | None, *, issuer: str, audience: Sequence[str] | None, now: float
) -> Mapping[str, Any]:
    """The claims of a token that this issuer signed for one of these audiences; raises `TokenRefused`.

    `key` is the issuer's RSA key as modulus and exponent, None where the issuer is unknown here. Without an
    `audience` every one will do.
    """
    header, claims, signed, signature = _parts(token.removeprefix("Bearer ").strip())
    if header.get("alg") != "RS256":
        raise TokenRefused("signing method is invalid")
    if key is None:
        raise TokenRefused("OIDC discovery endpoint communication error")
    if not _is_genuine(key, signed, signature):
        raise TokenRefused("the token signature is invalid")
    if claims.get("iss") != issuer:
        raise TokenRefused("issuer is invalid")
    if audience is not None and not {*_several(claims.get("aud", claims.get("client_id")))} & {*audience}:
        raise TokenRefused("the token does not have a valid audience")
    _check_times(claims, now)
    return claims


def scopes_of(claims: Mapping[str, Any]) -> list[str]:
    """What the token permits: `scope`, words in one text, or `scp`."""
    found = claims.get("scope", claims.get("scp"))
    return found.split() if isinstance(found, str) else _several(found)


def as_text(claims: Mapping[str, Any]) -> dict[str, str]:
    """Claims as an event carries them: every value a text, a list as `[a b]`."""
    return {name: _text(value) for name, value in claims.items()}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "[" + " ".join(_text(one) for one in value) + "]"
    return value if isinstance(value, str) else json.dumps(value)


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    expires, begins, issued = (claims.get(name) for name in ("exp", "nbf", "iat"))
    if not isinstance(expires, int | float) or expires <= now:
        raise TokenRefused("the token has expired")
    if any(isinstance(one, int | float) and one > now for one in (begins, issued)):
        raise TokenRefused("the token is not valid yet")


def _parts(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any], bytes, bytes]:
    pieces = token.split(".")
    if len(pieces) != _PARTS:
        raise TokenRefused("unable to decode token")
    try:
        header, claims = (json.loads(_decoded(one)) for one in pieces[:2])
        signature = _decoded(pieces[2])
    except (ValueError, binascii.Error, RecursionError):
        raise TokenRefused("unable to decode token") from None
    if not isinstance(header, Mapping) or not isinstance(claims, Mapping):
        raise TokenRefused("unable to decode token")
    return header, claims, ".".join(pieces[:2]).encode(), signature


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _is_genuine(key: Key, signed: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    modulus, exponent = key
    try:
        public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
        public.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def number_of(text: str) -> int:
    """The number that a member of a JSON Web Key holds."""
    return int.from_bytes(_decoded(text), "big")


def _several(given: Any) -> list[str]:
    found = [given] if isinstance(given, str) else given
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
