"""The same work done in two ways, to one scale: how many ran at each moment, how long it took, what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from lambada_labs import pricing, units
from lambada_labs.errors import BadInput
from lambada_labs.model import InvocationRecord
from lambada_labs.ui.card import Card, field, picture, prose
from lambada_labs.ui.plot import round_ticks
from lambada_labs.ui.timeline_words import plural

WAYS_AT_MOST = 4
#: So many columns the width is cut into: finer than the eye sees on a card.
COLUMNS = 240
MS_PER_S = 1000
NARROWEST = 0.6
READING = (
    "Time runs right, both to one scale. The height is how many ran at the same moment, drawn as the average of each "
    "column; the words beside it have the true peak."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of doing it: when each piece ran (seconds since its first one), `refused` of them did not.

    `cost` by AWS's list and by the deck's prices, in dollars as text; empty for what is no invocation.
    """

    name: str
    spans: tuple[tuple[float, float], ...]
    refused: int = 0
    gb_seconds: str = ""
    cost: str = ""
    deck_cost: str = ""

    @property
    def wall_s(self) -> float:
        """From the first start to the last end."""
        return max((end for _, end in self.spans), default=0.0)

    @property
    def busy_s(self) -> float:
        """All durations together."""
        return sum(end - start for start, end in self.spans)

    @property
    def peak(self) -> int:
        """The most that ran at one moment; what ends as another starts does not run beside it."""
        moments = sorted([(start, 1) for start, _ in self.spans] + [(end, -1) for _, end in self.spans])
        now = most = 0
        for _, change in moments:
            now += change
            most = max(most, now)
        return most


def two_timelines(ways: Mapping[str, Iterable[Any]], *, title: str = "", count: str = "invocation") -> Card:
    """One to four ways to one scale: each a name and its `InvocationRecord`s, or calls with `sent_at` and `answered_at`.

    Raises:
        BadInput: no way at all, or more than four.
    """
    if not 1 <= len(ways) <= WAYS_AT_MOST:
        raise BadInput(f"{len(ways)} timelines", f"1 to {WAYS_AT_MOST}", 'Hand over {"in a row": records, …}')
    found = [way(name, list(items)) for name, items in ways.items()]
    longest = max(each.wall_s for each in found) or 1.0
    highest = max(each.peak for each in found) or 1
    rows = "".join(row(each, longest, highest, count) for each in found)
    return picture(
        f'<div class="lb-two">{rows}{axis(longest)}</div>',
        title=title or finding(found, count),
        reading=READING,
        text="\n".join(words(each, count) for each in found),
        styles=("two_timelines.css",),
    )


def way(name: str, items: Sequence[Any]) -> Way:
    """One way from its records or calls."""
    refused = [one for one in items if field(one, "outcome") == "throttled"]
    ran = [one for one in items if field(one, "outcome") != "throttled"]
    edges = [(start_of(one), end_of(one)) for one in ran]
    first = min((start for start, _ in edges), default=0.0)
    spans = tuple(sorted((start - first, max(start, end) - first) for start, end in edges))
    records = [one for one in ran if isinstance(one, InvocationRecord)]
    priced = bills(records) if records and len(records) == len(ran) else {}
    return Way(name=name, spans=spans, refused=len(refused), **priced)


def start_of(one: Any) -> float:
    """When a record or a call began."""
    return float(field(one, "sent_at") if field(one, "started_at") is None else field(one, "started_at"))


def end_of(one: Any) -> float:
    """When a record or a call ended."""
    return float(field(one, "answered_at") if field(one, "ended_at") is None else field(one, "ended_at"))


def bills(records: Sequence[InvocationRecord]) -> dict[str, str]:
    """What they cost without the free tier, by both price books."""
    aws, deck = pricing.bill_both(records, free_tier=False)
    used = units.total(units.gb_seconds(one.memory_mb, one.billed_ms) for one in records)
    return {
        "gb_seconds": units.count(round(used, 3)),
        "cost": units.dollars(aws.total),
        "deck_cost": units.dollars(deck.total),
    }


def finding(found: Sequence[Way], count: str) -> str:
    """How much sooner the quickest was done."""
    slow, quick = max(found, key=lambda one: one.wall_s), min(found, key=lambda one: one.wall_s)
    number = f"{len(slow.spans):,} {count}{'' if len(slow.spans) == 1 else 's'}"
    if slow is quick or not quick.wall_s:
        return f"{number} in {said(slow.wall_s)}, at most {slow.peak:,} at once"
    times = slow.wall_s / quick.wall_s
    return f"{quick.name}: {said(quick.wall_s)} where {slow.name} takes {said(slow.wall_s)}, {times:.2g} times as long"


def row(one: Way, longest: float, highest: int, count: str) -> str:
    """One way: its name and numbers above, its density below."""
    shape = path(density(one.spans, longest), highest)
    end = 100 * one.wall_s / longest
    drawn = (
        f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true"><path d="{shape}"/></svg>'
        f'<i class="lb-two-end" style="left:{end:.2f}%"></i>'
    )
    cost = f"<span>{prose(cost_words(one))}</span>" if one.cost else ""
    return (
        f'<div class="lb-two-row"><p><b>{escape(one.name)}</b> <span>{prose(numbers(one, count))}</span>{cost}</p>'
        f'<div class="lb-two-band">{drawn}</div></div>'
    )


def density(spans: Sequence[tuple[float, float]], longest: float) -> list[float]:
    """How many ran, on average, in each column of the width."""
    width = longest / COLUMNS
    found = [0.0] * COLUMNS
    for start, end in spans:
        first, last = int(start / width), min(int(end / width), COLUMNS - 1)
        for column in range(min(first, COLUMNS - 1), last + 1):
            inside = min(end, (column + 1) * width) - max(start, column * width)
            found[column] += max(0.0, inside) / width
    return found


def path(columns: Sequence[float], highest: int) -> str:
    """The columns as one closed step line, in per cent of the band; what is above nothing stays visible."""
    step = 100 / len(columns)
    parts = ["M0 100"]
    for index, value in enumerate(columns):
        tall = max(NARROWEST * 2, 100 * value / highest) if value else 0.0
        parts.append(f"V{100 - tall:.2f}H{(index + 1) * step:.2f}")
    return "".join(parts) + "V100Z"


def axis(longest: float) -> str:
    """Times below."""
    ticks = [tick for tick in round_ticks(longest) if tick <= longest]
    marks = "".join(f'<i style="left:{100 * tick / longest:.2f}%">{said(tick)}</i>' for tick in ticks)
    return f'<div class="lb-two-axis" aria-hidden="true">{marks}</div>'


def numbers(one: Way, count: str) -> str:
    """Wall time and peak."""
    refused = f", {one.refused:,} throttled" if one.refused else ""
    each = plural(len(one.spans), count).replace(str(len(one.spans)), f"{len(one.spans):,}", 1)
    return f"{each} in {said(one.wall_s)}, at most {one.peak:,} at once{refused}"


def cost_words(one: Way) -> str:
    """What it used and cost."""
    return f"{one.gb_seconds} GB-s, {one.cost} (the deck's prices: {one.deck_cost}), without the free tier"


def words(one: Way, count: str) -> str:
    """One way as a sentence."""
    cost = f" {cost_words(one)}." if one.cost else ""
    return f"{one.name}: {numbers(one, count)}; handlers ran {said(one.busy_s)} altogether.{cost}"


def said(seconds: float) -> str:
    """A time to read."""
    return units.duration(seconds * MS_PER_S) if seconds else "0 s"
