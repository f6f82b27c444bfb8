"""One event in the queue: what it is, what was tried, what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field

from lambada_labs.model import (
    AttemptOutcome,
    Condition,
    EventAttempt,
    EventDelivery,
    EventHistory,
    Invocation,
    Reply,
)
from lambada_labs.runtime.clock import Timer

#: What an event takes in memory beside its payload, about.
OVERHEAD_BYTES = 2048


@dataclass(slots=True, eq=False, kw_only=True)
class QueuedEvent:
    """What changes while it waits.

    `queued_at` is the platform clock's; `retries` follow function errors, `refusals` throttles in a row;
    `held`: bytes counted for it.
    """

    invocation: Invocation
    queued_at: float
    retries: int = 0
    refusals: int = 0
    wait_s: float = 0.0
    next_at: float | None = None
    trying_since: float | None = None
    held: int = 0
    timer: Timer | None = None
    reply: Reply | None = None
    condition: Condition | None = None
    ended_at: float | None = None
    attempts: list[EventAttempt] = field(default_factory=list)
    deliveries: list[EventDelivery] = field(default_factory=list)

    @property
    def arn(self) -> str:
        """The function's."""
        return self.invocation.function.arn

    @property
    def size(self) -> int:
        """Bytes it takes, about; its last answer is kept for the record that may be sent."""
        answer = len(self.reply.payload) if self.reply else 0
        return len(self.invocation.event) + answer + OVERHEAD_BYTES

    @property
    def invocations(self) -> int:
        """How often a handler saw it."""
        return sum(attempt.outcome not in ("throttled", "system-error") for attempt in self.attempts)

    def history(self) -> EventHistory:
        """What happened to it so far."""
        invocation = self.invocation
        return EventHistory(
            request_id=invocation.request_id,
            function_name=invocation.function.name,
            function_arn=invocation.invoked_arn,
            producer=invocation.producer,
            accepted_at=invocation.accepted_at,
            size=len(invocation.event),
            attempts=tuple(self.attempts),
            next_wait_s=self.wait_s if self.timer is not None else None,
            next_at=self.next_at,
            trying_since=self.trying_since,
            condition=self.condition,
            ended_at=self.ended_at,
            deliveries=tuple(self.deliveries),
        )


def outcome_of(reply: Reply) -> AttemptOutcome:
    """How an attempt that ran ended."""
    if reply.record.outcome == "timeout":
        return "timeout"
    return "error" if reply.function_error else "success"
