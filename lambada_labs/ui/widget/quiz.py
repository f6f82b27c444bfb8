"""The quiz: it tells the kernel each answer and shows the score that the kernel counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import traitlets

from lambada_labs.ui import questions
from lambada_labs.ui.card import Card
from lambada_labs.ui.widget.base import Live, script


class Quiz(Live):
    """`answered` maps question ids to the index of the answer chosen last."""

    _esm = script("live.js", "quiz.js")
    answered = traitlets.Dict().tag(sync=True)
    score = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        asked: Sequence[Mapping[str, Any]],
        *,
        on_answer: Callable[[str, int, bool], None] | None,
        answered: dict[str, int],
    ) -> None:
        self._asked, self._on_answer = tuple(asked), on_answer
        card = questions.quiz_card(self._asked, answered)
        self._css = card.style
        super().__init__(answered=answered, score=questions.score(self._asked, answered))
        self._draw(card)
        self.on_msg(self._hear)

    def _hear(self, _: object, content: Mapping[str, Any], __: object) -> None:
        self.answer(str(content["question"]), int(content["answer"]))

    def answer(self, question_id: str, index: int) -> bool:
        """Answer a question, as a click does; says whether it was right."""
        question = next(each for each in self._asked if str(each["id"]) == question_id)
        self.answered = {**self.answered, question_id: index}
        self.score = questions.score(self._asked, self.answered)
        right = questions.is_right(question, index)
        if self._on_answer:
            self._on_answer(question_id, index, right)
        return right

    def still(self) -> Card:
        """The quiz with the answers given so far."""
        return questions.quiz_card(self._asked, self.answered)
