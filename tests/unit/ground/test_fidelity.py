"""The fidelity table is refused when a row proves nothing or the page is stale."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[3] / "tools" / "build_fidelity.py"
ROW = {
    "area": "Invoking",
    "feature": "DryRun",
    "status": "same",
    "difference": "",
    "tests": ["tests/test_a.py::test_dry_run[x]", "tests/test_a.py::TestDry::test_run"],
}
TESTS = "def test_dry_run(x): ...\nclass TestDry:\n    def test_run(self): ...\n"


@pytest.fixture
def table(tmp_path):
    for name in ("data", "docs", "tests"):
        (tmp_path / name).mkdir()
    (tmp_path / "tests" / "test_a.py").write_text(TESTS)

    def run(*arguments, **changed):
        (tmp_path / "data" / "fidelity.json").write_text(json.dumps({"rows": [{**ROW, **changed}]}))
        command = [sys.executable, TOOL, "--root", tmp_path, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    run.page = tmp_path / "docs" / "fidelity.md"
    return run


def test_a_proven_table_passes_once_written(table):
    assert table("--check") == (1, "docs/fidelity.md is stale: run python tools/build_fidelity.py\n")
    table()
    assert table("--check")[0] == 0
    text = table.page.read_text()
    assert text.startswith("<!-- Generated from data/fidelity.json")
    assert "[dry run[x]](../tests/test_a.py)" in text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"tests": []}, "no test shows it"),
        ({"tests": ["tests/test_a.py::test_gone"]}, "there is no test tests/test_a.py::test_gone"),
        ({"tests": ["tests/test_gone.py::test_dry_run"]}, "there is no test"),
        ({"status": "approximated"}, "the difference is not stated"),
        ({"status": "nearly"}, "status 'nearly' is none of"),
    ],
)
def test_a_row_that_proves_nothing_fails(table, changed, said):
    table(**changed)
    status, text = table("--check", **changed)
    assert status == 1
    assert said in text
