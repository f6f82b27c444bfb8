"""The calculator's page in Chromium: how fast it answers, how soon it is there, what it weighs, whom it asks."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
from figure import ROUNDS, Row, limit_row, ratio_row
from peers import free_port, wait_for

ROOT = Path(__file__).parent.parent
MB = 1 << 20
PRESSES = 40
HOME = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")
ONE_SLIDER = "import ipywidgets\nipywidgets.IntSlider(value=50)"
#: What a page must have before it is asked, the control that is asked, and where the answer shows.
APP = (".lb-hot-aws[d]", "[data-range=requests]", "[data-part=total_aws]")
SLIDER = (".noUi-handle", ".noUi-handle", ".widget-readout")
HOT = ".lb-books, .lb-hot, .lb-calc-bill"
PICTURE = "[data-part=figure]"
# Milliseconds from an event to the last change of a region before it is quiet for so long.
WATCH = """([regions, event, quiet]) => new Promise((done) => {
  let from = null, last = null;
  const seen = new MutationObserver(() => { if (from !== null) last = performance.now(); });
  const all = {subtree: true, childList: true, attributes: true, characterData: true};
  for (const each of document.querySelectorAll(regions)) seen.observe(each, all);
  document.addEventListener(event, () => { from = performance.now(); }, {capture: true, once: true});
  const timer = setInterval(() => {
    if (from === null || performance.now() - (last ?? from + 5000) < quiet) return;
    clearInterval(timer);
    seen.disconnect();
    done(last === null ? null : last - from);
  }, 10);
  window.watching = true;
})"""


def notebook(folder: Path, source: str) -> Path:
    """A Voila page of one cell, with the app's own settings."""
    path = folder / "page.ipynb"
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    made = {"cells": [{**cell, "id": "page"}], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(made), encoding="utf-8")
    shutil.copy(ROOT / "apps/voila.json", folder)
    return path


@contextlib.contextmanager
def served(page: Path, *, preheated: bool) -> Iterator[tuple[str, psutil.Process]]:
    """A Voila of this page; its address and its process."""
    port = free_port()
    words = ["-m", "voila", page.name, "--Voila.ip=127.0.0.1", f"--Voila.port={port}", "--no-browser"]
    if preheated:
        words += ["--preheat_kernel=True", "--pool_size=1"]
    environ = {**os.environ, "JUPYTER_PATH": str(ROOT / "share/jupyter"), "JUPYTER_PREFER_ENV_PATH": "1"}
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [sys.executable, "-P", *words], cwd=page.parent, env=environ, stdout=log, stderr=log
        )
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}/", psutil.Process(server.pid)
        finally:
            for each in [*psutil.Process(server.pid).children(recursive=True), psutil.Process(server.pid)]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.terminate()
            server.wait(20)


def settle(*servers: psutil.Process) -> None:
    """Wait until these servers and their kernels have nothing left to do."""

    def spent() -> float:
        family = [each for server in servers for each in (server, *server.children(recursive=True))]
        total = 0.0
        for each in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                total += sum(each.cpu_times()[:2])
        return total

    before, deadline = spent(), time.monotonic() + 30
    while time.monotonic() < deadline:
        time.sleep(0.5)
        now = spent()
        if now - before < 0.03:  # a tick or two in half a second
            return
        before = now


