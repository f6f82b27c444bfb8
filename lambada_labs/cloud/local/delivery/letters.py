"""A parcel as the request of the service that its target names: SQS, SNS, Lambda, EventBridge or S3."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from lambada_labs.runtime.events import messages
from lambada_labs.runtime.events.ports import DeliveryFailed, Parcel

FORM = "application/x-www-form-urlencoded; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A request before it is signed; `path` is percent-encoded."""

    service: str
    region: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arn:
    text: str
    service: str
    region: str
    account_id: str
    resource: str


def letter(parcel: Parcel, endpoint: str) -> Letter:
    """The request that brings a parcel to its target; `DeliveryFailed` where nothing can be sent there."""
    parts = parcel.target.split(":", 5)
    write = _WRITERS.get(parts[2]) if len(parts) == 6 else None  # noqa: PLR2004 - the parts of an ARN
    if write is None:
        raise DeliveryFailed(f"{parcel.target} is no destination of events")
    arn = _Arn(
        text=parcel.target,
        service=parts[2],
        region=parts[3] or parcel.function.region,
        account_id=parts[4],
        resource=parts[5],
    )
    return write(parcel, arn, endpoint)


def _queue(parcel: Parcel, arn: _Arn, endpoint: str) -> Letter:
    body: dict[str, Any] = {
        "QueueUrl": f"{endpoint}/{arn.account_id}/{arn.resource}",
        "MessageBody": parcel.body.decode("utf-8", "replace"),
        "MessageAttributes": {
            name: {"DataType": kind, "StringValue": text} for name, (kind, text) in parcel.attributes.items()
        },
    }
    if parcel.trace_id:
        system = {"DataType": "String", "StringValue": parcel.trace_id}
        body["MessageSystemAttributes"] = {"AWSTraceHeader": system}
    return _json_rpc(arn, "AmazonSQS.SendMessage", body, version="1.0")


def _topic(parcel: Parcel, arn: _Arn, _endpoint: str) -> Letter:
    form = {
        "Action": "Publish",
        "Version": "2010-03-31",
        "TopicArn": arn.text,
        "Message": parcel.body.decode("utf-8", "replace"),
    }
    for number, (name, (kind, text)) in enumerate(parcel.attributes.items(), 1):
        entry = f"MessageAttributes.entry.{number}"
        form |= {f"{entry}.Name": name, f"{entry}.Value.DataType": kind, f"{entry}.Value.StringValue": text}
    headers = {"Content-Type": FORM}
    return _post(arn, "/", headers, urlencode(form).encode())


def _function(parcel: Parcel, arn: _Arn, _endpoint: str) -> Letter:
    path = f"/2015-03-31/functions/{quote(arn.text, safe='')}/invocations"
    headers = {"Content-Type": "application/json", "X-Amz-Invocation-Type": "Event"}
    return _post(arn, path, headers, parcel.body)


def _bus(parcel: Parcel, arn: _Arn, _endpoint: str) -> Letter:
    condition = json.loads(parcel.body)["requestContext"]["condition"]
    entry = {
        "Source": "lambda",
        "DetailType": messages.event_bridge_detail_type(condition),
        "Detail": parcel.body.decode("utf-8", "replace"),
        "Resources": [arn.text, parcel.function_arn],
        "EventBusName": arn.resource.removeprefix("event-bus/"),
    }
    return _json_rpc(arn, "AWSEvents.PutEvents", {"Entries": [entry]}, version="1.1")


def _bucket(parcel: Parcel, arn: _Arn, _endpoint: str) -> Letter:
    key = messages.s3_key(parcel.function, at=time.time(), unique=str(uuid.uuid4()))
    path = f"/{quote(arn.resource, safe='')}/{quote(key, safe='/-_.~')}"
    return Letter(
        service="s3",
        region=arn.region,
        method="PUT",
        path=path,
        headers={"Content-Type": "application/json"},
        body=parcel.body,
    )


def _json_rpc(arn: _Arn, target: str, body: Mapping[str, Any], *, version: str) -> Letter:
    headers = {"Content-Type": f"application/x-amz-json-{version}", "X-Amz-Target": target}
    return _post(arn, "/", headers, json.dumps(body).encode())


def _post(arn: _Arn, path: str, headers: Mapping[str, str], body: bytes) -> Letter:
    return Letter(
        service=arn.service, region=arn.region, method="POST", path=path, headers=headers, body=body
    )


_WRITERS: Mapping[str, Callable[[Parcel, _Arn, str], Letter]] = {
    "sqs": _queue,
    "sns": _topic,
    "lambda": _function,
    "events": _bus,
    "s3": _bucket,
}
