"""The data plane in batches: up to ten at once, each with an outcome of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import FIRST_SERVER_FAULT, AwsError
from lambada_labs.cloud.local.queues.call import Call, Members
from lambada_labs.cloud.local.queues.checks import NO_DEDUPLICATION
from lambada_labs.cloud.local.queues.message_operations import draft_of, sent_members, visibility_of
from lambada_labs.cloud.local.queues.messages import Draft
from lambada_labs.cloud.local.queues.queue import Queue
from lambada_labs.cloud.local.queues.refusals import OLD, QueueRefusal, invalid, missing

MOST_ENTRIES = facts.number("limit.sqs.batch")
LARGEST = facts.number("limit.sqs.message_bytes")
_ENTRY_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{facts.number('limit.sqs.batch_id')}}}")
_WRONG_ID = (
    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
    f"It can be at most {facts.number('limit.sqs.batch_id')} letters long."
)
# What one message is told as "invalid", an entry of a batch is told as "not validated".
_SINGLE, _IN_BATCH = "One or more parameters are invalid.", "One or more parameters cannot be validated."

Entry = Mapping[str, Any]


async def send_message_batch(call: Call) -> Members:
    """SendMessageBatch."""
    queue = call.queue()
    entries = _entries(call, "SendMessageBatchRequestEntry")
    drafts = {entry["Id"]: draft_of(call, entry) for entry in entries}
    _check_all(queue, drafts)
    return _outcomes(entries, lambda entry: sent_members(queue.send(drafts[entry["Id"]])))


async def delete_message_batch(call: Call) -> Members:
    """DeleteMessageBatch."""
    queue = call.queue()

    def delete(entry: Entry) -> dict[str, Any]:
        queue.delete(_handle(entry))
        return {}

    return _outcomes(_entries(call, "DeleteMessageBatchRequestEntry"), delete)


async def change_message_visibility_batch(call: Call) -> Members:
    """ChangeMessageVisibilityBatch."""
    queue = call.queue()

    def change(entry: Entry) -> dict[str, Any]:
        queue.change_visibility(_handle(entry), visibility_of(entry.get("VisibilityTimeout", 0)))
        return {}

    return _outcomes(_entries(call, "ChangeMessageVisibilityBatchRequestEntry"), change)


def _entries(call: Call, name: str) -> list[Entry]:
    entries: list[Entry] = call.get("Entries") or []
    if not entries:
        raise QueueRefusal("EmptyBatchRequest", f"There should be at least one {name} in the request.")
    if len(entries) > MOST_ENTRIES:
        text = f"Maximum number of entries per request are {MOST_ENTRIES}. You have sent {len(entries)}."
        raise QueueRefusal("TooManyEntriesInBatchRequest", text)
    seen: set[str] = set()
    for place, entry in enumerate(entries, 1):
        entry_id = entry.get("Id")
        if entry_id is None:
            raise missing(f"{name}.{place}.Id")
        if not _ENTRY_ID.fullmatch(entry_id):
            raise QueueRefusal("InvalidBatchEntryId", _WRONG_ID)
        if entry_id in seen:
            raise QueueRefusal("BatchEntryIdsNotDistinct", f"Id {entry_id} repeated.")
        seen.add(entry_id)
    return entries


def _check_all(queue: Queue, drafts: Mapping[str, Draft]) -> None:
    """What refuses a batch as a whole."""
    size = sum(draft.size for draft in drafts.values())
    if size > LARGEST:
        text = f"Batch requests cannot be longer than {LARGEST} bytes. You have sent {size} bytes."
        raise QueueRefusal("BatchRequestTooLong", text)
    if not queue.settings.fifo:
        return
    if any(draft.group_id is None for draft in drafts.values()):
        raise invalid("The request must contain the parameter MessageGroupId.")
    if not queue.settings.content_based and any(one.deduplication_id is None for one in drafts.values()):
        raise invalid(NO_DEDUPLICATION)


def _outcomes(entries: list[Entry], act: Callable[[Entry], dict[str, Any]]) -> dict[str, Any]:
    """`Successful` and `Failed`; the latter only where something failed, as AWS does it."""
    successful: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for entry in entries:
        try:
            successful.append({"Id": entry["Id"], **act(entry)})
        except AwsError as error:
            failed.append(_failure(entry["Id"], error))
    outcomes = {"Successful": successful, "Failed": failed}
    return {name: found for name, found in outcomes.items() if found}


def _failure(entry_id: str, error: AwsError) -> dict[str, Any]:
    return {
        "Id": entry_id,
        "SenderFault": error.status < FIRST_SERVER_FAULT,
        "Code": error.code.removeprefix(OLD),
        "Message": error.message.replace(_SINGLE, _IN_BATCH),
    }


def _handle(entry: Entry) -> str:
    handle = entry.get("ReceiptHandle")
    if handle is None:
        raise missing("ReceiptHandle")
    return str(handle)
