"""Where moto's own delivery is taken out, and ours told instead. No import of moto here: its parts are handed in."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lambada_labs.cloud.local.message import AwsRequest, Principal
from lambada_labs.cloud.local.producers import from_moto
from lambada_labs.cloud.local.producers.bus_rules import BusRule
from lambada_labs.cloud.local.producers.log_subscriptions import Lines
from lambada_labs.cloud.local.producers.object_records import Change, owner_id
from lambada_labs.cloud.local.producers.topic_messages import Notice, Subscription, chosen_text

Happened = Callable[[Change, AwsRequest | None], None]
#: Beside these, moto says of nothing else what S3 would say.
OF_REQUESTS = {"ObjectTagging:Put": "tagging", "ObjectTagging:Delete": "tagging", "ObjectAcl:Put": "acl"}
EMPTY_ETAG = "d41d8cd98f00b204e9800998ecf8427e"
REMOVED, MARKED = "ObjectRemoved:Delete", "ObjectRemoved:DeleteMarkerCreated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """Who is told: of objects, of messages for subscriptions, of events out of archives, of log lines.

    `buckets`: of a bucket that a stack made, with its notifications in S3's XML.
    """

    objects: Happened
    topics: Callable[[Notice, Subscription], None]
    rules: Callable[[BusRule, Mapping[str, Any]], None]
    logs: Callable[[Lines], None]
    buckets: Callable[[str, bytes], None]


class ObjectTap:
    """Hears every change of an object in moto's S3, whoever asked for it.

    `serving` is the request that the calling thread answers, if it does.
    """

    def __init__(self, happened: Happened, serving: Callable[[], AwsRequest | None]) -> None:
        self._happened, self._serving = happened, serving
        self._inside = threading.local()
        self._numbers = itertools.count(time.time_ns())

    def install(self, notifications: Any, backend: type[Any]) -> None:
        """Replace what moto would send, and watch the methods by which objects change."""
        notifications.send_event = self._other
        for name, told in (
            ("put_object", self._put),
            ("copy_object", self._copied),
            ("complete_multipart_upload", self._completed),
            ("delete_object", self._deleted),
        ):
            self._watch(backend, name, told)

    def _watch(self, backend: type[Any], name: str, told: Callable[..., None]) -> None:
        original = getattr(getattr(backend, name), "original", getattr(backend, name))

        def watched(store: Any, *given: Any, **named: Any) -> Any:
            if getattr(self._inside, "method", None):
                return original(store, *given, **named)
            self._inside.method = name
            try:
                answer = original(store, *given, **named)
            finally:
                self._inside.method = None
            told(store, answer, *given, **named)
            return answer

        watched.original = original  # type: ignore[attr-defined]
        setattr(backend, name, watched)

    def _put(self, store: Any, key: Any, bucket_name: str, *_: Any, **named: Any) -> None:
        how = "Post" if named.get("request_method") == "POST" else "Put"
        self._created(store, bucket_name, key, how)

    def _copied(self, store: Any, _: Any, *given: Any, **named: Any) -> None:
        bucket_name = named["dest_bucket_name"] if "dest_bucket_name" in named else given[1]
        key_name = named["dest_key_name"] if "dest_key_name" in named else given[2]
        self._created(store, bucket_name, store.get_bucket(bucket_name).keys.get(key_name), "Copy")

    def _completed(self, store: Any, key: Any, bucket_name: str, *_: Any, **__: Any) -> None:
        if key is not None:
            self._created(store, bucket_name, key, "CompleteMultipartUpload")

    def _deleted(
        self,
        store: Any,
        answer: Any,
        bucket_name: str,
        key_name: str,
        version_id: str | None = None,
        **_: Any,
    ) -> None:
        success, headers = answer
        if not success:
            return
        bucket = store.get_bucket(bucket_name)
        made = headers.get("version-id", "")
        if version_id is None and headers.get("delete-marker"):
            self._tell(bucket, key_name, MARKED, etag=EMPTY_ETAG, version_id=made)
        else:
            self._tell(bucket, key_name, REMOVED, version_id=version_id or "")

    def _created(self, store: Any, bucket_name: str, key: Any, how: str) -> None:
        self._tell_of(store.get_bucket(bucket_name), key, f"ObjectCreated:{how}")

    def _other(self, _account_id: str, event: Any, bucket: Any, key: Any) -> None:
        """What moto says itself: restored objects, tags, access lists."""
        name = str(getattr(event, "value", event)).removeprefix("s3:")
        request = self._serving()
        asked = OF_REQUESTS.get(name)
        if name.startswith(("ObjectCreated", "ObjectRemoved")):
            return
        if asked is None or (request is not None and request.parameter(asked) is not None):
            self._tell_of(bucket, key, name)

    def _tell_of(self, bucket: Any, key: Any, name: str) -> None:
        expiry = getattr(key, "_expiry", None) if name == "ObjectRestore:Completed" else None
        self._tell(
            bucket,
            key.name,
            name,
            size=key.size,
            etag=key.etag.replace('"', ""),
            version_id=str(key.version_id) if bucket.is_versioned else "",
            storage_class=key.storage_class or "",
            restored_until=expiry.timestamp() if expiry else None,
        )

    def _tell(self, bucket: Any, key: str, name: str, **more: Any) -> None:
        request = self._serving()
        caller = request.caller if request is not None else None
        change = Change(
            name=name,
            bucket=bucket.name,
            region=bucket.region_name,
            account_id=bucket.account_id,
            key=key,
            sequencer=f"{next(self._numbers):018X}",
            at=time.time(),
            principal=principal_id(caller, bucket.account_id),
            requester=caller.account_id if caller else bucket.account_id,
            request_id=request.request_id if request else "",
            trace_id=request.headers.get("x-amzn-trace-id") if request else None,
            **more,
        )
        self._happened(change, request)


def principal_id(caller: Principal | None, account_id: str) -> str:
    """Who did it as S3's records spell that: `AWS:` and the unique id; the root user as the account's owner."""
    if caller is None or caller.kind == "root":
        return owner_id(account_id)
    return f"AWS:{caller.user_id}"


class TopicTap:
    """Hears every message that moto's SNS would deliver, subscription by subscription.

    `trace` is the trace header under which the calling thread publishes.
    """

    def __init__(
        self, published: Callable[[Notice, Subscription], None], trace: Callable[[], str | None]
    ) -> None:
        self._published, self._trace = published, trace

    def install(self, subscription: type[Any], refused: Callable[[str], Exception]) -> None:
        """Replace what moto would send; `refused` makes moto's exception for a message it cannot use."""

        def publish(listener: Any, message: str, message_id: str, **given: Any) -> None:
            structured = given.get("message_structure") == "json"
            try:
                text = chosen_text(message, listener.protocol) if structured else message
            except ValueError as problem:
                raise refused(str(problem)) from None
            notice = Notice(
                topic_arn=listener.topic.arn,
                message_id=message_id,
                message=text,
                at=time.time(),
                subject=given.get("subject"),
                attributes=given.get("message_attributes") or {},
                group_id=given.get("group_id"),
                deduplication_id=given.get("deduplication_id"),
                trace_id=self._trace(),
            )
            self._published(notice, from_moto.subscribed(listener))

        subscription.publish = publish


