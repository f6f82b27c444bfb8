"""A real Chromium, driven by Playwright; where there is none, the tests here are skipped and named, or red."""

import os
import shutil
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# What the browser itself asks for at its start, page or no page: named one by one, so that a font or a script
# which one of our pages wanted from the same company would still be seen.
BROWSERS_OWN = (
    "accounts.google.com",
    "clients2.google.com",
    "update.googleapis.com",
    "content-autofill.googleapis.com",
)
QUIET = [
    "--host-resolver-rules=" + ",".join(f"MAP {host} ~NOTFOUND" for host in BROWSERS_OWN),
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--no-pings",
]


def browser_path() -> str | None:
    """The Chromium of this machine: the one named by LAMBADA_BROWSER, on PATH, or in its usual place."""
    if named := os.environ.get("LAMBADA_BROWSER"):
        return named
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or (MAC if Path(MAC).exists() else None)


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium_path():
    """The path of a Chromium, or the end of this test."""
    path = browser_path()
    if path is None:
        (pytest.fail if os.environ.get("LAMBADA_REQUIRE_BROWSER") else pytest.skip)(
            "no Chromium on this machine: install the package chromium, or name one in LAMBADA_BROWSER"
        )
    return path


@pytest.fixture(scope="module")
def chromium(chromium_path):
    """A running browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def pictures(request):
    """A function that keeps a screenshot under artifacts/, by the test's name."""
    folder = Path(__file__).parents[2] / "artifacts"
    folder.mkdir(exist_ok=True)

    def keep(page, name):
        path = folder / f"{name}.png"
        page.screenshot(path=path, full_page=False)
        return path

    return keep
