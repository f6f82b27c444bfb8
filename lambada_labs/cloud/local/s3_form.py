"""Uploads of a browser's form to S3: the fields, and the policy by which somebody with a key allows them.

Source: S3 API reference, "Browser-based uploads using POST" (form fields, policy, conditions, exact matching);
the texts are those that users quote. A field after the file is ignored, as S3 ignores it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.message import WireRequest

MULTIPART = "multipart/form-data"
FORBIDDEN = 403
_BUCKET = re.compile(r"/[^/]+/?")
_BOUNDARY = re.compile(r'boundary="?([^";,]+)"?', re.IGNORECASE)
_NAME = re.compile(r'[;\s]name="([^"]*)"', re.IGNORECASE)
_FILE_NAME = re.compile(r'filename="([^"]*)"', re.IGNORECASE)
#: No condition needs to name these.
_FREE = frozenset({"awsaccesskeyid", "x-amz-signature", "signature", "policy", "file", "bucket"})
_RANGE = "content-length-range"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields by their names in lower case; `file` is None where the form has none."""

    fields: Mapping[str, str]
    file: bytes | None
    file_name: str = ""

    @property
    def key(self) -> str:
        """The object's key, `${filename}` filled in."""
        return self.fields.get("key", "").replace("${filename}", self.file_name)


def is_form(request: WireRequest) -> bool:
    """Whether this is an upload by a form: signed in its fields, not in its head."""
    kind = request.headers.get("content-type", "").lower()
    signed = "authorization" in request.headers or request.raw_query
    return (
        request.method == "POST"
        and kind.startswith(MULTIPART)
        and not signed
        and _BUCKET.fullmatch(request.raw_path) is not None
    )


def read(content_type: str, body: bytes) -> Form:
    """The form in a body; raises `AwsError` where it is none."""
    boundary = _BOUNDARY.search(content_type)
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode()) if boundary else []
    if len(parts) < 3 or not parts[-1].startswith(b"--"):  # noqa: PLR2004 - before, one field, after
        text = "The body of your POST request is not well-formed multipart/form-data."
        raise AwsError("MalformedPOSTRequest", text)
    fields: dict[str, str] = {}
    for part in parts[1:-1]:
        head, _, value = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        said = head.decode("utf-8", "replace")
        named = _NAME.search(said)
        name = named[1].lower() if named else ""
        if name == "file":
            shown = _FILE_NAME.search(said)
            return Form(
                fields=fields, file=value, file_name=re.split(r"[/\\]", shown[1])[-1] if shown else ""
            )
        fields[name] = value.decode("utf-8", "replace")
    return Form(fields=fields, file=None)


def check(form: Form, bucket: str, now: float) -> None:
    """Refuse a form that its own policy does not allow; `now` in seconds since the epoch.

    Raises:
        AwsError: in S3's words.
    """
    if form.file is None:
        text = "POST requires exactly one file upload per request."
        raise AwsError("InvalidArgument", text, ArgumentName="file", ArgumentValue="0")
    if not form.fields.get("key"):
        text = "Bucket POST must contain a field named 'key'.  "
        text += "If it is specified, please check the order of the fields."
        raise AwsError("InvalidArgument", text, ArgumentName="key", ArgumentValue="")
    policy = _policy(form.fields.get("policy", ""))
    if _moment(policy["expiration"]) <= now:
        raise _denied("Policy expired.")
    values = {**form.fields, "bucket": bucket, "key": form.key}
    named = _keep(policy["conditions"], values, len(form.file))
    extra = [name for name in form.fields if not _free(name) and name not in named]
    if extra:
        raise _denied(f"Extra input fields: {', '.join(extra)}")


def _free(name: str) -> bool:
    return name in _FREE or name.startswith("x-ignore-")


def _policy(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise AwsError("InvalidPolicyDocument", "Invalid Policy: Invalid JSON.") from None
    if not isinstance(found, dict) or not isinstance(found.get("conditions"), list):
        raise AwsError("InvalidPolicyDocument", "Invalid Policy: Policy missing conditions.")
    if not isinstance(found.get("expiration"), str):
        raise AwsError("InvalidPolicyDocument", "Invalid Policy: Policy missing expiration.")
    return found


def _moment(text: str) -> float:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        told = f"Invalid Policy: Invalid 'expiration' value: '{text}'"
        raise AwsError("InvalidPolicyDocument", told) from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _keep(conditions: list[Any], values: Mapping[str, str], size: int) -> set[str]:
    """The fields that conditions name; raises `AwsError` for the first condition that is not kept."""
    named = set()
    for kind, name, wanted in _conditions(conditions):
        if kind == _RANGE:
            _check_size(size, int(name), int(wanted))
            continue
        named.add(name)
        seen = values.get(name, "")
        kept = seen.startswith(wanted) if kind == "starts-with" else seen == wanted
        if not kept:
            raise _denied(f"Policy Condition failed: {json.dumps([kind, f'${name}', wanted])}")
    return named


def _conditions(conditions: list[Any]) -> Iterator[tuple[str, str, str]]:
    for one in conditions:
        if isinstance(one, dict):
            yield from (("eq", str(name).lower(), str(value)) for name, value in one.items())
        elif isinstance(one, list) and len(one) == 3:  # noqa: PLR2004 - kind, field, value
            kind, name, value = (str(part) for part in one)
            bounds = kind.lower() == _RANGE
            if bounds and not (name.isdigit() and value.isdigit()):
                raise AwsError("InvalidPolicyDocument", "Invalid Policy: Invalid content-length-range.")
            yield kind.lower(), name if bounds else name.removeprefix("$").lower(), value
        else:
            raise AwsError("InvalidPolicyDocument", "Invalid Policy: Invalid condition.")


def _check_size(size: int, least: int, most: int) -> None:
    if size > most:
        text = "Your proposed upload exceeds the maximum allowed size"
        raise AwsError("EntityTooLarge", text, ProposedSize=size, MaxSizeAllowed=most)
    if size < least:
        text = "Your proposed upload is smaller than the minimum allowed size"
        raise AwsError("EntityTooSmall", text, ProposedSize=size, MinSizeAllowed=least)


def _denied(reason: str) -> AwsError:
    return AwsError("AccessDenied", f"Invalid according to Policy: {reason}", FORBIDDEN)
