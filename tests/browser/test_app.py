"""The calculator as Voila serves it: sliders answer at once, the kernel's bill follows, nothing comes from elsewhere."""

import json

import pytest
from calculator_page import CONTRAST, NAMELESS, TOTAL, text_becomes, typed, window
from jupyter import started

from lambada_labs import pricing
from lambada_labs.pricing import scenario_from_json
from lambada_labs.pricing.inputs import read_scenarios

REQUESTS = "[data-range=requests]"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with started(["app", "--no-browser", "--port", "0"], tmp_path_factory.mktemp("state")) as url:
        yield url


@pytest.fixture
def opened(app, chromium):
    """Opens the app in a new window: a link's fragment, width, height, colour scheme."""
    windows = []

    def open_app(fragment="", **how):
        opening = window(chromium, f"{app}{fragment}", **how)
        windows.append(opening)
        return opening.__enter__()

    yield open_app
    for opening in windows:
        opening.__exit__(None, None, None)


def test_a_slider_moves_the_bill(opened, pictures):
    page = opened()
    assert page.inner_text(TOTAL) == "$2.73"
    page.focus(REQUESTS)
    page.keyboard.press("PageUp")
    page.wait_for_function("() => document.querySelector('[data-part=total_aws]').textContent !== '$2.73'")
    assert page.inner_text("[data-part=moved_aws]").startswith("▲ +$")
    text_becomes(page, "[data-part=figure]", "twice the memory")
    pictures(page, "app_light")
    assert (page.outside, page.problems) == ([], [])


def test_the_kernels_bill_follows(opened):
    page = opened()
    typed(page, "[data-number=requests]", "10,000,000")
    text_becomes(page, "[data-part=driver]", "1,800,000 GB-seconds")
    assert page.inner_text(TOTAL) == "$25.13"
    assert page.inner_text("[data-part=total_deck]") == "$4.13"
    assert "$25.13" in page.text_content("[data-part=words] pre")


def test_the_footer_follows_the_region(opened):
    page = opened("#memory_mb=512&duration_ms=200&requests=9000000&region=eu-west-1")
    text_becomes(page, "[data-part=origins]", "AWS list price: eu-west-1")
    page.select_option("[data-region]", "us-west-2")
    text_becomes(page, "[data-part=origins]", "AWS list price: us-west-2")


def test_the_pictures_words_stay_the_pictures(opened):
    page = opened()
    text_becomes(page, "[data-part=figure]", "twice the memory")
    before = page.text_content("[data-part=figure] .lb-words pre")
    page.check("[data-like-aws]")
    page.uncheck("[data-free-tier]")
    text_becomes(page, "[data-part=words] pre", "$9.60")
    assert "requests a month of" in page.text_content("[data-part=words] pre")
    assert "requests a month of" not in before + page.text_content("[data-part=figure] .lb-words pre")


def test_no_words_of_the_chart_lie_on_each_other(opened):
    page = opened("#memory_mb=1024&duration_ms=1000&requests=1000000&logs=on")
    page.focus("[data-range=memory_mb]")
    page.keyboard.press("PageUp")
    overlaps = page.evaluate("""() => {
      const boxes = [...document.querySelectorAll('.lb-hot-top, .lb-hot-knee b, .lb-hot-title')].filter((e) => e.checkVisibility()).map((e) => {
        const range = document.createRange();
        range.selectNodeContents(e);
        return range.getBoundingClientRect();
      });
      return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length;
    }""")
    assert overlaps == 0
    assert page.inner_text(".lb-hot-axis span:last-child") == "10,240"


def test_a_number_out_of_range_is_refused_in_a_sentence(opened):
    page = opened()
    typed(page, "[data-number=memory_mb]", "64")
    assert page.inner_text("[data-part=problem]") == "64: whole numbers from 128 to 10,240 MB, please."
    assert page.input_value("[data-number=memory_mb]") == "1,536"
    assert page.inner_text(TOTAL) == "$2.73"


def test_a_part_is_added_set_and_removed_by_keys_alone(opened):
    page = opened()
    page.focus("[data-group=around]>summary")
    page.keyboard.press("Enter")
    page.select_option("[data-add]", "nat")
    text_becomes(page, ".lb-bill", "NAT gateway hours")
    page.wait_for_function("() => document.activeElement.dataset.option === 'nat.gateways'")
    page.keyboard.press("Control+A")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    text_becomes(page, ".lb-bill", "$65.70")
    assert "NAT gateway" in page.inner_text("[data-part=set_around]")
    page.focus("[data-key=nat] [data-remove]")
    page.keyboard.press("Enter")
    text_becomes(page, "[data-part=set_around]", "nothing yet")
    assert page.inner_text(TOTAL) == "$2.73"


