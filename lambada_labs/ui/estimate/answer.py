"""What the kernel says to a question of the browser: each side's bill, plan, prices and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from lambada_labs.errors import BadInput
from lambada_labs.pricing import Scenario, why_books_differ
from lambada_labs.pricing.flat import flat
from lambada_labs.ui.card import prose
from lambada_labs.ui.estimate.card import words_of
from lambada_labs.ui.estimate.places import presets
from lambada_labs.ui.estimate.plan import as_books, as_plan
from lambada_labs.ui.estimate.sentences import aged, bills_of, driver, gaps
from lambada_labs.ui.estimate.shown import shown
from lambada_labs.ui.estimate.state import full, read, sentence, start
from lambada_labs.ui.money import origins


def side(scenario: Scenario, today: date) -> dict[str, Any]:
    """All that one scenario's half of the page shows."""
    bills = bills_of(scenario)
    return {
        "state": full(scenario),
        "link": flat(scenario),
        "shown": shown(bills),
        "plan": as_plan(scenario),
        "books": as_books(scenario, [bill.book for bill in bills], today),
        "driver": prose(driver(scenario.workload, bills[0])),
        "why": prose(why_books_differ(*bills)),
        "gaps": gaps(bills),
        "aged": aged(bills[0], today),
        "words": words_of(scenario, bills),
        "origins": origins(bills),
    }


def understood(asked: Mapping[str, Any]) -> tuple[dict[str, Scenario], str]:
    """The scenarios of a question (`a`, perhaps `b`), and one sentence about what could not be read."""
    found: dict[str, Scenario] = {}
    refused: list[str] = []
    for name in ("a", "b"):
        given = asked.get(name)
        if isinstance(given, Mapping):
            found[name], clauses = read(given, start())
            refused += clauses
    if asked.get("preset"):
        found["b" if asked.get("side") == "b" else "a"] = preset(str(asked["preset"]))
    return found or {"a": start()}, sentence([*map(str, asked.get("unread", ())), *refused])


def preset(key: str) -> Scenario:
    """The scenario of this example; raises `BadInput` where there is none of this name."""
    found = next((each.scenario for each in presets() if each.key == key), None)
    if found is None:
        raise BadInput(f"No example is called {key!r}", expected=", ".join(each.key for each in presets()))
    return found
