"""Every line of the deck has a lab; in a delivered lab it has an executed cell and a check that exist.

A claim's home is `{"lab", "cell", "check"}`: the cell is a named code cell of `notebooks/src/NN_*.py`,
the check is a task id (a cell `check-<id>` asks for it), `predict:<id>` (a cell reveals it) or
`quiz:<id>` (a question of `data/quizzes/NN_*.json`).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
CELL = re.compile(r'^# %%(?P<kind> \[markdown\])?(?=.*name="(?P<name>[^"]+)")', re.MULTILINE)
REVEALS = re.compile(r'lab\.reveal\(\s*"([^"]+)"')
CHECKS = re.compile(r'lab\.check\(\s*"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Notebook:
    """What one lab's source and quiz offer as proof."""

    cells: set[str]
    checks: set[str]


def notebook(root: Path, lab: str) -> Notebook | None:
    """The lab of this number, or None where it has no source."""
    source = next(iter(sorted((root / "notebooks" / "src").glob(f"{lab}_*.py"))), None)
    if source is None:
        return None
    text = source.read_text(encoding="utf-8")
    cells = {found["name"] for found in CELL.finditer(text) if not found["kind"]}
    asked = {name for name in CHECKS.findall(text) if f"check-{name}" in cells}
    revealed = {f"predict:{name}" for name in REVEALS.findall(text)}
    return Notebook(cells=cells, checks=asked | revealed | questions(root, lab))


def questions(root: Path, lab: str) -> set[str]:
    """The quiz questions of this lab as check ids."""
    found = next(iter(sorted((root / "data" / "quizzes").glob(f"{lab}_*.json"))), None)
    if found is None:
        return set()
    raw = json.loads(found.read_text(encoding="utf-8"))
    rows = raw if isinstance(raw, list) else raw.get("questions", [])
    return {f"quiz:{row['id']}" for row in rows}


def missing_lines(deck: str, rows: list[dict[str, Any]]) -> list[str]:
    """Lines of the deck that the map lacks, has twice, or has in another order."""
    wanted = [line.strip() for line in deck.splitlines() if line.strip()]
    mapped = [row["line"] for row in rows]
    if wanted == mapped:
        return []
    lost = [line for line in wanted if line not in mapped]
    strange = [line for line in mapped if line not in wanted]
    return [f"not in the map: {line}" for line in lost] + [
        f"not in the deck: {line}" for line in strange
    ] or ["the map has the deck's lines in another order or number"]


def faults(row: dict[str, Any], notebooks: dict[str, Notebook | None]) -> list[str]:
    """What this line of the map still lacks."""
    if not row["homes"]:
        return [f"{row['id']}: no lab"]
    if row["kind"] == "heading":
        return []
    delivered = [home for home in row["homes"] if home["lab"] in notebooks]
    return [f"{row['id']}: {fault}" for home in delivered for fault in home_faults(home, notebooks)]


def home_faults(home: dict[str, str], notebooks: dict[str, Notebook | None]) -> list[str]:
    """What this home of a line lacks in its delivered lab."""
    lab, cell, check = home["lab"], home.get("cell"), home.get("check")
    offered = notebooks[lab]
    if offered is None:
        return [f"lab {lab} is delivered but notebooks/src/{lab}_*.py does not exist"]
    found = []
    if cell not in offered.cells:
        found.append(f"lab {lab} has no code cell named {cell!r}")
    if check not in offered.checks:
        found.append(f"lab {lab} has no check {check!r}")
    return found


def main() -> int:
    """Print what is missing; 1 where anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout to look at")
    root = parser.parse_args().root
    document = json.loads((root / "data" / "deck_map.json").read_text(encoding="utf-8"))
    rows = document["lines"]
    deck = (root / "data" / "deck.txt").read_text(encoding="utf-8")
    notebooks = {lab: notebook(root, lab) for lab in document["delivered"]}
    twice = {row["id"] for row in rows if [other["id"] for other in rows].count(row["id"]) > 1}
    found = [f"id twice: {name}" for name in sorted(twice)] + missing_lines(deck, rows)
    found += [fault for row in rows for fault in faults(row, notebooks)]
    print("\n".join(found) or f"{len(rows)} lines of the deck, labs delivered: {', '.join(notebooks)}")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