def test_an_estimate_is_marked_until_the_kernel_has_answered(opened):
    page = opened(
        "#memory_mb=1536&duration_ms=120&requests=30000000&provisioned.environments=2&provisioned.share=1"
    )
    text_becomes(page, ".lb-bill", "Provisioned")
    seen = """() => new Promise((done) => {
      const total = document.querySelector('[data-part=total_aws]'), seen = [];
      new MutationObserver(() => { seen.push(total.textContent); if (seen.length > 1) done(seen); }).observe(total, {childList: true});
      const slider = document.querySelector('[data-range=duration_ms]');
      slider.value = 700;
      slider.dispatchEvent(new Event('input', {bubbles: true}));
      slider.dispatchEvent(new Event('change', {bubbles: true}));
    })"""
    first, then = page.evaluate(seen)
    assert first.startswith("≈ $")
    assert then.startswith("$")


def test_periods_rounding_and_ten_times_the_traffic(opened):
    page = opened()
    page.click("[data-period=year]")
    assert page.inner_text(TOTAL) == "$32.80"
    page.click("[data-period=thousand]")
    assert page.inner_text(TOTAL) == "$0.000911"
    page.click("[data-period=month]")
    page.click("[data-do=tenfold]")
    text_becomes(page, "[data-part=driver]", "30,000,000 runs")
    assert page.inner_text(TOTAL) == "$89.13"
    assert page.inner_text("[data-part=moved_aws]") == "▲ +$86.40"
    page.check("[data-like-aws]")
    assert "rounded like AWS" in page.inner_text(".lb-bill")


def test_every_line_shows_its_prices_birth_certificate_on_focus(opened):
    page = opened()
    page.focus(".lb-line-name >> nth=1")
    tip = page.inner_text("[data-part=tip]")
    assert "SKU TG3M4CAGBA3NYQBH" in tip
    assert "seen 2026-09-19" in tip
    assert "0.0000166667 up to 6B" in tip
    page.keyboard.press("Escape")
    assert not page.is_visible("[data-part=tip]")


def test_two_scenarios_stand_side_by_side(opened, pictures):
    page = opened()
    page.click("[data-do=compare]")
    text_becomes(page, ".lb-bill", "B − A")
    page.click("[data-architecture=arm64]")
    text_becomes(page, "[data-part=label_deck]", "B · AWS list price")
    text_becomes(page, ".lb-bill", "−$0.47")
    assert [page.inner_text(TOTAL), page.inner_text("[data-part=total_deck]")] == ["$2.73", "$2.27"]
    page.wait_for_function("() => location.hash.includes('b.architecture=arm64')")
    pictures(page, "app_compare")
    page.click("[data-do=compare]")
    text_becomes(page, "[data-part=label_deck]", "The deck's price")
    assert "b." not in page.evaluate("location.hash")


def test_a_link_reproduces_what_was_shown(opened):
    page = opened()
    page.select_option("[data-preset]", "api")
    text_becomes(page, ".lb-bill", "HTTP API calls")
    total, link = page.inner_text(TOTAL), page.evaluate("location.hash")
    assert "logs=on" in link
    again = opened(link)
    text_becomes(again, ".lb-bill", "HTTP API calls")
    assert again.inner_text(TOTAL) == total
    assert again.evaluate("location.hash") == link
    again.evaluate("location.hash = '#memory_mb=128&duration_ms=10&requests=5'")
    text_becomes(again, "[data-part=driver]", "free tier covers all")


def test_a_damaged_link_says_what_could_not_be_read(opened, pictures):
    page = opened("#memory_mb=99&duration_ms=200&requests=%E0%A4%A&ghost=on&logs.kb_per_request=2")
    text_becomes(page, "[data-part=problem]", "Not everything could be read")
    text_becomes(page, ".lb-bill", "Logs ingested")
    assert page.input_value("[data-number=duration_ms]") == "200"
    pictures(page, "app_damaged_link")
    typed(page, "[data-number=requests]", "1000000")
    text_becomes(page, "[data-part=driver]", "The free tier covers all of it.")
    assert not page.is_visible("[data-part=problem]")


