"""Tokens, genuine and not."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from lambada_labs.cloud.local.front_doors.tokens import TokenRefused, as_text, claims_of, scopes_of

ISSUER, NOW = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc", 1_000_000
CLAIMS = {"iss": ISSUER, "aud": "app", "exp": NOW + 60, "iat": NOW - 60}


@pytest.fixture(scope="module")
def private():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def coded(value):
    return base64.urlsafe_b64encode(value if isinstance(value, bytes) else json.dumps(value).encode()).rstrip(
        b"="
    )


def token(private, claims, header=None):
    signed = coded(header or {"alg": "RS256"}) + b"." + coded(claims)
    return (signed + b"." + coded(private.sign(signed, padding.PKCS1v15(), hashes.SHA256()))).decode()


def judged(private, text, **more):
    numbers = private.public_key().public_numbers()
    settings = {"issuer": ISSUER, "audience": ["app"], "now": NOW} | more
    return claims_of(text, (numbers.n, numbers.e), **settings)


@pytest.mark.parametrize(
    "claims", [CLAIMS, {**CLAIMS, "aud": ["x", "app"]}, {**CLAIMS, "aud": "app", "client_id": "x"}]
)
def test_a_genuine_token(private, claims):
    assert judged(private, "Bearer " + token(private, claims)) == claims


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({**CLAIMS, "aud": "x"}, "audience"),
        ({**CLAIMS, "aud": "x", "client_id": "app"}, "audience"),
        ({**CLAIMS, "iss": "https://evil.example"}, "issuer"),
        ({**CLAIMS, "exp": NOW}, "expired"),
        ({key: CLAIMS[key] for key in ("iss", "aud")}, "expired"),
        ({**CLAIMS, "nbf": NOW + 1}, "not valid yet"),
        ({**CLAIMS, "iat": NOW + 1}, "not valid yet"),
        (["no", "claims"], "decode"),
    ],
)
def test_claims_that_do_not_fit(private, claims, why):
    with pytest.raises(TokenRefused, match=why):
        judged(private, token(private, claims))


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {}])
def test_no_other_way_of_signing(private, header):
    with pytest.raises(TokenRefused, match="signing method"):
        judged(private, token(private, CLAIMS, header or {"typ": "JWT"}))


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.c", "....", "é.é.é"])
def test_what_is_no_token(private, text):
    with pytest.raises(TokenRefused):
        judged(private, text)


def test_another_key_and_an_unknown_issuer(private):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(TokenRefused, match="signature"):
        judged(private, token(other, CLAIMS))
    with pytest.raises(TokenRefused, match="discovery"):
        claims_of(token(private, CLAIMS), None, issuer=ISSUER, audience=["app"], now=NOW)


def test_scopes_and_claims_as_text():
    assert scopes_of({"scope": "a b"}) == scopes_of({"scp": ["a", "b"]}) == ["a", "b"]
    assert as_text({"n": 1, "b": True, "l": ["x", "y"], "s": "t"}) == {
        "n": "1",
        "b": "true",
        "l": "[x y]",
        "s": "t",
    }
