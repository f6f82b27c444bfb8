"""Amazon SQS, whole: messages, queues, both protocols. Ours, because a backlog must not slow anything down.

`Queues` is the door for the other rooms: `send`, `receive`, `delete`, `change_visibility` by queue ARN.
`QueueService` answers clients. `Queue`, `Backlog` and below know neither wire nor network.
"""

from lambada_labs.cloud.local.queues.messages import Attribute, Draft, Received, Sent
from lambada_labs.cloud.local.queues.names import QueueName
from lambada_labs.cloud.local.queues.queue import Queue
from lambada_labs.cloud.local.queues.queues import Queues
from lambada_labs.cloud.local.queues.refusals import QueueRefusal
from lambada_labs.cloud.local.queues.service import QueueService
from lambada_labs.cloud.local.queues.settings import QueueSettings, Redrive

__all__ = [
    "Attribute",
    "Draft",
    "Queue",
    "QueueName",
    "QueueRefusal",
    "QueueService",
    "QueueSettings",
    "Queues",
    "Received",
    "Redrive",
    "Sent",
]
