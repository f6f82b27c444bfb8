"""The control plane: queues made, found, set, tagged, purged, deleted."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.queues import settings as queue_settings
from lambada_labs.cloud.local.queues import wire
from lambada_labs.cloud.local.queues.call import Call, Members
from lambada_labs.cloud.local.queues.names import QueueName, check_name
from lambada_labs.cloud.local.queues.queue import Queue
from lambada_labs.cloud.local.queues.redrive import check_redrive
from lambada_labs.cloud.local.queues.refusals import (
    QueueRefusal,
    invalid,
    invalid_value,
    missing,
    unknown_attribute,
)
from lambada_labs.cloud.local.queues.settings import QueueSettings

MOST_LISTED = facts.number("limit.sqs.list")
MOST_TAGS = facts.number("limit.sqs.tags")


async def create_queue(call: Call) -> Members:
    """CreateQueue; the same queue again where all that is given agrees with what it has."""
    given = {name: value for name, value in (call.get("Attributes") or {}).items() if value is not None}
    plain_name = call.need("QueueName")
    fifo = given.get("FifoQueue", "").lower() == "true"
    check_name(plain_name, fifo=fifo)
    base = QueueSettings(fifo=fifo)
    chosen = queue_settings.read(given, base)
    name = QueueName(account_id=call.account_id, region=call.region, name=plain_name)
    existing = call.queues.find(name.arn)
    if existing is not None:
        _check_same(existing, given, chosen)
    else:
        check_redrive(call.queues, name, chosen, given.get("RedrivePolicy", ""))
        call.queues.create(name, chosen, _checked_tags(call.get("tags") or {}))
    return {"QueueUrl": name.url(call.endpoint)}


async def get_queue_url(call: Call) -> Members:
    """GetQueueUrl."""
    owner = call.get("QueueOwnerAWSAccountId") or call.account_id
    name = QueueName(account_id=owner, region=call.region, name=call.need("QueueName"))
    return {"QueueUrl": call.queues.get(name).name.url(call.endpoint)}


async def list_queues(call: Call) -> Members:
    """ListQueues; a token only where `MaxResults` is given, as on AWS."""
    prefix = call.get("QueueNamePrefix") or ""
    names = [
        queue.name
        for queue in call.queues.of(call.account_id, call.region)
        if queue.name.name.startswith(prefix)
    ]
    return _page(call, names, "QueueUrls")


async def list_dead_letter_source_queues(call: Call) -> Members:
    """ListDeadLetterSourceQueues."""
    arn = call.queue().name.arn
    names = [
        queue.name
        for queue in call.queues.of(call.account_id, call.region)
        if queue.settings.redrive and queue.settings.redrive.target_arn == arn
    ]
    return {"queueUrls": [], **_page(call, names, "queueUrls")}


async def delete_queue(call: Call) -> Members:
    """DeleteQueue."""
    call.queues.remove(call.queue())
    return None


async def purge_queue(call: Call) -> Members:
    """PurgeQueue."""
    call.queue().purge()
    return None


async def get_queue_attributes(call: Call) -> Members:
    """GetQueueAttributes; no `Attributes` where none of those that were asked for is set."""
    queue, names = call.queue(), call.get("AttributeNames") or []
    known = wire.model()["shapes"]["QueueAttributeName"]["enum"]
    for name in names:
        if name not in known:
            raise unknown_attribute(name)
    shown = attributes(queue)
    chosen = {name: value for name, value in shown.items() if "All" in names or name in names}
    return {"Attributes": chosen} if chosen else {}


async def set_queue_attributes(call: Call) -> Members:
    """SetQueueAttributes."""
    queue, given = call.queue(), call.need("Attributes")
    chosen = queue_settings.read(given, queue.settings)
    if "RedrivePolicy" in given:
        check_redrive(call.queues, queue.name, chosen, given["RedrivePolicy"])
    queue.configure(chosen)
    return None


async def tag_queue(call: Call) -> Members:
    """TagQueue."""
    queue, tags = call.queue(), call.need("Tags")
    if not tags:
        raise missing("Tags")
    queue.tags = _checked_tags({**queue.tags, **tags})
    return None


async def untag_queue(call: Call) -> Members:
    """UntagQueue; a tag that is not there is no error."""
    queue, keys = call.queue(), call.get("TagKeys")
    if not keys:
        raise invalid("Tag keys must be between 1 and 128 characters in length.")
    queue.tags = {key: value for key, value in queue.tags.items() if key not in keys}
    return None


async def list_queue_tags(call: Call) -> Members:
    """ListQueueTags; no `Tags` where there are none."""
    tags = call.queue().tags
    return {"Tags": tags} if tags else {}


def attributes(queue: Queue) -> dict[str, str]:
    """All attributes of a queue, under AWS's names."""
    counts = queue.counts()
    return {
        "QueueArn": queue.name.arn,
        "ApproximateNumberOfMessages": str(counts.visible),
        "ApproximateNumberOfMessagesNotVisible": str(counts.in_flight),
        "ApproximateNumberOfMessagesDelayed": str(counts.delayed),
        "CreatedTimestamp": str(int(queue.created_at)),
        "LastModifiedTimestamp": str(int(queue.modified_at)),
        **queue_settings.show(queue.settings),
    }


def _check_same(existing: Queue, given: dict[str, str], chosen: QueueSettings) -> None:
    has, wants = queue_settings.show(existing.settings), queue_settings.show(chosen)
    for name in given:
        if has.get(name) != wants.get(name):
            text = "A queue already exists with the same name and a different value for attribute"
            raise QueueRefusal("QueueNameExists", f"{text} {name}")


def _checked_tags(tags: dict[str, str]) -> dict[str, str]:
    if len(tags) > MOST_TAGS:
        raise invalid(f"Too many tags. A queue has at most {MOST_TAGS}.")
    return tags


def _page(call: Call, names: list[QueueName], member: str) -> dict[str, Any]:
    most, start = call.get("MaxResults"), _start(call.get("NextToken"))
    if most is not None and not 1 <= most <= MOST_LISTED:
        raise invalid_value(most, "MaxResults", f"Must be >= 1 and <= {MOST_LISTED}, if provided.")
    end = start + (most or MOST_LISTED)
    shown: dict[str, Any] = {member: [name.url(call.endpoint) for name in names[start:end]]}
    if most is not None and end < len(names):
        shown["NextToken"] = base64.b64encode(json.dumps(end).encode()).decode()
    return shown if shown[member] else {}


def _start(token: str | None) -> int:
    if not token:
        return 0
    try:
        return max(0, int(json.loads(base64.b64decode(token, validate=True))))
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError):
        raise invalid(f"Value {token} for parameter NextToken is invalid.") from None