def test_a_region_without_a_price_says_incomplete(opened, pictures):
    page = opened("#memory_mb=512&duration_ms=200&requests=9000000&architecture=arm64&region=cn-north-1")
    text_becomes(page, "[data-part=gaps]", "Incomplete: duration arm64 has no price in cn-north-1.")
    assert page.inner_text("[data-part=period_aws]") == "a month, incomplete"
    assert "stale price" in page.inner_text(".lb-bill")
    pictures(page, "app_incomplete")


def test_the_files_it_saves_are_the_kernels(opened):
    page = opened()
    page.click("[data-do=menu]")
    with page.expect_download() as saved:
        page.click("[data-do=json]")
    exported = json.loads(saved.value.path().read_text(encoding="utf-8"))
    assert exported == pricing.price_json(scenario_from_json(exported))
    page.click("[data-do=menu]")
    with page.expect_download() as saved:
        page.click("[data-do=csv]")
    assert saved.value.suggested_filename == "lambda-cost.csv"
    (again,) = read_scenarios(saved.value.path().read_text(encoding="utf-8"))
    assert again.scenario == scenario_from_json(exported)


def test_escape_closes_the_menu_and_gives_the_focus_back(opened):
    page = opened()
    page.focus("[data-do=menu]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.do") == "link"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.do") == "menu"
    assert page.get_attribute("[data-do=menu]", "aria-expanded") == "false"


def test_pictures_are_drawn_when_they_are_looked_at(opened, pictures):
    page = opened()
    text_becomes(page, "[data-part=figure]", "twice the memory")
    page.focus("[data-figure=heat_map]")
    page.keyboard.press("ArrowRight")
    text_becomes(page, "[data-part=figure]", "arm64 costs")
    assert page.get_attribute("[data-figure=architectures]", "aria-selected") == "true"
    page.evaluate("document.querySelector('.lb-more').scrollIntoView()")
    pictures(page, "app_figure")


def test_a_range_gives_p10_to_p90_and_its_picture(opened, pictures):
    page = opened()
    page.click("[data-ranged=duration_ms]")
    text_becomes(page, "[data-part=likely_aws]", "P10–P90 $0.40 – $7.27")
    text_becomes(page, "[data-part=figure]", "Eight months in ten cost between $0.40 and $7.27")
    text_becomes(page, "[data-part=figure]", "Against Fargate")
    assert page.inner_text(TOTAL) == "$2.73"
    assert page.get_attribute("[data-figure=uncertainty]", "aria-selected") == "true"
    page.fill("[data-choose=budget]", "5")
    page.keyboard.press("Enter")
    text_becomes(page, "[data-part=figure]", "of the months stay within $5.00")
    pictures(page, "app_range")
    link = page.evaluate("location.hash")
    assert "duration_ms=80..180" in link
    again = opened(link)
    text_becomes(again, "[data-part=likely_aws]", "P10–P90 $0.40 – $7.27")
    text_becomes(again, "[data-part=figure]", "Eight months in ten")
    again.click("[data-ranged=duration_ms]")
    text_becomes(again, "[data-part=figure]", "twice the memory")
    assert not again.is_visible("[data-part=likely_aws]")
    assert "duration_ms=120" in again.evaluate("location.hash")
    assert (page.problems, again.problems) == ([], [])


def test_a_range_is_set_by_keys_and_by_typing(opened):
    page = opened("#memory_mb=1536&duration_ms=80..180&requests=3000000")
    text_becomes(page, "[data-part=likely_aws]", "P10–P90")
    high = "[data-span=duration_ms] [data-thumb=high]"
    page.focus(high)
    page.keyboard.press("PageUp")
    page.wait_for_function("() => location.hash.includes('duration_ms=80..310')")
    assert page.evaluate("document.activeElement.dataset.thumb") == "high"
    assert page.get_attribute(high, "aria-valuetext") == "310 ms"
    page.keyboard.press("Home")  # the other thumb is in the way
    page.wait_for_function("() => location.hash.includes('duration_ms=80..80')")
    typed(page, "[data-span=duration_ms] [data-end=low]", "200")
    assert page.inner_text("[data-part=problem]") == "200: the low end first, please."
    typed(page, "[data-span=duration_ms] [data-end=high]", "240")
    page.wait_for_function("() => location.hash.includes('duration_ms=80..240')")


