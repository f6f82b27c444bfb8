"""The same work in two ways: wall time, peak, density, cost."""

import dataclasses

import pytest
import specimens

from lambada_labs import ui
from lambada_labs.errors import BadInput
from lambada_labs.ui.two_timelines import COLUMNS, density, way


def in_a_row(number):
    return [specimens.record(turn * 0.1, 100) for turn in range(number)]


def at_once(number, workers):
    return [specimens.record(turn // workers * 0.1, 100, env=f"e{turn % workers}") for turn in range(number)]


def test_wall_time_and_peak():
    slow = way("in a row", [specimens.record(turn * 0.1, 90) for turn in range(40)])
    quick = way("at once", [specimens.record(turn // 10 * 0.1, 90, env=f"e{turn}") for turn in range(40)])
    assert (round(slow.wall_s, 3), slow.peak) == (3.99, 1)
    assert (round(quick.wall_s, 3), quick.peak) == (0.39, 10)


def test_what_ends_as_another_starts_does_not_overlap():
    calls = [ui.Call(caller="a", sent_at=at, answered_at=at + 1) for at in (0.0, 1.0, 2.0)]
    assert way("calls", calls).peak == 1


def test_the_density_holds_all_the_time():
    spans = [(0.0, 1.0), (0.25, 0.75)]
    assert sum(density(spans, 2.0)) * 2.0 / COLUMNS == pytest.approx(1.5)


def test_a_throttled_record_did_not_run():
    refused = dataclasses.replace(specimens.record(0, 0), outcome="throttled")
    found = way("w", [refused, specimens.record(1, 100)])
    assert (len(found.spans), found.refused) == (1, 1)


def test_the_card_says_how_much_sooner_and_what_it_cost():
    text = str(
        ui.two_timelines({"in a row": in_a_row(1000), "asynchronously": at_once(1000, 10)})
    ).splitlines()
    assert text[0] == "asynchronously: 10 s where in a row takes 100 s, 10 times as long"
    assert text[1].startswith("in a row: 1,000 invocations in 100 s, at most ")
    assert "12.625 GB-s, $0.00041" in text[1]
    assert "the deck's prices: $0.00022" in text[1]


def test_a_thousand_are_one_shape():
    card = ui.two_timelines({"a": in_a_row(1000), "b": at_once(1000, 10)})
    assert card.body.count("<path") == 2
    assert len(card.body) < 20_000


def test_calls_have_no_price():
    calls = [{"sent_at": 0.0, "answered_at": 1.0}, {"sent_at": 1.0, "answered_at": 2.0}]
    assert "$" not in str(ui.two_timelines({"calls": calls}, count="call"))


@pytest.mark.parametrize("ways", [{}, {str(number): [] for number in range(5)}])
def test_too_few_and_too_many(ways):
    with pytest.raises(BadInput):
        ui.two_timelines(ways)


def test_nothing_ran_yet():
    assert str(ui.two_timelines({"a": []})).splitlines()[0] == "0 invocations in 0 s, at most 0 at once"
