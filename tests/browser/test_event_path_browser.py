"""The path of an event in a browser: dots travel, the keyboard walks the marks, and JupyterLab shows it live."""

import base64
import json
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter import errors, exposed, notebook_content, open_notebook, started

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "ui"))
import event_specimens as events

from lambada_labs.ui.widget.event_path import EventPath

# A widget's model as anywidget hands it over, as far as this script uses it.
SHOW = """async ({ code, css, markup }) => {
  const style = document.createElement("style");
  style.textContent = css;
  const home = document.createElement("div");
  document.body.append(style, home);
  const heard = {};
  const model = { get: () => model.markup, on: (name, call) => { heard[name] = call; }, markup };
  window.change = (next) => { model.markup = next; heard["change:markup"](); };
  const widget = await import(`data:text/javascript;base64,${code}`);
  await widget.default.render({ model, el: home });
}"""
MOVING = "() => document.getAnimations().filter((one) => one.effect.target.matches('.lb-ep-dot,.lb-ep-record')).length"
CELLS = [
    """import json, io, time, zipfile, boto3
from lambada_labs import open_lab
lab = open_lab("01")
trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
role = boto3.client("iam").create_role(RoleName="lab01-path", AssumeRolePolicyDocument=json.dumps(trust))
code = io.BytesIO()
with zipfile.ZipFile(code, "w") as package:
    package.writestr("index.py", "def handler(event, context):\\n    raise ValueError('poison')")
aws_lambda = boto3.client("lambda")
aws_lambda.create_function(FunctionName=lab.fresh("lab01-poison"), Runtime="python3.13",
    Role=role["Role"]["Arn"], Handler="index.handler", Code={"ZipFile": code.getvalue()})
aws_lambda.get_waiter("function_active_v2").wait(FunctionName="lab01-poison", WaiterConfig={"Delay": 1})
lab.clock(speed=30);""",
    """path = lab.event_path("lab01-poison")
path""",
    """aws_lambda.invoke(FunctionName="lab01-poison", InvocationType="Event", Payload=b"{}")
while not path.ended:  # the kernel is busy: the picture moves all the same
    time.sleep(0.1)""",
]


def shown(browser, widget, **context):
    page = browser.new_context(viewport={"width": 820, "height": 900}, **context).new_page()
    page.set_content("<body></body>")
    code = base64.b64encode(widget._esm.encode()).decode()
    page.evaluate(SHOW, {"code": code, "css": widget._css, "markup": widget.markup})
    return page


@pytest.fixture
def widget():
    return EventPath([events.waiting()], speed=events.SPEED)


def test_a_dot_travels_from_where_it_was(chromium, widget):
    page = shown(chromium, widget)
    assert page.locator(".lb-ep-link[data-place='wait 2'] .lb-ep-dot").count() == 1
    widget.show_events([events.waiting(tries=2)], speed=events.SPEED)
    page.evaluate("window.change", widget.markup)
    assert page.evaluate(MOVING) >= 1
    assert page.locator(".lb-ep-link[data-place='wait 3'] .lb-ep-dot").count() == 1
    assert "third attempt" in page.locator("[role=status]").inner_text()
    page.context.close()


def test_nothing_travels_where_motion_is_not_wanted(chromium, widget):
    page = shown(chromium, widget, reduced_motion="reduce")
    widget.show_events([events.waiting(tries=2)], speed=events.SPEED)
    page.evaluate("window.change", widget.markup)
    assert page.evaluate("document.getAnimations().length") == 0
    page.context.close()


def test_the_keyboard_walks_the_marks_and_stays_when_something_happens(chromium, widget):
    page = shown(chromium, widget)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    panel = page.locator(".lb-panels>div").locator("visible=true")
    assert "attempt 1, at 0 s: failed (ValueError)" in panel.inner_text()
    widget.show_events([events.waiting(tries=2)], speed=events.SPEED)
    page.evaluate("window.change", widget.markup)
    assert page.evaluate("document.activeElement.dataset.key") == "5be0a77f-0003 try1"
    page.keyboard.press("ArrowRight")
    assert "attempt 2 after a wait of 1 min" in panel.inner_text()
    page.context.close()


def test_hundreds_of_events_fit_a_phone(chromium, pictures):
    widget = EventPath(events.hundreds(300), speed=events.SPEED)
    page = shown(chromium, widget, color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 1500})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert "232" in page.locator(".lb-ep-end-succeeded em").inner_text()
    pictures(page, "event_path_phone_dark")
    page.context.close()


def test_jupyterlab_shows_it_live_while_another_cell_runs(tmp_path_factory, chromium, pictures):
    folder, state = tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("state")
    with started(["lab", str(folder), "--no-browser"], state, JUPYTER_CONFIG_DIR=exposed(state)) as url:
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
        book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        (folder / "path.ipynb").write_text(json.dumps(book), encoding="utf-8")
        context = chromium.new_context(viewport={"width": 1280, "height": 1100})
        page = open_notebook(context, url, "path.ipynb")
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells') && null")
        # Both waits were drawn while the last cell kept the kernel busy.
        for place in ("wait 2", "wait 3"):
            page.wait_for_selector(f"[data-place='{place}'] .lb-ep-dot", timeout=60_000)
        page.wait_for_selector(".lb-ep-end-dropped .lb-ep-dot", timeout=30_000)
        assert errors(notebook_content(page)) == []
        pictures(page, "event_path_live")
        context.close()