def test_ranges_fit_a_phone_and_stand_out(opened, pictures):
    page = opened(
        "#memory_mb=512..2048&duration_ms=80..240&requests=2000000..40000000&cold_share=0..0.02&init_ms=100..400",
        width=390,
        height=844,
        scheme="dark",
    )
    text_becomes(page, "[data-part=likely_aws]", "P10–P90")
    text_becomes(page, "[data-part=figure]", "Eight months in ten")
    page.click("[data-group=running]>summary")
    pictures(page, "app_range_phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(CONTRAST)["bad"] == []
    assert page.evaluate(NAMELESS) == []


def test_a_day_is_chosen_above_its_picture(opened):
    page = opened()
    page.click("[data-figure=day_plan]")
    text_becomes(page, "[data-part=figure]", "execution environments at once")
    before = page.inner_text("[data-part=figure] .lb-title")
    page.select_option("[data-choose=shape]", "spike")
    page.wait_for_function(
        "(old) => document.querySelector('[data-part=figure] .lb-title').textContent !== old", arg=before
    )
    assert page.get_attribute("[data-part=day] [data-hour='3']", "aria-valuenow") != "100"


def test_a_day_is_drawn_by_keys_and_by_dragging(opened, pictures):
    page = opened("#memory_mb=1024&duration_ms=800&requests=40000000")
    page.click("[data-figure=day_plan]")
    page.wait_for_selector("[data-part=day] [data-hour='0']")
    plan = "() => document.querySelector('[data-part=figure] .lb-words pre').textContent"
    before = page.evaluate(plan)
    first, second = (page.locator(f"[data-part=day] [data-hour='{hour}']") for hour in (0, 1))
    for key in ("PageDown", "PageDown", "ArrowRight"):
        first.press(key)
    page.wait_for_function("() => document.activeElement.dataset.hour === '1'")
    second.press("PageDown")
    page.wait_for_function(f"(old) => ({plan})() !== old", arg=before)
    assert page.get_attribute("[data-part=day] [data-hour='0']", "aria-valuenow") == "60"
    assert page.input_value("[data-choose=shape]") == ""
    before = page.evaluate(plan)
    box = page.locator("[data-part=day] [data-part=draw]").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.9)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.2, steps=8)
    page.mouse.up()
    page.wait_for_function(f"(old) => ({plan})() !== old", arg=before)
    page.locator("[data-part=day]").scroll_into_view_if_needed()
    pictures(page, "app_day")
    page.focus(REQUESTS)
    page.keyboard.press("ArrowRight")  # the day that was drawn stays
    assert page.get_attribute("[data-part=day] [data-hour='0']", "aria-valuenow") == "60"
    assert page.problems == []


@pytest.mark.parametrize(
    ("key", "part"), [("edge_choices", "CloudFront Functions"), ("time_machine", "2014")]
)
def test_the_edge_and_the_years_are_drawn(opened, key, part):
    page = opened()
    page.click(f"[data-figure={key}]")
    text_becomes(page, "[data-part=figure]", part)


LINE = "REPORT RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95\tDuration: 29.40 ms\tBilled Duration: 30 ms\tMemory Size: 1024 MB\tMax Memory Used: 60 MB\n"


def test_pasted_and_uploaded_logs_are_priced_here(opened, tmp_path):
    page = opened()
    page.click("[data-part=paste]>summary")
    page.fill("[data-part=log_text]", LINE * 20)
    page.click("[data-do=read_log]")
    text_becomes(page, "[data-part=log]", "20 invocations")
    large = tmp_path / "large.log"
    large.write_text(LINE * 15_000, encoding="utf-8")  # several pieces
    page.set_input_files("[data-part=log_file]", large)
    text_becomes(page, "[data-part=log]", "15,000 invocations")
    broken = tmp_path / "broken.log"
    broken.write_bytes(bytes(range(256)) * 40)
    page.set_input_files("[data-part=log_file]", broken)
    text_becomes(page, "[data-part=log_said]", "Expected:")
    assert page.inner_text("[data-part=log]") == ""
    page.fill("[data-part=log_text]", "")
    page.click("[data-do=read_log]")
    text_becomes(page, "[data-part=log_said]", "The log is empty.")
    assert page.inner_text(TOTAL) == "$2.73"


