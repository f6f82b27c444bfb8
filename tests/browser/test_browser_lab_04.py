"""Lab 04 in JupyterLab: every cell of the learner's notebook runs, and the path of an event is read by keyboard."""

import pytest
from jupyter import errors, learning, notebook_content, shown


@pytest.fixture(scope="module")
def page(tmp_path_factory, chromium):
    with learning(tmp_path_factory, chromium, "04_asynchronous", seconds=240) as page:
        yield page


def test_the_learners_notebook_shows_no_traceback(page):
    assert errors(notebook_content(page)) == []


def test_the_attempts_of_a_poison_event_are_read_mark_by_mark(page, pictures):
    """Wait, attempt, wait, attempt, end: the arrow keys go along one event's line, and each mark says what it was."""
    card = shown(page, ".lambada", "One event, 3 attempts: given up")
    marks = card.locator("input.lb-ep-mark")
    marks.first.focus()
    said = []
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        said.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert "attempt 3" in said[2]
    assert "given up" in said[3]
    pictures(page, "lab_04_event_path")
