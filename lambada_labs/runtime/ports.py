"""What the engine asks of the cloud around it, and what it raises when a limit refuses an invocation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal, Protocol

from lambada_labs.model import FunctionConfig, InvocationRecord, LifeEvent

#: Takes the next piece of a streamed response; awaited, so that a slow reader slows the handler.
ChunkSink = Callable[[bytes], Awaitable[None]]

ThrottleReason = Literal[
    "ConcurrentInvocationLimitExceeded",
    "ReservedFunctionConcurrentInvocationLimitExceeded",
    "CallerRateLimitExceeded",
]


class Throttled(Exception):
    """A limit refuses this invocation; `reason` is AWS's `Reason` of TooManyRequestsException."""

    def __init__(self, reason: ThrottleReason) -> None:
        self.reason: ThrottleReason = reason
        super().__init__(reason)


class Ports(Protocol):
    """Effects handed in to the engine; all of them synchronous and quick."""

    def credentials(self, function: FunctionConfig, environment_id: str) -> Mapping[str, str]:
        """Variables for this execution environment: its role's session keys, the endpoint, a config file."""

    def write_logs(self, function: FunctionConfig, stream: str, events: Sequence[tuple[int, str]]) -> None:
        """Log events (milliseconds since the epoch, message) for the function's log group."""

    def record(self, record: InvocationRecord) -> None:
        """An invocation that ended, or was throttled."""

    def life(self, event: LifeEvent) -> None:
        """An execution environment that changed its phase."""
