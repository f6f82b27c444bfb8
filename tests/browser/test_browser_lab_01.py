"""Lab 01 in JupyterLab: every cell of the learner's notebook runs, and the peak of the day moves by keyboard."""

import pytest
from jupyter import errors, learning, notebook_content, shown


@pytest.fixture(scope="module")
def page(tmp_path_factory, chromium):
    with learning(tmp_path_factory, chromium, "01_first_function") as page:
        yield page


def test_the_learners_notebook_shows_no_traceback(page):
    assert errors(notebook_content(page)) == []


def test_the_peak_moves_the_picture_and_its_words(page, pictures):
    handle = shown(page, ".lb-handle[role=slider]")
    card = page.locator(".lambada", has=handle)
    title, peak = card.locator(".lb-title").inner_text(), int(handle.get_attribute("aria-valuenow"))
    handle.focus()
    for _ in range(5):
        page.keyboard.press("ArrowUp")
    assert int(handle.get_attribute("aria-valuenow")) > peak
    assert card.locator(".lb-title").inner_text() != title
    assert handle.get_attribute("aria-valuetext") == card.locator(".lb-title").inner_text()
    pictures(page, "lab_01_servers_against_functions")
