"""Where a task's solution is read from: the solved notebook, so that the two cannot differ."""

from __future__ import annotations

import json

from lambada_labs import files
from lambada_labs.labs import Lab


def solution_code(lab: Lab, task: str) -> str:
    """The cells of the solved notebook that solve this task; raises `LambadaError` without that notebook."""
    path = files.notebooks("solutions", f"{lab.file}.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    tagged = [cell for cell in cells if {"solution", f"task:{task}"} <= set(cell["metadata"].get("tags", ()))]
    return "\n\n".join("".join(cell["source"]) for cell in tagged)
