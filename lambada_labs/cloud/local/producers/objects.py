"""Amazon S3 as a sender of events: rules of buckets, and what is told when objects change."""

from __future__ import annotations

import json
import logging
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.grants import ServiceCaller
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service
from lambada_labs.cloud.local.producers import form_objects, object_records, object_rules
from lambada_labs.cloud.local.producers.object_records import Change
from lambada_labs.cloud.local.producers.object_rules import Rule, Rules
from lambada_labs.cloud.local.producers.outlets import NO_RESOURCE, NotDelivered, Note, Outlets
from lambada_labs.cloud.local.producers.overlaps import Overlaps
from lambada_labs.runtime.clock import Clock

log = logging.getLogger(__name__)

PRINCIPAL = "s3.amazonaws.com"
SKIP = "x-amz-skip-destination-validation"
SUBJECT = "Amazon S3 Notification"
#: "Typically, event notifications are delivered in seconds but can sometimes take a minute or longer."
LATE_S = (60.0, 180.0)
WRITES = frozenset({"PUT", "POST"})
NO_CONTENT = 204


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A bucket as far as events go."""

    name: str
    region: str
    account_id: str


class Buckets(Protocol):
    """The buckets of this cloud."""

    def bucket(self, name: str) -> Bucket | None:
        """The bucket of this name, or None."""
        ...


class ObjectEvents:
    """Answers S3's requests about notifications, lets moto answer the others, tells what they changed.

    `soon` runs something on the cloud's loop, from any thread; `to_bus` puts an event (account, Region, and
    the entry of PutEvents with its resources) on the default event bus.
    """

    def __init__(
        self,
        *,
        store: Service,
        buckets: Buckets,
        outlets: Outlets,
        clock: Clock,
        soon: Callable[[Callable[[], None]], None],
        to_bus: Callable[[Change, str, dict[str, Any]], None],
        chance: random.Random | None = None,
    ) -> None:
        self._store, self._buckets, self._outlets = store, buckets, outlets
        self._clock, self._soon, self._to_bus = clock, soon, to_bus
        self._chance = chance or random.Random()  # noqa: S311 - lateness is no secret
        self.late = 0.0
        self._rules: dict[str, Rules] = {}
        self._changes: dict[str, list[Change]] = {}
        self._forms: set[str] = set()
        self._overlaps = Overlaps()

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer one request to S3."""
        if form_objects.is_upload(request):
            return form_objects.answered(request, await self._uploaded(form_objects.as_put(request)))
        bucket, _, key = request.path.lstrip("/").partition("/")
        if not key and request.parameter("notification") is not None and request.method in {"GET", "PUT"}:
            return self._notification(request, bucket)
        response = await self._watched(request, bucket, key)
        if request.method == "DELETE" and not key and not request.query and response.status == NO_CONTENT:
            self._rules.pop(bucket, None)
        return response

    def happened(self, change: Change, request: AwsRequest | None) -> None:
        """An object changed, by this request or by none; called in the thread where it happened."""
        if request is not None and request.service == "s3":
            self._changes.setdefault(request.request_id, []).append(change)
        else:
            self._soon(lambda: self.tell(change))

    def tell(self, change: Change) -> None:
        """Send what the rules of this moment want sent; at once, or late where lateness is asked for."""
        rules = self._rules.get(change.bucket)
        if rules is None:
            return
        if self._chance.random() < self.late:
            self._clock.call_later(self._chance.uniform(*LATE_S), lambda: self._send(change, rules))
        else:
            self._send(change, rules)

    def stacked(self, name: str, configuration: bytes) -> None:
        """A stack made or changed a bucket: its rules as PutBucketNotificationConfiguration would get them."""
        bucket = self._buckets.bucket(name)
        if bucket is None:
            return
        try:
            rules = object_rules.read(configuration, bucket.region)
        except AwsError as refused:
            log.warning("the notifications of %s are none: %s", name, refused)
            return
        self._rules[name] = rules
        self._test(bucket, rules, uuid.uuid4().hex[:16].upper())

    async def _uploaded(self, put: AwsRequest) -> AwsResponse:
        self._forms.add(put.request_id)
        try:
            return await self._watched(put, *put.path.lstrip("/").split("/", 1))
        finally:
            self._forms.discard(put.request_id)

    async def _watched(self, request: AwsRequest, bucket: str, key: str) -> AwsResponse:
        place = (bucket, key)
        group = self._overlaps.began(place) if key and request.method in WRITES else None
        changes: list[Change] = []
        try:
            return await self._store.handle(request)
        finally:
            changes = self._changes.pop(request.request_id, [])
            if request.request_id in self._forms:
                changes = [replace(change, name=form_objects.POST) for change in changes]
            if group is not None:
                changes = self._overlaps.ended(place, group, changes)
            for change in changes:
                self.tell(change)

    def _notification(self, request: AwsRequest, name: str) -> AwsResponse:
        bucket = self._buckets.bucket(name)
        if bucket is None:
            text = "The specified bucket does not exist"
            raise AwsError("NoSuchBucket", text, 404, BucketName=name)
        if request.method == "GET":
            body = object_rules.written(self._rules.get(name, Rules()))
            return AwsResponse(headers=[("Content-Type", "application/xml")], body=body)
        rules = object_rules.read(request.body, bucket.region)
        if request.headers.get(SKIP, "").lower() != "true":
            self._check(bucket, rules)
        self._rules[name] = rules
        self._test(bucket, rules, request.request_id)
        return AwsResponse()

    def _check(self, bucket: Bucket, rules: Rules) -> None:
        refused = [(rule, reason) for rule in rules.rules if (reason := self._refusal(bucket, rule))]
        if refused:
            raise object_rules.unreachable(refused)

    def _refusal(self, bucket: Bucket, rule: Rule) -> str:
        """Why S3 may not send there, in its words; empty where it may."""
        caller = _caller(bucket.name, bucket.account_id)
        check = {
            "CloudFunction": self._outlets.check_function,
            "Queue": self._outlets.check_queue,
            "Topic": self._outlets.check_topic,
        }[rule.kind]
        try:
            check(rule.arn, caller)
        except NotDelivered as refused:
            return _reason(rule, refused)
        return "FIFO SQS queues are not supported." if rule.arn.endswith(".fifo") else ""

    def _test(self, bucket: Bucket, rules: Rules, request_id: str) -> None:
        """Queues and topics get a test event; one for each, whatever number of rules names it."""
        event = object_records.test_event(bucket.name, at=time.time(), request_id=request_id)
        named = {rule.arn: rule for rule in rules.rules if rule.kind != "CloudFunction"}
        for rule in named.values():
            self._deliver(rule, event, _caller(bucket.name, bucket.account_id), None)

    def _send(self, change: Change, rules: Rules) -> None:
        for rule in rules.wanting(change.name, change.key):
            event = object_records.record(change, rule.rule_id)
            self._deliver(rule, event, _caller(change.bucket, change.account_id), change.trace_id)
        told = object_records.on_event_bus(change) if rules.event_bus else None
        if told is not None:
            self._to_bus(change, *told)

    def _deliver(self, rule: Rule, event: Any, caller: ServiceCaller, trace_id: str | None) -> None:
        text = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
        try:
            if rule.kind == "CloudFunction":
                self._outlets.invoke(
                    rule.arn, text.encode(), caller, producer=caller.source_arn, trace_id=trace_id
                )
            elif rule.kind == "Queue":
                self._outlets.send(rule.arn, text, caller, trace_id=trace_id)
            else:
                self._outlets.publish(rule.arn, Note(body=text, subject=SUBJECT, trace_id=trace_id), caller)
        except NotDelivered as refused:
            log.warning("an event of %s did not reach %s: %s", caller.source_arn, rule.arn, refused)


def _caller(bucket: str, account_id: str) -> ServiceCaller:
    return ServiceCaller(principal=PRINCIPAL, source_arn=f"arn:aws:s3:::{bucket}", source_account=account_id)


def _reason(rule: Rule, refused: NotDelivered) -> str:
    if rule.kind == "CloudFunction":
        return f"Not authorized to invoke function [{rule.arn}]"
    thing = rule.kind.lower()
    if refused.code == NO_RESOURCE:
        return f"The destination {thing} does not exist"
    return f"Permissions on the destination {thing} do not allow S3 to publish notifications from this bucket"
