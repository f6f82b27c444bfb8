"""How the tests run a built notebook: by nbval, or cell by cell with its outputs, in a room of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NBVAL = [
    "--nbval-lax",
    "--nbval-current-env",
    "--nbval-cell-timeout",
    "120",
    "-p",
    "no:xdist",
    "-p",
    "no:cacheprovider",
]
EXECUTE = (
    "import sys, nbformat, nbclient; notebook = nbformat.read(sys.argv[1], 4); "
    "nbclient.NotebookClient(notebook, timeout=120).execute(); print(nbformat.writes(notebook))"
)


def learner(lab):
    return NOTEBOOKS / f"{lab}.ipynb"


def solved(lab):
    return NOTEBOOKS / "solutions" / f"{lab}.ipynb"


def variables(room):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    return {**kept, "LAMBADA_STATE_DIR": str(room / "state")}


def run(room, argv):
    return subprocess.run(
        argv, cwd=room, env=variables(room), capture_output=True, text=True, check=False, timeout=600
    )


def nbval(room, source):
    """nbval's verdict on this notebook, run in a folder without anything else."""
    notebook = shutil.copy(source, room)
    argv = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(room), *NBVAL, notebook]
    return run(room, argv)


def executed(room, notebook):
    """This notebook with the outputs of a run in which no cell may fail."""
    path = room / "run.ipynb"
    path.write_text(json.dumps(notebook))
    done = run(room, [sys.executable, "-W", "ignore", "-c", EXECUTE, str(path)])
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def learner_then_solved(lab):
    """The learner's cells as they came, up to the clean-up, then the solved ones, in one kernel."""
    first, second = (json.loads(path.read_text()) for path in (learner(lab), solved(lab)))
    names = [cell["metadata"]["name"] for cell in first["cells"]]
    kept = first["cells"][: names.index("clean-up")]
    first["cells"] = [{**cell, "id": f"{cell['id'][:60]}-a"} for cell in kept] + second["cells"]
    return first


def verdicts(notebook):
    """What each check said, in order: (task, passed | not yet | not right yet)."""
    heads = (
        "".join(output.get("data", {}).get("text/plain", "")).split("\n")[0]
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
    )
    return [tuple(head.removeprefix("Check ").split(": ")) for head in heads if head.startswith("Check ")]


def tasks(lab):
    names = (cell["metadata"]["name"] for cell in json.loads(learner(lab).read_text())["cells"])
    return [name.removeprefix("check-") for name in names if name.startswith("check-")]
