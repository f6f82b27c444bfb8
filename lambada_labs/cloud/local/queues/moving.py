"""Message move tasks: what StartMessageMoveTask sets going, from a dead-letter queue to where it came from."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from lambada_labs import facts
from lambada_labs.cloud.local.queues.messages import Message
from lambada_labs.cloud.local.queues.queue import Queue
from lambada_labs.runtime.clock import Clock, Timer

MOST_A_SECOND = facts.number("limit.sqs.move_rate")
TICK_S = 1.0
NO_DESTINATION = "AWS.SimpleQueueService.NonExistentQueue"
NO_SOURCE = "CouldNotDetermineMessageSource"
RUNNING, COMPLETED, CANCELLED, FAILED = "RUNNING", "COMPLETED", "CANCELLED", "FAILED"


@dataclass(slots=True, kw_only=True)
class MoveTask:
    """One task; `rate` is messages a second, None as fast as it goes; `to_move` was counted at the start."""

    source: Queue
    destination_arn: str | None
    rate: int | None
    started_at: float
    to_move: int
    task_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = RUNNING
    moved: int = 0
    failure: str | None = None

    @property
    def handle(self) -> str:
        """What names the task to a client."""
        named = {"taskId": self.task_id, "sourceArn": self.source.name.arn}
        return base64.b64encode(json.dumps(named).encode()).decode()


def read_handle(handle: str) -> tuple[str, str] | None:
    """Task id and source ARN in a handle, or None where it is none."""
    try:
        found = json.loads(base64.b64decode(handle, validate=True))
        return str(found["taskId"]), str(found["sourceArn"])
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError):
        return None


class Mover:
    """Runs move tasks on the clock: each second so many messages."""

    def __init__(self, clock: Clock, find: Callable[[str], Queue | None]) -> None:
        self._clock, self._find = clock, find
        self._tasks: dict[str, list[MoveTask]] = {}
        self._timers: dict[str, Timer] = {}

    def tasks(self, source_arn: str) -> list[MoveTask]:
        """The tasks of a dead-letter queue, the newest first."""
        return self._tasks.get(source_arn, [])

    def running(self, source_arn: str) -> MoveTask | None:
        """The task that is under way there, if there is one."""
        return next((task for task in self.tasks(source_arn) if task.status == RUNNING), None)

    def start(self, source: Queue, destination_arn: str | None, rate: int | None) -> MoveTask:
        """Set a task going; its first messages move at once."""
        task = MoveTask(
            source=source,
            destination_arn=destination_arn,
            rate=rate,
            started_at=self._clock.now(),
            to_move=source.counts().visible,
        )
        self._tasks.setdefault(source.name.arn, []).insert(0, task)
        self._tick(task)
        return task

    def cancel(self, task: MoveTask) -> None:
        """Let it move nothing more."""
        task.status = CANCELLED
        self._timers.pop(task.task_id).cancel()

    def _tick(self, task: MoveTask) -> None:
        self._timers.pop(task.task_id, None)
        messages = task.source.take_out(task.rate or MOST_A_SECOND)
        for place, message in enumerate(messages):
            target = self._destination(task, message)
            if target is None:
                self._fail(task, message, messages[place:])
                return
            target.resend(message)
            task.moved += 1
        if task.moved >= task.to_move or not messages:
            task.status = COMPLETED
            return
        self._timers[task.task_id] = self._clock.call_later(TICK_S, lambda: self._tick(task))

    def _destination(self, task: MoveTask, message: Message) -> Queue | None:
        arn = task.destination_arn or message.source_arn
        return self._find(arn) if arn else None

    def _fail(self, task: MoveTask, message: Message, left: list[Message]) -> None:
        known = task.destination_arn or message.source_arn
        task.status, task.failure = FAILED, NO_DESTINATION if known else NO_SOURCE
        for other in left:
            task.source.accept(other, other.source_arn)
