"""How a lab's invocations become the bills that its cards show; every price comes from `pricing`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from lambada_labs import pricing
from lambada_labs.errors import LambadaError
from lambada_labs.model import InvocationRecord
from lambada_labs.model.workload import Workload
from lambada_labs.units import CENT

Bills = tuple[pricing.Bill, pricing.Bill]


def driver(records: Sequence[InvocationRecord]) -> str:
    """The sentence that says which of the two prices makes most of this bill."""
    if not records:
        return "Nothing has run yet, so there is nothing to pay."
    lines = pricing.bill(records, pricing.price_book("aws"), free_tier=False).lines
    whole = sum((line.amount for line in lines), Decimal(0))
    requests = sum((line.amount for line in lines if line.name.startswith("requests")), Decimal(0))
    init = any(line.name.startswith("INIT") for line in lines)
    area = "memory times time, INIT included" if init else "memory times time"
    what, largest = ("the requests", requests) if 2 * requests > whole else (area, whole - requests)
    share = largest / whole
    return f"What drives it: {what}, {share:.0%} of the bill before the free tier."


def at_scale(records: Sequence[InvocationRecord], runs: Sequence[int]) -> list[tuple[str, Bills]]:
    """The last invocation, repeated: a label and both bills for each number of runs a month."""
    return [(f"{number:,} runs", pricing.bill_both(repeated(records, number))) for number in runs]


def calls_per_cent(records: Sequence[InvocationRecord]) -> int:
    """How many invocations like the last one cost a cent by AWS's list price, without the free tier."""
    one = pricing.bill([_last(records)], pricing.price_book("aws"), free_tier=False)
    return int(CENT / one.total)


def repeated(records: Sequence[InvocationRecord], number: int) -> Workload:
    """The last invocation as a month's workload; raises `LambadaError` where nothing has run."""
    record = _last(records)
    return Workload(
        requests=number,
        duration_ms=Decimal(record.billed_ms),
        memory_mb=record.memory_mb,
        architecture=record.architecture,
    )


def _last(records: Sequence[InvocationRecord]) -> InvocationRecord:
    if not records:
        raise LambadaError("Nothing has run yet", expected="one invocation", todo="Run the cells above first")
    return records[-1]
