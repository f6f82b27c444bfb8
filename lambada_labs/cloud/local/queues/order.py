"""In which order a queue hands out what is visible: by arrival, or group by group."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Protocol

from lambada_labs.cloud.local.queues.messages import Message

# OrderedDict, not dict: the first entry of a dict whose head was deleted often is slow to find.


class Order(Protocol):
    """Knows the messages of a queue that could be handed out now."""

    def added(self, message: Message) -> None:
        """A message has come, visible or hidden."""
        ...

    def changed(self, message: Message) -> None:
        """A message has become visible, or hidden."""
        ...

    def removed(self, message: Message) -> None:
        """A message is gone."""
        ...

    def candidates(self) -> Iterator[Message]:
        """Visible messages, the next to hand out first; the caller hides or removes each before the next."""
        ...

    def any(self) -> bool:
        """Whether there is a candidate."""
        ...


class ByArrival:
    """A standard queue: what became visible first goes first."""

    def __init__(self, is_hidden: Callable[[int], bool]) -> None:
        self._is_hidden = is_hidden
        self._visible: OrderedDict[int, Message] = OrderedDict()

    def added(self, message: Message) -> None:
        """A message has come, visible or hidden."""
        self.changed(message)

    def changed(self, message: Message) -> None:
        """A message has become visible, or hidden."""
        if self._is_hidden(message.number):
            self._visible.pop(message.number, None)
        else:
            self._visible[message.number] = message

    def removed(self, message: Message) -> None:
        """A message is gone."""
        self._visible.pop(message.number, None)

    def candidates(self) -> Iterator[Message]:
        """Visible messages, the next to hand out first."""
        while self._visible:
            yield next(iter(self._visible.values()))

    def any(self) -> bool:
        """Whether there is a candidate."""
        return bool(self._visible)


class ByGroup:
    """A FIFO queue: a group is handed out from its oldest message on, and only while that one is visible.

    So a message in flight holds back its whole group behind it. Groups take turns: one that became
    available later comes later. Both as AWS does it (recorded answers).
    """

    def __init__(self, is_hidden: Callable[[int], bool]) -> None:
        self._is_hidden = is_hidden
        self._groups: dict[str, OrderedDict[int, Message]] = {}
        self._available: OrderedDict[str, None] = OrderedDict()

    def added(self, message: Message) -> None:
        """A message has come, visible or hidden."""
        self._groups.setdefault(message.group_id, OrderedDict())[message.number] = message
        self.changed(message)

    def changed(self, message: Message) -> None:
        """A message has become visible, or hidden."""
        group = message.group_id
        if self._head(group) is None:
            self._available.pop(group, None)
        else:
            self._available.setdefault(group)

    def removed(self, message: Message) -> None:
        """A message is gone."""
        members = self._groups[message.group_id]
        del members[message.number]
        if not members:
            del self._groups[message.group_id]
        self.changed(message)

    def candidates(self) -> Iterator[Message]:
        """Visible messages, the next to hand out first."""
        while self._available:
            group = next(iter(self._available))
            yield from self._run(group)

    def any(self) -> bool:
        """Whether there is a candidate."""
        return bool(self._available)

    def _head(self, group: str) -> Message | None:
        """The oldest message of a group, if it is visible."""
        members = self._groups.get(group)
        oldest = next(iter(members.values())) if members else None
        return None if oldest is None or self._is_hidden(oldest.number) else oldest

    def _run(self, group: str) -> Iterator[Message]:
        """The visible messages of a group up to the first hidden one; ends where one was removed meanwhile."""
        members = self._groups[group]
        for message in members.values():
            if self._is_hidden(message.number):
                return
            yield message
            if message.number not in members:
                return
