"""`lambada doctor` and `lambada progress`: the machine, and the learner."""

from __future__ import annotations

import argparse
import json
import shutil
import textwrap
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lambada_labs.cloud.local.doctor import Row, examine, worst
from lambada_labs.cloud.local.state import state_folder
from lambada_labs.errors import BadInput
from lambada_labs.labs import Lab, Progress, catalogue

_MARKS = {"ok": "ok  ", "note": "note", "problem": "!!  "}
_NAME_WIDTH = 18


def doctor(arguments: argparse.Namespace) -> int:
    """Look at this machine; 1 where something keeps labs from working."""
    rows = examine()
    gravest = worst(rows)
    if arguments.json:
        print(json.dumps({"state": gravest, "rows": [asdict(row) for row in rows]}))
    else:
        print("\n".join(_row_text(row) for row in rows))
        print(f"\n{_verdict(rows)}")
    return 1 if gravest == "problem" else 0


def _row_text(row: Row) -> str:
    indent = " " * (len(_MARKS["ok"]) + 1 + _NAME_WIDTH)
    width = max(60, min(shutil.get_terminal_size().columns, 120))
    head = f"{_MARKS[row.state]} {row.name:<{_NAME_WIDTH}}"
    todo = f"→ {row.todo}" if row.todo and row.state != "ok" else ""
    parts = [part for part in (row.seen, row.effect, todo) if part]
    wrapper = textwrap.TextWrapper(
        width,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    lines = [wrapper.fill(part) for part in parts]
    return head + "\n".join(lines)[len(indent) :]


def _verdict(rows: list[Row]) -> str:
    problems = [row.name for row in rows if row.state == "problem"]
    notes = [row.name for row in rows if row.state == "note"]
    if problems:
        return f"Labs will not fully work: see {', '.join(problems)}."
    if notes:
        return f"Labs work here. Good to know: {', '.join(notes)}."
    return "Labs work here."


def progress(arguments: argparse.Namespace) -> int:
    """Show, export or import the learner's progress."""
    mine = Progress(state_folder().path / "progress.json")
    if arguments.export:
        return _exported(mine, Path(arguments.export), as_json=arguments.json)
    if arguments.take_over:
        return _taken_over(mine, Path(arguments.take_over), as_json=arguments.json)
    rows = [_lab_row(mine, lab) for lab in catalogue.labs() if lab.ready]
    if arguments.json:
        print(json.dumps({"file": str(mine.path), "labs": rows}))
        return 0
    for row in rows:
        passed = f"{len(row['passed'])} of {len(row['tasks'])} tasks"
        print(f"{row['lab']:<24}{passed:<16}{', '.join(row['passed'])}")
    print(f"\nKept in {mine.path}. {mine.note}".rstrip())
    return 0


def _lab_row(mine: Progress, lab: Lab) -> dict[str, Any]:
    passed = mine.passed(lab.file)
    tasks = [task.id for task in lab.tasks]
    return {"lab": lab.file, "tasks": tasks, "passed": [task for task in tasks if task in passed]}


def _exported(mine: Progress, target: Path, *, as_json: bool) -> int:
    if target.exists():
        raise BadInput(
            f"{target} exists already", "the name of a new file", "Move it away, or choose another name"
        )
    try:
        mine.export(target)
    except OSError as error:
        raise BadInput(
            f"{target} cannot be written ({error.strerror})", "a file that can be written"
        ) from error
    print(json.dumps({"exported": str(target)}) if as_json else f"Your progress is in {target}.")
    return 0


def _taken_over(mine: Progress, source: Path, *, as_json: bool) -> int:
    if not source.is_file():
        raise BadInput(f"there is no file {source}", "a file that `lambada progress --export` wrote")
    mine.take_over(source)
    print(json.dumps({"imported": str(source)}) if as_json else f"Your progress is now that of {source}.")
    return 0
