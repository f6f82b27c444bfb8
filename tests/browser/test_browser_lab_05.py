"""Lab 05 in JupyterLab: every cell of the learner's notebook runs, a pattern lights rows up, a card flips and runs."""

import json

import pytest
from jupyter import errors, learning, notebook_content, shown

PATTERN = {
    "source": ["shop.orders"],
    "detail-type": ["OrderPlaced"],
    "detail": {"country": ["LV", "EE", "LT"], "amount": [{"numeric": [">=", 100]}]},
}


@pytest.fixture(scope="module")
def page(tmp_path_factory, chromium):
    with learning(tmp_path_factory, chromium, "05_events", seconds=240, clean_up=False) as page:
        yield page


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
    """The card that holds the first of these."""
    return page.locator(".lambada", has=shown(page, selector)).first
