"""Everything `make check` looks at, several at a time; prints only what failed."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BIN = Path(sys.executable).parent
PYTHON = sys.executable
CHECKS: dict[str, list[str]] = {
    "lint": [f"{BIN}/ruff", "check", "."],
    "format": [f"{BIN}/ruff", "format", "--check", "."],
    "types": [PYTHON, "-m", "mypy", "--no-error-summary"],
    "layers": [f"{BIN}/lint-imports", "--no-cache"],
    "AWS numbers": [PYTHON, "tools/lint_numbers.py"],
    "words": [PYTHON, "tools/lint_words.py"],
    "deck map": [PYTHON, "tools/check_deck_map.py"],
    "notebooks": [PYTHON, "tools/build_notebooks.py", "--check"],
    "fidelity": [PYTHON, "tools/build_fidelity.py", "--check"],
    "offline": [PYTHON, "tools/lint_offline.py"],
    "wheel": [PYTHON, "tools/check_wheel.py"],
}


def run(name: str) -> tuple[str, int, str, float]:
    """The check's name, exit status, output and seconds."""
    start = time.monotonic()
    done = subprocess.run(CHECKS[name], capture_output=True, text=True, check=False)
    return name, done.returncode, done.stdout + done.stderr, time.monotonic() - start


def main() -> int:
    """Run the named checks, or all; the number that failed is the exit status."""
    names = sys.argv[1:] or list(CHECKS)
    with ThreadPoolExecutor(3) as threads:
        results = list(threads.map(run, names))
    for name, status, output, seconds in results:
        print(f"{'ok    ' if status == 0 else 'FAILED'} {name} ({seconds:.1f} s)")
        if status:
            print(output.rstrip())
    return sum(status != 0 for _, status, _, _ in results)


if __name__ == "__main__":
    sys.exit(main())
