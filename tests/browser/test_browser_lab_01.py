"""Lab 01 in JupyterLab: every cell of the learner's notebook runs, and the peak of the day moves by keyboard."""

import pytest
from jupyter import errors, exposed, notebook_content, open_notebook, run_all, started


@pytest.fixture(scope="module")
def page(tmp_path_factory, chromium):
    folder, state = tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("state")
    with started(["lab", str(folder), "--no-browser"], state, JUPYTER_CONFIG_DIR=exposed(state)) as url:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        page = open_notebook(context, url, "notebooks/01_first_function.ipynb")
        run_all(page)
        yield page
        context.close()


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


def shown(page, selector):
    """This element, scrolled into view: JupyterLab draws only the cells that are near."""
    scroll = "(y) => { document.querySelector('.jp-WindowedPanel-outer').scrollTop = y; }"
    for y in range(0, 20_000, 600):
        page.evaluate(scroll, y)
        page.wait_for_timeout(100)
        if page.locator(selector).count():
            page.locator(selector).first.scroll_into_view_if_needed()
            return page.locator(selector).first
    raise AssertionError(f"nothing matches {selector}")
