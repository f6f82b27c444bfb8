"""What one queue hands out for a delivery, and what it takes back."""

from __future__ import annotations

from lambada_labs.cloud.local.queues.handles import Delivery, Handles
from lambada_labs.cloud.local.queues.messages import Message, Received
from lambada_labs.cloud.local.queues.refusals import foreign_handle, no_handle


class Receipts:
    """The receipts of the queue with this number."""

    def __init__(self, handles: Handles, queue: int) -> None:
        self._handles, self._queue = handles, queue

    def write(self, message: Message, now: float) -> Received:
        """This delivery of a message, with its receipt handle."""
        delivery = Delivery(queue=self._queue, number=message.number, receives=message.receives)
        first = now if message.first_received_at is None else message.first_received_at
        return Received(
            receipt_handle=self._handles.write(delivery),
            sent=message.sent,
            draft=message.draft,
            sent_at=message.sent_at,
            receives=message.receives,
            first_received_at=first,
            source_arn=message.source_arn,
        )

    def read(self, handle: str) -> Delivery:
        """The delivery of a handle.

        Raises:
            QueueRefusal: the handle is none, or of another queue.
        """
        delivery = self._handles.read(handle)
        if delivery is None:
            raise no_handle(handle)
        if delivery.queue != self._queue:
            raise foreign_handle(handle)
        return delivery
