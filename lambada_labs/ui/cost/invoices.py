"""The price of failure, written as invoices."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from lambada_labs import units
from lambada_labs.ui.card import Card, prose
from lambada_labs.ui.cost.chart import figure, gaps
from lambada_labs.ui.tables import columns

SECONDS_PER_HOUR = 3600
LONG = 2

if TYPE_CHECKING:
    from lambada_labs.pricing.compare import Incident


def failures(incidents: Sequence[Incident]) -> Card:
    """One invoice for each incident: what happened, the lines, the sum."""
    dearest = max(incidents, key=lambda each: each.per_incident, default=None)
    title = (
        f"{dearest.title}: {units.money(dearest.per_incident, dearest.currency)} for one incident"
        if dearest
        else "Nothing has failed, nothing is billed for it"
    )
    return figure(
        f'<div class="lb-invoices">{"".join(_invoice(each) for each in incidents)}</div>',
        title=title,
        reading="Each invoice is one incident without the free tier. A failed invocation is billed as any other: what makes it dear is how often it is tried again.",
        text="\n\n".join(_words(each) for each in incidents),
        note=gaps([name for each in incidents for name in each.missing]),
        styles=("cost_bars.css",),
    )


def _invoice(each: Incident) -> str:
    lines = "".join(
        f"<tr><td>{prose(line.name)}<small>{units.count(round(line.quantity, 3))} {prose(line.unit)}</small></td>"
        f'<td class="lb-num">{units.money(line.amount, each.currency)}</td></tr>'
        for line in each.invoice.lines
    )
    sums = (
        f'<tr class="lb-total"><td>One incident</td><td class="lb-num">{units.money(each.per_incident, each.currency)}</td></tr>'
        + (
            f'<tr><td>{_often(each)}</td><td class="lb-num">{units.money(each.per_month, each.currency)}</td></tr>'
        )
        * (each.times != 1)
    )
    return (
        f'<article class="lb-invoice" aria-label="Invoice: {prose(each.title)}"><p class="lb-invoice-head">Invoice</p><p><b>{prose(each.title)}</b></p>'
        f'<p class="lb-happened">{prose(each.story)}</p><table class="lb-table"><tbody>{lines}{sums}</tbody></table>'
        f'<p class="lb-note">{units.count(each.attempts)} attempts, {_long(each.seconds)} billed</p></article>'
    )


def _often(each: Incident) -> str:
    return f"{units.count(each.times)} in your month"


def _long(seconds: Decimal) -> str:
    """A billed time that may be days."""
    hours = seconds / SECONDS_PER_HOUR
    return (
        f"{units.count(round(hours))} hours"
        if hours >= LONG
        else units.duration(float(seconds) * units.MS_PER_S)
    )


def _words(each: Incident) -> str:
    rows = [
        [
            line.name,
            f"{units.count(round(line.quantity, 3))} {line.unit}",
            units.money(line.amount, each.currency),
        ]
        for line in each.invoice.lines
    ]
    sums = [
        ["one incident", "", units.money(each.per_incident, each.currency)],
        *([[_often(each), "", units.money(each.per_month, each.currency)]] if each.times != 1 else []),
    ]
    return f"{each.title}. {each.story}\n{columns([*rows, *sums])}"
