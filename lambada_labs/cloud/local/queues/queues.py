"""All queues of a cloud, and the small door through which the other rooms use them.

Everything here runs on the cloud's event loop; from another thread, come through it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from lambada_labs.cloud.local.queues.handles import Handles
from lambada_labs.cloud.local.queues.messages import NOTHING, Attribute, Draft, Received, Sent
from lambada_labs.cloud.local.queues.moving import Mover
from lambada_labs.cloud.local.queues.names import QueueName
from lambada_labs.cloud.local.queues.queue import MOST_IN_FLIGHT, Queue, Tools
from lambada_labs.cloud.local.queues.refusals import no_queue
from lambada_labs.cloud.local.queues.settings import QueueSettings
from lambada_labs.cloud.local.queues.wanted import Wanted
from lambada_labs.runtime.clock import Clock

NO_TAGS: Mapping[str, str] = {}


class Queues:
    """Queues by name. `clock` is the time they live in; `mover` runs message move tasks.

    How long a receive waits goes by `waits`, true time unless told otherwise: the client that waits
    counts true seconds too, at whatever speed the platform's clock runs.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        waits: Clock | None = None,
        in_flight_limit: int = MOST_IN_FLIGHT,
    ) -> None:
        self.clock = clock or Clock()
        self.mover = Mover(self.clock, self.find)
        self._queues: dict[QueueName, Queue] = {}
        self._uids = itertools.count(1)
        self._tools = Tools(
            clock=self.clock,
            waits=waits or Clock(),
            handles=Handles(),
            target=self.find,
            in_flight_limit=in_flight_limit,
        )

    def create(
        self, name: QueueName, settings: QueueSettings | None = None, tags: Mapping[str, str] = NO_TAGS
    ) -> Queue:
        """A new queue, in the place of one with the same name."""
        chosen = settings or QueueSettings(fifo=name.fifo)
        queue = Queue(name, chosen, self._tools, uid=next(self._uids), tags=tags)
        self._queues[name] = queue
        return queue

    def remove(self, queue: Queue) -> None:
        """Delete a queue with its messages."""
        if self._queues.get(queue.name) is queue:
            del self._queues[queue.name]
        queue.close()

    def find(self, arn: str) -> Queue | None:
        """The queue of this ARN, or None."""
        name = QueueName.from_arn(arn)
        return self._queues.get(name) if name else None

    def get(self, name: QueueName) -> Queue:
        """The queue of this name.

        Raises:
            QueueRefusal: there is none.
        """
        found = self._queues.get(name)
        if found is None:
            raise no_queue()
        return found

    def of(self, account_id: str, region: str) -> Iterator[Queue]:
        """The queues of an account in a Region, by name."""
        for name in sorted(self._queues, key=lambda found: found.name):
            if (name.account_id, name.region) == (account_id, region):
                yield self._queues[name]

    def by_arn(self, arn: str) -> Queue:
        """The queue of this ARN.

        Raises:
            QueueRefusal: there is none (`QueueDoesNotExist`).
        """
        found = self.find(arn)
        if found is None:
            raise no_queue()
        return found

    def send(
        self,
        arn: str,
        body: str,
        *,
        attributes: Mapping[str, Attribute] = NOTHING,
        group_id: str | None = None,
        deduplication_id: str | None = None,
        delay_s: int | None = None,
        trace_header: str | None = None,
        sender_id: str = "",
    ) -> Sent:
        """Send a message; it is in the queue when this returns.

        Raises:
            QueueRefusal: no such queue, or it does not take this message (too large, no group ...).
        """
        draft = Draft(
            body=body,
            attributes=attributes,
            group_id=group_id,
            deduplication_id=deduplication_id,
            delay_s=delay_s,
            trace_header=trace_header,
            sender_id=sender_id,
        )
        return self.by_arn(arn).send(draft)

    async def receive(
        self, arn: str, *, most: int = 10, wait_s: float | None = None, visibility_s: int | None = None
    ) -> list[Received]:
        """Up to `most` messages (no bound, unlike the API), waiting up to `wait_s` for the first.

        None stands for the queue's own wait and visibility timeout. Cancelling a wait loses no message.

        Raises:
            QueueRefusal: no such queue, or it was deleted during the wait.
        """
        return await self.by_arn(arn).receive(Wanted(most=most, wait_s=wait_s, visibility_s=visibility_s))

    def delete(self, arn: str, receipt_handle: str) -> None:
        """Delete a received message.

        Raises:
            QueueRefusal: no such queue; not a handle of it; on a FIFO queue, expired.
        """
        self.by_arn(arn).delete(receipt_handle)

    def change_visibility(self, arn: str, receipt_handle: str, seconds: int) -> None:
        """Hide a received message for so long from now on; 0 gives it back at once.

        Raises:
            QueueRefusal: no such queue; not a handle of it; the message is gone; longer than 12 hours.
        """
        self.by_arn(arn).change_visibility(receipt_handle, seconds)
