"""Lab 03 in JupyterLab: every cell of the learner's notebook runs, a request goes through the balancer by a click."""

import pytest
from jupyter import errors, learning, notebook_content, shown


@pytest.fixture(scope="module")
def page(tmp_path_factory, chromium):
    with learning(tmp_path_factory, chromium, "03_synchronous", seconds=300, clean_up=False) as page:
        yield page


def test_the_learners_notebook_shows_no_traceback(page):
    assert errors(notebook_content(page)) == []


def test_the_herd_is_drawn_in_three_panels(page, pictures):
    shown(page, ".lb-herd")
    assert page.locator(".lb-herd-plot").count() == 3
    pictures(page, "lab_03_herd")


def test_an_answer_is_chosen_and_the_balancer_refuses_it_with_the_reason(page, pictures):
    card = exchange(page)
    card.get_by_text("The caller gets 200").first.wait_for()
    card.get_by_text("no statusCode").click()
    card.get_by_text("LambdaInvalidResponse").first.wait_for()
    assert card.locator("[data-part=status]").inner_text() == "502"
    assert "502 Bad Gateway" in card.locator("pre[data-part=response]").inner_text()
    pictures(page, "lab_03_refused")
    card.get_by_text("a good answer").click()
    card.locator("[data-part=status]", has_text="200").wait_for()
    assert card.locator("[data-part=why]").inner_text() == ""


def test_the_switch_lets_a_repeated_parameter_survive(page, pictures):
    card = exchange(page)
    switch = card.get_by_label("multi-value headers")
    if switch.is_checked():
        switch.uncheck()
    card.locator("mark", has_text="39").first.wait_for()
    switch.check()
    card.locator("mark", has_text="multiValueQueryStringParameters").wait_for()
    marked = " ".join(card.locator("mark").all_inner_texts())
    assert '"38"' in marked
    assert '"39"' in marked
    pictures(page, "lab_03_lists")


def test_a_text_that_is_no_request_is_answered_in_words(page):
    card = exchange(page)
    request = card.locator("textarea[data-part=request]")
    kept = request.input_value()
    request.fill("hello")
    card.locator("[data-part=send]").click()
    card.get_by_text("The first line is 'hello'.").wait_for()
    request.fill(kept)
    card.locator("[data-part=send]").click()
    card.locator("[data-part=note]:not(:has-text('first line'))").wait_for(state="attached")


def exchange(page):
    """The card with the four stations."""
    shown(page, ".lb-exchange")
    return page.locator(".lb-exchange").first
