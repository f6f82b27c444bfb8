"""Bars to one scale: Regions, growth, and the whole path of a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from lambada_labs import units
from lambada_labs.ui.card import Card, prose
from lambada_labs.ui.cost.chart import figure, gaps
from lambada_labs.ui.tables import columns

if TYPE_CHECKING:
    from lambada_labs.pricing.compare import (
        RegionRow,
        RegionsTable,
        Scale,
        ScaleRow,
        Step,
        Waterfall,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: from `start` to `end` as shares of the scale, its words, and a class for its pattern."""

    name: str
    said: str
    end: float
    start: float = 0.0
    small: str = ""
    kind: str = "lambda"
    here: bool = False


def drawn(bars: Sequence[Bar], label: str) -> str:
    """The bars below each other; each says its amount at its end."""
    rows = "".join(
        f'<li class="{"lb-yours" if bar.here else ""}"><span class="lb-bar-name"><b>{prose(bar.name)}</b>{f"<small>{prose(bar.small)}</small>" if bar.small else ""}</span>'
        f'<span class="lb-bar-room" style="--from:{bar.start:.4f};--to:{max(bar.end, bar.start):.4f}"><i class="lb-fill lb-s-{bar.kind}"></i><em class="lb-num">{prose(bar.said)}</em></span></li>'
        for bar in bars
    )
    return f'<ul class="lb-cost-bars" aria-label="{prose(label)}">{rows}</ul>'


def regions_table(result: RegionsTable) -> Card:
    """The same month in every Region; Regions with the same total share a bar."""
    groups = [list(found) for _, found in groupby(result.rows, key=_alike)]
    here = next((row.currency for row in result.rows if row.here), "USD")
    largest = max((row.total for row in result.rows if row.currency == here), default=Decimal(1)) or Decimal(
        1
    )
    bars = [_region_bar(group, largest, here) for group in groups]
    return figure(
        drawn(bars, result.finding),
        title=result.finding,
        reading="One bar for all Regions that come to the same total; longer is dearer. A hatched bar is incomplete: that Region's list lacks a price that this scenario needs. Yours is marked.",
        text=columns(
            [["Region", "a month", "against yours", ""], *(_region_words(row) for row in result.rows)]
        ),
        styles=("cost_bars.css",),
    )


def _alike(row: RegionRow) -> tuple[str, Decimal, bool, tuple[str, ...]]:
    return row.currency, round(row.total, 2), row.complete, row.missing


def _region_bar(group: Sequence[RegionRow], largest: Decimal, here: str) -> Bar:
    first = next((row for row in group if row.here), group[0])
    others = [row.region for row in group if row is not first]
    said = [
        units.money(first.total, first.currency),
        *([_against(first)] if first.against_here is not None and not first.here else []),
    ]
    if not first.complete:
        said = [f"incomplete: no price for {', '.join(first.missing)}"]
    if first.currency != here:
        said.append("(another currency)")
    return Bar(
        name=first.region + (" (yours)" if first.here else ""),
        small=", ".join(others),
        said=" ".join(said),
        end=float(first.total / largest) if first.currency == here else 0.0,
        kind="missing" if not first.complete else "lambda" if first.here else "other",
        here=first.here,
    )


def _against(row: RegionRow) -> str:
    change = row.against_here - 1 if row.against_here is not None else Decimal(0)
    return f"{float(change):+.0%}".replace("-", "−") if round(change, 2) else "the same"


def _region_words(row: RegionRow) -> list[str]:
    notes = [
        *([f"incomplete: no price for {', '.join(row.missing)}"] if row.missing else []),
        *([f"older than a year: {', '.join(row.stale)}"] if row.stale else []),
        *(["yours"] if row.here else []),
    ]
    return [
        row.region,
        units.money(row.total, row.currency),
        "" if row.against_here is None else _against(row),
        "; ".join(notes),
    ]


def scale(result: Scale) -> Card:
    """What happens to the bill when the traffic grows."""
    largest = max((row.total or Decimal(0) for row in result.rows), default=Decimal(1)) or Decimal(1)
    bars = [_grown(row, largest, result.currency) for row in result.rows]
    per = [
        ("1,000 requests", result.per_thousand),
        ("a month", result.per_month),
        ("a year", result.per_year),
    ]
    boxes = "".join(
        f'<div><span>{name}</span><b class="lb-num">{units.money(amount, result.currency) if amount is not None else "–"}</b></div>'
        for name, amount in per
    )
    rows = [
        [
            bar.name,
            bar.small,
            bar.said,
            f"{units.money(row.per_million, result.currency)} per million"
            if row.per_million is not None
            else "",
        ]
        for bar, row in zip(bars, result.rows, strict=True)
    ]
    return figure(
        f'<div class="lb-heads">{boxes}</div>{drawn(bars, result.finding)}',
        title=result.finding,
        reading="The bars share one scale. The bill grows faster than the traffic while the free tier is being used up, and slower once a volume tier is reached.",
        text=columns(
            [
                ["per", "", "", ""],
                *(
                    [name, "", units.money(amount, result.currency), ""]
                    for name, amount in per
                    if amount is not None
                ),
                *rows,
            ]
        ),
        note=gaps(result.missing),
        styles=("cost_bars.css",),
    )


def _grown(row: ScaleRow, largest: Decimal, currency: str) -> Bar:
    today = row.factor == 1
    times = f", {float(row.times):.3g} × the bill" if row.times is not None and not today else ""
    return Bar(
        name="today" if today else f"{units.count(row.factor)} × the traffic",
        small=f"{units.count(row.requests)} requests a month",
        said="incomplete" if row.total is None else units.money(row.total, currency) + times,
        end=float((row.total or Decimal(0)) / largest),
        kind="missing" if row.total is None else "lambda",
        here=today,
    )


def waterfall(result: Waterfall) -> Card:
    """The whole path, step by step: what stands beside the function may cost more than it."""
    largest = max((step.end for step in result.steps), default=Decimal(1)) or Decimal(1)
    bars = [_step(step, largest, result.currency) for step in result.steps]
    last = result.steps[-1].end if result.steps else Decimal(0)
    bars.append(
        Bar(
            name="Total",
            said=units.money(last, result.currency)
            + (" without what is missing" if result.total is None else ""),
            end=float(last / largest),
            kind="other" if result.total is not None else "missing",
        )
    )
    return figure(
        drawn(bars, result.finding),
        title=result.finding,
        reading="Each bar starts where the one above it ends; the last is the sum. Blue is the function itself; a striped bar with the words “dearer than the compute” costs more than running the function itself.",
        text=columns([[bar.name, bar.said, bar.small] for bar in bars]),
        note=gaps(result.missing),
        styles=("cost_bars.css",),
    )


def _step(step: Step, largest: Decimal, currency: str) -> Bar:
    small = (
        f"no price for {', '.join(step.missing)}"
        if step.missing
        else "dearer than the compute"
        if step.dearer
        else ""
    )
    share = f" · {float(step.share):.0%}" if step.share is not None else ""
    return Bar(
        name=step.title,
        small=small,
        said="incomplete" if step.amount is None else units.money(step.amount, currency) + share,
        start=float(min(step.start, step.end) / largest),
        end=float(max(step.start, step.end) / largest),
        kind="missing"
        if step.amount is None
        else "dear"
        if step.dearer
        else "lambda"
        if step.key == "function"
        else "other",
    )
