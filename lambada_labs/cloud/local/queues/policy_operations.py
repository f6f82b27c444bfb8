"""AddPermission and RemovePermission: statements of a queue's policy by their label."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.queues.call import Call, Members
from lambada_labs.cloud.local.queues.queue import Queue
from lambada_labs.cloud.local.queues.refusals import (
    FORBIDDEN,
    QueueRefusal,
    invalid_value,
    missing,
)

MOST_ACTIONS = facts.number("limit.sqs.permission_actions")
OWNERS_ONLY = frozenset(
    {"AddPermission", "CancelMessageMoveTask", "CreateQueue", "DeleteQueue", "ListMessageMoveTasks"}
    | {"ListQueues", "ListQueueTags", "RemovePermission", "SetQueueAttributes", "StartMessageMoveTask"}
    | {"TagQueue", "UntagQueue"}
)
ALLOWED = frozenset(
    {"*", "ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl"}
    | {"ListDeadLetterSourceQueues", "PurgeQueue", "ReceiveMessage", "SendMessage"}
)


async def add_permission(call: Call) -> Members:
    """AddPermission."""
    queue, label = call.queue(), call.need("Label")
    actions, accounts = call.get("Actions") or [], call.get("AWSAccountIds") or []
    if not actions:
        raise missing("Actions")
    if not accounts:
        raise invalid_value("[]", "PrincipalId", "Unable to verify.")
    _check_actions(actions)
    policy = _policy(queue)
    if any(statement.get("Sid") == label for statement in policy["Statement"]):
        raise invalid_value(label, "Label", "Already exists.")
    policy["Statement"].append(_statement(queue, label, actions, accounts))
    queue.configure(replace(queue.settings, policy=json.dumps(policy, separators=(",", ":"))))
    return None


async def remove_permission(call: Call) -> Members:
    """RemovePermission; the policy goes with its last statement."""
    queue, label = call.queue(), call.need("Label")
    policy = _policy(queue)
    kept = [statement for statement in policy["Statement"] if statement.get("Sid") != label]
    if len(kept) == len(policy["Statement"]):
        raise invalid_value(label, "Label", "can't find label.")
    text = json.dumps({**policy, "Statement": kept}, separators=(",", ":")) if kept else None
    queue.configure(replace(queue.settings, policy=text))
    return None


def _check_actions(actions: list[str]) -> None:
    if len(actions) > MOST_ACTIONS:
        text = f"{len(actions)} Actions were found, maximum allowed is {MOST_ACTIONS}."
        raise QueueRefusal("OverLimit", text, FORBIDDEN)
    for action in actions:
        if action in OWNERS_ONLY:
            reason = "Only the queue owner is allowed to invoke this action."
            raise invalid_value(f"SQS:{action}", "ActionName", reason)
        if action not in ALLOWED:
            raise invalid_value(
                f"SQS:{action}", "ActionName", "Please refer to the appropriate WSDL for a list."
            )


def _policy(queue: Queue) -> dict[str, Any]:
    empty = {"Version": "2008-10-17", "Id": f"{queue.name.arn}/SQSDefaultPolicy"}
    found: dict[str, Any] = json.loads(queue.settings.policy) if queue.settings.policy else empty
    statements = found.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    return {**found, "Statement": [one for one in listed if isinstance(one, dict)]}


def _statement(queue: Queue, label: str, actions: list[str], accounts: list[str]) -> dict[str, Any]:
    principals = [f"arn:aws:iam::{account}:root" for account in accounts]
    named = [f"SQS:{action}" for action in actions]
    return {
        "Sid": label,
        "Effect": "Allow",
        "Principal": {"AWS": principals[0] if len(principals) == 1 else principals},
        "Action": named[0] if len(named) == 1 else named,
        "Resource": queue.name.arn,
    }
