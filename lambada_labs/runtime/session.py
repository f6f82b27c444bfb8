"""One runtime's side of the Runtime API, from its start to its end: a state machine without any HTTP."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from lambada_labs.runtime.ports import ChunkSink


class State(Enum):
    """The states of a runtime, in AWS's names (Runtime Interface Emulator, runtime_state_names.go)."""

    STARTED = "Started"
    INIT_ERROR = "InitError"
    READY = "Ready"
    RUNNING = "Running"
    ANSWERING = "InvocationResponse"
    ANSWERED = "RuntimeResponseSentState"


_MAY_ASK = frozenset({State.STARTED, State.READY, State.ANSWERED})


class Ending(Enum):
    """Why nobody waits for this runtime any more."""

    READY = "asked for its next event"
    LINGERING = "answered and did not ask for its next event at once"
    INIT_ERROR = "reported an init error"
    EXITED = "ended"
    TIMED_OUT = "ran out of time"
    OUT_OF_MEMORY = "took more memory than the function has"


class NotAllowed(Exception):
    """The runtime asked for something that does not fit its state."""

    def __init__(self, state: State, wanted: State) -> None:
        super().__init__(
            f"State transition from {state.value} to {wanted.value} failed for runtime. "
            "Error: State transition is not allowed"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What GET next answers: the event and its headers. `on_chunk` takes a streamed response."""

    request_id: str
    event: bytes
    headers: dict[str, str]
    on_chunk: ChunkSink | None = None


@dataclass(slots=True, kw_only=True)
class Answer:
    """What a runtime posted: a body, or an error with its type (`Function.…`, `Runtime.…`).

    `fault` marks an error that the platform found in the answer, not one of the handler's.
    """

    body: bytes
    error_type: str | None = None
    failed: bool = False
    fault: bool = False


@dataclass(slots=True)
class Session:
    """The conversation with one runtime process. Everything runs on the loop; nothing here blocks."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    state: State = State.STARTED
    delivery: Delivery | None = None
    answer: Answer | None = None
    on_answer: Callable[[], None] = lambda: None
    _give: Callable[[Delivery | None], None] | None = None
    _ended: asyncio.Future[Ending] | None = None
    _closed: bool = False

    # What the environment does.

    def watch(self) -> asyncio.Future[Ending]:
        """A new wait for the end of what comes next: the Init phase, or one invocation."""
        self._ended = asyncio.get_running_loop().create_future()
        return self._ended

    def end(self, ending: Ending) -> None:
        """End the wait; the first reason counts."""
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(ending)

    def deliver(self, delivery: Delivery) -> asyncio.Future[Ending]:
        """Hand an event to the runtime that waits in GET next."""
        ended = self.watch()
        self.delivery, self.answer, self.state = delivery, None, State.RUNNING
        self._hand(delivery)
        return ended

    def close(self) -> None:
        """The runtime is gone: a request it left behind ends."""
        self._closed = True
        self._hand(None)

    # What the Runtime API asks.

    def may_ask(self) -> bool:
        """Whether GET next fits the state, and an event may still come."""
        return not self._closed and self.state in _MAY_ASK

    async def next(self) -> Delivery | None:
        """Wait for the next event; None when there will be none.

        Raises:
            NotAllowed: the runtime has not answered the last one.
        """
        if self.state not in _MAY_ASK:
            raise NotAllowed(self.state, State.READY)
        if self._closed:
            self.state = State.READY
            return None
        waiting: asyncio.Future[Delivery | None] = asyncio.get_running_loop().create_future()
        self.ask(lambda delivery: None if waiting.done() else waiting.set_result(delivery))
        return await waiting

    def ask(self, give: Callable[[Delivery | None], None]) -> None:
        """Where `may_ask`: `give` is called with the next event, or with None when there will be none."""
        self.state = State.READY
        self._give = give
        self.end(Ending.READY)

    def _hand(self, delivery: Delivery | None) -> None:
        give, self._give = self._give, None
        if give is not None:
            give(delivery)

    def is_current(self, request_id: str) -> bool:
        """Whether this is the invocation that the runtime works on."""
        return self.delivery is not None and self.delivery.request_id == request_id

    def begin_answer(self) -> Delivery:
        """The runtime starts to send its answer.

        Raises:
            NotAllowed: there is nothing to answer, or it was answered.
        """
        if self.state is not State.RUNNING or self.delivery is None:
            raise NotAllowed(self.state, State.ANSWERING)
        self.state = State.ANSWERING
        return self.delivery

    def finish_answer(self, answer: Answer) -> None:
        """The answer is here, whole."""
        self.state = State.ANSWERED
        self.answer = answer
        self.on_answer()

    def init_error(self, answer: Answer) -> None:
        """The runtime could not initialise.

        Raises:
            NotAllowed: it had already.
        """
        if self.state is not State.STARTED:
            raise NotAllowed(self.state, State.INIT_ERROR)
        self.state, self.answer = State.INIT_ERROR, answer
        self.end(Ending.INIT_ERROR)
