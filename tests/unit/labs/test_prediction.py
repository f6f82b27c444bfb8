"""Guess against truth, and the sentence between them."""

import pytest

from lambada_labs.labs import catalogue
from lambada_labs.labs.prediction import Question, same, within


@pytest.mark.parametrize(
    ("guess", "truth", "right"),
    [
        (3, 3, True),
        ("3", 3, True),
        (3.0, 3, True),
        (2, 3, False),
        (" Cold ", "cold", True),
        ("warm", "cold", False),
        ("three", 3, False),
    ],
)
def test_numbers_and_words_are_compared_as_such(guess, truth, right):
    assert same(guess, truth) is right


@pytest.mark.parametrize(
    ("guess", "right"),
    [(1_000, True), (5_000, True), (100_000, True), (999, False), (0, False), ("many", False)],
)
def test_within_a_factor(guess, right):
    assert within(10)(guess, 10_000) is right


@pytest.mark.parametrize("guess", [None, ""])
def test_no_guess_is_neither_right_nor_wrong(guess):
    question = Question(id="q", text="How many?", why=lambda guess, truth: f"{guess} and {truth}")
    assert question.judge(guess, 4).right is None


QUESTIONS = [question for lab in catalogue.labs() for question in lab.questions]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_every_prediction_explains_every_guess(question):
    truths = question.choices or (1, 5, 40_000)
    guesses = (None, *question.choices) if question.choices else (None, 0, 1, 3, 5, 10**9)
    assert all(question.judge(guess, truth).why.endswith(".") for guess in guesses for truth in truths)


def test_a_wrong_guess_gets_the_sentence_about_its_own_difference():
    question = catalogue.find("01").asked("at-once")
    assert "one invocation at a time" in question.judge(1, 5).why
    assert question.judge(1, 5).why != question.judge(5, 5).why
