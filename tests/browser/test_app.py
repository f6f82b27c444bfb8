"""The calculator as Voila serves it: sliders answer at once, the kernel's bill follows, nothing comes from elsewhere."""

import pytest
from jupyter import started

TOTAL = "[data-part=total_aws]"
REQUESTS = "[data-range=requests]"
HOME = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with started(["app", "--no-browser", "--port", "0"], tmp_path_factory.mktemp("state")) as url:
        yield url


@pytest.fixture
def opened(app, chromium):
    """Opens the app in a new window: width, height, colour scheme."""
    contexts = []

    def open_app(width=1100, height=850, scheme="light"):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.outside, page.problems = [], []
        page.on(
            "request",
            lambda request: None if request.url.startswith(HOME) else page.outside.append(request.url),
        )
        page.on(
            "console", lambda message: page.problems.append(message.text) if message.type == "error" else None
        )
        page.goto(app, wait_until="domcontentloaded")
        # The sliders stand where the workload is only once the widget's script runs.
        page.wait_for_function(
            "() => document.querySelector('[data-range=requests]')?.value > 500", timeout=60_000
        )
        return page

    yield open_app
    for context in contexts:
        context.close()


def test_a_slider_moves_the_bill(opened, pictures):
    page = opened()
    assert page.inner_text(TOTAL) == "$2.73"
    page.focus(REQUESTS)
    page.keyboard.press("PageUp")
    page.wait_for_function("() => document.querySelector('[data-part=total_aws]').textContent !== '$2.73'")
    assert page.inner_text("[data-part=moved_aws]").startswith("▲ +$")
    pictures(page, "app_light")
    assert (page.outside, page.problems) == ([], [])


def test_the_kernels_bill_follows(opened):
    page = opened()
    page.fill("[data-number=requests]", "10,000,000")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => document.querySelector('[data-part=driver]').textContent.includes('1,800,000 GB-seconds')",
        timeout=10_000,
    )
    assert page.inner_text(TOTAL) == "$25.13"
    assert page.inner_text("[data-part=total_deck]") == "$4.13"
    assert "$25.13" in page.text_content(".lb-words pre")


def test_a_number_out_of_range_is_refused_in_a_sentence(opened):
    page = opened()
    page.fill("[data-number=memory_mb]", "64")
    page.keyboard.press("Enter")
    assert page.inner_text("[data-part=problem]") == "64: whole numbers from 128 to 10,240 MB, please."
    assert page.input_value("[data-number=memory_mb]") == "1,536"
    assert page.inner_text(TOTAL) == "$2.73"


@pytest.mark.parametrize(("scheme", "paper"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(17, 17, 17)")])
def test_it_fits_a_phone(opened, pictures, scheme, paper):
    page = opened(390, 844, scheme)
    pictures(page, f"app_phone_{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == paper
    assert page.evaluate("document.body.dataset.jpThemeLight") == str(scheme == "light").lower()


def test_moving_a_slider_never_moves_the_page(opened):
    page = opened()
    places = "() => [...document.querySelectorAll('.lb-controls, .lb-books, .lb-bill, .lb-note')].map((e) => e.getBoundingClientRect().top)"
    before = page.evaluate(places)
    page.focus(REQUESTS)
    for key in ("PageUp", "PageUp", "PageUp", "PageDown", "PageUp"):
        page.keyboard.press(key)
        assert page.evaluate(places) == before
