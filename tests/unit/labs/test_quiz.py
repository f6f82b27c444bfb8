"""Quizzes are data, and the data is sound."""

import json

import pytest

from lambada_labs import files
from lambada_labs.errors import BadInput
from lambada_labs.labs import quiz

FILES = sorted(path.stem for path in files.data("quizzes").glob("*.json"))


@pytest.mark.parametrize("file", FILES)
def test_every_answer_has_a_reason_and_one_is_right(file):
    for question in quiz.questions(file):
        assert sum(answer["correct"] for answer in question["answers"]) == 1
        assert all(answer["feedback"].endswith(".") for answer in question["answers"])


@pytest.mark.parametrize("file", FILES)
def test_the_right_answer_is_not_always_in_the_same_place(file):
    places = {
        next(i for i, answer in enumerate(each["answers"]) if answer["correct"])
        for each in quiz.questions(file)
    }
    assert len(places) > 1


def test_the_score_counts_right_answers():
    asked = quiz.questions("00_start")
    right = {each["id"]: next(i for i in range(3) if quiz.correct(each, i)) for each in asked}
    assert quiz.score(asked, right) == (5, 5)
    assert quiz.score(asked, {"where": 0}) == (0, 5)


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""},
        {"answers": []},
        {
            "answers": [
                {"answer": "a", "correct": True, "feedback": "f"},
                {"answer": "b", "correct": True, "feedback": "f"},
            ]
        },
    ],
)
def test_a_question_without_one_right_answer_is_refused(change):
    sound = {
        "id": "x",
        "question": "?",
        "answers": [
            {"answer": "a", "correct": True, "feedback": "f"},
            {"answer": "b", "correct": False, "feedback": "f"},
        ],
    }
    quiz.validate(sound, "00_start")
    with pytest.raises(BadInput, match="feedback for each"):
        quiz.validate({**sound, **change}, "00_start")


def test_jupyterquiz_would_understand_it():
    for file in FILES:
        for question in json.loads(files.data("quizzes", f"{file}.json").read_text()):
            assert set(question) == {"id", "question", "answers"}
