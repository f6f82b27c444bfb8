"""Events of a bus: entries of PutEvents checked and written out, events that AWS's services send. Pure.

Sources: Amazon EventBridge API reference, PutEvents; user guide, "Event structure reference"; refusals of a real
account (localstack's snapshots of `test_events`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.producers.moments import seconds

Json = Mapping[str, Any]
MOST_ENTRIES = facts.number("limit.events.entries")
MOST_BYTES = facts.number("limit.events.entry_bytes")
TIME_BYTES = 14
REQUIRED = ("Source", "DetailType", "Detail")
SCHEDULED = "Scheduled Event"
_ISO = re.compile(r"\d{4}-\d\d-\d\dT.*")


def check_request(entries: Sequence[Json]) -> None:
    """Refuse a request as a whole: too many entries, or too large together. Raises `AwsError`."""
    if not 1 <= len(entries) <= MOST_ENTRIES:
        bound = "greater than or equal to 1" if not entries else f"less than or equal to {MOST_ENTRIES}"
        told = f"Value '{list(entries)}' at 'entries' failed to satisfy constraint"
        text = f"1 validation error detected: {told}: Member must have length {bound}"
        raise AwsError("ValidationException", text)
    if sum(entry_bytes(entry) for entry in entries) > MOST_BYTES:
        raise AwsError("ValidationException", "Total size of the entries in the request is over the limit.")


def entry_bytes(entry: Json) -> int:
    """The size of an entry as AWS counts it."""
    texts = [*(entry.get(name) or "" for name in REQUIRED), *(entry.get("Resources") or ())]
    return sum(len(str(text).encode()) for text in texts) + (TIME_BYTES if entry.get("Time") else 0)


def refusal(entry: Json) -> dict[str, str] | None:
    """What the answer says about an entry that is not taken; None for one that is."""
    for name in REQUIRED:
        if not entry.get(name):
            text = f"Parameter {name} is not valid. Reason: {name} is a required argument."
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": text}
    try:
        detail = json.loads(entry["Detail"])
    except (ValueError, RecursionError):
        detail = None
    if not isinstance(detail, dict):
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    return None


def event_of(entry: Json, *, event_id: str, account_id: str, region: str, now: float) -> dict[str, Any]:
    """The event that rules see; `now` is its time where the entry names none."""
    return {
        "version": "0",
        "id": event_id,
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": account_id,
        "time": seconds(_time(entry.get("Time"), now)),
        "region": region,
        "resources": list(entry.get("Resources") or ()),
        "detail": json.loads(entry["Detail"]),
    }


def scheduled(rule_arn: str, *, event_id: str, account_id: str, region: str, at: float) -> dict[str, Any]:
    """The event of a rule with a schedule."""
    entry = {"DetailType": SCHEDULED, "Source": "aws.events", "Detail": "{}", "Resources": [rule_arn]}
    return event_of(entry, event_id=event_id, account_id=account_id, region=region, now=at)


def _time(given: Any, now: float) -> float:
    if isinstance(given, int | float) and given:
        return float(given)
    if isinstance(given, str) and _ISO.match(given):
        return datetime.fromisoformat(given).timestamp()
    return now
