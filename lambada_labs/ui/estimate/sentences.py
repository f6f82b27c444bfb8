"""What a bill says in words: what drives it, what it lacks, what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lambada_labs import pricing, units
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Bill, Scenario
from lambada_labs.ui.estimate.plan import stale_lines
from lambada_labs.ui.estimate.shown import quantity


def bills_of(asked: Scenario | Workload) -> tuple[Bill, Bill]:
    """The bill by both price books, the free tier as lines."""
    return pricing.bill_both(asked)


def driver(work: Workload, bill: Bill) -> str:
    """What this bill is made of, in one sentence."""
    largest = pricing.what_drives(bill)
    if work.requests == 0 and bill.total == 0:
        return "Nobody asks, so there is nothing to pay."
    if largest is None:
        return (
            "The free tier covers all of it." if bill.complete else "Nothing that has a price is left to pay."
        )
    if largest.name.startswith("requests"):
        return (
            "**Requests** drive it: being asked costs more than the running that the free tier leaves to pay."
        )
    if largest.name.startswith("duration"):
        return (
            f"**Duration** drives it: {units.count(work.requests)} runs × {units.duration(work.billed_ms)} × "
            f"{units.memory(work.memory_mb)} are {quantity(largest.quantity)} GB-seconds."
        )
    name = largest.name[:1].upper() + largest.name[1:]
    share = pricing.net(bill.lines)[largest.name] / bill.total
    return f"**{name}** drives it: {quantity(largest.quantity)} {largest.unit} are {share:.0%} of the bill."


def gaps(bills: Sequence[Bill]) -> str:
    """Which lines have no price, in one sentence; empty where every line has one."""
    names = list(dict.fromkeys(used.name for used in bills[0].missing))
    if not names:
        return ""
    region = bills[0].book.region
    said = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return f"Incomplete: {said} {'have' if len(names) > 1 else 'has'} no price in {region}."


def aged(bill: Bill, today: date) -> str:
    """Which prices are older than a year, in one sentence; empty where none is."""
    names = stale_lines(bill, today)
    if not names:
        return ""
    oldest = min(bill.book.prices[line.price].as_of for line in bill.lines if line.name in names)
    some = "one of these prices was" if len(names) == 1 else f"{len(names)} of these prices were"
    return f"Stale: {some} last seen more than a year ago (the oldest {oldest})."


def asked_in_words(scenario: Scenario) -> str:
    """Workload and Region in one line."""
    work = scenario.workload
    parts = f", with {', '.join(part.title for part in scenario.parts)}" if scenario.parts else ""
    return (
        f"{units.count(work.requests)} requests a month of {units.duration(work.billed_ms)} at "
        f"{units.memory(work.memory_mb)} on {work.architecture} in {scenario.region}{parts}"
    )
