"""Who allowed a form's upload to S3: the signature over its policy, of version 4 or of version 2."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

from lambada_labs.cloud.local import regions, sigv4
from lambada_labs.cloud.local.sigv4 import Claim, SignatureError


def key_id(fields: Mapping[str, str]) -> str:
    """The id of the key that a form names.

    Raises:
        SignatureError: `missing` where it names none, and what is wrong with a damaged claim.
    """
    if "awsaccesskeyid" in fields:
        return fields["awsaccesskeyid"]
    return _claim(fields).access_key_id


def scope(fields: Mapping[str, str], default_region: str) -> str:
    """The Region that a form is signed for; raises `SignatureError` where AWS has none of this name."""
    if "awsaccesskeyid" in fields:
        return default_region
    region = _claim(fields).region
    if region not in regions.known():
        raise SignatureError("bad-region", region, expected=default_region)
    return region


def prove(fields: Mapping[str, str], secret: str) -> None:
    """Recompute the signature over the policy; raises `SignatureError` where it is another."""
    policy = fields["policy"].encode()
    if "awsaccesskeyid" in fields:
        given = fields.get("signature", "")
        digest = hmac.new(secret.encode(), policy, hashlib.sha1).digest()
        expected = base64.b64encode(digest).decode()
    else:
        claim = _claim(fields)
        given = claim.signature
        key = sigv4.signing_key(secret, claim.scope_date, claim.region, claim.service)
        expected = hmac.new(key, policy, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), given.encode(errors="replace")):
        raise SignatureError("signature", canonical="", to_sign=fields["policy"])


def _claim(fields: Mapping[str, str]) -> Claim:
    if "policy" not in fields:
        raise SignatureError("missing")
    return sigv4.form_claim(fields)
