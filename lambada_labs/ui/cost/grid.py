"""Tables whose cells are coloured by what they say: money by memory and duration, the cheapest way by rate and memory."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from lambada_labs import units
from lambada_labs.ui.card import Card, prose
from lambada_labs.ui.cost.axis import brief
from lambada_labs.ui.cost.chart import figure, focusable, gaps, thinned
from lambada_labs.ui.cost.series import look
from lambada_labs.ui.tables import columns

if TYPE_CHECKING:
    from lambada_labs.pricing.compare import ColdStartTax, HeatMap, Surface

DEEPEST = 46
"""Per cent of the accent in the dearest cell: beyond it, ink on it would be hard to read."""
MOST = 9
"""Columns and rows that fit; yours is always among them."""
_WIDE_SHARE = 0.24
_NARROW_SHARE = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """One cell: what stands in it, how deep its colour is (0 to 1), its pattern, and the exact words."""

    said: str
    exact: str
    depth: float = 0.0
    kind: str = ""
    here: bool = False


def heat_map(result: HeatMap) -> Card:
    """A month's total at each memory and duration; yours is framed."""
    lines = kept(result.memory_mb, result.here.memory_mb, MOST)
    places = kept(result.duration_ms, result.here.duration_ms, MOST)
    paid = [float(total) for line in lines for place in places if (total := result.totals[line][place])]
    rows = [
        (units.memory(result.memory_mb[line]), [_priced(result, line, place, paid) for place in places])
        for line in reversed(lines)
    ]
    heads = [units.duration(float(result.duration_ms[place])) for place in places]
    return figure(
        grid(rows, heads, corner="memory", across="duration of one invocation", label=result.finding),
        title=result.finding,
        reading="Up is more memory, right is more time, the stronger the colour, the dearer. Along a diagonal from top left to bottom right the surface, and so the money, stays about the same; cells at the lower left that all cost the same lie within the free GB-seconds. The framed cell is yours.",
        text=_table(rows, heads, "memory"),
        note=gaps(result.missing),
        styles=("cost_grid.css",),
    )


def kept(values: Sequence[object], here: object, most: int) -> list[int]:
    """Indices of at most about `most` values spread evenly, yours always among them."""
    chosen = thinned(values, most)
    own = next((index for index, value in enumerate(values) if value == here), None)
    if own is None or own in chosen:
        return chosen
    nearest = min(chosen[1:-1] or chosen, key=lambda index: abs(index - own))
    return sorted({*chosen, own} - ({nearest} if len(chosen) > 2 else set()))  # noqa: PLR2004


def _priced(result: HeatMap, line: int, place: int, paid: Sequence[float]) -> Square:
    memory, duration, total = result.memory_mb[line], result.duration_ms[place], result.totals[line][place]
    here = (memory, duration) == (result.here.memory_mb, result.here.duration_ms)
    if total is None:
        return Square(said="?", exact="no price", kind="missing", here=here)
    if not total:
        return Square(said="free", exact=units.money(total, result.currency), here=here)
    return Square(
        said=brief(total, result.currency),
        exact=units.money(total, result.currency),
        depth=depth(float(total), paid),
        here=here,
    )


def depth(value: float, among: Sequence[float]) -> float:
    """How deep a colour, 0 to 1, each factor of ten the same step."""
    low, high = math.log10(min(among)), math.log10(max(among))
    return (math.log10(value) - low) / (high - low) if high > low else 0.5


def cold_start_tax(result: ColdStartTax) -> Card:
    """The cheapest answer to cold starts at each rate and memory, and what it adds to a month."""
    layers = {layer.name: layer.amounts for layer in result.taxes}
    rows = []
    for line in reversed(kept(result.memory_mb, result.here.memory_mb, MOST)):
        cells = [_taxed(result, layers, line, column) for column in range(len(result.rates))]
        rows.append((units.memory(result.memory_mb[line]), cells))
    heads = [_rate(rate) for rate in result.rates]
    used = dict.fromkeys(name for line in result.cheapest for name in line)
    return figure(
        legend([name for name in used if name])
        + grid(
            rows, heads, corner="memory", across="share of the requests that start cold", label=result.finding
        ),
        title=result.finding,
        reading="Each cell names the cheapest answer to cold starts by its letter, and what it adds to a month without any; below zero it saves. The framed cell is yours. A cell of $0 with cold starts in it is INIT that the free tier still covers.",
        text=_table(rows, heads, "memory") + "\n" + _taxes_here(result),
        note=gaps(result.missing),
        styles=("cost_grid.css",),
    )


def _taxed(
    result: ColdStartTax, layers: Mapping[str, Sequence[Sequence[Decimal | None]]], line: int, column: int
) -> Square:
    name = result.cheapest[line][column]
    amount = layers[name][line][column] if name in layers else None
    here = (result.memory_mb[line], result.rates[column]) == (result.here.memory_mb, result.here.rate)
    if amount is None:
        return Square(said="?", exact="no price", kind="missing", here=here)
    mark = look(name)
    return Square(
        said=f"{mark.letter} {brief(amount, result.currency)}",
        exact=f"{name}: {units.money(amount, result.currency)}",
        kind=mark.kind,
        here=here,
    )


