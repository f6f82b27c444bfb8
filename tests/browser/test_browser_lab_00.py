"""Lab 00 in JupyterLab, in a real browser: every cell runs, and a slider moves a picture."""

import pytest
from jupyter import errors, exposed, notebook_content, open_notebook, run_all, started


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder, state = tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("state")
    with started(["lab", str(folder), "--no-browser"], state, JUPYTER_CONFIG_DIR=exposed(state)) as url:
        yield url


def test_lab_00_runs_from_top_to_bottom(lab, chromium, pictures):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = open_notebook(context, lab, "notebooks/00_start.ipynb")
    run_all(page)
    notebook = notebook_content(page)
    pictures(page, "lab_00")
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert errors(notebook) == []
    assert all(cell["execution_count"] for cell in code if "".join(cell["source"]).strip())
    context.close()
