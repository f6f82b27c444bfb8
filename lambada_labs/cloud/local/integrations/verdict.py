"""What a service makes of an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lambada_labs.model import Reply

#: `accepted`: it goes on; `queued`: Lambda took the event, nobody waits; `waiting`: the function must call back;
#: `refused`: the answer is not what the service wants; `failed`: there is no answer to speak of.
Outcome = Literal["accepted", "queued", "waiting", "refused", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An event as the service sends it, and the resource (an ARN) in whose name.

    `notes` are for the judge; the function does not see them.
    """

    event: Mapping[str, Any]
    source_arn: str
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the function answered: its bytes, and `Handled` or `Unhandled` where it failed."""

    payload: bytes
    function_error: str | None = None

    @classmethod
    def of(cls, reply: Reply) -> Answer:
        """The answer that a reply of the engine is."""
        return cls(payload=reply.payload, function_error=reply.function_error)

    @property
    def value(self) -> Any:
        """The answer as JSON; as text where it is none."""
        try:
            return json.loads(self.payload) if self.payload else None
        except ValueError:
            return self.payload.decode("utf-8", "replace")

    @property
    def error_type(self) -> str:
        """The `errorType` of a function that failed."""
        value = self.value
        return str(value.get("errorType", "")) if isinstance(value, dict) else ""

    @property
    def error_message(self) -> str:
        """Its `errorMessage`."""
        value = self.value
        return str(value.get("errorMessage", "")) if isinstance(value, dict) else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The service's word: `code` and `text` as it says them, `state` what it goes on with (JSON)."""

    outcome: Outcome
    text: str
    code: str = ""
    state: Mapping[str, Any] = field(default_factory=dict)


def accepted(text: str, **state: Any) -> Verdict:
    """It takes the answer and goes on."""
    return Verdict(outcome="accepted", text=text, state=state)


def refused(code: str, text: str, **state: Any) -> Verdict:
    """The answer is not what it wants; `code` and `text` are its own words."""
    return Verdict(outcome="refused", code=code, text=text, state=state)
