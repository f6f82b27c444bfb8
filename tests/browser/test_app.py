"""The calculator as `lambada app` serves it: it answers the keyboard, shows both books, needs nobody outside."""

import re

import pytest
from jupyter import started


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with started(["app", "--no-browser", "--port", "0"], tmp_path_factory.mktemp("state")) as url:
        yield url


def opened(chromium, url, **options):
    context = chromium.new_context(**options)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url, wait_until="domcontentloaded")
    page.wait_for_selector(".lambada input[type=range]", timeout=60_000)
    return page, asked


def test_a_slider_moves_the_bill(app, chromium, pictures):
    page, _ = opened(chromium, app, viewport={"width": 1200, "height": 900})
    before = page.locator(".lambada").inner_text()
    page.locator("input[type=range]").first.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("before => document.querySelector('.lambada').innerText !== before", arg=before)
    pictures(page, "calculator_wide")
    assert len(re.findall(r"\$[\d,.]+", page.locator(".lambada").inner_text())) > 4
    page.context.close()


def test_nothing_is_asked_of_another_host(app, chromium):
    page, asked = opened(chromium, app)
    page.wait_for_load_state("networkidle")
    assert asked
    assert [url for url in asked if not re.match(r"(https?|wss?)://127\.0\.0\.1:|data:|blob:", url)] == []
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(app, chromium, pictures, scheme):
    phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": scheme}
    page, _ = opened(chromium, app, **phone)
    page.wait_for_timeout(300)
    pictures(page, f"calculator_phone_{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= phone["viewport"]["width"]
    page.context.close()
