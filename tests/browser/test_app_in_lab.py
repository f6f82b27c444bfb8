"""The calculator inside JupyterLab: in a notebook, whose address it leaves alone, and at /voila/render/."""

import json
import re

import pytest
from calculator_page import TOTAL, text_becomes, typed, window
from jupyter import errors, exposed, notebook_content, open_notebook, run_all, started

CELL = "from lambada_labs import ui\n\ncalculator = ui.calculator(memory_mb=512, link={link})\ncalculator"
BROKEN = (
    "from lambada_labs.ui.estimate import answer\n\n\n"
    "def fail(*_):\n    raise ZeroDivisionError('a planted fault')\n\n\n"
    "from lambada_labs import ui\n\ncalculator = ui.calculator()\nkept = answer.answered\nanswer.answered = fail\ncalculator"
)


def notebook(folder, name, *cells):
    """A notebook of these cells in the learner's folder."""
    made = [
        {"id": f"c{index}", "cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
        for index, source in enumerate(cells)
    ]  # fmt: skip
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    whole = {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (folder / "notebooks").mkdir(exist_ok=True)
    (folder / "notebooks" / name).write_text(json.dumps(whole), encoding="utf-8")
    return f"notebooks/{name}"


@pytest.fixture
def lab(tmp_path_factory):
    # One for each test: JupyterLab opens again what was open before.
    folder, state = tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("state")
    with started(
        ["lab", str(folder), "--no-browser", "--port", "0"], state, JUPYTER_CONFIG_DIR=exposed(state)
    ) as url:
        yield url, folder


@pytest.fixture
def context(chromium):
    opened = chromium.new_context(viewport={"width": 1380, "height": 900}, reduced_motion="reduce")
    yield opened
    opened.close()


@pytest.mark.parametrize("link", [False, True])
def test_in_a_notebook_it_works_and_leaves_the_address_alone(lab, context, pictures, link):
    url, folder = lab
    name = notebook(
        folder, f"own_{link}.ipynb", CELL.format(link=link), "calculator.scenario.workload.memory_mb"
    )
    page = open_notebook(context, url, name)
    run_all(page)
    page.wait_for_selector(".lb-hot-aws[d]")
    page.evaluate("document.querySelector('.lb-calc-top').scrollIntoView()")
    typed(page, "[data-number=requests]", "9000000")
    text_becomes(page, "[data-part=driver]", "9,000,000 runs × 120 ms × 512 MB")
    pictures(page, "app_in_notebook")
    assert page.evaluate("location.hash") == ""
    assert not page.is_visible("[data-do=link]")
    assert errors(notebook_content(page)) == []


def test_a_fault_in_the_kernel_is_a_card_and_the_calculator_lives_on(lab, context, pictures):
    url, folder = lab
    page = open_notebook(context, url, notebook(folder, "broken.ipynb", BROKEN))
    run_all(page)
    page.wait_for_selector(".lb-hot-aws[d]")
    page.evaluate("document.querySelector('.lb-calc-top').scrollIntoView()")
    typed(page, "[data-number=memory_mb]", "1024")
    text_becomes(page, "[data-part=error]", "ZeroDivisionError while pricing this: a planted fault")
    assert "Nothing is lost" in page.inner_text("[data-part=error]")
    pictures(page, "app_error_card")
    before = page.inner_text(TOTAL)
    page.focus("[data-range=requests]")
    page.keyboard.press("PageUp")
    assert page.inner_text(TOTAL) != before


def test_voila_inside_jupyterlab_serves_it_with_its_link(lab, chromium):
    url, _ = lab
    root, query = re.match(r"(https?://[^/]+)/[^?]*(\?.*)?", url).groups()
    there = f"{root}/voila/render/apps/calculator.ipynb{query or ''}#memory_mb=512&duration_ms=200&requests=9000000"
    with window(chromium, there) as page:
        text_becomes(page, "[data-part=driver]", "9,000,000 runs")
        typed(page, "[data-number=memory_mb]", "1024")
        page.wait_for_function("() => location.hash.startsWith('#memory_mb=1024&')")
        assert page.outside == []
