"""No page, widget or notebook loads anything from another host: find addresses a browser would fetch."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLACES = ("lambada_labs", "notebooks", "apps", "share")
SUFFIXES = {".py", ".js", ".mjs", ".css", ".html", ".j2", ".ipynb", ".svg"}
FETCHES = re.compile(
    r"""(?:src\s*=\s*\\?["']|<link[^>]+href\s*=\s*\\?["']|import\s*\(?\s*["']|from\s+["']|url\(\s*["']?|fetch\(\s*["'])"""
    r"""(?:https?:)?//(?!127\.0\.0\.1|localhost)[^"'\s)]+"""
)
BUILT = {"altair_bundle.js"}  # a bundle of other people's code, watched by the offline browser test


def findings(path: Path) -> list[str]:
    """Each address in this file that a browser would load, as `file:line: text`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    hits = ((number, FETCHES.search(line)) for number, line in enumerate(lines, 1))
    return [f"{path.relative_to(ROOT)}:{number}: {hit.group(0)[:120]}" for number, hit in hits if hit]


def main() -> int:
    """Print every finding; 1 where there is any."""
    paths = (path for place in PLACES for path in sorted((ROOT / place).rglob("*")))
    checked = (path for path in paths if path.suffix in SUFFIXES and path.name not in BUILT)
    found = [line for path in checked for line in findings(path)]
    print("\n".join(found))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
