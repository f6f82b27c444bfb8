"""A guess made before the run, the measured truth, and the sentence that explains their difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

GuessKind = Literal["number", "text", "choice"]


def same(guess: Any, truth: Any) -> bool:
    """Whether guess and truth are equal, as numbers where both are, else as words without case."""
    try:
        return float(guess) == float(truth)
    except (TypeError, ValueError):
        return str(guess).strip().casefold() == str(truth).strip().casefold()


def within(factor: float) -> Callable[[Any, Any], bool]:
    """Right when guess and truth are no further apart than this factor: for orders of magnitude."""

    def close(guess: Any, truth: Any) -> bool:
        try:
            small, large = sorted((float(guess), float(truth)))
        except (TypeError, ValueError):
            return False
        return small > 0 and large / small <= factor

    return close


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A prediction that the learner is asked for.

    `why(guess, truth)` explains exactly the difference between the two; the guess is `None` where
    none was made.
    """

    id: str
    text: str
    why: Callable[[Any, Any], str]
    kind: GuessKind = "number"
    choices: tuple[str, ...] = ()
    unit: str = ""
    right: Callable[[Any, Any], bool] = same

    def judge(self, guess: Any, truth: Any) -> Outcome:
        """Compare a guess with the truth that was measured."""
        right = None if guess in (None, "") else self.right(guess, truth)
        return Outcome(
            id=self.id, question=self.text, guess=guess, truth=truth, right=right, why=self.why(guess, truth)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One prediction, judged; `right` is `None` where there was no guess."""

    id: str
    question: str
    guess: Any
    truth: Any
    right: bool | None
    why: str
