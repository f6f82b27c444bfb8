"""The card of doors in a browser: it copies, and says so where its links would lead nowhere."""

import base64

import pytest

from lambada_labs import ui
from lambada_labs.cloud.port import DoorShown

SHOW = """async ({ code, markup }) => {
  const home = document.createElement("div");
  document.body.append(home);
  const model = { get: () => markup, on: () => {} };
  const widget = await import(`data:text/javascript;base64,${code}`);
  await widget.default.render({ model, el: home });
}"""
DOOR = DoorShown(
    kind="HTTP API",
    name="shop",
    id="abc1234567",
    region="us-east-1",
    aws_url="https://abc1234567.execute-api.us-east-1.amazonaws.com/",
    local_url="http://abc1234567.execute-api.us-east-1.localhost:4566/",
    plain_url="http://127.0.0.1:4566/_door/api.abc1234567.us-east-1.0123/",
    stages=("$default",),
)


@pytest.fixture
def opened(chromium):
    """A function: the card on a page of this origin; what the origin's proxy answers with this status."""
    contexts = []

    def show(origin, proxy_status):
        context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page = context.new_page()
        page.route("**/proxy/**", lambda route: route.fulfill(status=proxy_status, body="x"))
        page.route(origin, lambda route: route.fulfill(body="<body></body>", content_type="text/html"))
        page.goto(origin)
        widget = ui.doors(ui.ways([DOOR]))
        code = base64.b64encode(widget._esm.encode()).decode()
        page.evaluate(SHOW, {"code": code, "markup": widget.markup})
        return page

    yield show
    for context in contexts:
        context.close()


def test_the_curl_line_is_copied(opened):
    page = opened("http://localhost:9999/", 404)
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"curl -i {DOOR.plain_url}"
    assert page.locator("a").get_attribute("href") == DOOR.local_url


def test_behind_a_hub_the_link_takes_the_proxy(opened):
    page = opened("https://hub.example.org/", 200)
    expected = "https://hub.example.org/proxy/4566/_door/api.abc1234567.us-east-1.0123/"
    page.locator(f'a[href="{expected}"]').wait_for()
    assert page.locator("[data-part=elsewhere]").is_hidden()


@pytest.mark.parametrize("status", [404, 403, 502])
def test_without_a_proxy_the_card_says_what_to_do(opened, status):
    page = opened("https://hub.example.org/", status)
    page.locator("[data-part=elsewhere]").wait_for()
    assert page.locator("a").get_attribute("href") is None
    assert "!curl" in page.locator("[data-part=elsewhere]").inner_text()
