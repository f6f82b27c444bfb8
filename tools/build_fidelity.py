"""Write `docs/fidelity.md` from `data/fidelity.json`; `--check` only looks whether both are true and current.

Every row names a feature, how near it comes to AWS (`same`, `approximated`, `absent`), the difference
in one sentence, and the tests that show it (`tests/local/test_versions.py::test_immutable`).
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
MARKS = {"same": "same", "approximated": "approximated", "absent": "**absent**"}
HEAD = """\
<!-- Generated from data/fidelity.json by tools/build_fidelity.py: edit that file, then run `make fix`. -->

# How near the local cloud comes to AWS

Each row: a feature, what differs, and the test that shows it. *same*: what you see is what AWS answers;
*approximated*: it works, with the difference that is stated. What no row mentions, nobody has compared."""


@cache
def tests_in(path: Path) -> frozenset[str]:
    """The names of the tests in this file, methods as `Class::test`."""
    if not path.is_file():
        return frozenset()
    body = ast.parse(path.read_text(encoding="utf-8")).body
    plain = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    classes = [node for node in body if isinstance(node, ast.ClassDef)]
    methods = {
        f"{found.name}::{node.name}"
        for found in classes
        for node in found.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    return frozenset(plain | methods)


def faults(root: Path, row: dict[str, Any]) -> list[str]:
    """What is wrong with this row."""
    found = []
    if row["status"] not in MARKS:
        found.append(f"status {row['status']!r} is none of {', '.join(MARKS)}")
    if row["status"] != "same" and not row["difference"]:
        found.append("the difference is not stated")
    if not row["tests"]:
        found.append("no test shows it")
    for test in row["tests"]:
        path, _, name = test.partition("::")
        if name.partition("[")[0] not in tests_in(root / path):
            found.append(f"there is no test {test}")
    return [f"{row['feature']}: {fault}" for fault in found]


def page(rows: list[dict[str, Any]]) -> str:
    """The whole page."""
    parts = [HEAD]
    for area, members in groupby(rows, key=lambda row: row["area"]):
        parts += [f"\n## {area}\n", "| Feature | Against AWS | Difference | Shown by |", "|---|---|---|---|"]
        parts += [table_row(row) for row in members]
    return "\n".join(parts) + "\n"


def table_row(row: dict[str, Any]) -> str:
    """One row, each test linked to its file."""
    tests = "<br>".join(link(test) for test in row["tests"])
    return f"| {row['feature']} | {MARKS[row['status']]} | {row['difference']} | {tests} |"


def link(test: str) -> str:
    """The test's name, linked."""
    path, _, name = test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}](../{path})"


def main() -> int:
    """Write the page, or with `--check` print what is wrong; 1 where anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, look only")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout to look at")
    given = parser.parse_args()
    rows = json.loads((given.root / "data" / "fidelity.json").read_text(encoding="utf-8"))["rows"]
    target = given.root / "docs" / "fidelity.md"
    if not given.check:
        target.write_text(page(rows), encoding="utf-8")
        return 0
    found = [fault for row in rows for fault in faults(given.root, row)]
    if not target.is_file() or target.read_text(encoding="utf-8") != page(rows):
        found.append("docs/fidelity.md is stale: run python tools/build_fidelity.py")
    print("\n".join(found) or f"{len(rows)} rows, every one shown by a test that exists")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
