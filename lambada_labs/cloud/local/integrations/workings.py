"""The code of a service beside its data: how a sample is made, and how an answer is judged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.verdict import Answer, Sent, Verdict

Choices = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workings:
    """What a service does around a call.

    `sample` makes the event of one call from the choices of the learner (all of them there, each a value that
    the register allows or, where it allows any, a text). `judge` says what the service makes of the answer; an
    asynchronous service has none, but may have `settled`, which waits so many true seconds for a call back.
    """

    sample: Callable[[Choices, Place], Sent]
    judge: Callable[[Sent, Answer], Verdict] | None = None
    settled: Callable[[Sent, float], Awaitable[Verdict]] | None = None
