"""`lambada price` and `lambada report`: bills of a plan, and of a log that exists."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from lambada_labs import pricing
from lambada_labs.errors import BadInput
from lambada_labs.model import report_line
from lambada_labs.model.report_line import ReportLine
from lambada_labs.model.workload import Workload
from lambada_labs.units import count, duration, plain

_REPORT = re.compile(r"REPORT RequestId:|platform\.report")
_SHOWN_LINES = 20


def _bills_text(bills: tuple[pricing.Bill, pricing.Bill]) -> str:
    return f"{bills[0]}\n\n{bills[1]}\n\n{pricing.why_books_differ(*bills)}"


def report(arguments: argparse.Namespace) -> int:
    """What the REPORT lines of a file cost and waste."""
    lines, unreadable = _read_lines(_text_of(arguments.file))
    if not lines:
        raise BadInput(
            f"{arguments.file} has no REPORT line",
            "a log of AWS Lambda, as text or JSON",
            "Export it from the log group",
        )
    runs = [_as_workload(line, arguments.architecture) for line in lines]
    bills = pricing.bill_both(runs, free_tier=False)
    if arguments.json:
        print(json.dumps(_report_json(lines, unreadable, bills), indent=1))
        return 0
    print(_report_text(lines, unreadable))
    print(_bills_text(bills))
    return 0


def _text_of(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise BadInput(
            f"{name} cannot be read ({error.strerror})", "a file with REPORT lines, or -"
        ) from error
    return data.decode("utf-8", "replace")


def _read_lines(text: str) -> tuple[list[ReportLine], list[str]]:
    """The REPORT lines that can be read, and the numbers and faults of those that cannot."""
    found: list[ReportLine] = []
    unreadable: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not _REPORT.search(line):
            continue
        try:
            found.append(report_line.read(line))
        except BadInput as error:
            unreadable.append(f"line {number}: {error.seen}")
    return found, unreadable


def _as_workload(line: ReportLine, architecture: Any) -> Workload:
    return Workload(
        requests=1, duration_ms=line.billed_ms, memory_mb=line.memory_mb, architecture=architecture
    )


def _waste(lines: Sequence[ReportLine]) -> dict[str, str]:
    """What was paid for and not used, as shares of the GB-seconds billed: by memory, by Init."""
    paid = sum(line.memory_mb * line.billed_ms for line in lines)
    used = sum(min(line.max_memory_used_mb, line.memory_mb) * line.billed_ms for line in lines)
    init = sum(
        line.memory_mb * Decimal(str(line.init_ms)) for line in lines if line.init_ms and line.init_billed
    )
    return {
        "unused_memory": plain(round(1 - Decimal(used) / paid, 4)) if paid else "0",
        "init": plain(round(Decimal(init) / paid, 4)) if paid else "0",
    }


def _report_json(
    lines: Sequence[ReportLine], unreadable: Sequence[str], bills: tuple[pricing.Bill, pricing.Bill]
) -> dict[str, Any]:
    return {
        "lines": [line.to_json() for line in lines],
        "unreadable": list(unreadable),
        "waste": _waste(lines),
        "books": {bill.book.id: bill.to_json() for bill in bills},
    }


def _report_text(lines: Sequence[ReportLine], unreadable: Sequence[str]) -> str:
    waste = _waste(lines)
    cold = sum(line.init_ms is not None for line in lines)
    billed = sum(line.billed_ms for line in lines)
    unused, init = Decimal(waste["unused_memory"]), Decimal(waste["init"])
    rows = [
        f"{count(len(lines))} invocations, {count(cold)} of them cold, {duration(billed)} billed in all",
        f"paid and not used: {unused:.0%} of the memory; Init is {init:.0%} of what is billed",
        *(f"not read: {fault}" for fault in unreadable[:_SHOWN_LINES]),
    ]
    return "\n".join(rows) + "\n"
