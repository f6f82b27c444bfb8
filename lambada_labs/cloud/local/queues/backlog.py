"""The messages of one queue and which of them can be had now: a data structure, without clock or wire.

Every operation takes the time as `now` (seconds since the epoch) and looks at as many messages as it hands
out or as have become due since the last one, never at the backlog.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lambada_labs.cloud.local.queues.deadlines import Deadlines
from lambada_labs.cloud.local.queues.messages import Message
from lambada_labs.cloud.local.queues.order import ByArrival, ByGroup, Order

#: A timer may ring so many seconds early: what floating point loses in seconds since the epoch.
A_MOMENT_S = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many messages can be received, are in flight, are delayed; the three are all there are."""

    visible: int
    in_flight: int
    delayed: int


@dataclass(slots=True)
class Taken:
    """What a receive took: `messages` to hand out, `dead` ones that are no longer in this queue."""

    messages: list[Message] = field(default_factory=list)
    dead: list[Message] = field(default_factory=list)


class Backlog:
    """Messages by number. A hidden one is either delayed or in flight."""

    def __init__(self, *, fifo: bool) -> None:
        self._messages: dict[int, Message] = {}
        self._sent: Deadlines[int] = Deadlines()
        self._delayed: Deadlines[int] = Deadlines()
        self._in_flight: Deadlines[int] = Deadlines()
        self._fifo = fifo
        self._order = self._make_order()

    def __len__(self) -> int:
        return len(self._messages)

    def add(self, message: Message, *, visible_at: float | None = None) -> None:
        """Put a message in; with `visible_at` it is delayed until then."""
        self._messages[message.number] = message
        self._sent.set(message.number, message.sent_at)
        if visible_at is not None:
            self._delayed.set(message.number, visible_at)
        self._order.added(message)

    def find(self, number: int) -> Message | None:
        """The message of this number, or None when it is gone."""
        return self._messages.get(number)

    def in_flight(self, message: Message, receives: int, now: float) -> bool:
        """Whether the delivery of that many receives is the one that is in flight."""
        self.turn(now)
        return message.receives == receives and message.number in self._in_flight

    def take(self, now: float, most: int, hide_s: float, *, max_receives: int | None = None) -> Taken:
        """Take up to `most` visible messages and hide them for `hide_s`.

        One that was received `max_receives` times already is not handed out but removed: a dead letter.
        """
        self.turn(now)
        taken = Taken()
        for message in self._order.candidates():
            if max_receives is not None and message.receives - message.receives_before >= max_receives:
                self.remove(message)
                taken.dead.append(message)
                continue
            self._hand_out(message, now, hide_s)
            taken.messages.append(message)
            if len(taken.messages) >= most:
                break
        self.turn(now)  # a timeout of 0 makes them visible again, behind what was left
        return taken

    def hide(self, message: Message, now: float, hide_s: float) -> None:
        """Hide a message from now on for so long, or show it at once where that is 0."""
        self._delayed.discard(message.number)
        self._in_flight.set(message.number, now + hide_s)
        self._order.changed(message)
        self.turn(now)

    def remove(self, message: Message) -> None:
        """Take a message out for good."""
        del self._messages[message.number]
        for moments in (self._sent, self._delayed, self._in_flight):
            moments.discard(message.number)
        self._order.removed(message)

    def expire(self, now: float, retention_s: float) -> int:
        """Remove what was sent so long ago; answers how many that were."""
        gone = [self._messages[number] for number in self._sent.pop_due(now - retention_s)]
        for message in gone:
            self.remove(message)
        return len(gone)

    def turn(self, now: float) -> None:
        """Show what was hidden until now."""
        for moments in (self._delayed, self._in_flight):
            for number in moments.pop_due(now + A_MOMENT_S):
                self._order.changed(self._messages[number])

    def counts(self, now: float) -> Counts:
        """How many there are of each kind."""
        self.turn(now)
        delayed, in_flight = len(self._delayed), len(self._in_flight)
        visible = len(self._messages) - delayed - in_flight
        return Counts(visible=visible, in_flight=in_flight, delayed=delayed)

    def available(self, now: float) -> bool:
        """Whether a receive would find anything."""
        self.turn(now)
        return self._order.any()

    def next_at(self) -> float | None:
        """When the next hidden message becomes visible, or None."""
        moments = [at for at in (self._delayed.next_at(), self._in_flight.next_at()) if at is not None]
        return min(moments, default=None)

    def clear(self) -> None:
        """Remove everything."""
        self._messages.clear()
        for moments in (self._sent, self._delayed, self._in_flight):
            moments.clear()
        self._order = self._make_order()

    def _make_order(self) -> Order:
        return ByGroup(self._is_hidden) if self._fifo else ByArrival(self._is_hidden)

    def _is_hidden(self, number: int) -> bool:
        return number in self._in_flight or number in self._delayed

    def _hand_out(self, message: Message, now: float, hide_s: float) -> None:
        message.receives += 1
        message.received_at = now
        if message.first_received_at is None:
            message.first_received_at = now
        self._in_flight.set(message.number, now + hide_s)
        self._order.changed(message)