def _taxes_here(result: ColdStartTax) -> str:
    here = result.here
    said = "; ".join(
        f"{layer.name} {units.money(tax, result.currency) if tax is not None else 'no price'}"
        for layer, tax in zip(result.taxes, here.taxes, strict=True)
    )
    return f"Yours, {_rate(here.rate)} requests/s at {units.memory(here.memory_mb)}: {said}."


def _rate(rate: Decimal) -> str:
    """A share of the requests as a person writes it: `0.5%`."""
    return f"{float(100 * rate):.3g}%"


def chooser(result: Surface) -> Card:
    """Where each way to run the same work is the cheapest, by memory and by how busy it is."""
    rows = "".join(_band(edge.memory_mb, edge.shares, edge.names) for edge in reversed(result.frontier))
    ticks = "".join(f'<i style="left:{percent}%">{percent}%</i>' for percent in (0, 25, 50, 75, 100))
    used = dict.fromkeys(name for edge in result.frontier for name in edge.names if name)
    drawing = (
        f'{legend(list(used))}<p class="lb-ytitle">memory</p><div class="lb-bands" role="group" aria-label="{prose(result.finding)}">{rows}'
        f'<div class="lb-band-ticks" aria-hidden="true"><b></b><span>{ticks}</span></div></div><p class="lb-xtitle">share of the month in which it is busy</p>'
    )
    return figure(
        drawing,
        title=result.finding,
        reading="Find your memory at the left and go right as far as the function is busy: the block you land in is the cheapest way. The edges between blocks are the frontier. Where a row is Lambda's alone, the function just misses a smaller server and would leave much of the next one idle.",
        text="\n".join(_frontier(edge.memory_mb, edge.shares, edge.names) for edge in result.frontier),
        note=gaps(result.missing),
        styles=("cost_grid.css",),
    )


def _band(memory_mb: int, shares: Sequence[Decimal], names: Sequence[str]) -> str:
    edges = [0.0, *(float(share) for share in shares), 1.0]
    blocks = ""
    for name, start, end in zip(names, edges, edges[1:], strict=False):
        mark = look(name)
        said = name if end - start > _WIDE_SHARE else mark.letter if end - start > _NARROW_SHARE else ""
        blocks += f'<i class="lb-block lb-fill lb-s-{mark.kind}" style="width:{end - start:.4%}">{f"<b>{prose(said)}</b>" if said else ""}</i>'
    words = _frontier(memory_mb, shares, names)
    return (
        f'<div class="lb-band" {focusable(words)}><b>{units.memory(memory_mb)}</b><span>{blocks}</span></div>'
    )


def _frontier(memory_mb: int, shares: Sequence[Decimal], names: Sequence[str]) -> str:
    first, *more = names
    said = f"{units.memory(memory_mb)}: {first}"
    return said + "".join(
        f", from {float(share):.0%} busy {name}" for share, name in zip(shares, more, strict=False)
    )


def legend(names: Sequence[str]) -> str:
    """What each letter and pattern stands for."""
    items = "".join(
        f'<li><i class="lb-key lb-fill lb-s-{look(name).kind}"><b>{look(name).letter}</b></i>{prose(name)}</li>'
        for name in names
    )
    return f'<ul class="lb-keys">{items}</ul>'


def grid(
    rows: Sequence[tuple[str, Sequence[Square]]],
    heads: Sequence[str],
    *,
    corner: str,
    across: str,
    label: str,
) -> str:
    """The cells as a real table: a screen reader walks through it cell by cell."""
    head = "".join(f'<th scope="col">{prose(each)}</th>' for each in heads)
    body = "".join(
        f'<tr><th scope="row">{prose(name)}</th>{"".join(_square(cell) for cell in cells)}</tr>'
        for name, cells in rows
    )
    return (
        f'<div class="lb-scroll" tabindex="0" role="region" data-lm-suppress-shortcuts="true" aria-label="{prose(label)}"><table class="lb-grid">'
        f'<thead><tr><th class="lb-corner-name">{corner}</th><th class="lb-across" colspan="{len(heads)}">{across}</th></tr><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _square(cell: Square) -> str:
    kind = f"lb-fill lb-s-{cell.kind}" if cell.kind else "lb-heat"
    yours = '<span class="lb-sr"> (yours)</span>' if cell.here else ""
    return f'<td class="{kind}{" lb-here" * cell.here}" style="--depth:{cell.depth * DEEPEST:.0f}%" title="{prose(cell.exact)}"><b>{prose(cell.said)}</b>{yours}</td>'


def _table(rows: Sequence[tuple[str, Sequence[Square]]], heads: Sequence[str], corner: str) -> str:
    lines = [[name, *(f"{cell.exact}{' (yours)' * cell.here}" for cell in cells)] for name, cells in rows]
    return columns([[corner, *heads], *lines])
