"""Lab 04 in JupyterLab: every cell of the learner's notebook runs, and the path of an event is read by keyboard."""

import pytest
from jupyter import errors, exposed, notebook_content, open_notebook, run_all, started

STEP, END = 600, 60_000


@pytest.fixture(scope="module")
def page(tmp_path_factory, chromium):
    folder, state = tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("state")
    with started(["lab", str(folder), "--no-browser"], state, JUPYTER_CONFIG_DIR=exposed(state)) as url:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        page = open_notebook(context, url, "notebooks/04_asynchronous.ipynb")
        run_all(page, seconds=240)
        yield page
        context.close()


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


def shown(page, selector, words):
    """The first card with these words, scrolled into view: JupyterLab draws only the cells that are near."""
    scroll = "(y) => { document.querySelector('.jp-WindowedPanel-outer').scrollTop = y; }"
    for y in range(0, END, STEP):
        page.evaluate(scroll, y)
        page.wait_for_timeout(100)
        found = page.locator(selector).filter(has_text=words)
        if found.count():
            found.first.scroll_into_view_if_needed()
            return found.first
    raise AssertionError(f"no card says {words}")
