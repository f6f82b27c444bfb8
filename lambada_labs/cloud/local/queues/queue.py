"""One queue at work: its settings, its backlog, its clock, and those who wait at it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lambada_labs import facts
from lambada_labs.cloud.local.queues import checks, refusals, stamps
from lambada_labs.cloud.local.queues.attempts import Attempts
from lambada_labs.cloud.local.queues.backlog import A_MOMENT_S, Backlog, Counts
from lambada_labs.cloud.local.queues.handles import Handles
from lambada_labs.cloud.local.queues.messages import Draft, Message, Received, Sent
from lambada_labs.cloud.local.queues.names import QueueName
from lambada_labs.cloud.local.queues.receipts import Receipts
from lambada_labs.cloud.local.queues.remembered import Remembered
from lambada_labs.cloud.local.queues.settings import QueueSettings
from lambada_labs.cloud.local.queues.waiting import Waiters
from lambada_labs.cloud.local.queues.wanted import Wanted
from lambada_labs.runtime.clock import Clock

LONGEST_HIDDEN_S = facts.number("limit.sqs.visibility_s")
MOST_IN_FLIGHT = facts.number("limit.sqs.in_flight")
DEDUPLICATION_S = facts.number("limit.sqs.deduplication_s")
PURGE_S = facts.number("limit.sqs.purge_s")


@dataclass(slots=True, kw_only=True)
class Tools:
    """What all queues of a cloud share: the platform's clock, and the one by which receives wait.

    `target` finds the dead-letter queue of an ARN, if it is there.
    """

    clock: Clock
    waits: Clock
    handles: Handles
    target: Callable[[str], Queue | None]
    in_flight_limit: int = MOST_IN_FLIGHT
    new_id: Callable[[], str] = field(default=lambda: str(uuid.uuid4()))


class Queue:
    """A queue. `settings` and `tags` may be replaced at any time; the next operation sees them."""

    def __init__(
        self, name: QueueName, settings: QueueSettings, tools: Tools, *, uid: int, tags: Mapping[str, str]
    ) -> None:
        self.name, self.settings, self.tags = name, settings, dict(tags)
        self._tools = tools
        self.created_at = self.modified_at = tools.clock.now()
        self.deleted = False
        self._backlog = Backlog(fifo=settings.fifo)
        self._waiters = Waiters(tools, self._backlog)
        self._seen: Remembered[tuple[str, str], Sent] = Remembered(DEDUPLICATION_S)
        self._attempts = Attempts(self._backlog)
        self._receipts = Receipts(tools.handles, uid)
        self._numbers = 0
        self._purged_at: float | None = None

    def send(self, draft: Draft) -> Sent:
        """Take a message; a duplicate on a FIFO queue is answered like its first and not taken.

        Raises:
            QueueRefusal: AWS would not take it either.
        """
        self._check_there()
        checks.check(draft, self.settings)
        draft = stamps.with_deduplication(draft, self.settings)
        key = stamps.deduplication_key(draft, self.settings)
        first = self._seen.find(key, self._now) if key else None
        if first is not None:
            return stamps.sent(draft, first.message_id, first.sequence_number)
        sent = self._put(draft, sent_at=self._now, delay_s=stamps.delay_s(draft, self.settings))
        if key:
            self._seen.keep(key, sent, self._now)
        return sent

    async def receive(self, wanted: Wanted) -> list[Received]:
        """Messages now, or as soon as there are any within the wait; none when it is over.

        Raises:
            QueueRefusal: the queue is gone, or a standard queue has too many messages in flight.
        """
        wait_s = self.settings.wait_s if wanted.wait_s is None else wanted.wait_s
        until = self._tools.waits.now() + wait_s
        while True:
            found = self.take(wanted, patient=wait_s > 0)
            if found or self._tools.waits.now() + A_MOMENT_S >= until:
                return found
            await self._waiters.wait(until)
            if wanted.gone():
                self._waiters.stir()  # the message is for whoever waits behind
                return []

    def take(self, wanted: Wanted, *, patient: bool = False) -> list[Received]:
        """Messages that are there now; a full queue refuses unless the caller is `patient`."""
        self._check_there()
        self._expire()
        hide_s = self.settings.visibility_s if wanted.visibility_s is None else wanted.visibility_s
        messages = self._again(wanted, hide_s)
        if not messages and self._full(patient=patient or self.settings.fifo):
            return []
        messages = messages or self._taken(wanted.most, hide_s)
        if wanted.attempt_id and messages:
            self._attempts.keep(wanted.attempt_id, messages, self._now)
        self._waiters.stir()
        return [self._receipts.write(message, self._now) for message in messages]

    def delete(self, handle: str) -> None:
        """Remove a received message for good; one that is gone already is no error.

        On a standard queue any handle of the message will do, on a FIFO queue only that of the delivery
        that is in flight now.

        Raises:
            QueueRefusal: the handle is none, of another queue, or expired.
        """
        self._check_there()
        self._expire()
        delivery = self._receipts.read(handle)
        message = self._backlog.find(delivery.number)
        if message is None:
            return
        if self.settings.fifo and not self._backlog.in_flight(message, delivery.receives, self._now):
            raise refusals.expired_handle(handle)
        self._backlog.remove(message)
        self._waiters.stir()

    def change_visibility(self, handle: str, seconds: int) -> None:
        """Hide a received message from now on for so long; 0 shows it at once.

        Raises:
            QueueRefusal: the handle is none, the message is gone, or it would be hidden too long.
        """
        self._check_there()
        self._expire()
        delivery = self._receipts.read(handle)
        message = self._backlog.find(delivery.number)
        if message is None or (
            self.settings.fifo and not self._backlog.in_flight(message, delivery.receives, self._now)
        ):
            raise refusals.not_changeable(handle)
        received_at = self._now if message.received_at is None else message.received_at
        if self._now - received_at + seconds > LONGEST_HIDDEN_S:
            reason = (
                f"Total VisibilityTimeout for the message is beyond the limit [{LONGEST_HIDDEN_S} seconds]"
            )
            raise refusals.invalid_value(seconds, "VisibilityTimeout", reason)
        self._backlog.hide(message, self._now, seconds)
        self._waiters.stir()

    def purge(self) -> None:
        """Remove all messages, those in flight too; once a minute.

        Raises:
            QueueRefusal: it was purged less than a minute ago.
        """
        self._check_there()
        if self._purged_at is not None and self._now - self._purged_at < PURGE_S:
            text = f"Only one PurgeQueue operation on {self.name.name} is allowed every {PURGE_S} seconds."
            raise refusals.QueueRefusal("PurgeQueueInProgress", text, refusals.FORBIDDEN)
        self._purged_at = self._now
        self._backlog.clear()
        self._seen.clear()
        self._attempts.clear()

    def counts(self) -> Counts:
        """How many messages are visible, in flight, delayed."""
        self._expire()
        return self._backlog.counts(self._now)

    def configure(self, settings: QueueSettings) -> None:
        """Have other settings from now on."""
        self.settings, self.modified_at = settings, self._now
        self._waiters.stir()

    def accept(self, message: Message, source_arn: str | None) -> None:
        """Take a dead letter. On a standard queue it keeps the time it was first sent, and so its age."""
        sent_at = self._now if self.settings.fifo else message.sent_at
        self._put(message.draft, sent_at=sent_at, moved=message, source_arn=source_arn)

    def take_out(self, most: int) -> list[Message]:
        """Remove up to so many visible messages, to be moved elsewhere."""
        self._expire()
        taken = self._backlog.take(self._now, most, LONGEST_HIDDEN_S).messages
        for message in taken:
            self._backlog.remove(message)
        return taken

    def resend(self, message: Message) -> None:
        """Take a message that comes back from a dead-letter queue: as a new one, with a new id."""
        self._put(message.draft, sent_at=self._now)

    def close(self) -> None:
        """Be deleted: whoever waits here is told so."""
        self.deleted = True
        self._backlog.clear()
        self._waiters.wake_all()

    @property
    def _now(self) -> float:
        return self._tools.clock.now()

    def _check_there(self) -> None:
        if self.deleted:
            raise refusals.no_queue()

    def _expire(self) -> None:
        self._backlog.expire(self._now, self.settings.retention_s)

    def _full(self, *, patient: bool) -> bool:
        """Whether too many messages are in flight; who is not patient is refused then."""
        limit = self._tools.in_flight_limit
        if self._backlog.counts(self._now).in_flight < limit:
            return False
        if patient:
            return True
        text = f"Too many messages are in flight: a queue has at most {limit}."
        raise refusals.QueueRefusal("OverLimit", text, refusals.FORBIDDEN)

    def _again(self, wanted: Wanted, hide_s: float) -> list[Message]:
        if wanted.attempt_id is None or not self.settings.fifo:
            return []
        return self._attempts.again(wanted.attempt_id, self._now, hide_s)

    def _put(
        self,
        draft: Draft,
        *,
        sent_at: float,
        delay_s: int = 0,
        moved: Message | None = None,
        source_arn: str | None = None,
    ) -> Sent:
        self._numbers += 1
        sequence = stamps.sequence_number(self._numbers) if self.settings.fifo else None
        sent = stamps.sent(draft, moved.sent.message_id if moved else self._tools.new_id(), sequence)
        message = Message(
            number=self._numbers, sent=sent, draft=draft, sent_at=sent_at, source_arn=source_arn
        )
        if moved:
            message.receives = message.receives_before = moved.receives
            message.first_received_at = moved.first_received_at
        self._backlog.add(message, visible_at=self._now + delay_s if delay_s else None)
        self._waiters.stir()
        return sent

    def _taken(self, most: int, hide_s: float) -> list[Message]:
        redrive = self.settings.redrive
        target = self._tools.target(redrive.target_arn) if redrive else None
        max_receives = redrive.max_receives if redrive and target is not None else None
        taken = self._backlog.take(self._now, most, hide_s, max_receives=max_receives)
        for message in taken.dead:
            assert target is not None  # noqa: S101 - there is no limit without a target
            target.accept(message, self.name.arn)
        return taken.messages
