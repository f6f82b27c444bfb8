"""Lab 02 in JupyterLab: every cell of the learner's notebook runs, the area moves, a slip is found by clicking."""

import re

import pytest
from jupyter import errors, learning, notebook_content, shown


@pytest.fixture(scope="module")
def page(tmp_path_factory, chromium):
    with learning(tmp_path_factory, chromium, "02_pricing") as page:
        yield page


def test_the_learners_notebook_shows_no_traceback(page):
    assert errors(notebook_content(page)) == []


def test_the_corner_of_the_area_moves_by_keyboard(page, pictures):
    corner = shown(page, ".lb-corner, .lb-handle")
    card = page.locator(".lambada", has=corner).first
    title = card.locator(".lb-title").inner_text()
    assert "$2.73" in title
    corner.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([card, before]) => card.querySelector('.lb-title').innerText !== before",
        arg=[card.element_handle(), title],
    )
    pictures(page, "lab_02_area")


def test_dollar_signs_stay_dollar_signs(page):
    shown(page, ".lb-callout")
    assert page.locator(".lambada mjx-container").count() == 0


def test_a_slip_is_found_by_clicking_and_the_kernel_counts_it(page, pictures):
    shown(page, ".lb-chip")
    gallery = page.locator(".lambada", has=page.locator(".lb-chip")).last
    gallery.locator(".lb-chip-pick").nth(2).click()
    wrong, right = (
        gallery.locator('[data-question="rounded-price"] .lb-option').nth(step) for step in (0, 2)
    )
    wrong.click()
    gallery.get_by_text("Eight blocks of 128 MB make 1,024 MB").wait_for()
    right.click()
    gallery.get_by_text("1 of 8 slips found").wait_for()
    assert re.search("The price was rounded before", gallery.inner_text())
    pictures(page, "lab_02_slips")


def test_the_link_opens_the_calculator_app_on_the_same_workload(page, pictures):
    card = shown(page, ".lb-card:has([data-part=by_hand])")
    link = card.locator("[data-part=link]")
    link.wait_for(state="visible")
    address = link.get_attribute("href")
    assert "/voila/render/apps/calculator.ipynb#memory_mb=1024&duration_ms=" in address
    app = page.context.new_page()
    app.goto(address)
    for control, value in (("memory_mb", "1,024"), ("requests", "10,000,000")):
        field = app.locator(f"[data-number={control}]").first
        field.wait_for(timeout=60_000)
        app.wait_for_function(
            "([field, value]) => field.value === value", arg=[field.element_handle(), value], timeout=30_000
        )
    pictures(app, "lab_02_app")
    app.close()
