"""Amazon SQS as this cloud answers it: recognise, do, tell, in the language of the request."""

from __future__ import annotations

from collections.abc import Mapping

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse
from lambada_labs.cloud.local.queues import (
    batch_operations,
    message_operations,
    policy_operations,
    queue_operations,
    redrive,
    wire,
)
from lambada_labs.cloud.local.queues.call import Call, Operation
from lambada_labs.cloud.local.queues.queues import Queues

#: Every operation of Amazon SQS.
OPERATIONS: Mapping[str, Operation] = {
    "AddPermission": policy_operations.add_permission,
    "CancelMessageMoveTask": redrive.cancel_message_move_task,
    "ChangeMessageVisibility": message_operations.change_message_visibility,
    "ChangeMessageVisibilityBatch": batch_operations.change_message_visibility_batch,
    "CreateQueue": queue_operations.create_queue,
    "DeleteMessage": message_operations.delete_message,
    "DeleteMessageBatch": batch_operations.delete_message_batch,
    "DeleteQueue": queue_operations.delete_queue,
    "GetQueueAttributes": queue_operations.get_queue_attributes,
    "GetQueueUrl": queue_operations.get_queue_url,
    "ListDeadLetterSourceQueues": queue_operations.list_dead_letter_source_queues,
    "ListMessageMoveTasks": redrive.list_message_move_tasks,
    "ListQueueTags": queue_operations.list_queue_tags,
    "ListQueues": queue_operations.list_queues,
    "PurgeQueue": queue_operations.purge_queue,
    "ReceiveMessage": message_operations.receive_message,
    "RemovePermission": policy_operations.remove_permission,
    "SendMessage": message_operations.send_message,
    "SendMessageBatch": batch_operations.send_message_batch,
    "SetQueueAttributes": queue_operations.set_queue_attributes,
    "StartMessageMoveTask": redrive.start_message_move_task,
    "TagQueue": queue_operations.tag_queue,
    "UntagQueue": queue_operations.untag_queue,
}
#: These ask about no queue, and the address of one does not answer them.
NOT_OF_A_QUEUE = frozenset({"CreateQueue", "ListQueues"})


class QueueService:
    """Answers the requests signed for the service `sqs`."""

    def __init__(self, queues: Queues) -> None:
        self._queues = queues

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer one request; a refusal is an answer too, in SQS's own form."""
        try:
            operation, parameters = wire.read(request)
            if operation in NOT_OF_A_QUEUE and not wire.is_json(request) and request.path.strip("/"):
                raise wire.not_here(operation)
            call = Call(queues=self._queues, request=request, parameters=parameters)
            return wire.answer(request, operation, await OPERATIONS[operation](call))
        except AwsError as error:
            return wire.refusal(request, error)
