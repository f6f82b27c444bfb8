"""The questions at the end of a lab: data, with a reason for every answer, the wrong ones too."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lambada_labs import files
from lambada_labs.errors import BadInput

Question = Mapping[str, Any]
FEWEST_ANSWERS = 2


def questions(file: str) -> list[Question]:
    """The quiz of a lab (`01_first_function`), in jupyterquiz' keys plus `id`; raises `LambadaError`."""
    read: list[Question] = json.loads(files.data("quizzes", f"{file}.json").read_text(encoding="utf-8"))
    for question in read:
        validate(question, file)
    return read


def correct(question: Question, answer: int) -> bool:
    """Whether the answer of this index is a right one."""
    return bool(question["answers"][answer]["correct"])


def score(asked: Sequence[Question], answered: Mapping[str, int]) -> tuple[int, int]:
    """How many were answered right, and how many there are."""
    right = sum(correct(each, answered[each["id"]]) for each in asked if each["id"] in answered)
    return right, len(asked)


def validate(question: Question, file: str) -> None:
    """Raises `BadInput` for a question without one right answer or with an answer without a reason."""
    answers = question.get("answers", ())
    one_right = sum(bool(answer.get("correct")) for answer in answers) == 1
    reasoned = all(answer.get("feedback") for answer in answers)
    if not (question.get("id") and len(answers) >= FEWEST_ANSWERS and one_right and reasoned):
        raise BadInput(
            f"{file}: the question {question.get('question')!r} cannot be asked",
            expected="an id, two or more answers, one of them correct, feedback for each",
        )
