"""What happened to an object, in the forms S3 tells it: the record, the test event, the event of a bus. Pure.

Sources: Amazon S3 user guide, "Event message structure" and "EventBridge event message structure"; records of
a real account (localstack's snapshots of `test_s3_notifications_*`): version 2.1, version 2.3 for tags and
access lists. Newer documentation numbers all events alike (2.5) without other members for these events.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lambada_labs.cloud.local.producers.moments import millis, seconds
from lambada_labs.cloud.local.producers.object_rules import encoded

VERSION_21, VERSION_23 = "2.1", "2.3"
LATER_FAMILIES = ("ObjectTagging", "ObjectAcl", "LifecycleExpiration", "IntelligentTiering")
#: Event → kind of event on a bus, and the API call that was the reason, where the event names one.
ON_BUS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ObjectCreated:Put": ("Object Created", "PutObject"),
        "ObjectCreated:Post": ("Object Created", "POST Object"),
        "ObjectCreated:Copy": ("Object Created", "CopyObject"),
        "ObjectCreated:CompleteMultipartUpload": ("Object Created", "CompleteMultipartUpload"),
        "ObjectRemoved:Delete": ("Object Deleted", "DeleteObject"),
        "ObjectRemoved:DeleteMarkerCreated": ("Object Deleted", "DeleteObject"),
        "ObjectRestore:Post": ("Object Restore Initiated", ""),
        "ObjectRestore:Completed": ("Object Restore Completed", ""),
        "ObjectTagging:Put": ("Object Tags Added", ""),
        "ObjectTagging:Delete": ("Object Tags Deleted", ""),
        "ObjectAcl:Put": ("Object ACL Updated", ""),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that happened to an object; `at` is in seconds since the epoch.

    `version_id` is empty in a bucket without versions; size and ETag stay None where the object is gone.
    `principal` and `requester` are who did it, as a record and as an event bus spell that.
    """

    name: str
    bucket: str
    region: str
    account_id: str
    key: str
    sequencer: str
    at: float
    size: int | None = None
    etag: str | None = None
    version_id: str = ""
    principal: str = ""
    requester: str = ""
    request_id: str = ""
    source_ip: str = "127.0.0.1"
    storage_class: str = ""
    restored_until: float | None = None
    trace_id: str | None = None

    @property
    def bucket_arn(self) -> str:
        """The bucket's ARN, which names neither Region nor account."""
        return f"arn:aws:s3:::{self.bucket}"

    @property
    def family(self) -> str:
        """`ObjectCreated` and the like."""
        return self.name.partition(":")[0]


def record(change: Change, rule_id: str) -> dict[str, Any]:
    """The message about a change: one record."""
    told: dict[str, Any] = {
        "eventVersion": VERSION_23 if change.family in LATER_FAMILIES else VERSION_21,
        "eventSource": "aws:s3",
        "awsRegion": change.region,
        "eventTime": millis(change.at),
        "eventName": change.name,
        "userIdentity": {"principalId": change.principal},
        "requestParameters": {"sourceIPAddress": change.source_ip},
        "responseElements": {"x-amz-request-id": change.request_id, "x-amz-id-2": host_id(change.request_id)},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": rule_id,
            "bucket": {
                "name": change.bucket,
                "ownerIdentity": {"principalId": owner_id(change.account_id)},
                "arn": change.bucket_arn,
            },
            "object": _object(change),
        },
    }
    if change.restored_until is not None:
        told["glacierEventData"] = {
            "restoreEventData": {
                "lifecycleRestorationExpiryTime": millis(change.restored_until),
                "lifecycleRestoreStorageClass": change.storage_class,
            }
        }
    return {"Records": [told]}


def on_event_bus(change: Change) -> tuple[str, dict[str, Any]] | None:
    """Kind and detail of the event for a bus; None where S3 sends none."""
    kind, reason = ON_BUS.get(change.name, ("", ""))
    if not kind:
        return None
    told = {"key": change.key, "size": change.size, "etag": change.etag, "version-id": change.version_id}
    if change.family in {"ObjectCreated", "ObjectRemoved"}:
        told["sequencer"] = change.sequencer
    if change.family in {"ObjectTagging", "ObjectAcl"}:
        del told["size"]
    detail: dict[str, Any] = {
        "version": "0",
        "bucket": {"name": change.bucket},
        "object": {name: value for name, value in told.items() if value not in (None, "")},
        "request-id": change.request_id,
        "requester": change.requester,
        "source-ip-address": change.source_ip,
    }
    if reason:
        detail["reason"] = reason
    if change.family == "ObjectRemoved":
        marked = change.name.endswith("DeleteMarkerCreated")
        detail["deletion-type"] = "Delete Marker Created" if marked else "Permanently Deleted"
    if change.family == "ObjectRestore":
        detail["source-storage-class"] = change.storage_class
    if change.restored_until is not None:
        detail["restore-expiry-time"] = seconds(change.restored_until)
    return kind, detail


def test_event(bucket: str, *, at: float, request_id: str) -> dict[str, Any]:
    """What S3 sends to queues and topics when a rule is set."""
    return {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": millis(at),
        "Bucket": bucket,
        "RequestId": request_id,
        "HostId": host_id(request_id),
    }


def host_id(request_id: str) -> str:
    """What stands for `x-amz-id-2`: S3's own is not public, so it is made of the request id."""
    return base64.b64encode(hashlib.sha512(request_id.encode()).digest()[:57]).decode()


def owner_id(account_id: str) -> str:
    """What stands for the customer id of an account, which is not public either."""
    return "A" + hashlib.sha256(account_id.encode()).hexdigest()[:13].upper()


def _object(change: Change) -> dict[str, Any]:
    told: dict[str, Any] = {"key": encoded(change.key)}
    if change.family == "ObjectRemoved":
        members: dict[str, Any] = {"versionId": change.version_id}
        if change.name.endswith("DeleteMarkerCreated"):
            members = {"eTag": change.etag, **members}
    elif change.family in {"ObjectTagging", "ObjectAcl"}:
        return {**told, **_known({"eTag": change.etag, "versionId": change.version_id})}
    else:
        members = {"size": change.size, "eTag": change.etag, "versionId": change.version_id}
    return {**told, **_known(members), "sequencer": change.sequencer}


def _known(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, "")}
