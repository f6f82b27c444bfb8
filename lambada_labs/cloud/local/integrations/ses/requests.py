"""What a request to SES says that matters to receiving: the functions that a rule names, the mail that is sent.

SES has two APIs: version 1 speaks the query protocol (parameters in a form), version 2 JSON.
"""

from __future__ import annotations

import base64
import binascii
import email
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message as Written
from email.utils import getaddresses, parseaddr
from urllib.parse import parse_qsl

from lambada_labs.cloud.local.integrations.ses.answer import Draft, Mail, headers_of
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse

RULE_CALLS = frozenset({"CreateReceiptRule", "UpdateReceiptRule"})
FUNCTION = re.compile(r"Rule\.Actions\.member\.\d+\.LambdaAction\.FunctionArn")
BUCKET = re.compile(r"Rule\.Actions\.member\.\d+\.S3Action\.BucketName")
OUTBOUND = "/v2/email/outbound-emails"
MESSAGE_ID = re.compile(rb"<MessageId>([^<]+)</MessageId>")
Form = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGiven:
    """A receipt rule that is being made or changed: its rule set, its functions and buckets."""

    rule_set: str
    name: str
    functions: tuple[str, ...]
    buckets: tuple[str, ...]


def rule_given(request: AwsRequest) -> RuleGiven | None:
    """The rule that a request makes or changes; None where it does neither."""
    form = _form(request)
    if form.get("Action") not in RULE_CALLS:
        return None
    return RuleGiven(
        rule_set=form.get("RuleSetName", ""),
        name=form.get("Rule.Name", ""),
        functions=tuple(value for name, value in form.items() if FUNCTION.fullmatch(name)),
        buckets=tuple(value for name, value in form.items() if BUCKET.fullmatch(name)),
    )


def sent_mail(request: AwsRequest, answer: AwsResponse, at: float) -> Mail | None:
    """The mail that was sent, None where the request sends none; `at` in seconds since the epoch."""
    if request.path == OUTBOUND and request.method == "POST":
        given = request.json()
        content, to = given.get("Content", {}), given.get("Destination", {})
        recipients = _all(to.get(name) for name in ("ToAddresses", "CcAddresses", "BccAddresses"))
        mail_id = json.loads(_body(answer) or b"{}").get("MessageId", "")
        if "Raw" in content:
            return _written(
                str(content["Raw"].get("Data", "")), given.get("FromEmailAddress"), recipients, at, mail_id
            )
        simple = content.get("Simple", {})
        subject, body = simple.get("Subject", {}).get("Data", ""), simple.get("Body", {})
        draft = Draft(
            source=given.get("FromEmailAddress", ""),
            to=to.get("ToAddresses") or (),
            cc=to.get("CcAddresses") or (),
            subject=subject,
            text=(body.get("Text") or body.get("Html") or {}).get("Data", ""),
        )
        return _drafted(draft, recipients, at, mail_id)
    return _sent_by_form(_form(request), _message_id(answer), at)


def _sent_by_form(form: Form, mail_id: str, at: float) -> Mail | None:
    if form.get("Action") == "SendRawEmail":
        recipients = _members(form, "Destinations")
        return _written(form.get("RawMessage.Data", ""), form.get("Source"), recipients, at, mail_id)
    if form.get("Action") != "SendEmail":
        return None
    to, cc, bcc = (
        _members(form, f"Destination.{name}") for name in ("ToAddresses", "CcAddresses", "BccAddresses")
    )
    draft = Draft(
        source=form.get("Source", ""),
        to=to,
        cc=cc,
        subject=form.get("Message.Subject.Data", ""),
        text=form.get("Message.Body.Text.Data") or form.get("Message.Body.Html.Data", ""),
    )
    return _drafted(draft, [*to, *cc, *bcc], at, mail_id)


def _drafted(draft: Draft, recipients: Sequence[str], at: float, mail_id: str) -> Mail:
    headers = headers_of(draft, at, mail_id)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return Mail(
        id=mail_id,
        source=_address(draft.source),
        recipients=[_address(one) for one in recipients],
        headers=headers,
        at=at,
        raw=f"{head}\r\n{draft.text}".encode(),
    )


def _written(
    data: str, source: str | None, recipients: Sequence[str], at: float, mail_id: str
) -> Mail | None:
    """A mail that somebody wrote whole."""
    try:
        raw = base64.b64decode(data)
        written: Written = email.message_from_bytes(raw)
    except binascii.Error:
        return None
    found = [
        address for name in ("To", "Cc", "Bcc") for _, address in getaddresses(written.get_all(name, []))
    ]
    return Mail(
        id=mail_id,
        source=_address(source or str(written.get("From", ""))),
        recipients=[_address(one) for one in recipients] or found,
        headers=[(name, str(value)) for name, value in written.items() if name.lower() != "bcc"],
        at=at,
        raw=raw,
    )


def _form(request: AwsRequest) -> Form:
    if request.path != "/":
        return {}
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)) | dict(
        request.query
    )


def _members(form: Form, name: str) -> list[str]:
    """The values of a list in a form, in their order."""
    start = f"{name}.member."
    numbers = sorted(
        int(key[len(start) :]) for key in form if key.startswith(start) and key[len(start) :].isdigit()
    )
    return [form[f"{start}{number}"] for number in numbers]


def _all(lists: Iterator[Sequence[str] | None]) -> list[str]:
    return [one for several in lists for one in several or ()]


def _message_id(answer: AwsResponse) -> str:
    found = MESSAGE_ID.search(_body(answer))
    return found[1].decode() if found else ""


def _body(answer: AwsResponse) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else b""


def _address(text: str) -> str:
    return parseaddr(text)[1]
