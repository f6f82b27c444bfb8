"""`lambada report`: what a log's REPORT lines cost, what was wasted, and what else they could have cost."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from lambada_labs import pricing
from lambada_labs.errors import BadInput
from lambada_labs.model.log_source import Source
from lambada_labs.model.report_reader import read_log
from lambada_labs.model.report_record import Entry, ReportLine
from lambada_labs.pricing.cpu_share import checked_memory
from lambada_labs.pricing.log_summary import summarise, summary_of
from lambada_labs.pricing.log_totals import LogSummary, SizeSummary
from lambada_labs.pricing.log_what_if import WhatIf, at_memory, on_architecture, usage_of, with_provisioned
from lambada_labs.units import count, duration, memory, money, plain

_OTHER = {"x86_64": "arm64", "arm64": "x86_64"}
_SHOWN = 5
_NO_FREE_TIER = "No free tier is taken off: a log does not say what else the account ran that month."

Questions = dict[str, WhatIf | BadInput]


def report(arguments: argparse.Namespace) -> int:
    """What the REPORT lines of a log cost and waste; the log is streamed, whatever its size."""
    book = pricing.price_book("aws", region=arguments.region)
    if arguments.architecture not in _OTHER:
        raise BadInput(f"--architecture {arguments.architecture}", "x86_64 or arm64")
    if arguments.memory is not None:
        checked_memory(arguments.memory)
    if arguments.seconds is not None and arguments.seconds <= 0:
        raise BadInput(f"--seconds {arguments.seconds}", "the seconds that the log covers, above 0")
    source = _source(arguments.file)
    if arguments.json:
        _print_json(source, arguments, book)
    else:
        print(_text(summarise(source), arguments, book))
    return 0


def _source(name: str) -> Source:
    if name == "-" and sys.stdin is None:
        raise BadInput("Standard input is closed", "a log on it", "Give a file")
    return sys.stdin.buffer if name == "-" else Path(name)


def _print_json(source: Source, arguments: argparse.Namespace, book: pricing.PriceBook) -> None:
    """One JSON object, its lines written as they are read: a large log never stands in memory."""
    if arguments.no_lines:
        summary = summarise(source)
        print(json.dumps(_summary_json(summary, arguments, book), indent=1))
        return
    summary = summary_of(_written(read_log(source)))
    rest = json.dumps(_summary_json(summary, arguments, book), indent=1)
    print(("\n ]," if summary.count else '{\n "lines": [],') + rest[1:])


def _written(entries: Iterator[Entry]) -> Iterator[Entry]:
    """The same entries, each invocation printed as it passes; the first one opens the object."""
    before = '{\n "lines": [\n  '
    for entry in entries:
        if isinstance(entry, ReportLine):
            sys.stdout.write(before + json.dumps(entry.to_json()))
            before = ",\n  "
        yield entry


def _summary_json(
    summary: LogSummary, arguments: argparse.Namespace, book: pricing.PriceBook
) -> dict[str, Any]:
    counts = {
        "invocations": summary.count,
        "cold": summary.cold,
        "timeouts": summary.timeouts.count,
        "errors": summary.errors.count,
        "managed_instances": summary.managed,
        "init_reports": summary.init_reports,
        "billed_ms": summary.billed_ms,
        "gb_seconds": plain(summary.gb_seconds),
    }
    questions = _questions(summary, arguments)
    unreadable = {"count": summary.unreadable, "examples": [str(each) for each in summary.examples]}
    return {
        **counts,
        "sizes": {str(size.memory_mb): _size_json(size) for size in summary.sizes},
        "waste": _waste(summary),
        "what_if": {name: _question_json(answer, book) for name, answer in questions.items()},
        "unreadable": unreadable,
        "books": {bill.book.id: bill.to_json() for bill in _bills(summary, arguments)},
    }


def _question_json(answer: WhatIf | BadInput, book: pricing.PriceBook) -> dict[str, Any]:
    if isinstance(answer, BadInput):
        return {"refused": str(answer)}
    bill = pricing.bill(answer.usage, book, free_tier=False)
    return {"total": plain(bill.total), "complete": bill.complete, "assumption": answer.assumption}


def _size_json(size: SizeSummary) -> dict[str, int]:
    return {
        "invocations": size.count,
        "billed_ms": size.billed_ms,
        "p50_ms": size.billed_percentile(50),
        "p99_ms": size.billed_percentile(99),
        "max_used_mb": size.max_used_mb,
    }


def _waste(summary: LogSummary) -> dict[str, str]:
    """Shares of the GB-seconds paid: memory never touched, INIT, invocations that timed out."""
    shares = {
        "unused_memory": summary.unused_share,
        "init": summary.init_share,
        "timeouts": summary.timeout_share,
    }
    return {name: plain(round(share, 4)) for name, share in shares.items()}


def _bills(summary: LogSummary, arguments: argparse.Namespace) -> tuple[pricing.Bill, pricing.Bill]:
    usage = usage_of(summary, arguments.architecture)
    return pricing.bill_both(usage, free_tier=False, region=arguments.region)


def _questions(summary: LogSummary, arguments: argparse.Namespace) -> Questions:
    """The same traffic otherwise: the other architecture, another size where asked for, provisioned."""
    other = _OTHER[arguments.architecture]
    made: Questions = {f"on {other}": on_architecture(summary, other)}  # type: ignore[arg-type]
    if arguments.memory is not None:
        made[f"at {memory(arguments.memory)}"] = _at_memory(summary, arguments)
    if arguments.seconds is not None or summary.observed_seconds:
        seconds = None if arguments.seconds is None else Decimal(arguments.seconds)
        made["provisioned"] = with_provisioned(summary, arguments.architecture, observed_seconds=seconds)
    return made


def _at_memory(summary: LogSummary, arguments: argparse.Namespace) -> WhatIf | BadInput:
    """The answer, or why there is none: a size too small for what the log used must not end the report."""
    try:
        return at_memory(summary, arguments.memory, arguments.architecture)
    except BadInput as refused:
        return refused


def _text(summary: LogSummary, arguments: argparse.Namespace, book: pricing.PriceBook) -> str:
    bills = _bills(summary, arguments)
    answers = _questions(summary, arguments).items()
    others = [_question_text(name, answer, bills[0].total, book) for name, answer in answers]
    books = [str(bills[0]), "", str(bills[1]), "", pricing.why_books_differ(*bills)]
    return "\n".join([*_head(summary), "", *books, _NO_FREE_TIER, "", "The same traffic", *others])


def _head(summary: LogSummary) -> Iterator[str]:
    cold, billed = count(summary.cold), duration(summary.billed_ms)
    yield f"{count(summary.count)} invocations, {cold} of them cold, {billed} billed in all"
    yield from map(_size_text, summary.sizes)
    init = f"INIT is {summary.init_share:.0%} of what is billed"
    yield f"paid and not used: {summary.unused_share:.0%} of the memory; {init}"
    yield from _notes(summary)
    yield from (f"not read: {fault}" for fault in summary.examples[:_SHOWN])


def _size_text(size: SizeSummary) -> str:
    half, most = size.billed_percentile(50), size.billed_percentile(99)
    return (
        f"  {memory(size.memory_mb)}: {count(size.count)} invocations, half within {duration(half)}, "
        f"99% within {duration(most)}, at most {memory(size.max_used_mb)} used"
    )


def _notes(summary: LogSummary) -> Iterator[str]:
    if summary.timeouts.count:
        share = f"{summary.timeout_share:.0%} of what is billed"
        yield f"timed out and paid in full: {count(summary.timeouts.count)}, {share}"
    if summary.managed:
        yield f"on Managed Instances, not billed by duration: {count(summary.managed)}"
    if summary.unreadable:
        yield f"looked like a REPORT and could not be read: {count(summary.unreadable)}"


def _question_text(name: str, answer: WhatIf | BadInput, now: Decimal, book: pricing.PriceBook) -> str:
    if isinstance(answer, BadInput):
        return f"  {name}: {answer}"
    bill = pricing.bill(answer.usage, book, free_tier=False)
    if not bill.complete:
        return f"  {name}: no price in {book.region}"
    change = f" ({(bill.total - now) / now:+.0%})" if now else ""
    return f"  {name}: {money(bill.total, book.currency)}{change}. {answer.assumption}"
