"""`lambada price`: the bill of one scenario, or of every scenario in a file; with a limit, a gate for CI."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lambada_labs import pricing
from lambada_labs.errors import BadInput
from lambada_labs.pricing.bill import digits
from lambada_labs.pricing.flat import nested
from lambada_labs.pricing.inputs import Named, read_scenarios
from lambada_labs.units import count, duration, memory, money, plain, total

OVER_BUDGET = 4
"""The exit status of `--fail-over`: dearer than allowed, or not shown to be cheaper."""
_NEEDED = {"memory": "memory_mb", "duration": "duration_ms", "requests": "requests"}
_PLACES = ("architecture", "region")
_FIGURES = (*_NEEDED, *_PLACES, "no_free_tier", "set")

Priced = tuple[Named, tuple[pricing.Bill, pricing.Bill]]


def price(arguments: argparse.Namespace) -> int:
    """A month of one function (or of many), by both price books."""
    limit = None if arguments.fail_over is None else _amount(arguments.fail_over)
    priced = [(named, pricing.bill_both(named.scenario)) for named in _scenarios(arguments)]
    many = bool(arguments.input) and len(priced) > 1
    if arguments.round_like_aws and (arguments.json or many):
        raise BadInput("--round-like-aws beside --json or many scenarios", "one bill to read")
    if arguments.json:
        print(json.dumps(_many_json(priced) if many else pricing.price_json(priced[0][0].scenario), indent=1))
    elif many:
        print(_table(priced))
    else:
        print(_one(priced[0], like_aws=arguments.round_like_aws))
    return 0 if limit is None else _gate(priced, limit)


def _scenarios(arguments: argparse.Namespace) -> list[Named]:
    given = [f"--{word.replace('_', '-')}" for word in _FIGURES if getattr(arguments, word)]
    if arguments.input:
        if given:
            raise BadInput(f"{', '.join(given)} beside --input", "the figures either here or in the file")
        return read_scenarios(_text_of(arguments.input))
    missing = [f"--{word}" for word in _NEEDED if getattr(arguments, word) is None]
    if missing:
        raise BadInput(
            f"{', '.join(missing)} missing", "--memory MB --duration MS --requests N, or --input FILE"
        )
    figures = {key: str(getattr(arguments, word)) for word, key in _NEEDED.items()}
    own = {word: getattr(arguments, word) for word in _PLACES if getattr(arguments, word)}
    options = {"free_tier": str(not arguments.no_free_tier), **dict(map(_setting, arguments.set))}
    return [Named(name="", scenario=pricing.scenario_from_json(nested({**figures, **own, **options})))]


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise BadInput(f"--set {text}", "NAME=VALUE, such as logs.kb_per_request=2 or cold_share=0.01")
    return name.strip(), value.strip()


def _text_of(name: str) -> str:
    if name == "-" and sys.stdin is None:
        raise BadInput("Standard input is closed", "scenarios on it", "Give a file")
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8")
    except OSError as error:
        raise BadInput(f"{name} cannot be read ({error.strerror})", "a file with scenarios, or -") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is no text", "JSON or CSV in UTF-8") from error


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise BadInput(f"--fail-over {text}", "an amount such as 25 or 0.50")
    return amount


def _gate(priced: Sequence[Priced], limit: Decimal) -> int:
    """0 where the sum of AWS's totals is known and within the limit; the reason goes to standard error."""
    bills = [bills[0] for _, bills in priced]
    gaps = [used.name for bill in bills for used in bill.missing]
    currencies = sorted({bill.book.currency for bill in bills})
    added = total(bill.total for bill in bills)
    if len(currencies) > 1:
        problem = f"the totals are in {' and '.join(currencies)}: they cannot be added"
    elif added > limit:
        shown, allowed = money(added, currencies[0]), money(limit, currencies[0])
        problem = (
            f"{shown} is over {allowed}" if shown != allowed else f"{digits(added)} is over {plain(limit)}"
        )
    elif gaps:
        problem = f"the total is incomplete: no price for {', '.join(dict.fromkeys(gaps))}"
    else:
        return 0
    print(f"lambada: {problem}", file=sys.stderr)
    return OVER_BUDGET


def _many_json(priced: Sequence[Priced]) -> dict[str, Any]:
    """Totals stand there only where they can be added: all in one currency."""
    rows = [{"name": named.name, **pricing.price_json(named.scenario, bills)} for named, bills in priced]
    books = zip(*(bills for _, bills in priced), strict=True)
    sums = {
        bills[0].book.id: digits(total(bill.total for bill in bills))
        for bills in books
        if len({bill.book.currency for bill in bills}) == 1
    }
    return {"scenarios": rows, "totals": sums}


def _one(priced: Priced, *, like_aws: bool) -> str:
    named, bills = priced
    work = named.scenario.workload
    each = f"{duration(float(work.duration_ms))} at {memory(work.memory_mb)}, {work.architecture}"
    rounded = (
        f"\nRounded like an AWS invoice: {money(bills[0].like_aws, bills[0].book.currency)}"
        if like_aws
        else ""
    )
    return (
        f"{count(work.requests)} requests a month, {each}\n\n{bills[0]}{rounded}\n\n{bills[1]}\n\n"
        f"{pricing.why_books_differ(*bills)}{_moved(priced)}"
    )


def _moved(priced: Priced) -> str:
    """What changed since the export was written, if it is one."""
    named, (aws, _) = priced
    before = named.before.get("aws")
    # An export has as many digits as `digits` prints.
    if before is None or before == Decimal(digits(aws.total)):
        return ""
    shown = money(before, aws.book.currency)
    return f"\nThe file says {shown}: prices or rules have changed since it was written."


def _table(priced: Sequence[Priced]) -> str:
    rows = [(named.name or f"scenario {number}", bills) for number, (named, bills) in enumerate(priced, 1)]
    whole = all(bill.complete for _, bills in rows for bill in bills)
    word = "total" if whole else "total so far"
    width = max(len(name) for name in (word, *(name for name, _ in rows)))
    lines = [f"{'':<{width}} {priced[0][1][0].book.label:>18} {priced[0][1][1].book.label:>18}"]
    lines += [_table_row(name, bills, width) for name, bills in rows]
    if len({bills[0].book.currency for _, bills in rows}) == 1:
        books = zip(*(bills for _, bills in rows), strict=True)
        sums = [money(total(bill.total for bill in bills), bills[0].book.currency) for bills in books]
        shown = " ".join(f"{each:>18}" for each in sums)
        lines.append(f"{word:<{width}} {shown}{'' if whole else '  incomplete'}")
    return "\n".join(lines)


def _table_row(name: str, bills: tuple[pricing.Bill, pricing.Bill], width: int) -> str:
    shown = " ".join(f"{money(bill.total, bill.book.currency):>18}" for bill in bills)
    gaps = f"  incomplete: {', '.join(used.name for used in bills[0].missing)}" if bills[0].missing else ""
    return f"{name:<{width}} {shown}{gaps}"
