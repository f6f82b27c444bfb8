"""A million REPORT lines read, added up and priced, against one bare regular expression over the same file.

The bare pass is the least that anybody would write: `for line in file`, one compiled pattern with a group
for each field of the line, `search`, `groups`; bytes, no number converted, nothing kept.
"""

from __future__ import annotations

import json
import math
import random
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from figure import Row, in_turn, limit_row, ratio_row

from lambada_labs import pricing
from lambada_labs.pricing.log_summary import summarise
from lambada_labs.pricing.log_what_if import usage_of

LINES = 10**6
MEMORY_LIMIT_MB = 500
BARE = re.compile(
    rb"REPORT RequestId: (\S+)\s+Duration: ([\d.]+) ms\s+Billed Duration: (\d+) ms\s+Memory Size: (\d+) MB\s+"
    rb"Max Memory Used: (\d+) MB(?:\s+Init Duration: ([\d.]+) ms)?(?:\s+Status: (\w+))?"
)
CHILD = """
import json, resource, sys
from report_lines import priced
total, count = priced(sys.argv[1])
kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([count, kilobytes / 1024]))
"""


def log_lines() -> Iterator[bytes]:
    """A month of one function, the same one every time: 2 % cold, 1 in 500 timed out, three memory sizes."""
    chance = random.Random(20261125)
    for _ in range(LINES):
        duration = min(round(chance.lognormvariate(4.5, 1.0), 2), 3000.0)
        init = round(chance.uniform(80, 400), 2) if chance.random() < 0.02 else 0.0
        timed_out = chance.random() < 0.002
        duration = 3000.0 if timed_out else duration
        fields = [
            f"REPORT RequestId: {uuid.UUID(int=chance.getrandbits(128))}",
            f"Duration: {duration:.2f} ms",
            f"Billed Duration: {math.ceil(round(duration + init, 2))} ms",
            f"Memory Size: {chance.choice((512, 512, 1024, 1769))} MB",
            f"Max Memory Used: {chance.randint(60, 300)} MB",
            *([f"Init Duration: {init:.2f} ms"] if init else []),
            *(["Status: timeout\n"] if timed_out else ["\n"]),
        ]
        yield "\t".join(fields).encode()


def bare(path: Path) -> int:
    """How many lines the bare pattern matches."""
    found = 0
    with path.open("rb") as file:
        for line in file:
            match = BARE.search(line)
            if match:
                match.groups()
                found += 1
    return found


def priced(path: str | Path) -> tuple[str, int]:
    """The total by both price books, and how many invocations were read."""
    summary = summarise(path)
    bills = pricing.bill_both(usage_of(summary), free_tier=False)
    return " ".join(str(bill.total) for bill in bills), summary.count


def seconds(code: object, path: Path) -> float:
    """How long one pass takes."""
    start = time.perf_counter()
    code(path)  # type: ignore[operator]
    return time.perf_counter() - start


def peak_mb(path: Path) -> float:
    """The most memory that a process of its own takes to read and price the file."""
    argv = [sys.executable, "-c", CHILD, str(path)]
    done = subprocess.run(argv, check=True, capture_output=True, text=True, cwd=Path(__file__).parent)
    count, megabytes = json.loads(done.stdout)
    assert count == LINES
    return float(megabytes)


def rows() -> list[Row]:
    """Speed and memory; every line must have been read by both."""
    with tempfile.TemporaryDirectory(prefix="bench-report-") as folder:
        path = Path(folder) / "function.log"
        with path.open("wb") as file:
            file.writelines(log_lines())
        assert bare(path) == priced(path)[1] == LINES
        pair = in_turn(lambda: seconds(priced, path), lambda: seconds(bare, path))
        speed = ratio_row("10⁶ REPORT lines read and priced, against a bare pattern", "s", "≤ 5", pair)
        return [speed, limit_row("memory to read and price them", peak_mb(path), MEMORY_LIMIT_MB, "MB")]


if __name__ == "__main__":
    print("\n".join(map(str, rows())))
