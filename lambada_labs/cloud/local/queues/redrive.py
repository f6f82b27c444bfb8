"""Dead-letter queues: which may be named, and messages moved back from them."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from lambada_labs import facts
from lambada_labs.cloud.local.queues.call import Call, Members
from lambada_labs.cloud.local.queues.moving import MOST_A_SECOND, RUNNING, MoveTask, read_handle
from lambada_labs.cloud.local.queues.names import QueueName
from lambada_labs.cloud.local.queues.queue import Queue
from lambada_labs.cloud.local.queues.queues import Queues
from lambada_labs.cloud.local.queues.refusals import (
    NOT_FOUND,
    QueueRefusal,
    invalid,
    invalid_value,
    no_resource,
)
from lambada_labs.cloud.local.queues.settings import QueueSettings

MOST_LISTED = facts.number("limit.sqs.move_list")


def check_redrive(queues: Queues, source: QueueName, settings: QueueSettings, policy: str) -> None:
    """Refuse a redrive policy whose target is not there, of another type, or does not allow it."""

    def refuse(reason: str) -> NoReturn:
        raise invalid_value(policy, "RedrivePolicy", reason)

    if settings.redrive is None:
        return
    name = QueueName.from_arn(settings.redrive.target_arn)
    if name is None:
        refuse("Invalid value for deadLetterTargetArn.")
    if (name.account_id, name.region) != (source.account_id, source.region):
        refuse("Dead-letter target owner should be same as the source.")
    target = queues.find(name.arn)
    if target is None:
        refuse("Dead letter target does not exist.")
    if target.settings.fifo != settings.fifo:
        refuse("Dead-letter queue must be same type of queue as the source.")
    if not _allows(target, source.arn):
        refuse("The dead-letter queue does not allow this queue as a source.")


async def start_message_move_task(call: Call) -> Members:
    """StartMessageMoveTask."""
    source = _source(call, call.need("SourceArn"))
    destination, rate = call.get("DestinationArn"), call.get("MaxNumberOfMessagesPerSecond")
    if not _is_dead_letter_queue(call.queues, source):
        raise invalid("Source queue must be configured as a Dead Letter Queue.")
    if destination is not None and call.queues.find(destination) is None:
        raise no_resource("DestinationArn")
    if rate is not None and not 1 <= rate <= MOST_A_SECOND:
        reason = f"Must be >= 1 and <= {MOST_A_SECOND}, if provided."
        raise invalid_value(rate, "MaxNumberOfMessagesPerSecond", reason)
    mover = call.queues.mover
    if mover.running(source.name.arn) is not None:
        text = "Only one active task is allowed for a source queue arn at a given time."
        raise invalid(f"There is already a task running. {text}")
    return {"TaskHandle": mover.start(source, destination, rate).handle}


async def list_message_move_tasks(call: Call) -> Members:
    """ListMessageMoveTasks: the newest, or up to ten."""
    source, most = _source(call, call.need("SourceArn")), call.get("MaxResults") or 1
    if not 1 <= most <= MOST_LISTED:
        raise invalid_value(most, "MaxResults", f"Must be >= 1 and <= {MOST_LISTED}, if provided.")
    found = call.queues.mover.tasks(source.name.arn)[:most]
    return {"Results": [_task(task) for task in found]} if found else {}


async def cancel_message_move_task(call: Call) -> Members:
    """CancelMessageMoveTask."""
    named = read_handle(call.need("TaskHandle"))
    if named is None:
        raise invalid("Value for parameter TaskHandle is invalid.")
    task_id, arn = named
    _source(call, arn)
    running = call.queues.mover.running(arn)
    if running is None or running.task_id != task_id:
        raise QueueRefusal("ResourceNotFoundException", "Task does not exist.", NOT_FOUND)
    call.queues.mover.cancel(running)
    return {"ApproximateNumberOfMessagesMoved": running.moved}


def _source(call: Call, arn: str) -> Queue:
    found = call.queues.find(arn)
    if found is None:
        raise no_resource("SourceArn")
    return found


def _is_dead_letter_queue(queues: Queues, queue: Queue) -> bool:
    name = queue.name
    others = queues.of(name.account_id, name.region)
    return any(one.settings.redrive and one.settings.redrive.target_arn == name.arn for one in others)


def _allows(target: Queue, source_arn: str) -> bool:
    allow = json.loads(target.settings.redrive_allow or "{}")
    permission = allow.get("redrivePermission", "allowAll")
    if permission == "byQueue":
        sources = allow.get("sourceQueueArns")
        return isinstance(sources, list) and source_arn in sources
    return bool(permission == "allowAll")


def _task(task: MoveTask) -> dict[str, Any]:
    shown = {
        "TaskHandle": task.handle if task.status == RUNNING else None,
        "Status": task.status,
        "SourceArn": task.source.name.arn,
        "DestinationArn": task.destination_arn,
        "MaxNumberOfMessagesPerSecond": task.rate,
        "ApproximateNumberOfMessagesMoved": task.moved,
        "ApproximateNumberOfMessagesToMove": task.to_move,
        "FailureReason": task.failure,
        "StartedTimestamp": round(task.started_at * 1000),
    }
    return {name: value for name, value in shown.items() if value is not None}
