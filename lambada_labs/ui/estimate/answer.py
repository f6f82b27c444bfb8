"""What the kernel says to a question of the browser: each side's bill, plan, prices and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lambada_labs.errors import BadInput
from lambada_labs.pricing import Scenario, why_books_differ
from lambada_labs.pricing.flat import flat
from lambada_labs.ui.card import prose
from lambada_labs.ui.estimate.card import words_of
from lambada_labs.ui.estimate.places import presets
from lambada_labs.ui.estimate.plan import as_books, as_plan
from lambada_labs.ui.estimate.ranges import Ranges, as_text, between, ends
from lambada_labs.ui.estimate.sentences import aged, bills_of, driver, gaps
from lambada_labs.ui.estimate.shown import shown
from lambada_labs.ui.estimate.state import full, read, sentence, start
from lambada_labs.ui.money import origins


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two scenarios, and which of its figures are ranges (the scenario has their middles)."""

    scenario: Scenario
    ranges: Ranges = field(default_factory=dict)


def answered(side: Side, today: date) -> dict[str, Any]:
    """All that one scenario's half of the page shows."""
    scenario, bills = side.scenario, bills_of(side.scenario)
    likely = between(scenario, side.ranges)
    words = [words_of(scenario, bills), *(likely[key] for key in ("said", "why") if likely.get(key))]
    return {
        "state": full(scenario),
        "ranges": {name: ends(span) for name, span in side.ranges.items()},
        "likely": likely,
        "link": {**flat(scenario), **{name: as_text(span) for name, span in side.ranges.items()}},
        "shown": shown(bills),
        "plan": as_plan(scenario),
        "books": as_books(scenario, [bill.book for bill in bills], today),
        "driver": prose(driver(scenario.workload, bills[0])),
        "why": prose(why_books_differ(*bills)),
        "gaps": gaps(bills),
        "aged": aged(bills[0], today),
        "words": "\n".join(words),
        "origins": origins(bills),
    }


def understood(asked: Mapping[str, Any]) -> tuple[dict[str, Side], str]:
    """The scenarios of a question (`a`, perhaps `b`), and one sentence about what could not be read."""
    found: dict[str, Side] = {}
    refused: list[str] = []
    for name in ("a", "b"):
        given = asked.get(name)
        if isinstance(given, Mapping):
            made = read(given, start())
            found[name] = Side(scenario=made.scenario, ranges=made.ranges)
            refused += made.refused
    if asked.get("preset"):
        found["b" if asked.get("side") == "b" else "a"] = Side(scenario=preset(str(asked["preset"])))
    return found or {"a": Side(scenario=start())}, sentence([*map(str, asked.get("unread", ())), *refused])


def preset(key: str) -> Scenario:
    """The scenario of this example; raises `BadInput` where there is none of this name."""
    found = next((each.scenario for each in presets() if each.key == key), None)
    if found is None:
        raise BadInput(f"No example is called {key!r}", expected=", ".join(each.key for each in presets()))
    return found