class Pages:
    """Windows of one browser, and what they asked of other hosts."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.outside: list[str] = []

    @contextlib.contextmanager
    def open(self, url: str) -> Iterator[Any]:
        """A page in a fresh window."""
        context = self.browser.new_context(viewport={"width": 1180, "height": 900})
        page = context.new_page()
        page.on("request", lambda request: self._heard(request.url))
        page.goto(url, wait_until="commit")
        yield page
        context.close()

    def _heard(self, url: str) -> None:
        if not url.startswith(HOME):
            self.outside.append(url)

    def interactive_s(self, url: str, kind: tuple[str, str, str]) -> float:
        """Seconds from the navigation until a key on the slider has changed a number."""
        ready, slider, answer = kind
        with self.open(url) as page:
            page.wait_for_function("(s) => document.querySelector(s)", arg=ready, polling=20, timeout=90_000)
            page.focus(slider)
            before = page.inner_text(answer)
            page.keyboard.press("ArrowRight")
            changed = "([s, t]) => document.querySelector(s).textContent !== t && performance.now()"
            return float(page.wait_for_function(changed, arg=[answer, before], polling=10).json_value()) / 1e3


def times(page: Any, regions: str, act: Callable[[], None], *, event: str, quiet: int) -> float:
    """What `WATCH` sees when this is done."""
    page.evaluate("() => { window.watching = false; }")
    page.evaluate(f"(given) => {{ window.seen = ({WATCH})(given); }}", [regions, event, quiet])
    page.wait_for_function("() => window.watching")
    act()
    found = page.evaluate("() => window.seen")
    assert found is not None, f"nothing moved in {regions}"
    return float(found)


def presses(page: Any, slider: str, regions: str, number: int) -> list[float]:
    """The milliseconds from a key to the last change, some presses each way."""
    page.focus(f"[data-range={slider}]")
    keys = ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"]
    return [
        times(page, regions, lambda k=key: page.keyboard.press(k), event="keydown", quiet=250)
        for key in (keys[index % 4] for index in range(number))
    ]


def drag(page: Any, way: float) -> float:
    """How long the page still moves after a fast drag of twenty steps (`way`: 1 right, -1 left), in milliseconds."""
    box = page.locator("[data-range=duration_ms]").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.35, middle)

    def go() -> None:
        page.mouse.down()
        for step in range(20):
            page.mouse.move(box["x"] + box["width"] * (0.35 + 0.015 * way * step), middle)
            time.sleep(0.03)
        page.mouse.up()

    regions = f"{HOT}, {PICTURE}, .lb-controls, [data-part=driver]"
    return times(page, regions, go, event="pointerup", quiet=400)


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def picture_times(page: Any) -> dict[str, float]:
    """The 95th percentile of each picture's redraw, after a first drawing that imports what it needs."""
    found = {}
    for key in page.evaluate(
        "() => [...document.querySelectorAll('[data-figure]:not([hidden])')].map((e) => e.dataset.figure)"
    ):
        page.click(f"[data-figure={key}]")
        page.wait_for_function(
            "(key) => document.querySelector('[data-part=figure]').dataset.shown?.startsWith(`${key} `)",
            arg=key,
        )
        presses(page, "memory_mb", PICTURE, 2)
        found[key] = p95(presses(page, "memory_mb", PICTURE, 15))
    return found


def answering(pages: Pages, url: str, server: psutil.Process) -> list[Row]:
    """How the open page answers, and what its session weighs after all that."""
    with pages.open(url) as page:
        page.wait_for_function("(s) => document.querySelector(s)", arg=APP[0], timeout=90_000)
        page.wait_for_function("() => document.querySelector('[data-part=figure]').dataset.shown")
        settle(server)
        hot = [ms for name in ("requests", "memory_mb") for ms in presses(page, name, HOT, PRESSES // 2)]
        tails = [drag(page, (-1.0) ** turn) for turn in range(ROUNDS)]
        pictures = picture_times(page)
        kernels = [
            each for each in server.children(recursive=True) if "ipykernel" in " ".join(each.cmdline())
        ]
        weight = max(each.memory_full_info().pss for each in kernels) / MB
    slowest = max(pictures, key=lambda key: pictures[key])
    return [
        limit_row("calculator: hot slider to redrawn bill and chart, p50", statistics.median(hot), 20, "ms"),
        limit_row("calculator: hot slider to redrawn bill and chart, p95", p95(hot), 20, "ms"),
        limit_row("calculator: page still moves after a fast drag", statistics.median(tails), 150, "ms"),
        limit_row(f"calculator: slowest other chart ({slowest}), p95", pictures[slowest], 80, "ms"),
        limit_row("calculator: a session's kernel (PSS)", weight, 170, "MB"),
    ]


def arriving(pages: Pages, folder: Path, *, preheated: bool) -> tuple[float, float]:
    """Seconds to interactive: the app's and the one slider's, in turn, medians."""
    pairs = []
    with (
        served(ROOT / "apps/calculator.ipynb", preheated=preheated) as (app, first),
        served(notebook(folder, ONE_SLIDER), preheated=preheated) as (slider, second),
    ):
        for _ in range(ROUNDS + 1):
            settle(first, second)
            ours = pages.interactive_s(app, APP)
            settle(first, second)
            pairs.append((ours, pages.interactive_s(slider, SLIDER)))
    kept = pairs[1:]
    return statistics.median(a for a, _ in kept), statistics.median(b for _, b in kept)


def chromium_path() -> str:
    """The Chromium of this machine; an assertion where there is none."""
    names = (os.environ.get("LAMBADA_BROWSER", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    assert found, "no Chromium on this machine: install the package chromium, or name one in LAMBADA_BROWSER"
    return found


def rows() -> list[Row]:
    """All figures of the calculator's page, one run of one browser."""
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with tempfile.TemporaryDirectory(prefix="lambada-bench-") as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=flags)
        pages = Pages(browser)
        with served(ROOT / "apps/calculator.ipynb", preheated=False) as (url, server):
            found = answering(pages, url, server)
        cold = arriving(pages, Path(folder), preheated=False)
        warm = arriving(pages, Path(folder), preheated=True)
        browser.close()
    return [
        *found,
        ratio_row("calculator: interactive, cold, against one slider", "s", "≤ 1.6", cold),
        ratio_row("calculator: interactive, preheated, against one slider", "s", "≤ 1.5", warm),
        limit_row("calculator: requests to other hosts", len(pages.outside), 0, "requests"),
    ]


if __name__ == "__main__":
    for row in rows():
        print(row)
