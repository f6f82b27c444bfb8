"""Find the slip: small wrong calculators, one at a time, each beside AWS's bill; picking a step tells why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from lambada_labs import units
from lambada_labs.ui.card import Card, fresh_id, plain, prose
from lambada_labs.ui.marks import mark
from lambada_labs.ui.pick import Pick

TENTH = 0.1


def slips_card(slips: Sequence[Any], picked: Mapping[str, int]) -> Card:
    """Every slip as a panel behind a numbered chip; `picked` maps ids to the step chosen last."""
    pick = Pick("slips")
    chips = "".join(
        chip(pick, number, slip, picked.get(slip.id), first=number == 1)
        for number, slip in enumerate(slips, 1)
    )
    title = score(slips, picked)
    drawn = pick.scope(
        f'<div class="lb-chips">{chips}</div>{pick.panels()}{found_rules(pick.id, len(slips))}'
    )
    body = (
        '<p class="lb-kicker">Find the slip</p>'
        f'<p class="lb-title" role="heading" aria-level="3" data-part="score" aria-live="polite">{title}</p>{drawn}'
    )
    words = [title, *(in_words(number, slip, picked.get(slip.id)) for number, slip in enumerate(slips, 1))]
    return Card(body, "\n".join(words), ("pick.css", "questions.css", "slips.css"))


def score(slips: Sequence[Any], picked: Mapping[str, int]) -> str:
    """How many were found."""
    if not picked:
        return f"{len(slips)} wrong calculators. Which step is it?"
    return f"{sum(picked.get(slip.id) == slip.wrong for slip in slips)} of {len(slips)} slips found"


def chip(pick: Pick, number: int, slip: Any, chosen: int | None, *, first: bool) -> str:
    """The number of a slip as a button; it shows when the slip was found."""
    button = pick.button(f"{number}: {slip.title}", panel(slip, chosen), shape="lb-chip-pick", first=first)
    label = pick.label(mark("check") + f"<span>{number}</span>")
    return f'<div class="lb-chip">{button}{label}</div>'


def found_rules(name: str, count: int) -> str:
    """The rules that mark the chip of a slip whose wrong step is chosen: no script has to know of chips."""
    rules = "".join(
        f"#{name}:has(.lb-panels>:nth-child({index}) .lb-option[data-verdict=right]) "
        f".lb-chip:nth-child({index}) label{{border-color:var(--lb-good);--found:inline-block}}"
        for index in range(1, count + 1)
    )
    return f"<style>{rules}</style>"


def panel(slip: Any, chosen: int | None) -> str:
    """One calculator: its story, its steps as buttons, both bills, and the reasons."""
    name = fresh_id("slip")
    options = "".join(option(index, step, chosen) for index, step in enumerate(slip.steps))
    reasons = "".join(reason(index, step, slip, chosen) for index, step in enumerate(slip.steps))
    return (
        f'<div data-question="{escape(slip.id)}"><p class="lb-slip-title" id="{name}"><b>{prose(slip.title)}</b></p>'
        f'<p class="lb-slip-story">{prose(slip.story)}</p>'
        f'<p class="lb-slip-seen">Seen in: {prose(slip.seen_in)}</p>{bills(slip)}'
        f'<div class="lb-options lb-steps" role="group" aria-labelledby="{name}">{options}</div>'
        f'<div class="lb-reasons" aria-live="polite">{waiting(chosen)}{reasons}</div></div>'
    )


def bills(slip: Any) -> str:
    """What the calculator says and what AWS charges, side by side."""
    return (
        '<div class="lb-slip-bills">'
        f'<p><span>This calculator</span><b class="lb-num">{units.dollars(slip.total)}</b></p>'
        f'<p><span>AWS</span><b class="lb-num">{units.dollars(slip.aws)}</b></p>'
        f"<p><span>Which is</span><b>{off(slip)}</b></p></div>"
    )


def off(slip: Any) -> str:
    """How far off the calculator is, in words.

    A difference too small for a tenth of a per cent is told in dollars; a large one as a factor.
    """
    share, difference = float(slip.off_by), units.dollars(abs(slip.total - slip.aws))
    word = "too dear" if share > 0 else "too cheap"
    if share >= 1:
        return f"{slip.total / slip.aws:.1f} times AWS's bill"
    if abs(share) * 100 < TENTH:
        return f"{difference} {word}"
    return f"{abs(share):.1%} {word}"


def option(index: int, step: Any, chosen: int | None) -> str:
    """One step as a button."""
    verdict = ("right" if step.wrong else "wrong") if chosen == index else ""
    return (
        f'<button class="lb-option" data-answer="{index}" data-correct="{str(step.wrong).lower()}" '
        f'aria-pressed="{str(chosen == index).lower()}" data-verdict="{verdict}"><span class="lb-box">{mark("check")}{mark("cross")}</span>'
        f'<span class="lb-step"><code>{escape(step.code)}</code><span class="lb-num">{prose(step.value)}</span></span></button>'
    )


def waiting(chosen: int | None) -> str:
    """What stands in the place of the reasons before a step was picked."""
    gone = ' class="lb-unseen" aria-hidden="true"' if chosen is not None else ""
    return f"<p data-waiting{gone}>Pick the step that is wrong.</p>"


def reason(index: int, step: Any, slip: Any, chosen: int | None) -> str:
    """Why a step is right, or what is wrong with it and what AWS does instead."""
    hidden = "" if chosen == index else ' class="lb-unseen" aria-hidden="true"'
    if not step.wrong:
        return f'<p data-reason="{index}"{hidden}><b>Not this one.</b> {prose(step.feedback)}</p>'
    mended = f'<span class="lb-mended">AWS: <code>{escape(slip.mended.code)}</code> gives {prose(slip.mended.value)}.</span>'
    return f'<p data-reason="{index}"{hidden}><b>That is the slip.</b> {prose(step.feedback)}{mended}</p>'


def in_words(number: int, slip: Any, chosen: int | None) -> str:
    """One slip as text; a picked step with its reason."""
    lines = [
        f"{number}. {slip.title}. {slip.story}",
        f"   It says {units.dollars(slip.total)}, AWS {units.dollars(slip.aws)} ({off(slip)}).",
        *(f"   {index}: {step.code}  = {step.value}" for index, step in enumerate(slip.steps)),
    ]
    if chosen is not None:
        word = "That is the slip." if chosen == slip.wrong else "Not this one."
        lines.append(f"   You picked {chosen}. {word} {plain(slip.steps[chosen].feedback)}")
    return "\n".join(lines)
