"""Code at the edge: what each place would cost, and which limits forbid it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambada_labs import units
from lambada_labs.ui.card import Card, prose
from lambada_labs.ui.cost.axis import Span, money_ticks, share_ticks, straight
from lambada_labs.ui.cost.chart import Frame, Line, figure, gaps, names, slices, thinned
from lambada_labs.ui.cost.series import look
from lambada_labs.ui.marks import mark
from lambada_labs.ui.tables import columns

if TYPE_CHECKING:
    from lambada_labs.pricing.compare import EdgeChoice, EdgeChoices


def edge_choices(result: EdgeChoices) -> Card:
    """Where code at the edge may run, what it would cost, and which limits forbid it."""
    rows = "".join(_place(choice, result) for choice in result.choices)
    head = '<th>Where</th><th class="lb-num">Runs a month</th><th class="lb-num">A month</th>'
    table = f'<div class="lb-scroll lb-plans"><table class="lb-table lb-places"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    words = [
        [
            choice.name,
            f"{units.count(round(choice.runs))} runs",
            units.money(choice.total, result.currency) if choice.total is not None else "no price",
            "; ".join(choice.why) or "fits",
        ]
        for choice in result.choices
    ]
    return figure(
        _hit_rates(result) + table,
        title=result.finding,
        reading="A viewer event runs for every request, an origin event only for what the cache does not have: go right and the origin's line falls.",
        text=columns([["where", "runs a month", "a month", ""], *words]),
        note=gaps(result.missing),
        styles=("cost_bars.css",),
    )


def _place(choice: EdgeChoice, result: EdgeChoices) -> str:
    shape = mark("check" if choice.fits else "cross", "fits" if choice.fits else "does not fit")
    best = "cheapest that fits" if choice.name == result.cheapest else "fits"
    total = "no price" if choice.total is None else units.money(choice.total, result.currency)
    return (
        f"<tr><td>{shape} {prose(choice.name)}<small>{prose('; '.join(choice.why) or best)}</small></td>"
        f'<td class="lb-num">{units.count(round(choice.runs))}</td><td class="lb-num">{total}</td></tr>'
    )


def _hit_rates(result: EdgeChoices) -> str:
    amounts = [amount for curve in result.curves for amount in curve.amounts if amount is not None]
    if not amounts:
        return ""
    span, ticks = straight(amounts)
    frame = Frame(
        x=Span(low=0, high=1),
        y=span,
        x_ticks=share_ticks(),
        y_ticks=money_ticks(ticks, result.currency),
        x_title="share of requests that the cache answers",
        y_title="a month",
    )
    lines = [
        Line(
            name=curve.name,
            points=list(zip(result.hit_rates, curve.amounts, strict=True)),
            look=look(curve.name),
        )
        for curve in result.curves
    ]
    reads = [
        (
            result.hit_rates[index],
            [
                f"{float(result.hit_rates[index]):.0%} from the cache",
                *(
                    f"{curve.name} {units.money(amount, result.currency)}"
                    for curve in result.curves
                    if (amount := curve.amounts[index]) is not None
                ),
            ],
        )
        for index in thinned(result.hit_rates)
    ]
    return frame.drawn(
        "".join(line.shape(frame) for line in lines),
        slices(frame, reads) + names(frame, lines),
        label=result.finding,
        named=True,
    )
