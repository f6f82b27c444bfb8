"""Data Firehose's transformation as pure rules: the event, and what each record of an answer comes to.

Sources: Amazon Data Firehose developer guide, "Transform source data", "Required parameters for data
transformation", "Handle failure in data transformation" and the table of Lambda invocation errors under
"Monitor Amazon Data Firehose Using CloudWatch Logs".
"""

from __future__ import annotations

import base64
import binascii
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.verdict import Answer, Sent, Verdict, accepted, refused
from lambada_labs.cloud.local.integrations.workings import Choices

Result = Literal["Ok", "Dropped", "ProcessingFailed"]
RESULTS = frozenset({"Ok", "Dropped", "ProcessingFailed"})
ERRORS = {
    "Lambda.JsonProcessingException": (
        "There was an error parsing returned records from the Lambda function. Ensure that the returned records "
        "follow the status model required by Amazon Data Firehose."
    ),
    "Lambda.DuplicatedRecordId": (
        "Multiple records were returned with the same record ID. Ensure that the Lambda function returns unique "
        "record IDs for each record."
    ),
    "Lambda.MissingRecordId": (
        "One or more record IDs were not returned. Ensure that the Lambda function returns all received record IDs."
    ),
    "Lambda.ProcessingFailedStatus": "ProcessingFailed status set for record",
}
MS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record on its way: its id, its bytes, when it came (seconds since the epoch)."""

    id: str
    data: bytes
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Transformed:
    """What became of one record: its result, and its new bytes where it goes on."""

    record: Record
    result: Result
    data: bytes = b""


class Unusable(Exception):
    """An answer that fails the whole batch, under Firehose's own code."""

    def __init__(self, code: str) -> None:
        self.code, self.text = code, ERRORS[code]
        super().__init__(code)


def event(records: Sequence[Record], *, invocation_id: str, stream_arn: str, region: str) -> dict[str, Any]:
    """The event of one invocation."""
    return {
        "invocationId": invocation_id,
        "deliveryStreamArn": stream_arn,
        "region": region,
        "records": [
            {
                "recordId": one.id,
                "approximateArrivalTimestamp": int(one.at * MS),
                "data": base64.b64encode(one.data).decode(),
            }
            for one in records
        ],
    }


def transformed(records: Sequence[Record], answer: Answer) -> list[Transformed]:
    """What an answer makes of the records, in their order; raises `Unusable`."""
    returned = _returned(answer.value)
    counted = Counter(one["recordId"] for one in returned)
    if max(counted.values(), default=0) > 1:
        raise Unusable("Lambda.DuplicatedRecordId")
    if {one.id for one in records} - counted.keys():
        raise Unusable("Lambda.MissingRecordId")
    by_id = {one["recordId"]: one for one in returned}
    return [_one(record, by_id[record.id]) for record in records]


def _returned(value: Any) -> list[Mapping[str, Any]]:
    found = value.get("records") if isinstance(value, dict) else None
    if not isinstance(found, list):
        raise Unusable("Lambda.JsonProcessingException")
    for one in found:
        known = isinstance(one, dict) and isinstance(one.get("recordId"), str)
        if not known or one.get("result") not in RESULTS:
            raise Unusable("Lambda.JsonProcessingException")
    return found


def _one(record: Record, returned: Mapping[str, Any]) -> Transformed:
    result: Result = returned["result"]
    if result != "Ok":
        return Transformed(record=record, result=result)
    try:
        return Transformed(record=record, result="Ok", data=base64.b64decode(returned["data"], validate=True))
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise Unusable("Lambda.JsonProcessingException") from None


def sample(choices: Choices, place: Place) -> Sent:
    """Two records in the hand of a stream; `records` may be a JSON list of texts instead."""
    texts = _texts(choices.get("records", ""))
    stream = place.filled("arn:aws:firehose:{region}:{account}:deliverystream/sample")
    records = [
        Record(id=f"49{number:054d}", data=text.encode(), at=place.now) for number, text in enumerate(texts)
    ]
    sent = event(records, invocation_id=place.id, stream_arn=stream, region=place.region)
    return Sent(event=sent, source_arn=stream)


def judge(sent: Sent, answer: Answer) -> Verdict:
    """What Firehose would do with this answer to a sample."""
    records = [
        Record(id=one["recordId"], data=base64.b64decode(one["data"]), at=0.0)
        for one in sent.event["records"]
    ]
    try:
        done = transformed(records, answer)
    except Unusable as problem:
        return refused(problem.code, problem.text, delivered=[], processing_failed=len(records))
    failed = sum(one.result == "ProcessingFailed" for one in done)
    state = {
        "delivered": [one.data.decode("utf-8", "replace") for one in done if one.result == "Ok"],
        "dropped": sum(one.result == "Dropped" for one in done),
        "processing_failed": failed,
    }
    if failed:
        return refused("Lambda.ProcessingFailedStatus", ERRORS["Lambda.ProcessingFailedStatus"], **state)
    return accepted("Firehose delivers the records that are Ok and forgets those that are Dropped.", **state)


def _texts(given: str) -> list[str]:
    try:
        found = json.loads(given) if given else ["first", "second"]
    except ValueError:
        found = [given]
    return [str(one) for one in found] if isinstance(found, list) else [str(found)]
