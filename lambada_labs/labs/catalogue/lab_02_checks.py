"""How lab 02 judges: a division, a size that was bought, a failure that was paid, a bill that was met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from statistics import median
from typing import Any

from lambada_labs import facts
from lambada_labs.labs import slips
from lambada_labs.labs.check import CheckResult, failed, not_yet, passed
from lambada_labs.labs.evidence import Called, Evidence
from lambada_labs.model import report_line
from lambada_labs.model.report_record import ReportLine
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import bill, measurements, price_book
from lambada_labs.pricing.memory_curve import MemoryCurve, fit
from lambada_labs.units import count, dollars, duration, memory

FIBONACCI, ORDER, SHOP = "lab02-fibonacci", "lab02-order", "lab02-shop"
SERIES = "Fibonacci, one thread"
X86, ARM = "duration.x86_64", "duration.arm64"

CLOSE = Decimal("0.001")
NEAR_FLOOR, NEAR_PRICE = 1.25, 1.1
"""A size is well bought whose time is near the shortest there is, and whose price is near the lowest."""

DEAR_FAILURE = 20

RUNS = 10_000_000
BUDGET = Decimal(10)
PATIENCE_MS = 400
SLOWEST_SERVICE_MS = 150
CALLS = 4
ANSWERS = {
    "tea": {"title": "Assam", "stock": 7, "price": 12, "rating": 4},
    "mug": {"title": "Blue mug", "stock": 7, "price": 12, "rating": 4},
}

FEWEST_SLIPS = 5


# The twiddle: what a dollar buys


def check_dollar(evidence: Evidence) -> CheckResult:
    """The GB-seconds that $1 buys, divided by the learner from AWS's price."""
    price = price_book("aws").price(X86).amount
    expected = "the GB-seconds that $1 buys at AWS's price: a division"
    if evidence.answer is None or evidence.answer is ...:
        return not_yet("no number yet", expected, "Replace `...` by your division and run the cell again")
    answer = _number(evidence.answer)
    if answer is None:
        step = "Hand over a number"
        return failed("no-number", f"{evidence.answer!r} is no number", expected=expected, next_step=step)
    if _close(answer, 1 / price):
        meaning = "$1 buys 60,000 GB-seconds. The deck's 600,000 cost $10: one zero, and every bill ten times too small."
        return passed(f"{count(round(answer))} GB-seconds for $1", meaning)
    reason = _slip_of_division(answer, price)
    seen = f"{_plain(answer)} GB-seconds for $1"
    return failed(reason, seen, expected=expected, next_step="What costs $1, if one GB-second costs `price`?")


def _slip_of_division(answer: Decimal, price: Decimal) -> str:
    known = {
        "deck": facts.decimal("price.deck_gb_seconds_per_dollar"),
        "upside-down": price,
        "arm": 1 / price_book("aws").price(ARM).amount,
    }
    return next((reason for reason, value in known.items() if _close(answer, value)), "other")


def _number(answer: Any) -> Decimal | None:
    try:
        number = Decimal(str(answer))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _plain(answer: Decimal) -> str:
    """All its digits, without the noughts that end a fraction: those of 600,000 stay."""
    whole, point, fraction = f"{answer:,f}".partition(".")
    return f"{whole}{point}{fraction}".rstrip("0").rstrip(".") if point else whole


def _close(answer: Decimal, value: Decimal) -> bool:
    return abs(answer - value) <= CLOSE * value


# The tweak: the size to buy


def curve() -> MemoryCurve:
    """The curve through the shipped measurements of the function that this lab tunes."""
    return fit(measurements.series(SERIES).measured)


def check_right_size(evidence: Evidence) -> CheckResult:
    """The computing function has a size that is as fast as any and no dearer than the smallest, and ran with it."""
    expected = "the fastest size that costs hardly more than 128 MB, and one call that ran with it"
    size = int((evidence.function(FIBONACCI) or {}).get("MemorySize", 0))
    if size in {0, facts.number("limit.memory.default")}:
        seen = f"{FIBONACCI} has {size} MB"
        return not_yet(
            seen, expected, "Read the chart: where does the time stop falling? Set MemorySize there"
        )
    known = curve()
    took = f"about {duration(known.duration_ms(size))} at {memory(size)}"
    if known.duration_ms(size) > NEAR_FLOOR * known.floor_ms:
        step = "Give it more memory: until the processor is whole, that costs the same"
        seen = f"{took}; at its fastest it takes {duration(known.floor_ms)}"
        return failed("short", seen, expected=expected, next_step=step)
    dearer = (
        size * known.duration_ms(size) / (known.floor_ms * known.knee_mb) - 1
    )  # up to the knee all sizes cost the same
    if dearer > NEAR_PRICE - 1:
        seen = f"{took}, {dearer:.0%} dearer than at the knee and no faster"
        return failed(
            "past-knee", seen, expected=expected, next_step="Go back to where the time stops falling"
        )
    if not any(record.memory_mb == size for record in evidence.records(FIBONACCI)):
        seen = f"{memory(size)} are set, nothing has run since"
        return failed("not-run", seen, expected=expected, next_step="Call the function once more")
    meaning = (
        "A function that computes gets faster as fast as it gets dearer, up to one whole vCPU. Buy the knee."
    )
    return passed(f"{took}, for the price of 128 MB", meaning)


