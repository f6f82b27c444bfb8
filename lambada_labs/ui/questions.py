"""Questions as cards: the prediction's box and the quiz, drawn so that answering never moves the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Literal

from lambada_labs.ui.card import Card, fresh_id, plain, prose
from lambada_labs.ui.checking import with_unit
from lambada_labs.ui.marks import mark

Kind = Literal["number", "text", "choice"]


def prediction_box(question: str, *, kind: Kind, choices: Sequence[str], unit: str, value: Any) -> Card:
    """The question and its box, with the guess in it when there is one."""
    name = fresh_id("guess")
    entry = choice_buttons(choices, value) if kind == "choice" else guess_field(name, kind, unit, value)
    body = (
        f'<p class="lb-kicker">{mark("ring")}Predict before you run</p><p class="lb-title" role="heading" aria-level="3" id="{name}">{prose(question)}</p>'
        f'{entry}<p class="lb-note" data-part="kept" aria-live="polite">{escape(kept(value, unit))}</p>'
    )
    options = [f"- {choice}" for choice in choices]
    said = ["Predict before you run", plain(question), *options, kept(value, unit)]
    return Card(body, "\n".join(said), ("questions.css",))


def guess_field(name: str, kind: Kind, unit: str, value: Any) -> str:
    """A field for a number or a text, and the button that keeps it."""
    shown = "" if value is None else escape(str(value))
    number = 'type="number" inputmode="decimal" step="any"' if kind == "number" else 'type="text"'
    return (
        f'<div class="lb-entry"><input {number} data-part="field" aria-labelledby="{name}" value="{shown}" placeholder="your guess">'
        f'<span class="lb-unit">{prose(unit)}</span><button class="lb-button" data-part="keep">Keep my guess</button></div>'
    )


def choice_buttons(choices: Sequence[str], value: Any) -> str:
    """One button for each choice."""
    buttons = "".join(
        f'<button class="lb-option" data-choice="{escape(choice)}" aria-pressed="{str(choice == value).lower()}">'
        f'<span class="lb-box"></span><span>{prose(choice)}</span></button>'
        for choice in choices
    )
    return f'<div class="lb-options" role="group">{buttons}</div>'


def kept(value: Any, unit: str) -> str:
    """Whether there is a guess, and what to do next."""
    if value is None or value == "":
        return "A wrong guess teaches most; there is no mark."
    return f"Kept: {with_unit(value, unit)}. Now run the next cell."


def quiz_card(questions: Sequence[Mapping[str, Any]], answered: Mapping[str, int]) -> Card:
    """All questions; behind each answer a reason that shows once it was chosen."""
    title = score(questions, answered)
    items = "".join(
        question_markup(number, each, answered.get(str(each["id"])))
        for number, each in enumerate(questions, 1)
    )
    body = f'<p class="lb-kicker">Quiz</p><p class="lb-title" role="heading" aria-level="3" data-part="score" aria-live="polite">{title}</p><ol class="lb-quiz">{items}</ol>'
    said = [
        title,
        *(in_words(number, each, answered.get(str(each["id"]))) for number, each in enumerate(questions, 1)),
    ]
    return Card(body, "\n".join(said), ("questions.css",))


def score(questions: Sequence[Mapping[str, Any]], answered: Mapping[str, int]) -> str:
    """How far, how right."""
    right = sum(is_right(each, answered.get(str(each["id"]))) for each in questions)
    if not answered:
        return f"{len(questions)} questions. Every answer tells you why"
    return f"{right} of {len(questions)} right"


def is_right(question: Mapping[str, Any], answer: int | None) -> bool:
    """Whether this answer index is a correct one."""
    return answer is not None and bool(question["answers"][answer]["correct"])


def question_markup(number: int, question: Mapping[str, Any], answer: int | None) -> str:
    """One question with its answers and the place for their reasons."""
    name = fresh_id("question")
    options = "".join(option(index, each, answer) for index, each in enumerate(question["answers"]))
    reasons = "".join(reason(index, each, answer) for index, each in enumerate(question["answers"]))
    return (
        f'<li data-question="{escape(str(question["id"]))}"><p class="lb-ask" id="{name}"><span>{number}</span>{prose(question["question"])}</p>'
        f'<div class="lb-options" role="group" aria-labelledby="{name}">{options}</div>'
        f'<div class="lb-reasons" aria-live="polite">{waiting(answer)}{reasons}</div></li>'
    )


def option(index: int, answer: Mapping[str, Any], chosen: int | None) -> str:
    """One answer as a button; once chosen it shows whether it was right."""
    verdict = ("right" if answer["correct"] else "wrong") if chosen == index else ""
    return (
        f'<button class="lb-option" data-answer="{index}" data-correct="{str(bool(answer["correct"])).lower()}" '
        f'aria-pressed="{str(chosen == index).lower()}" data-verdict="{verdict}"><span class="lb-box">{mark("check")}{mark("cross")}</span>'
        f"<span>{prose(answer['answer'])}</span></button>"
    )


def waiting(chosen: int | None) -> str:
    """What stands in the place of the reasons before an answer was chosen."""
    gone = ' class="lb-unseen" aria-hidden="true"' if chosen is not None else ""
    return f"<p data-waiting{gone}>Choose one to read why.</p>"


def reason(index: int, answer: Mapping[str, Any], chosen: int | None) -> str:
    """Why an answer is right or not."""
    word = "Right." if answer["correct"] else "Not this one."
    hidden = "" if chosen == index else ' class="lb-unseen" aria-hidden="true"'
    return f'<p data-reason="{index}"{hidden}><b>{word}</b> {prose(answer["feedback"])}</p>'


def in_words(number: int, question: Mapping[str, Any], answer: int | None) -> str:
    """One question as text; an answered one with its reason."""
    lines = [
        f"{number}. {plain(question['question'])}",
        *(f"   - {plain(each['answer'])}" for each in question["answers"]),
    ]
    if answer is not None:
        chosen = question["answers"][answer]
        word = "Right." if chosen["correct"] else "Not this one."
        lines.append(f"   You chose: {plain(chosen['answer'])}. {word} {plain(chosen['feedback'])}")
    return "\n".join(lines)
