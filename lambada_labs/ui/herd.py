"""A herd: many clients against one small function, each attempt a stroke, one panel for each way of retrying."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from lambada_labs import units
from lambada_labs.ui.card import Card, field, picture, prose
from lambada_labs.ui.plot import round_ticks
from lambada_labs.ui.theme import words
from lambada_labs.ui.timeline_words import plural

Ending = Literal["invoke", "throttled", "failed"]
#: What a throttled caller reads: boto3's error code, or the status over HTTP.
THROTTLED = frozenset({"TooManyRequestsException", "429"})
ENDINGS: tuple[Ending, ...] = ("throttled", "failed", "invoke")
SAID = {"invoke": "served", "failed": words("failed"), "throttled": words("throttled")}
ROW = 10
MS_PER_S = 1000
TENTH_S = 0.1
READING = (
    "Each row is one client, time runs right, all panels to one scale. A long bar was served, a short stroke was turned away. "
    "Strokes in a column came at the same moment: that is a herd."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One call of one client (its row, from 0); seconds since the first call of its run."""

    row: int
    sent: float
    answered: float
    ending: Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """All attempts of one way of retrying, oldest first."""

    name: str
    clients: int
    attempts: tuple[Attempt, ...]

    @property
    def served(self) -> int:
        """How many clients were served in the end."""
        return len({attempt.row for attempt in self.attempts if attempt.ending == "invoke"})

    @property
    def seconds(self) -> float:
        """From the first call to the last answer."""
        return max((attempt.answered for attempt in self.attempts), default=0.0)

    @property
    def busiest(self) -> int:
        """The most calls within one tenth of a second."""
        counts = Counter(int(attempt.sent / TENTH_S) for attempt in self.attempts)
        return max(counts.values(), default=0)

    def ended(self, ending: Ending) -> int:
        """How many attempts ended like this."""
        return sum(attempt.ending == ending for attempt in self.attempts)


def herd(runs: Mapping[str, Iterable[Any]], *, title: str = "") -> Card:
    """One panel for each way of retrying; a call has `caller`, `sent_at`, `answered_at`, `answer`, `failed`."""
    found = [run(name, calls) for name, calls in runs.items()]
    longest = max((each.seconds for each in found), default=0.0) or 1.0
    panels = "".join(panel(each, longest) for each in found)
    return picture(
        f'<div class="lb-herd">{panels}{axis(longest)}</div>{legend(found)}',
        title=title or finding(found),
        reading=READING,
        text="\n".join(in_words(each) for each in found),
        styles=("timeline.css", "herd.css"),
    )


def run(name: str, calls: Iterable[Any]) -> Run:
    """The calls of one way of retrying, each client a row in the order of its first call."""
    made = sorted(calls, key=lambda call: float(field(call, "sent_at")))
    begun = float(field(made[0], "sent_at")) if made else 0.0
    rows = {
        caller: index for index, caller in enumerate(dict.fromkeys(field(call, "caller") for call in made))
    }
    attempts = (
        Attempt(
            row=rows[field(call, "caller")],
            sent=float(field(call, "sent_at")) - begun,
            answered=float(field(call, "answered_at")) - begun,
            ending=ending(call),
        )
        for call in made
    )
    return Run(name=name, clients=len(rows), attempts=tuple(attempts))


def ending(call: Any) -> Ending:
    """How a call ended for its caller."""
    if str(field(call, "answer")) in THROTTLED:
        return "throttled"
    return "failed" if field(call, "failed") else "invoke"


def finding(runs: Sequence[Run]) -> str:
    """The numbers of calls side by side, and who was the quickest."""
    if not runs:
        return "Nobody called yet"
    clients = max(each.clients for each in runs)
    counts = ", ".join(f"{len(each.attempts)} {each.name}" for each in runs)
    return f"{plural(clients, 'client')}, one function. Calls it took: {counts}"


def panel(one: Run, longest: float) -> str:
    """One way of retrying: its name, its numbers, its strokes."""
    height = ROW * max(1, one.clients)
    strokes = "".join(path(one, kind, longest) for kind in ENDINGS)
    end = f'<i class="lb-herd-end" style="left:{one.seconds / longest:.2%}"></i>' if one.attempts else ""
    return (
        f'<div class="lb-herd-run"><p><b>{prose(one.name)}</b><span class="lb-num">{prose(counted(one))}</span></p>'
        f'<div class="lb-herd-plot" style="--rows:{max(1, one.clients)}">{end}<svg viewBox="0 0 1000 {height}" '
        f'preserveAspectRatio="none" role="img" aria-label="{escape(in_words(one))}">{strokes}</svg></div></div>'
    )


def path(one: Run, kind: Ending, longest: float) -> str:
    """All strokes of one ending: served ones as bars as long as they took, the others upright."""
    scale = 1000 / longest
    drawn = "".join(
        stroke(attempt, scale) if kind != "throttled" else upright(attempt, scale)
        for attempt in one.attempts
        if attempt.ending == kind
    )
    return f'<path class="lb-herd-{kind}" d="{drawn}"/>' if drawn else ""


def stroke(attempt: Attempt, scale: float) -> str:
    """A lying bar from call to answer."""
    y = ROW * (attempt.row + 0.5)
    return f"M{attempt.sent * scale:.1f} {y:g}H{max(attempt.answered * scale, attempt.sent * scale + 1):.1f}"


def upright(attempt: Attempt, scale: float) -> str:
    """A short upright stroke at the moment of the call."""
    return f"M{attempt.sent * scale:.1f} {ROW * (attempt.row + 0.12):g}v{ROW * 0.76:g}"


def axis(longest: float) -> str:
    """Seconds under the last panel."""
    ticks = [tick for tick in round_ticks(longest) if tick <= longest]
    marks = "".join(f'<i style="left:{tick / longest:.2%}">{tick:g} s</i>' for tick in ticks)
    return f'<div class="lb-herd-axis" aria-hidden="true">{marks}</div>'


def legend(runs: Sequence[Run]) -> str:
    """The strokes that this picture uses."""
    used = [kind for kind in ("invoke", "throttled", "failed") if any(each.ended(kind) for each in runs)]
    items = "".join(f'<li><i class="lb-swatch lb-herd-key-{kind}"></i>{SAID[kind]}</li>' for kind in used)
    return f'<ul class="lb-legend">{items}</ul>'


def counted(one: Run) -> str:
    """A panel's numbers, short."""
    failed = f", {one.ended('failed')} failed" if one.ended("failed") else ""
    calls = plural(len(one.attempts), "call")
    return f"{calls}, {one.ended('throttled')} throttled{failed}, {units.duration(one.seconds * MS_PER_S)}"


def in_words(one: Run) -> str:
    """A panel as a sentence."""
    return (
        f"{one.name}: {one.served} of {plural(one.clients, 'client')} served after "
        f"{units.duration(one.seconds * MS_PER_S)}; {plural(len(one.attempts), 'call')}, "
        f"{one.ended('throttled')} of them throttled, {one.ended('failed')} failed; "
        f"{one.busiest} in the busiest tenth of a second."
    )
