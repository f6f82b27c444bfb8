"""The seventeen labs, and what a lab must have before it may be called ready."""

import pytest

from lambada_labs.errors import BadInput
from lambada_labs.labs import catalogue, quiz
from lambada_labs.labs.check import UNTOUCHED, failed

READY = [lab for lab in catalogue.labs() if lab.ready]


def test_there_are_seventeen_labs_in_the_order_of_the_deck():
    assert [lab.number for lab in catalogue.labs()] == [f"{number:02}" for number in range(17)]
    assert all(lab.title and lab.minutes and lab.question.endswith("?") for lab in catalogue.labs())


def test_each_lab_needs_earlier_labs_only():
    assert all(need < lab.number for lab in catalogue.labs() for need in lab.needs)


@pytest.mark.parametrize(
    "name", ["1", "01", "first_function", "01_first_function", "01_first_function.ipynb"]
)
def test_a_lab_is_found_by_any_of_its_names(name):
    assert catalogue.find(name).file == "01_first_function"


@pytest.mark.parametrize(
    ("name", "seen"),
    [("99", "No lab is called '99'"), ("06", "Lab 06 (Event source mappings) is not written yet")],
)
def test_a_lab_that_cannot_be_opened_is_named(name, seen):
    with pytest.raises(BadInput) as raised:
        catalogue.find(name)
    assert raised.value.seen == seen
    assert "00, 01, 02" in raised.value.expected


@pytest.mark.parametrize("lab", READY, ids=lambda lab: lab.file)
def test_a_ready_lab_has_everything_that_a_lab_needs(lab):
    assert {"twiddle", "tweak", "rework", "break it"} <= {task.kind for task in lab.tasks}
    assert len(lab.questions) >= 2
    assert 4 <= len(quiz.questions(lab.file)) <= 6
    assert len(lab.outcomes) == 3
    assert lab.recap
    assert lab.further


@pytest.mark.parametrize("task", [task for lab in READY for task in lab.tasks], ids=lambda task: task.id)
def test_every_task_has_hints_of_two_grades(task):
    assert UNTOUCHED in task.hints
    assert all(hint.grade(1) != hint.grade(2) == hint.grade(7) for hint in task.hints.values())


def test_an_unforeseen_reason_gets_the_general_hint():
    task = catalogue.find("00").task("your-name")
    assert task.hint(failed("comet", "seen", expected="", next_step="")) is task.hints[UNTOUCHED]


def test_an_unknown_task_names_the_known_ones():
    with pytest.raises(BadInput, match="your-name or more-memory"):
        catalogue.find("00").task("yourname")


def test_the_map_counts_what_is_done():
    passed = {
        "00_start": {"your-name", "more-memory", "two-languages", "break-it"},
        "01_first_function": {"first-call", "a task of last year"},
    }
    rows = {
        row.number: row
        for row in catalogue.course_map.rows(catalogue.labs(), lambda lab: passed.get(lab, set()))
    }
    assert [rows[number].state for number in ("00", "01", "02", "06")] == [
        "done",
        "started",
        "ready",
        "coming",
    ]
    assert (rows["01"].done, rows["01"].href, rows["06"].href) == (1, "01_first_function.ipynb", None)
