"""The Lambda action of an SES receipt rule as pure rules: its event, and what the answer does to the mail.

Source: Amazon SES developer guide, "Invoke Lambda function action" and "Contents of notifications". The body of
the mail is not in the event. Whatever is no known disposition counts as CONTINUE; SES refuses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, formataddr, getaddresses
from typing import Any, Literal

from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.verdict import Answer, Sent, Verdict, accepted
from lambada_labs.cloud.local.integrations.workings import Choices

Disposition = Literal["CONTINUE", "STOP_RULE", "STOP_RULE_SET"]
MEANING: Mapping[Disposition, str] = {
    "CONTINUE": "SES goes on with the rule's next action and with the next rules.",
    "STOP_RULE": "SES leaves the rest of this rule out and goes on with the next rules.",
    "STOP_RULE_SET": "SES leaves all further actions and rules out.",
}
VERDICTS = ("spamVerdict", "virusVerdict", "spfVerdict", "dkimVerdict", "dmarcVerdict")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One incoming mail: envelope, headers in their order, when it came (seconds since the epoch), all of it."""

    id: str
    source: str
    recipients: Sequence[str]
    headers: Sequence[tuple[str, str]]
    at: float
    spam: str = "PASS"
    raw: bytes = b""

    def header(self, name: str) -> str:
        """The first header of a name, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mail as SendEmail is told of it."""

    source: str
    to: Sequence[str]
    subject: str
    cc: Sequence[str] = field(default_factory=tuple)
    text: str = ""


def headers_of(draft: Draft, at: float, message_id: str) -> list[tuple[str, str]]:
    """The headers that SES writes on a mail."""
    return [
        ("Return-Path", f"<{draft.source}>"),
        ("From", draft.source),
        ("To", ", ".join(draft.to)),
        *([("Cc", ", ".join(draft.cc))] if draft.cc else []),
        ("Subject", draft.subject),
        ("Date", format_datetime(datetime.fromtimestamp(at, UTC))),
        ("Message-ID", f"<{message_id}@email.amazonses.com>"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=UTF-8"),
    ]


def event(mail: Mail, recipients: Sequence[str], *, function_arn: str, invocation: str) -> dict[str, Any]:
    """The event of one Lambda action; `recipients` are those that the rule is for."""
    stamp = f"{datetime.fromtimestamp(mail.at, UTC):%Y-%m-%dT%H:%M:%S}.{int(mail.at * 1000) % 1000:03d}Z"
    told = {
        "timestamp": stamp,
        "source": mail.source,
        "messageId": mail.id,
        "destination": list(mail.recipients),
        "headersTruncated": False,
        "headers": [{"name": name, "value": value} for name, value in mail.headers],
        "commonHeaders": _common(mail),
    }
    statuses = {"spamVerdict": mail.spam, "dmarcVerdict": "GRAY"}
    receipt = {
        "timestamp": stamp,
        "processingTimeMillis": 1,
        "recipients": list(recipients),
        **{name: {"status": statuses.get(name, "PASS")} for name in VERDICTS},
        "action": {"type": "Lambda", "functionArn": function_arn, "invocationType": invocation},
    }
    return {
        "Records": [
            {"eventSource": "aws:ses", "eventVersion": "1.0", "ses": {"mail": told, "receipt": receipt}}
        ]
    }


def disposition(answer: Answer) -> Disposition:
    """What a function's answer says to SES; a function that failed says nothing."""
    value = answer.value
    said = value.get("disposition") if isinstance(value, dict) and not answer.function_error else None
    return next((one for one in MEANING if one == said), "CONTINUE")


def sample(choices: Choices, place: Place) -> Sent:
    """A mail to support@example.com."""
    draft = Draft(
        source="ana@example.org", to=("support@example.com",), subject=choices.get("subject") or "Hello"
    )
    mail = Mail(
        id=place.id,
        source=draft.source,
        recipients=draft.to,
        headers=headers_of(draft, place.now, place.id),
        at=place.now,
        spam=choices.get("spam") or "PASS",
    )
    kind = "Event" if choices.get("invocation") == "Event" else "RequestResponse"
    told = event(mail, draft.to, function_arn=place.function_arn, invocation=kind)
    return Sent(event=told, source_arn=receipt_rule_arn(place.region, place.account_id, "sample", "sample"))


def event_sample(choices: Choices, place: Place) -> Sent:
    """The same mail, for an action that does not wait."""
    return sample({**choices, "invocation": "Event"}, place)


def judge(_: Sent, answer: Answer) -> Verdict:
    """What SES does with the mail next."""
    said = disposition(answer)
    value = answer.value
    asked = value.get("disposition") if isinstance(value, dict) else None
    note = "" if asked in (None, said) else f" {asked!r} is no disposition: it counts as CONTINUE."
    return accepted(MEANING[said] + note, disposition=said)


def receipt_rule_arn(region: str, account_id: str, rule_set: str, rule: str) -> str:
    """In whose name SES calls."""
    return f"arn:aws:ses:{region}:{account_id}:receipt-rule-set/{rule_set}:receipt-rule/{rule}"


def _common(mail: Mail) -> dict[str, Any]:
    """The headers that most functions want, read already; only those that are there."""
    texts = {"returnPath": mail.source, "date": mail.header("Date"), "messageId": mail.header("Message-ID")}
    lists = {
        key: [formataddr(one) for one in getaddresses([mail.header(key)])] for key in ("from", "to", "cc")
    }
    held: dict[str, Any] = {**texts, **lists, "subject": mail.header("Subject")}
    return {name: value for name, value in held.items() if value and value != [""]}
