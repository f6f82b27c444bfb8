"""The way from a notebook to the calculator app: the same workload, carried by the address."""

from __future__ import annotations

from urllib.parse import quote

from lambada_labs.pricing import Scenario
from lambada_labs.pricing.flat import flat
from lambada_labs.ui.card import Card, heading, prose

NOTEBOOK = "apps/calculator.ipynb"


def state_of(scenario: Scenario) -> str:
    """A scenario as the end of the app's address: `#memory_mb=256&duration_ms=152…`."""
    return "#" + "&".join(f"{key}={quote(value, safe='')}" for key, value in flat(scenario).items())


def app_link_card(scenario: Scenario) -> Card:
    """How to open the app on this scenario; inside JupyterLab its widget turns it into a link."""
    state = state_of(scenario)
    title = "The same workload in the calculator app"
    way = "`make app` (or `lambada app`) opens the app; add this to its address:"
    body = (
        f'{heading(title)}<div data-part="by_hand"><p>{prose(way)}</p><pre>{prose(state)}</pre></div>'
        '<p data-part="there" hidden><a data-part="link" target="_blank" rel="noopener">Open it here, in a new tab</a></p>'
        '<p class="lb-note">The address holds all the numbers: whoever gets it sees the same bill.</p>'
    )
    return Card(body, f"{title}: {way}\n{state}")
