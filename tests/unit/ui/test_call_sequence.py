"""Callers and what they waited for: matching, backoff, the finding, the words."""

import dataclasses

import pytest
import specimens

from lambada_labs import ui
from lambada_labs.errors import BadInput
from lambada_labs.ui.call_sequence.calls import strands

T0 = specimens.T0


def record(at, ms, **more):
    return specimens.record(at, ms, name="flaky", **more)


def call(at, waited, **more):
    return ui.Call(**{"caller": "you", "sent_at": T0 + at, "answered_at": T0 + at + waited, **more})


def herd():
    """Two failures, then a success; the waits of 0.1 and 0.4 s are backoff."""
    calls = [
        call(0, 0.25, answer="Unhandled", failed=True),
        call(0.35, 0.02, answer="429", failed=True),
        call(0.77, 0.05),
    ]
    records = [
        record(0.005, 30, init_ms=150, outcome="error", request="a"),
        dataclasses.replace(record(0.36, 0, request="b"), outcome="throttled", environment_id=""),
        record(0.78, 20, request="c"),
    ]
    return calls, records


def test_a_call_finds_its_record_by_time():
    (strand,) = strands(*herd())
    assert [each.record.request_id[0] for each in strand.exchanges] == ["a", "b", "c"]


def test_a_request_id_says_more_than_the_time():
    early, late = record(0.01, 5, request="x"), record(0.02, 5, request="y")
    (strand,) = strands([call(0, 1, request_id=late.request_id), call(0, 1)], [early, late])
    assert [each.record for each in strand.exchanges] == [late, early]


def test_the_pause_after_a_failure_is_backoff():
    (strand,) = strands(*herd())
    assert [(each.retry, round(each.backoff_s, 3)) for each in strand.exchanges] == [
        (False, 0.0),
        (True, 0.1),
        (True, 0.4),
    ]


def test_the_pause_after_a_success_is_nobodys_backoff():
    (strand,) = strands([call(0, 0.1), call(5, 0.1)])
    assert [each.retry for each in strand.exchanges] == [False, False]


def test_a_wait_is_the_sum_of_its_parts():
    (strand,) = strands(*herd())
    first = strand.exchanges[0]
    assert (first.init_ms, first.handler_ms, round(first.rest_ms)) == (150, 30, 70)


def test_the_finding_and_the_words():
    text = str(ui.call_sequence(*herd())).splitlines()
    assert text == [
        "3 calls, 2 of them tried again: 820 ms in all, 500 ms of it waiting to retry",
        "you through SDK, call 1: waited 250 ms and got Unhandled: 150 ms for the cold start, 30 ms for the handler, which failed, 70 ms for everything between.",
        "you through SDK, call 2 after a pause of 100 ms: waited 20 ms and got 429; Lambda throttled it, nothing ran.",
        "you through SDK, call 3 after a pause of 400 ms: waited 50 ms and got 200: 20 ms for the handler, 30 ms for everything between.",
    ]


def test_mappings_are_calls_too():
    given = {"caller": 3, "sent_at": T0, "answered_at": T0 + 1, "answer": 502, "failed": True}
    (strand,) = strands([given])
    assert (strand.caller, strand.exchanges[0].call.answer) == ("3", "502")


def test_every_door_has_its_rows():
    card = ui.call_sequence([call(0, 1), call(1, 1, door="ALB")])
    assert card.body.count("lb-cs-caller") == 2


def test_nothing_yet_and_too_many():
    assert str(ui.call_sequence([])).splitlines()[0] == "No call yet"
    with pytest.raises(BadInput):
        ui.call_sequence([call(0, 1, caller=str(number)) for number in range(7)])
