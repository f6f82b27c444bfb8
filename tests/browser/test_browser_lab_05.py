"""Lab 05 in JupyterLab: every cell of the learner's notebook runs, a pattern lights rows up, a card flips and runs."""

import json

import pytest
from jupyter import errors, exposed, notebook_content, open_notebook, run_all, started

PATTERN = {
    "source": ["shop.orders"],
    "detail-type": ["OrderPlaced"],
    "detail": {"country": ["LV", "EE", "LT"], "amount": [{"numeric": [">=", 100]}]},
}


@pytest.fixture(scope="module")
def page(tmp_path_factory, chromium):
    folder, state = tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("state")
    with started(["lab", str(folder), "--no-browser"], state, JUPYTER_CONFIG_DIR=exposed(state)) as url:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        page = open_notebook(context, url, "notebooks/05_events.ipynb")
        page.evaluate(WITHOUT_CLEANING)
        run_all(page, seconds=240)
        yield page
        context.close()


# The clean-up would take away what the cards are asked about.
WITHOUT_CLEANING = """() => {
  for (const cell of window.jupyterapp.shell.currentWidget.content.model.cells) {
    if (cell.sharedModel.getSource().trim() === 'lab.clean_up()') cell.sharedModel.setSource('# kept for the test');
  }
}"""


def test_the_learners_notebook_shows_no_traceback(page):
    assert errors(notebook_content(page)) == []


def test_the_gallery_shows_the_thumbnails_that_came(page, pictures):
    gallery = card(page, ".lb-gallery")
    gallery.locator(".lb-title").filter(has_text="3 of 5 uploads have a thumbnail").wait_for()
    assert gallery.locator("img").count() == 3
    assert gallery.locator("img").evaluate_all("all => all.every(one => one.naturalWidth === 64)")
    pictures(page, "lab_05_gallery")


def test_a_pattern_is_tested_from_the_keyboard(page, pictures):
    tester = card(page, ".lb-pattern")
    box = tester.locator("textarea")
    box.fill("{source: shop.orders}")
    box.press("Control+Enter")
    problem = tester.locator(".lb-pattern-problem")
    problem.filter(has_text="InvalidEventPatternException").wait_for()
    box.fill(json.dumps(PATTERN))
    box.press("Control+Enter")
    title = tester.locator(".lb-title").filter(has_text="exactly the ones that are wanted")
    title.wait_for()
    assert tester.locator("li[data-lit=true]").count() == 3
    assert problem.inner_text() == ""
    pictures(page, "lab_05_pattern")


def test_a_card_flips_by_keyboard_and_runs_its_event(page, pictures):
    deck = card(page, ".lb-producers")
    iot = deck.locator('li[data-name="iot"]')
    iot.locator("input").focus()
    page.keyboard.press("Space")
    assert iot.locator("input").is_checked()
    iot.get_by_role("button").click()
    deck.locator(".lb-producer-sent").filter(has_text="AWS IoT topic rule sent this").wait_for()
    iot.locator("[data-verdict]").filter(has_text="queued").wait_for()
    pictures(page, "lab_05_senders")


def card(page, selector):
    """The card that holds the first of these, scrolled into view: JupyterLab draws only the cells that are near."""
    scroll = "(y) => { document.querySelector('.jp-WindowedPanel-outer').scrollTop = y; }"
    for y in range(0, 60_000, 600):
        page.evaluate(scroll, y)
        page.wait_for_timeout(100)
        if page.locator(selector).count():
            found = page.locator(selector).first
            found.scroll_into_view_if_needed()
            return page.locator(".lambada", has=found).first
    raise AssertionError(f"nothing matches {selector}")
