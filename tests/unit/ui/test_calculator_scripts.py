"""The calculator's scripts in Node: its link, its sliders, its tooltips' words."""

import pytest
from node import run

LINK = ["calculator_link.js"]
FORM = ["preview.js", "calculator_form.js"]
BILL = ["preview.js", "calculator_form.js", "calculator_chart.js", "calculator_bill.js"]


def test_a_link_is_written_to_be_read():
    a = {"memory_mb": "1536", "requests": "3000000", "logs.kb_per_request": "2"}
    b = {"memory_mb": "128", "region": "eu-west-1"}
    written = run(LINK, "writeLink(given.a, given.b)", {"a": a, "b": b})
    assert (
        written == "#memory_mb=1536&requests=3000000&logs.kb_per_request=2&b.memory_mb=128&b.region=eu-west-1"
    )
    assert run(LINK, "readLink(given)", written) == {"a": a, "b": b, "unread": []}


@pytest.mark.parametrize(
    ("fragment", "found"),
    [
        ("", {"a": {}, "b": None, "unread": []}),
        ("#memory_mb", {"a": {}, "b": None, "unread": ["`memory_mb`"]}),
        ("#a=%E0%A4%A&memory_mb=256", {"a": {"memory_mb": "256"}, "b": None, "unread": ["`a=%E0%A4%A`"]}),
        ("#x=1=2&&", {"a": {"x": "1=2"}, "b": None, "unread": []}),
        ("#b.x=1", {"a": {}, "b": {"x": "1"}, "unread": []}),
    ],
)
def test_a_damaged_link_gives_what_can_be_read(fragment, found):
    assert run(LINK, "readLink(given)", fragment) == found


def test_a_link_of_any_length_is_read_in_part():
    many = "#" + "&".join(f"k{index}=1" for index in range(10_000))
    assert len(run(LINK, "readLink(given).a", many)) == 120


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/", True),
        ("/voila/render/apps/calculator.ipynb", True),
        ("/user/ada/voila/render/apps/calculator.ipynb", True),
        ("/lab/tree/notebooks/02_pricing.ipynb", False),
        ("/user/ada/lab", False),
        ("/notebooks/02_pricing.ipynb", False),
    ],
)
def test_only_a_page_of_its_own_carries_the_state(path, own):
    assert run(LINK, "ownPage(given)", path) is own


def test_a_copied_link_carries_no_token():
    copied = run(
        LINK, "linkToCopy(given, '#memory_mb=128')", "http://127.0.0.1:8888/x?token=secret&theme=dark#old=1"
    )
    assert copied == "http://127.0.0.1:8888/x?theme=dark#memory_mb=128"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,536", "1536"),
        (" 120.50 ", "120.5"),
        ("1_000", "1000"),
        ("-1", None),
        ("1e9", None),
        ("", None),
        ("∞", None),
        ("1.2.3", None),
    ],
)
def test_a_typed_number_is_plain_digits_or_refused(text, number):
    assert run(FORM, "typed(given)", text) == number


@pytest.mark.parametrize(
    "control", [("memory_mb", 128, 10_240), ("duration_ms", 1, 900_000), ("requests", 0, 10**10)]
)
def test_every_stop_of_a_slider_is_in_its_range_and_none_goes_back(control):
    name, low, high = control
    code = "Array.from({length: 1001}, (_, stop) => valueAt(given, stop))"
    values = run(FORM, code, {"name": name, "min": low, "max": high})
    assert (values[0], values[-1]) == (low, high)
    assert values == sorted(values)


def test_a_per_cent_is_a_share_without_a_rounding_error():
    assert run(FORM, "[unscaled('2.3', 100), scaled('0.023', 100), unscaled('200', 100)]", None) == [
        "0.023",
        "2.3",
        "2",
    ]


def test_a_birth_certificate_escapes_what_it_quotes():
    book = {
        "label": "AWS list price",
        "region": "us-east-1",
        "currency": "USD",
        "prices": {"requests": {"amount": "0.2", "per": "1000000", "unit": "requests", "tiers": [], "label": "", "sku": "<b>", "source": "page", "as_of": "2026-09-19", "stale": True}},
    }  # fmt: skip
    fake = "globalThis.document = {createElement: () => ({set textContent(t) { this.innerHTML = t.replace(/</g, '&lt;'); }})}"
    said = run(BILL, f"({fake}, certificateOf('requests', [given]))", book)
    assert "$0.2 for 1,000,000 requests" in said
    assert "SKU &lt;b> · page · seen 2026-09-19 · <b>stale: older than a year</b>" in said
    assert (
        run(BILL, f"({fake}, certificateOf('ghost', [given]))", book)
        == "<p><b>AWS list price</b>: no price in us-east-1</p>"
    )


DRAWN_IN_FLIGHT = """(() => {
  const sent = [], hand = {}, field = { children: [] };
  globalThis.dayBars = (_, start, changed) => { hand.draw = changed; };
  const tab = { dataset: { figure: "day_plan" }, addEventListener() {}, setAttribute() {} };
  const el = { querySelectorAll: (wanted) => (wanted === "[data-figure]" ? [tab] : []), querySelector: () => ({}) };
  const parts = { day: { querySelector: (wanted) => (wanted.includes("draw") ? field : null) }, figure: { dataset: {} } };
  const figures = figuresOf(el, parts, { send: (question) => sent.push(question) }, new Set());
  const answer = { figure: "day_plan", day: "office", body: "" };
  figures.ask("a");
  figures.take({ ...answer, id: 1, bars: "office" });
  figures.ask("a");
  hand.draw([80]);
  figures.take({ ...answer, id: 2, bars: "office once more" });
  return { shown: parts.day.innerHTML, asked: sent.at(-1).shape };
})()"""


def test_an_answer_on_its_way_takes_no_drawn_bar_back():
    assert run(["calculator_more.js"], DRAWN_IN_FLIGHT, None) == {"shown": "office", "asked": [80]}
