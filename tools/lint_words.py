"""Find words that the glossary does not want in headings, titles and cell names.

Only the worst of `docs/glossary.md`'s last column, only where a reader takes a word for a name:
Markdown headings of docs and notebooks, and `name="..."` of notebook cells.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
WORDS = {
    r"lambdas?(?= function)|(?<!aws )\blambdas\b": "function",
    r"containers?": "execution environment",
    r"workers?": "execution environment",
    r"instances?": "execution environment",
    r"spin[- ]?up|boot(?:ing)?": "Init phase, cold start",
    r"callbacks?": "handler",
    r"rate limits?": "throttle",
    r"burst limits?": "scaling rate",
    r"pool size": "concurrency",
    r"listeners?|hooks?": "trigger, event source mapping or destination",
}
ALLOWED = re.compile(
    r"AWS Lambda function|container image|EC2 instances?|managed instances|ALB listener|pre-commit hooks?",
    re.IGNORECASE,
)
HEADING = re.compile(r"^#{1,6} (?P<text>.+)$")
CELL_HEADING = re.compile(r"^# #{1,6} (?P<text>.+)$")
CELL_NAME = re.compile(r'^# %%.*name="(?P<text>[^"]+)"')
PLACES = ("README.md", "CONTRIBUTING.md", "docs/*.md", "notebooks/src/*.py")


def named(path: Path) -> Iterable[tuple[int, str]]:
    """Line number and text of each heading and cell name of this file."""
    patterns = (CELL_HEADING, CELL_NAME) if path.suffix == ".py" else (HEADING,)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for pattern in patterns:
            if found := pattern.match(line):
                yield number, found["text"]


def findings(path: Path) -> Iterable[str]:
    """Each unwanted word, as `file:line: word in text: say ...`."""
    for number, text in named(path):
        plain = ALLOWED.sub("", text.replace("-", " "))
        for pattern, instead in WORDS.items():
            if found := re.search(rf"\b(?:{pattern})\b", plain, re.IGNORECASE):
                yield f"{path}:{number}: {found.group(0)!r} in {text!r}: say {instead}"


def main() -> int:
    """Print every finding; 1 where there is any."""
    given = [Path(name) for name in sys.argv[1:]]
    paths = given or sorted(path for place in PLACES for path in ROOT.glob(place))
    found = [line for path in paths for line in findings(path)]
    print("\n".join(found) or f"{len(paths)} files use the glossary's words")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
