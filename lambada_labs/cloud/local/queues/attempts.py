"""Receives of a FIFO queue that a client may repeat: the same attempt, the same answer."""

from __future__ import annotations

from collections.abc import Sequence

from lambada_labs import facts
from lambada_labs.cloud.local.queues.backlog import Backlog
from lambada_labs.cloud.local.queues.messages import Message
from lambada_labs.cloud.local.queues.remembered import Remembered

ATTEMPT_S = facts.number("limit.sqs.attempt_s")


class Attempts:
    """Which deliveries each attempt was answered with."""

    def __init__(self, backlog: Backlog) -> None:
        self._backlog = backlog
        self._answers: Remembered[str, list[tuple[int, int]]] = Remembered(ATTEMPT_S)

    def keep(self, attempt_id: str, messages: Sequence[Message], now: float) -> None:
        """Remember an answer."""
        self._answers.keep(attempt_id, [(message.number, message.receives) for message in messages], now)

    def again(self, attempt_id: str, now: float, hide_s: float) -> list[Message]:
        """The messages of that answer, hidden anew; none once one of them was deleted or shown itself."""
        answer = self._answers.find(attempt_id, now) or []
        found = [
            message
            for number, receives in answer
            if (message := self._backlog.find(number)) and self._backlog.in_flight(message, receives, now)
        ]
        if len(found) < len(answer):
            self._answers.drop(attempt_id)
            return []
        for message in found:
            self._backlog.hide(message, now, hide_s)
        return found

    def clear(self) -> None:
        """Forget all."""
        self._answers.clear()