# The break: a failure paid in full


def check_paid_in_full(evidence: Evidence) -> CheckResult:
    """One call ran into the timeout, and its bill dwarfs that of a good one."""
    expected = f"one failed call, billed for at least {DEAR_FAILURE} times as long as a good one"
    ran = evidence.records(ORDER)
    good = [record.billed_ms for record in ran if record.outcome == "success"]
    bad = [record.billed_ms for record in ran if record.outcome in {"error", "timeout"}]
    step = "Let the payment service hang: how many seconds does Lambda wait if you say nothing?"
    if not good:
        return not_yet("no good call yet", expected, "Run the cell once as it is")
    if not bad:
        reason_seen = f"{len(good)} calls, all of them good"
        if max(good) > DEAR_FAILURE * min(good):
            return failed(
                "slow", f"a call of {duration(max(good))} that came back", expected=expected, next_step=step
            )
        return not_yet(reason_seen, expected, step)
    dearest, usual = max(bad), min(good)
    if dearest < DEAR_FAILURE * usual:
        seen = f"a failure of {duration(dearest)}, against {duration(usual)} for a good call"
        return failed("cheap", seen, expected=expected, next_step=step)
    meaning = "A function that waits for somebody who hangs is billed to its timeout, and then again for every retry."
    return passed(
        f"{duration(dearest)} paid for nothing, {dearest / usual:.0f} times as long as a good call", meaning
    )


# The rework: a workload under a bill


def check_under_budget(evidence: Evidence) -> CheckResult:
    """The shop answers as before, soon enough, for less than the budget at ten million calls a month."""
    expected = (
        f"the same answers within {PATIENCE_MS} ms, for at most {dollars(BUDGET)} at {RUNS:,} calls a month"
    )
    configuration = evidence.function(SHOP)
    if configuration is None:
        return not_yet(f"there is no function {SHOP}", expected, "Run the cell that deploys it")
    calls = [evidence.call(SHOP, {"item": item}) for item in ("tea", "mug") * (CALLS // 2)]
    if (wrong := _wrong_answer(calls)) is not None:
        return failed(
            wrong[0], wrong[1], expected=expected, next_step="Keep what the handler returns as it was"
        )
    lines = [_report(call) for call in calls]
    warm = [line for line in lines if line.init_ms is None] or lines
    billed = int(median(line.billed_ms for line in warm))
    month = Workload(
        requests=RUNS,
        duration_ms=billed,
        memory_mb=warm[0].memory_mb,
        architecture=configuration["Architectures"][0],
    )
    return _judge_month(month, bill(month, price_book("aws")).total, expected)


def _judge_month(month: Workload, total: Decimal, expected: str) -> CheckResult:
    took = f"{duration(month.billed_ms)} at {memory(month.memory_mb)}"
    seen = f"{took}: {dollars(total)} a month"
    if month.billed_ms < SLOWEST_SERVICE_MS:
        step = f"`ask` and `catalogue` belong to others: leave them as they are, {SLOWEST_SERVICE_MS} ms is the least"
        return failed("too-fast", seen, expected=expected, next_step=step)
    slow, dear = month.billed_ms > PATIENCE_MS, total > BUDGET
    if slow and dear:
        return not_yet(seen, expected, "What waits in line could wait side by side")
    if slow or dear:
        reason, step = (
            ("slow", "It is cheap enough; now it has to be quicker")
            if slow
            else ("dear", "It is quick enough; now it has to be cheaper")
        )
        return failed(reason, seen, expected=expected, next_step=step)
    meaning = "Time you do not wait and memory you do not need: both sides of the area are yours to shrink."
    return passed(seen, meaning)


def _wrong_answer(calls: Sequence[Called]) -> tuple[str, str] | None:
    for call, item in zip(calls, ("tea", "mug") * (CALLS // 2), strict=True):
        if call.function_error:
            said = call.answer.get("errorMessage", "") if isinstance(call.answer, Mapping) else ""
            return "raised", f"the call for {item} failed: {said}"
        if call.answer != ANSWERS[item]:
            return "changed", f"for {item} it answered {call.answer}"
    return None


def _report(call: Called) -> ReportLine:
    return report_line.read(next(line for line in call.log.splitlines() if line.startswith("REPORT")))


# The gallery


def check_slips(evidence: Evidence) -> CheckResult:
    """At least five wrong calculators were seen through."""
    all_slips = slips.slips()
    expected = f"the wrong step in at least {FEWEST_SLIPS} of {len(all_slips)} calculators"
    picked = evidence.answer if isinstance(evidence.answer, Mapping) else {}
    found = slips.found(picked)
    if len(found) >= FEWEST_SLIPS:
        meaning = "You would have caught them. Ask of any total: which unit, rounded where, and priced from which row?"
        return passed(f"{len(found)} of {len(all_slips)} found", meaning)
    if not picked:
        return not_yet("no step picked yet", expected, "Pick a step in the gallery, then run this cell again")
    seen = f"{len(found)} found, {len(picked) - len(found)} picked a step that is right"
    next_open = next(slip for slip in all_slips if slip.id not in found)
    return failed(
        next_open.id,
        seen,
        expected=expected,
        next_step=f"Look at number {all_slips.index(next_open) + 1} again",
    )
