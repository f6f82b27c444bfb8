"""Builds each notebook twice from its one source: for learners (exercises) and solved.

`notebooks/src/NN_slug.py` is in percent format. A cell tagged `exercise` goes into the learner's notebook
only, one tagged `solution` into the solved one only. Lines `#> …` at the end of a cell tagged
`nbval-check-output` are its expected output: nbval compares them in the solved notebook.
`--check` writes nothing and fails where a notebook is stale.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "notebooks" / "src"
EXPECTED = "#>"
KINDS = {"learner": "solution", "solved": "exercise"}
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
MOST_LINES = 20


def read(source: Path) -> list[Any]:
    """The cells of a source, each with a name of its own."""
    import jupytext

    cells = list(jupytext.read(source, fmt="py:percent").cells)
    nameless = [cell.source.partition("\n")[0] for cell in cells if "name" not in cell.metadata]
    if nameless:
        raise SystemExit(f"{source.name}: cells without a name: {nameless}")
    return cells


def build(cells: list[Any], kind: str) -> Any:
    """The learner's or the solved notebook; the same source always gives the same bytes."""
    import nbformat

    kept = [cell for cell in cells if KINDS[kind] not in cell.metadata.get("tags", ())]
    repeated = [name for name, times in Counter(cell.metadata["name"] for cell in kept).items() if times > 1]
    if repeated:
        raise SystemExit(f"cells that share a name: {repeated}")
    notebook = nbformat.v4.new_notebook(metadata={**KERNEL, "lambada": {"kind": kind}})
    code_cells = 0
    for cell in kept:
        code_cells += cell.cell_type == "code"
        notebook.cells.append(built(cell, kind, code_cells))
    nbformat.validate(notebook)
    return notebook


def built(cell: Any, kind: str, number: int) -> Any:
    """One cell, with a deterministic id; code cells are numbered as if they had just run."""
    import nbformat

    name, metadata = cell.metadata["name"], dict(cell.metadata)
    metadata.pop("lines_to_next_cell", None)  # jupytext's own book-keeping
    if cell.cell_type == "markdown":
        return nbformat.v4.new_markdown_cell(cell.source, id=f"md-{name}"[:64], metadata=metadata)
    source, expected = split(cell.source)
    compared = kind == "solved" and expected
    metadata["tags"] = [tag for tag in metadata.get("tags", ()) if tag != "nbval-check-output" or compared]
    outputs = [nbformat.v4.new_output("stream", name="stdout", text=expected)] if compared else []
    if not metadata["tags"]:
        del metadata["tags"]
    return nbformat.v4.new_code_cell(
        source,
        id=name[:64],
        metadata=metadata,
        outputs=outputs,
        execution_count=number if kind == "solved" else None,
    )


def split(source: str) -> tuple[str, str]:
    """A cell's source without its last `#> ` lines, and the output they stand for."""
    lines = source.split("\n")
    first = next((i for i in range(len(lines), 0, -1) if not lines[i - 1].startswith(EXPECTED)), 0)
    expected = "".join(re.sub(rf"^{EXPECTED} ?", "", line) + "\n" for line in lines[first:])
    return "\n".join(lines[:first]).rstrip(), expected


def too_long(source: Path, cells: list[Any]) -> list[str]:
    """Cells that hold more than one idea can have: over twenty lines."""
    lengths = ((cell.metadata["name"], cell.source.count("\n") + 1) for cell in cells)
    return [f"{source.stem}: {name} has {length} lines" for name, length in lengths if length > MOST_LINES]


def targets(source: Path) -> dict[str, Path]:
    """Where a source's two notebooks lie."""
    name = f"{source.stem}.ipynb"
    return {"learner": ROOT / "notebooks" / name, "solved": ROOT / "notebooks" / "solutions" / name}


def main(*, check: bool) -> int:
    """Build every notebook, or with `--check` name the stale ones; their number is the exit status."""
    import nbformat

    problems: list[str] = []
    for source in sorted(SOURCES.glob("*.py")):
        cells = read(source)
        problems += too_long(source, cells)
        for kind, path in targets(source).items():
            text = nbformat.writes(build(cells, kind), version=nbformat.NO_CONVERT) + "\n"
            if check and (not path.exists() or path.read_text(encoding="utf-8") != text):
                problems.append(f"{path.relative_to(ROOT)} is stale: run `make fix`")
            elif not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    print("\n".join(problems))
    return len(problems)


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv))
