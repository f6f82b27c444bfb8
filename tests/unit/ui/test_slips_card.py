"""The gallery of wrong calculators as a card and as a widget."""

import re

import pytest

from lambada_labs import ui
from lambada_labs.labs import slips
from lambada_labs.ui.slip_gallery import off, slips_card

ALL = slips.slips()


def test_each_slip_stands_beside_awss_bill_with_its_steps():
    card = slips_card(ALL, {})
    assert card.text.startswith("8 wrong calculators")
    for slip in ALL:
        assert slip.title in card.text
        assert all(step.code in card.text for step in slip.steps)
    assert card.html.count("data-question=") == len(ALL)
    assert card.html.count('data-correct="true"') == len(ALL)


def test_a_pick_shows_its_reason_and_only_the_right_one_counts():
    card = slips_card(ALL, {"average": 1, "storage": 1})
    assert card.text.startswith("1 of 8 slips found")
    assert "That is the slip. Each run is rounded up on its own" in card.text
    assert "Not this one. Three GB of memory" in card.text


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ("increment", "3.4 times AWS's bill"),
        ("rounded-price", "0.8% too dear"),
        ("free-tier-each", "36.5% too cheap"),
        ("free-tier-last", "$0.67 too cheap"),
    ],
)
def test_how_far_off_is_said_in_words(slip, said):
    assert off(next(each for each in ALL if each.id == slip)) == said


def test_the_widget_tells_each_pick_and_keeps_the_last():
    told = []
    gallery = ui.slips(ALL, on_pick=lambda slip, step: told.append((slip, step)))
    gallery.pick("average", 0)
    gallery.pick("average", 1)
    assert told == [("average", 0), ("average", 1)]
    assert gallery.picked == {"average": 1}
    assert gallery.score == "1 of 8 slips found"
    assert str(gallery).startswith("1 of 8 slips found")


def test_every_chip_has_a_panel_and_a_rule_of_its_own():
    html = slips_card(ALL, {}).html
    assert len(re.findall(r'class="lb-pick lb-chip-pick"', html)) == len(ALL)
    assert html.count("--found:inline-block") == len(ALL)
