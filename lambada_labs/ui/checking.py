"""What a learner sees after an attempt: the check's verdict, a hint, the solution, guess against truth."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any, Literal

from lambada_labs.ui.card import Card, Tone, aligned, field, heading, plain, prose, rows_of
from lambada_labs.ui.marks import mark

State = Literal["passed", "not yet", "failed"]
VERDICTS: dict[State, tuple[str, Tone, str]] = {
    "passed": ("check", "good", "passed"),
    "not yet": ("ring", "plain", "not yet"),
    "failed": ("cross", "failed", "not right yet"),
}


def check_card(
    *,
    task: str,
    title: str = "",
    state: State,
    seen: str = "",
    expected: str = "",
    next_step: str = "",
    meaning: str = "",
) -> Card:
    """The verdict of one check: one sentence of meaning when passed, else seen, expected, next step."""
    shape, tone, word = VERDICTS[state]
    kicker = f"Check {task}: {word}"
    pairs = (
        [("Seen", seen)]
        if state == "passed"
        else [("Seen", seen), ("Expected", expected), ("Next step", next_step)]
    )
    finding = meaning if state == "passed" and meaning else title or word.capitalize()
    body = heading(finding, kicker=kicker, mark=mark(shape)) + rows_of(pairs)
    said = [kicker, plain(finding), aligned(pairs)]
    return Card(body, "\n".join(part for part in said if part), ("checking.css",), tone)


def hint_card(*, task: str, text: str, grade: int, of: int = 2) -> Card:
    """One hint; the kicker says how many there are."""
    kicker = f"Hint {grade} of {of} for {task}"
    body = heading_free(kicker, text, "bulb")
    return Card(body, f"{kicker}: {plain(text)}", ("checking.css",), "quiet")


def heading_free(kicker: str, text: str, shape: str) -> str:
    """A kicker and a paragraph: for cards whose sentence needs no title."""
    return f'<p class="lb-kicker">{mark(shape)}{prose(kicker)}</p><p class="lb-said">{prose(text)}</p>'


def solution_card(*, task: str, code: str, why: str = "", language: str = "python") -> Card:
    """The solution, folded: opening it is the learner's decision."""
    kicker = f"Solution of {task}"
    reason = f"<p>{prose(why)}</p>" if why else ""
    body = (
        f'<details class="lb-fold"><summary>{prose(kicker)}</summary><div class="lb-unfold">{reason}'
        f'<pre><code class="language-{escape(language)}">{escape(code.strip())}</code></pre></div></details>'
    )
    return Card(
        body,
        "\n".join(part for part in (kicker, plain(why), code.strip()) if part),
        ("checking.css",),
        "quiet",
    )


def prediction_card(
    *,
    question: str,
    guess: Any,
    truth: Any,
    unit: str = "",
    right: bool | None,
    why: str = "",
    picture: Card | None = None,
) -> Card:
    """Guess and truth side by side, and the sentence that explains exactly this difference."""
    kicker, shape = GUESSES[right]
    sides = [("You guessed", with_unit(guess, unit)), ("It was", with_unit(truth, unit))]
    boxes = side("You guessed", guess, unit) + side("It was", truth, unit)
    drawn = f'<div class="lb-inset">{picture.body}</div>' if picture else ""
    reason = f'<p class="lb-said">{prose(why)}</p>' if why else ""
    body = f'{heading(question, kicker=kicker, mark=mark(shape))}<div class="lb-sides">{boxes}</div>{reason}{drawn}'
    said = [kicker, plain(question), aligned(sides), plain(why), picture.text if picture else ""]
    styles = ("checking.css", *(picture.styles if picture else ()))
    return Card(body, "\n".join(part for part in said if part), styles)


GUESSES = {
    True: ("You guessed right", "check"),
    False: ("A useful surprise", "differs"),
    None: ("No guess this time", "ring"),
}


def side(label: str, value: Any, unit: str) -> str:
    """One of the two boxes: the value large, its unit small."""
    number, _, rest = with_unit(value, unit).partition(" ") if unit else (with_unit(value, unit), "", "")
    return f'<div><span>{label}</span><p><b class="lb-num">{prose(number)}</b> {prose(rest)}</p></div>'


def with_unit(value: Any, unit: str) -> str:
    """A value as it is shown: an absent one as a dash."""
    shown = (
        "–"
        if value is None or value == ""
        else f"{value:,}"
        if isinstance(value, int | float)
        else str(value)
    )
    return f"{shown} {unit.removesuffix('s') if value == 1 else unit}".strip()


def predictions_card(rows: Iterable[Any]) -> Card:
    """All guesses of a lab at its end."""
    kept = list(rows)
    title = f"You guessed right {sum(field(row, 'right') is True for row in kept)} of {len(kept)}"
    lines = "".join(prediction_row(row) for row in kept)
    table = (
        '<div class="lb-scroll"><table class="lb-table"><thead><tr><th><span class="lb-sr">Right?</span></th><th>Question</th>'
        f"<th>You guessed</th><th>It was</th></tr></thead><tbody>{lines}</tbody></table></div>"
    )
    said = [title] + [
        f"{'right' if field(row, 'right') else 'other'}: {plain(field(row, 'question'))} "
        f"You guessed {with_unit(field(row, 'guess'), '')}; it was {with_unit(field(row, 'truth'), '')}."
        for row in kept
    ]
    body = heading(title, kicker="Your predictions") + table
    return Card(body + '<p class="lb-reading">The wrong ones are what you learnt today.</p>', "\n".join(said))


def prediction_row(row: Any) -> str:
    """One guess as a table row."""
    word, shape = GUESSES[field(row, "right")]
    cells = (field(row, "question"), with_unit(field(row, "guess"), ""), with_unit(field(row, "truth"), ""))
    return (
        f"<tr><td>{mark(shape, word)}</td>" + "".join(f"<td>{prose(cell)}</td>" for cell in cells) + "</tr>"
    )
