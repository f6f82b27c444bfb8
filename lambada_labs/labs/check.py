"""What a check found in the state of the cloud, and which hint fits it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from lambada_labs.labs.evidence import Evidence

State = Literal["passed", "not yet", "failed"]
Kind = Literal["twiddle", "tweak", "rework", "break it"]
UNTOUCHED = "untouched"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """Seen, expected, next step: each one short clause.

    `not yet`: nothing was tried; `failed`: something was, and `reason` names the hint that fits it.
    """

    state: State
    seen: str
    expected: str = ""
    next_step: str = ""
    meaning: str = ""
    reason: str = UNTOUCHED


def passed(seen: str, meaning: str) -> CheckResult:
    """The task is done; `meaning` is the sentence worth remembering."""
    return CheckResult(state="passed", seen=seen, meaning=meaning, reason="passed")


def not_yet(seen: str, expected: str, next_step: str) -> CheckResult:
    """The task is as it was: a calm answer."""
    return CheckResult(state="not yet", seen=seen, expected=expected, next_step=next_step)


def failed(reason: str, seen: str, *, expected: str, next_step: str) -> CheckResult:
    """Something was tried and is not right; `reason` is the key of its hint."""
    return CheckResult(state="failed", seen=seen, expected=expected, next_step=next_step, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Two grades: where to look, then what to write."""

    first: str
    second: str

    def grade(self, number: int) -> str:
        """The text of grade 1 or 2; asking further stays at the second."""
        return self.first if number <= 1 else self.second


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One exercise: what to do, how it is judged, and a hint for everything that can go wrong."""

    id: str
    title: str
    kind: Kind
    check: Callable[[Evidence], CheckResult]
    hints: Mapping[str, Hint] = field(default_factory=lambda: MappingProxyType({}))

    def hint(self, result: CheckResult) -> Hint:
        """The hint for what the learner's own call did; the one for an untouched task where none fits."""
        return self.hints.get(result.reason, self.hints[UNTOUCHED])
