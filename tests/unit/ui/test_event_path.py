"""Where events are, what the stations count, and the sentences: from records, without a browser."""

import re

import event_specimens as events
import pytest

from lambada_labs import ui
from lambada_labs.ui.event_path import journey, words
from lambada_labs.ui.producer_words import named
from lambada_labs.ui.widget.event_path import EventPath

SEE = {"now": events.NOW, "speed": events.SPEED}


def place(event):
    found = journey.place_of(event, **SEE)
    return found.station, found.attempt, round(found.done, 2)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (events.event(), ("queue", 1, 1.0)),
        (events.running(), ("attempt", 1, 0.0)),
        (events.waiting(), ("wait", 2, 0.4)),
        (events.waiting(tries=2, done=0.75), ("wait", 3, 0.75)),
        (events.well(), ("succeeded", 1, 0.0)),
        (events.poison(deliveries=events.BOTH), ("given-up", 3, 0.0)),
        (events.poison(), ("dropped", 3, 0.0)),
        (events.poison(deliveries=(events.told("on-failure", error="gone"),)), ("dropped", 3, 0.0)),
    ],
)
def test_where_an_event_is(event, expected):
    assert place(event) == expected


def test_a_wait_has_so_many_true_seconds_left():
    assert journey.place_of(events.waiting(done=0.25), **SEE).left_s == pytest.approx(0.75)


def test_a_clock_that_stands_still_has_no_end_of_a_wait():
    found = journey.place_of(events.waiting(), now=events.NOW, speed=0)
    assert (found.station, found.left_s) == ("wait", None)


def test_the_marks_of_a_poison_event_are_its_waits():
    line = journey.line_of(1, events.poison(), **SEE)
    assert [(mark.label, mark.waited_s) for mark in line.marks] == [("1", 0.0), ("2", 60.0), ("3", 120.0)]
    assert line.waits_s == 180


def test_refusals_in_a_row_are_one_mark_and_no_attempt():
    line = journey.line_of(1, events.refused(times=9), **SEE)
    assert [(mark.shape, mark.label) for mark in line.marks] == [("throttled", "×9"), ("success", "1")]
    assert [mark.waited_s for mark in line.marks] == [255, 256]


def test_a_duplicate_is_the_same_request_and_a_mark_of_its_own():
    line = journey.line_of(1, events.well(again=True), **SEE)
    assert [(mark.label, mark.duplicate) for mark in line.marks] == [("1", False), ("1", True)]
    assert "delivered once more" in words.line_words(line)


def test_the_stations_count_everything():
    tally = journey.counted(events.several(), **SEE)
    assert dict(tally.came) == {1: 6, 2: 2, 3: 2}
    assert dict(tally.failed) == {1: 3, 2: 2, 3: 2}
    assert dict(tally.here) == {"given-up": 1, "succeeded": 2, "wait 2": 1, "attempt 1": 1, "dropped": 1}
    assert (tally.refused, tally.duplicates) == (9, 1)
    assert tally.told["on-failure", events.QUEUE] == (0, 1)


def test_of_hundreds_one_of_each_ending_is_drawn_and_all_are_counted():
    many = events.hundreds(300)
    drawn = journey.lines(many, **SEE)
    assert len(drawn) == journey.SHOWN
    assert {line.place.station for line in drawn[:2]} == {"given-up", "succeeded"}
    card = ui.event_path(many, **SEE)
    assert str(card).splitlines()[0] == "300 events: 232 succeeded, 30 given up, 38 under way"
    assert len(re.findall(r"data-dot=", card.body)) <= 2 * journey.SHOWN


@pytest.mark.parametrize(
    ("shown", "title"),
    [
        ([], "No event yet"),
        ([events.waiting()], "One event, waiting 1 min for its second attempt"),
        ([events.running()], "One event, at its first attempt"),
        ([events.well()], "One event, 1 attempt: succeeded"),
        ([events.well(again=True)], "One event, 1 attempt, then delivered once more: succeeded"),
        ([events.poison()], "One event, 3 attempts: given up, nobody was told"),
        (
            [events.poison(deliveries=events.BOTH)],
            "One event, 3 attempts: given up, its record is in the dead-letter queue and the on-failure destination",
        ),
    ],
)
def test_the_title_is_the_finding(shown, title):
    assert words.finding(shown, **SEE) == title


def test_a_line_is_told_from_producer_to_end():
    line = journey.line_of(1, events.poison(deliveries=events.BOTH[:1]), **SEE)
    assert words.line_words(line) == (
        "Event 1 (7f3c9b1e-0001), sent by the user learner, with the SDK: "
        "attempt 1, at 0 s: failed (ValueError) after 10 ms; "
        "attempt 2 after a wait of 1 min, at 1 min 1 s: failed (ValueError) after 10 ms; "
        "attempt 3 after a wait of 2 min, at 3 min 1 s: failed (ValueError) after 10 ms; "
        "given up: the tries are used up; the dead-letter queue SQS queue lab04-dead got a record."
    )


@pytest.mark.parametrize(
    ("speed", "said"),
    [(60, "runs 60×: 1 minute there is 1 s here"), (1, "as fast as yours"), (0, "stands still")],
)
def test_the_clock_is_told(speed, said):
    assert said in words.clock_words(speed)


@pytest.mark.parametrize(
    ("sender", "said"),
    [
        (events.BUS, "EventBridge rule nightly"),
        ("arn:aws:s3:::photos", "S3 bucket photos"),
        (
            "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/x:*",
            "CloudWatch Logs log group /aws/lambda/x",
        ),
        (
            "arn:aws:scheduler:us-east-1:000000000000:schedule/default/tick",
            "EventBridge Scheduler schedule tick",
        ),
        ("arn:aws:iam::000000000000:root", "you, with the SDK"),
        ("apigateway.amazonaws.com", "API Gateway"),
        ("", "an unknown caller"),
    ],
)
def test_a_producer_has_a_name(sender, said):
    assert named(sender).words == said


def test_the_still_picture_moves_nothing_and_names_the_request():
    card = ui.event_path([events.waiting()], **SEE)
    assert "lb-ep-moves" not in card.body
    assert "lb-ep-moves" in ui.event_path([events.waiting()], **SEE, live=True).body
    assert card.body.count("5be0a77f-0003") >= 3


def test_the_widget_draws_only_what_is_new():
    widget = EventPath([events.waiting()], speed=events.SPEED)
    before = widget.markup
    assert not widget.show_events([events.waiting()], speed=events.SPEED)
    assert widget.markup == before
    assert widget.show_events([events.poison()], speed=events.SPEED)
    assert "given up" in str(widget)
