"""The strip of states that a function went through: Pending, then Active."""

from __future__ import annotations

from collections.abc import Sequence

from lambada_labs import units
from lambada_labs.ui.card import Card, picture, prose

MS_PER_S = 1000


def state_strip(changes: Sequence[tuple[float, str]], *, subject: str, title: str | None = None) -> Card:
    """States in order, each with the moment it was first seen (seconds since the call)."""
    last = changes[-1] if changes else (0.0, "unknown")
    found = title or f"`{subject}` was {last[1]} after {units.duration(last[0] * MS_PER_S)}"
    steps = "".join(
        step(index, change, final=index == len(changes)) for index, change in enumerate(changes, 1)
    )
    return picture(
        f'<ol class="lb-steps">{steps}</ol>',
        title=found,
        reading="Each stop is a state as the API reported it, with the time since the call that began it.",
        text="\n".join(f"{units.duration(at * MS_PER_S)}: {state}" for at, state in changes),
        styles=("steps.css",),
    )


def step(index: int, change: tuple[float, str], *, final: bool) -> str:
    """One state."""
    at, state = change
    kind = "lb-step-now" if final else ""
    return f'<li class="{kind}"><span class="lb-step-dot">{index}</span><b>{prose(state)}</b><small>{units.duration(at * MS_PER_S)}</small></li>'
