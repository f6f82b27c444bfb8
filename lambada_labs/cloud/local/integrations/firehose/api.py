"""Data Firehose's API in front of moto: what is put in is buffered, transformed and delivered here.

Source: Amazon Data Firehose API reference (PutRecord, PutRecordBatch, CreateDeliveryStream).
"""

from __future__ import annotations

import base64
import binascii
import json
import time
import uuid
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, Protocol

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.ports import Role
from lambada_labs.cloud.local.integrations.calling import Calls
from lambada_labs.cloud.local.integrations.firehose.answer import MS, Record
from lambada_labs.cloud.local.integrations.firehose.hose import PRINCIPAL, Hose, NotStored
from lambada_labs.cloud.local.integrations.firehose.stream import Stream, stream
from lambada_labs.cloud.local.internal_requests import object_request, role_session
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service
from lambada_labs.cloud.local.telemetry import LogLine
from lambada_labs.runtime.clock import Clock

TARGET = "Firehose_20150804."
RECORD_LIMIT, BATCH_LIMIT = facts.number("limit.firehose.record"), facts.number("limit.firehose.batch")
FIRST_REFUSAL = 300


class Plug(Service, Protocol):
    """What moto is asked for."""

    def store(self, service: str, region: str) -> Any:
        """Its store of a service, or None."""
        ...

    def role(self, role_arn: str) -> Role | None:
        """A role, or None."""
        ...

    def append_logs(self, region: str, group: str, log_stream: str, events: list[LogLine], /) -> None:
        """Write log lines."""
        ...


class Deliveries:
    """Writes objects and error logs for hoses; `objects` answers requests to S3."""

    def __init__(self, moto: Plug, objects: Service) -> None:
        self._moto, self._objects = moto, objects

    async def put(self, stream: Stream, key: str, body: bytes) -> None:
        """Write an object as the stream's role; raises `NotStored`."""
        role = self._moto.role(stream.role_arn)
        if role is None or not role.allows("s3:PutObject", f"arn:aws:s3:::{stream.bucket}/{key}"):
            raise NotStored("AccessDenied", "Access was denied. Ensure that the trust policy allows access.")
        try:
            answer = await self._objects.handle(
                object_request(
                    "PUT",
                    stream.bucket,
                    key,
                    caller=role_session(stream.role_arn, session="AWSFirehoseToS3"),
                    region=stream.region,
                    body=body,
                )
            )
        except AwsError as refused:
            raise NotStored(refused.code, refused.message) from refused
        if answer.status >= FIRST_REFUSAL:
            text = answer.body.decode("utf-8", "replace") if isinstance(answer.body, bytes) else ""
            raise NotStored("NoSuchBucket" if "NoSuchBucket" in text else "Failed", text[:300])

    def tell(self, stream: Stream, told: dict[str, Any]) -> None:
        """Write a line into the stream's error log, where it has one."""
        if stream.log_group and stream.log_stream:
            line = (int(time.time() * MS), json.dumps(told))
            self._moto.append_logs(stream.region, stream.log_group, stream.log_stream, [line])


class DeliveryStreams:
    """Answers PutRecord and PutRecordBatch, and lets moto answer the rest."""

    def __init__(self, moto: Plug, objects: Service, calls: Calls, clock: Clock) -> None:
        self._moto, self._calls, self._clock = moto, calls, clock
        self._deliveries = Deliveries(moto, objects)
        self._hoses: dict[str, Hose] = {}
        self._numbers = count(1)
        self._operations: Mapping[str, Callable[[AwsRequest, Any], AwsResponse | None]] = {
            "PutRecord": self._put_one,
            "PutRecordBatch": self._put_many,
            "CreateDeliveryStream": self._check_role,
        }

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer one request to Data Firehose."""
        operation = self._operations.get(request.headers.get("x-amz-target", "").removeprefix(TARGET))
        answer = operation(request, request.json()) if operation is not None else None
        return answer if answer is not None else await self._moto.handle(request)

    def _put_one(self, request: AwsRequest, given: Any) -> AwsResponse | None:
        found = self._stream(request, given["DeliveryStreamName"])
        if found is None:
            return None
        return _json({"RecordId": self._put(found, _data(given["Record"])), "Encrypted": False})

    def _put_many(self, request: AwsRequest, given: Any) -> AwsResponse | None:
        found = self._stream(request, given["DeliveryStreamName"])
        if found is None:
            return None
        if len(given["Records"]) > BATCH_LIMIT:
            raise _invalid(f"Value at 'records' failed to satisfy constraint: {_at_most(BATCH_LIMIT)}")
        data = [_data(one) for one in given["Records"]]
        told = [{"RecordId": self._put(found, one)} for one in data]
        return _json({"FailedPutCount": 0, "Encrypted": False, "RequestResponses": told})

    def _put(self, found: Stream, data: bytes) -> str:
        record = Record(id=f"49{next(self._numbers):048d}000000", data=data, at=self._clock.now())
        self._hose(found.arn, found.region, found.name).add(record)
        return base64.b64encode(uuid.uuid4().bytes * 8).decode()

    def _hose(self, arn: str, region: str, name: str) -> Hose:
        hose = self._hoses.get(arn)
        if hose is None:
            hose = self._hoses[arn] = Hose(
                lambda: self._find(region, name), self._calls, self._deliveries, self._clock
            )
        return hose

    def _stream(self, request: AwsRequest, name: str) -> Stream | None:
        """The stream, None where moto is to answer for one that leads elsewhere than to S3."""
        store = self._moto.store("firehose", request.region)
        if store is None or name not in store.delivery_streams:
            text = f"Firehose {name} under account {request.caller.account_id} not found."
            raise AwsError("ResourceNotFoundException", text)
        return self._find(request.region, name)

    def _find(self, region: str, name: str) -> Stream | None:
        store = self._moto.store("firehose", region)
        held = store.delivery_streams.get(name) if store is not None else None
        return stream(held) if held is not None else None

    def _check_role(self, _: AwsRequest, given: Any) -> None:
        """Firehose must be able to take on the role it is given."""
        for name in ("ExtendedS3DestinationConfiguration", "S3DestinationConfiguration"):
            arn = given.get(name, {}).get("RoleARN")
            role = self._moto.role(arn) if arn else None
            if arn and (role is None or not role.trusts(PRINCIPAL)):
                text = f"Firehose is unable to assume role {arn}. Please check the role provided."
                raise AwsError("InvalidArgumentException", text)


def _data(record: Mapping[str, Any]) -> bytes:
    try:
        data = base64.b64decode(record.get("Data", ""), validate=True)
    except (ValueError, binascii.Error):
        raise AwsError("SerializationException", "Data is not base64") from None
    if len(data) > RECORD_LIMIT:
        raise _invalid(f"Value at 'record.data' failed to satisfy constraint: {_at_most(RECORD_LIMIT)}")
    return data


def _at_most(limit: int) -> str:
    return f"Member must have length less than or equal to {limit}"


def _invalid(text: str) -> AwsError:
    return AwsError("ValidationException", f"1 validation error detected: {text}")


def _json(told: Mapping[str, Any]) -> AwsResponse:
    return AwsResponse(
        headers=[("Content-Type", "application/x-amz-json-1.1")], body=json.dumps(told).encode()
    )