def tap_rules(rule: type[Any], heard: Callable[[BusRule, Mapping[str, Any]], None]) -> None:
    """Replace what moto's EventBridge sends by itself: replays of an archive."""

    def send_to_targets(sender: Any, original_event: Mapping[str, Any], **_: Any) -> None:
        heard(from_moto.bus_rule(sender), original_event)

    rule.send_to_targets = send_to_targets


def tap_log_streams(stream: type[Any], heard: Callable[[Lines], None]) -> None:
    """Hear the lines that clients put; moto goes on sending to streams and other groups, but to no function."""
    put = getattr(stream.put_log_events, "original", stream.put_log_events)
    send = getattr(stream._send_log_events, "original", stream._send_log_events)  # noqa: SLF001

    def put_log_events(one: Any, log_events: list[dict[str, Any]]) -> Any:
        answer = put(one, log_events)
        events = [(int(event["timestamp"]), str(event["message"])) for event in log_events]
        heard(Lines(one.account_id, one.region, one.log_group.name, one.log_stream_name, events))
        return answer

    def send_log_events(one: Any, service: str, **given: Any) -> None:
        if service != "lambda":
            send(one, service=service, **given)

    put_log_events.original = put  # type: ignore[attr-defined]
    send_log_events.original = send  # type: ignore[attr-defined]
    stream.put_log_events = put_log_events
    stream._send_log_events = send_log_events  # noqa: SLF001
