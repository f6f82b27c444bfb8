"""`lambada lab` and `lambada app` as a user starts them, and what a test does on their pages."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time

URL = re.compile(r"https?://127\.0\.0\.1:\d+/\S*")
# Counts that the built notebook carries must not pass for cells that ran.
RUN_ALL = """() => {
  const run = window.jupyterapp.commands;
  run.execute('notebook:clear-all-cell-outputs').then(() => run.execute('notebook:run-all-cells'));
}"""
WITHOUT_CLEAN_UP = """() => {
  const cells = window.jupyterapp.shell.currentWidget.content.model.cells;
  for (let i = 0; i < cells.length; i++)
    if (cells.get(i).getMetadata('name') === 'clean-up') cells.get(i).sharedModel.setSource('');
}"""
ASKS = "document.querySelector('.jp-Dialog .jp-mod-accept') !== null"
RESTS = "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
AT_REST = """() => {
  const cells = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(e => e.textContent);
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel;
  return kernel?.status === 'idle' && cells.some(t => /\\d/.test(t)) && !cells.some(t => t.includes('*'));
}"""


@contextlib.contextmanager
def started(words, state, seconds=60, **variables):
    """`lambada words…` as a process of its own; yields the first URL it prints."""
    environ = {**os.environ, "LAMBADA_STATE_DIR": str(state), "PYTHONUNBUFFERED": "1", **variables}
    argv = [sys.executable, "-m", "lambada_labs.cli", *words]
    process = subprocess.Popen(
        argv, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        yield first_url(process, seconds)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()
        down = [sys.executable, "-m", "lambada_labs.cli", "down"]
        subprocess.run(down, env=environ, capture_output=True, check=False)


def exposed(folder):
    """A Jupyter configuration folder in which pages let a test command JupyterLab."""
    (folder / "jupyter_lab_config.json").write_text('{"LabApp": {"expose_app_in_browser": true}}')
    return str(folder)


def first_url(process, seconds):
    """The first address that the process prints; its output when it prints none."""
    printed, deadline = [], time.monotonic() + seconds
    while time.monotonic() < deadline and (line := process.stdout.readline()):
        printed.append(line)
        if match := URL.search(line):
            return match.group(0)
    raise AssertionError("no URL printed:\n" + "".join(printed))


def open_notebook(context, url, name):
    """The page of JupyterLab showing this notebook, its kernel ready."""
    page = context.new_page()
    base, _, query = url.partition("?")
    root = re.match(r"(https?://[^/]+)/", base).group(1)
    page.goto(f"{root}/lab/tree/{name}?{query}", wait_until="domcontentloaded")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    page.wait_for_function("() => window.jupyterapp !== undefined", timeout=30_000)
    page.wait_for_function(f"() => {ASKS} || {RESTS}", timeout=60_000, polling=200)
    if page.evaluate(f"() => {ASKS}"):
        # JupyterLab asks which kernel when a page is quicker than the list of kernels.
        page.locator(".jp-Dialog .jp-mod-accept").first.click()
        page.wait_for_function(f"() => {RESTS}", timeout=60_000, polling=200)
    return page


def run_all(page, seconds=90):
    """Run every cell and wait until the kernel rests."""
    page.evaluate(RUN_ALL)
    try:
        page.wait_for_function(AT_REST, timeout=1000 * seconds, polling=500)
    except Exception as error:
        raise AssertionError(f"the cells did not come to rest:\n{page.inner_text('body')[-3000:]}") from error


@contextlib.contextmanager
def learning(folders, chromium, notebook, *, seconds=90, clean_up=True):
    """The page of a learner's notebook with every cell run; without `clean_up` what it made is still there."""
    folder, state = folders.mktemp("lab"), folders.mktemp("state")
    with started(["lab", str(folder), "--no-browser"], state, JUPYTER_CONFIG_DIR=exposed(state)) as url:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        page = open_notebook(context, url, f"notebooks/{notebook}.ipynb")
        if not clean_up:
            page.evaluate(WITHOUT_CLEAN_UP)
        run_all(page, seconds)
        yield page
        context.close()


def shown(page, selector, words=""):
    """The first such element with these words, in view: JupyterLab draws only the cells that are near."""
    scroll = "(y) => { document.querySelector('.jp-WindowedPanel-outer').scrollTop = y; }"
    for y in range(0, 60_000, 600):
        page.evaluate(scroll, y)
        page.wait_for_timeout(100)
        found = page.locator(selector).filter(has_text=words)
        if found.count():
            found.first.scroll_into_view_if_needed()
            return found.first
    raise AssertionError(f"nothing matches {selector} {words}")


def notebook_content(page):
    """The open notebook as JupyterLab holds it now, outputs included."""
    script = "() => JSON.stringify(window.jupyterapp.shell.currentWidget.content.model.toJSON())"
    return json.loads(page.evaluate(script))


def errors(notebook):
    """The tracebacks in its outputs, as `name: value`."""
    return [
        f"{output['ename']}: {output['evalue']}"
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if output["output_type"] == "error"
    ]
