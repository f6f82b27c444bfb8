"""The timeline draws what the records say: lanes, phases, folded time, and the sentence for each event."""

import pytest
import specimens

from lambada_labs import ui
from lambada_labs.ui.lanes import lanes
from lambada_labs.ui.time_scale import merged, time_scale


def phases(lane):
    return [segment.phase for segment in lane.segments]


def test_one_environment_serves_three_calls():
    (lane,) = lanes(specimens.three_calls())
    assert phases(lane) == ["init", "invoke", "frozen", "invoke", "frozen", "invoke"]


def test_life_events_say_more_than_records():
    (lane,) = lanes(specimens.three_calls(), specimens.life())
    assert phases(lane) == [
        "init",
        "invoke",
        "idle",
        "frozen",
        "invoke",
        "frozen",
        "invoke",
        "frozen",
        "killed",
    ]
    assert [record.request_id for record in lane.records] == ["r-0-e1aa", "r-1.9-e1aa", "r-14.2-e1aa"]


def test_a_record_that_life_does_not_know_is_still_drawn():
    life = [event for event in specimens.life() if event.request_id != "r-1.9-e1aa"]
    (lane,) = lanes(specimens.three_calls(), life)
    assert len(lane.records) == 3


def test_a_throttled_event_has_no_lane():
    assert len(lanes(specimens.five_at_once())) == 5


@pytest.mark.parametrize(
    ("records", "title"),
    [
        (specimens.three_calls(), "3 invocations, 1 execution environment, 1 cold start"),
        (specimens.five_at_once(), "7 invocations, 5 execution environments, 5 cold starts, 1 throttled"),
        ([], "No invocation yet"),
    ],
)
def test_the_title_is_the_finding(records, title):
    assert str(ui.timeline(records)).splitlines()[0] == title


def test_every_event_is_a_sentence():
    assert str(ui.timeline(specimens.three_calls())).splitlines()[1:] == [
        "Event 1 ran in environment 1, cold: init 152 ms, then 2.4 ms, billed 155 ms at 128 MB.",
        "Event 2 ran in environment 1, warm: 1.6 ms, billed 2 ms at 128 MB.",
        "Event 3 ran in environment 1, warm: 1.5 ms, billed 2 ms at 128 MB.",
        "Environment 1 (hello) ran 3 invocations; it is frozen now.",
    ]


def test_failures_and_throttles_are_told():
    text = str(ui.timeline(specimens.five_at_once()))
    assert "Event 3 ran in environment 3, cold: init 190 ms, then 398 ms and failed" in text
    assert "then 3 s and ran into its timeout" in text
    assert "was throttled: no environment took it, nothing is billed for it." in text


def test_time_runs_right_and_idle_time_is_folded():
    scale = time_scale([(0, 0.1), (10, 10.1), (100, 100.1)])
    folded = [piece for piece in scale.pieces if piece.folded]
    places = [scale.at(moment) for moment in (0, 0.05, 0.1, 5, 10, 50, 100, 100.1)]
    assert len(folded) == 2
    assert places == sorted(places)
    assert places[0] == 0
    assert 0.9 < places[-1] <= 1


def test_short_gaps_stay_to_scale():
    assert [piece.folded for piece in time_scale([(0, 1), (1.05, 2)]).pieces] == [False]


def test_nothing_is_folded_when_asked():
    (piece,) = time_scale([(0, 1), (100, 101)], fold=False).pieces
    assert (piece.start, piece.end, piece.folded) == (0, 101, False)


def test_overlapping_spans_are_one():
    assert merged([(3, 4), (0, 2), (1, 3)]) == [(0, 4)]


def test_many_events_and_lanes_stay_bounded():
    records = [specimens.record(index * 0.01, 5, env=f"env{index}") for index in range(150)]
    card = ui.timeline(records)
    assert card.body.count('type="radio"') == 120
    assert "130 more environments are not drawn." in card.body
