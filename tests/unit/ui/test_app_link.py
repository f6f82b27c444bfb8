"""The address of the calculator app carries a scenario whole."""

from decimal import Decimal
from urllib.parse import unquote

from lambada_labs import ui
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario
from lambada_labs.pricing.parts import Logs
from lambada_labs.ui import estimate
from lambada_labs.ui.app_address import app_link_card, state_of

MINE = Scenario(
    workload=Workload(
        requests=10_000_000, duration_ms=Decimal(152), memory_mb=256, cold_share=Decimal("0.01")
    ),
    region="eu-west-1",
    parts=(Logs(kb_per_request=2),),
)


def test_what_the_app_reads_from_the_address_is_the_scenario():
    pairs = (piece.split("=") for piece in state_of(MINE).removeprefix("#").split("&"))
    made = estimate.read({key: unquote(value) for key, value in pairs}, estimate.start())
    assert made.refused == ()
    assert made.scenario == MINE


def test_the_card_says_how_to_get_there_without_a_link():
    assert "add this to its address" in app_link_card(MINE).text
    assert state_of(MINE) in app_link_card(MINE).text


def test_the_widget_has_the_same_card():
    link = ui.app_link(MINE)
    assert link.state == state_of(MINE)
    assert str(link) == app_link_card(MINE).text
    assert "hidden" in link.markup