def test_a_kernel_that_is_gone_is_told_with_a_button(opened, pictures):
    page = opened()
    # Nothing comes back any more, as from a kernel that was culled.
    page.context.set_offline(True)
    page.evaluate("() => { WebSocket.prototype.send = () => {}; }")
    page.focus(REQUESTS)
    page.keyboard.press("PageUp")
    assert page.inner_text(TOTAL) != "$2.73"
    page.wait_for_selector("[data-part=lost]:not([hidden]) button", timeout=15_000)
    assert "has not answered" in page.inner_text("[data-part=lost]")
    pictures(page, "app_lost")


@pytest.mark.parametrize(("scheme", "paper"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(17, 17, 17)")])
def test_it_fits_a_phone(opened, pictures, scheme, paper):
    page = opened(width=390, height=844, scheme=scheme)
    for group in ("running", "pay", "around"):
        page.click(f"[data-group={group}]>summary")
    page.evaluate("document.querySelector('.lb-calc-top').scrollIntoView()")
    pictures(page, f"app_phone_{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == paper
    page.locator("[data-control=event_kb]").scroll_into_view_if_needed()
    assert 0 <= page.locator(TOTAL).bounding_box()["y"] < 100  # it stays in sight while a slider moves


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(opened, pictures, scheme):
    page = opened(
        "#memory_mb=512&duration_ms=200&requests=9000000&architecture=arm64&region=cn-north-1&logs=on",
        scheme=scheme,
    )
    text_becomes(page, "[data-part=gaps]", "Incomplete")
    for group in ("running", "pay", "around"):
        page.click(f"[data-group={group}]>summary")
    page.evaluate("document.querySelector('.lb-calc-top').scrollIntoView()")
    page.focus(".lb-line-name >> nth=0")
    pictures(page, f"app_{scheme}_all_open")
    found = page.evaluate(CONTRAST)
    assert found["seen"] > 80
    assert found["bad"] == []


def test_every_control_has_a_name_and_the_keys_reach_it(opened):
    page = opened()
    for group in ("running", "pay", "around"):
        page.click(f"[data-group={group}]>summary")
    assert page.evaluate(NAMELESS) == []
    unreachable = page.evaluate(
        "() => [...document.querySelectorAll('.lb-calc :is(button, input, select)')].filter((each) => each.checkVisibility() && each.tabIndex < 0).length"
    )
    assert unreachable == 0


def test_a_drag_is_told_once(opened):
    page = opened()
    page.evaluate(
        "() => { window.told = []; new MutationObserver(() => told.push(document.querySelector('[data-part=said]').textContent)).observe(document.querySelector('[data-part=said]'), {childList: true}); }"
    )
    page.focus(REQUESTS)
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("() => told.length > 0", timeout=10_000)
    assert page.evaluate("told.length") == 1
    assert page.evaluate("document.querySelectorAll('.lb-totals [aria-live]').length") == 0


def test_the_kernels_bill_confirms_without_a_second_drawing(opened):
    page = opened()
    text_becomes(page, "[data-part=figure]", "twice the memory")
    page.evaluate("""() => {
      window.drawn = 0;
      const seen = new MutationObserver((changes) => { window.drawn += changes.length; });
      const all = {subtree: true, childList: true, attributes: true, characterData: true};
      for (const each of document.querySelectorAll('.lb-books, .lb-hot, .lb-calc-bill')) seen.observe(each, all);
      const place = document.querySelector('[data-part=figure]');
      window.before = place.dataset.shown;
      // What the key itself changed is known as soon as it has been handled.
      document.addEventListener('keydown', () => setTimeout(() => { window.moved = window.drawn; }), {once: true});
    }""")
    page.focus(REQUESTS)
    page.keyboard.press("PageUp")
    page.wait_for_function(
        "() => document.querySelector('[data-part=figure]').dataset.shown !== window.before"
    )
    assert page.evaluate("moved") > 0
    assert page.evaluate("drawn - moved") == 0


def test_moving_a_slider_never_moves_the_page(opened):
    page = opened()
    places = "() => [...document.querySelectorAll('.lb-controls, .lb-books, .lb-hot-plot, .lb-bill, .lb-more')].map((e) => e.getBoundingClientRect().top)"
    before = page.evaluate(places)
    page.focus(REQUESTS)
    for key in ("PageUp", "PageUp", "PageUp", "PageDown", "PageUp"):
        page.keyboard.press(key)
        assert page.evaluate(places) == before
