"""Every event ends once: when it is tried, when it is given up, and who is told, as lists of times."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from dataclasses import replace
from itertools import pairwise

import pytest
from event_room import FUNCTION, Failure, Room, answer, error, event, throttle
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.runtime import lineage
from lambada_labs.runtime.events.ports import EventRules
from lambada_labs.runtime.ports import Throttled

QUEUE = "arn:aws:sqs:us-east-1:123456789012:failed"
TOPIC = "arn:aws:sns:us-east-1:123456789012:told"
MINUTE, HOUR = 60, 3600


def told(room):
    """(kind, target, what it says of the event's end) of everything that was sent."""
    return [(one.kind, one.target, json.loads(one.body).get("requestContext", {})) for one in room.sent]


def test_an_event_that_succeeds_runs_once():
    room = Room().run(event())
    assert (room.tries, room.ends) == ([("r-1", 0)], {"r-1": "Success"})


def test_errors_are_tried_again_after_one_and_two_minutes():
    room = Room([error()] * 5).run(event())
    assert room.tries == [("r-1", 0), ("r-1", 60), ("r-1", 180)]
    assert room.ends == {"r-1": "RetriesExhausted"}


def test_a_second_try_that_succeeds_is_the_last():
    room = Room([error()]).run(event())
    assert (room.tries, room.ends) == ([("r-1", 0), ("r-1", 60)], {"r-1": "Success"})


@pytest.mark.parametrize(("retries", "times"), [(0, [0]), (1, [0, 60]), (2, [0, 60, 180])])
def test_the_number_of_retries_is_settable(retries, times):
    room = Room([error()] * 5, rules=EventRules(maximum_retries=retries)).run(event())
    assert [at for _, at in room.tries] == times


@pytest.mark.parametrize(
    ("age_s", "times", "end"),
    [
        (60, [0, 60], "EventAgeExceeded"),  # exactly 60 s old at its second try: just young enough
        (90, [0, 60], "EventAgeExceeded"),
        (179, [0, 60], "EventAgeExceeded"),
        (180, [0, 60, 180], "RetriesExhausted"),
    ],
)
def test_the_age_is_looked_at_ahead(age_s, times, end):
    room = Room([error()] * 5, rules=EventRules(maximum_age_s=age_s)).run(event())
    assert [at for _, at in room.tries] == times
    assert room.ends == {"r-1": end}
    assert room.clock.now() == room.began + times[-1], "given up at its last try, not later"


def test_a_handler_that_takes_long_leaves_no_time_for_a_second_try():
    room = Room([error()] * 5, rules=EventRules(maximum_age_s=60), takes_s=3).run(event())
    assert (room.tries, room.ends) == ([("r-1", 0)], {"r-1": "EventAgeExceeded"})


def test_throttles_back_off_to_five_minutes_for_six_hours():
    room = Room([throttle()] * 500).run(event())
    times = [at for _, at in room.tries]
    waits = [later - earlier for earlier, later in pairwise(times)]
    assert waits[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert set(waits[9:]) == {300}
    assert 6 * HOUR - 300 < times[-1] <= 6 * HOUR
    assert room.ends == {"r-1": "EventAgeExceeded"}


def test_throttles_do_not_use_up_retries_and_start_at_one_second_again():
    room = Room([throttle(), throttle(), error(), throttle(), throttle(), error(), error()]).run(event())
    assert [at for _, at in room.tries] == [0, 1, 3, 63, 64, 66, 186]
    assert room.ends == {"r-1": "RetriesExhausted"}
    assert room.histories["r-1"].invocations == 3


def test_a_fault_of_the_system_is_logged_and_tried_again(caplog):
    with caplog.at_level(logging.ERROR):
        room = Room([RuntimeError("ours"), RuntimeError("ours")]).run(event())
    assert [at for _, at in room.tries] == [0, 1, 3]
    assert room.ends == {"r-1": "Success"}
    assert [one.outcome for one in room.histories["r-1"].attempts] == ["system-error"] * 2 + ["success"]
    assert {record.message for record in caplog.records} == {"event r-1 met a fault of this cloud"}


def test_reserved_concurrency_0_ends_an_event_at_once_and_tells():
    off = replace(FUNCTION, reserved_concurrency=0, dead_letter_arn=QUEUE)
    room = Room(rules=EventRules(on_failure=TOPIC)).run(event(function=off))
    assert (room.tries, room.ends) == ([], {"r-1": "ZeroReservedConcurrency"})
    context = {
        "requestId": "r-1",
        "functionArn": f"{FUNCTION.arn}:$LATEST",
        "condition": "ZeroReservedConcurrency",
        "approximateInvokeCount": 0,
    }
    assert told(room) == [("on-failure", TOPIC, context), ("dead-letter", QUEUE, {})]
    assert set(json.loads(room.sent[0].body)) == {"version", "timestamp", "requestContext", "requestPayload"}


def test_a_function_turned_off_while_an_event_waits_gets_it_no_more():
    room = Room([error()])
    room.at(30, lambda: room.change(replace(FUNCTION, reserved_concurrency=0)))
    room.run(event())
    assert (room.tries, room.ends) == ([("r-1", 0)], {"r-1": "ZeroReservedConcurrency"})


def test_new_rules_bind_the_next_try():
    room = Room([error()] * 5)
    room.at(30, lambda: room.obey(EventRules(maximum_retries=1, on_failure=QUEUE)))
    room.run(event())
    assert [at for _, at in room.tries] == [0, 60]
    assert [kind for kind, *_ in told(room)] == ["on-failure"]


def test_an_event_whose_function_was_deleted_ends_silently():
    room = Room([error()], rules=EventRules(on_failure=QUEUE))
    room.at(30, lambda: room.change(None))
    room.run(event())
    assert (room.ends, room.sent) == ({"r-1": "FunctionDeleted"}, [])
    assert room.measured["AsyncEventsDropped"] == [1]


def test_a_loop_is_stopped_after_sixteen():
    trace = "Root=1-0-0"
    ends = []
    for _ in range(18):
        trace = lineage.extended(trace, FUNCTION.arn)
        room = Room(rules=EventRules(on_failure=QUEUE)).run(event(trace_id=trace))
        ends.append(room.ends["r-1"])
    assert ends == ["Success"] * 16 + ["RecursiveInvocation"] * 2
    assert (room.measured["RecursiveInvocationsDropped"], len(room.sent)) == ([1], 1)


def test_a_loop_may_be_allowed():
    trace = "Root=1-0-0;Lineage=00000000:3"
    for _ in range(20):
        trace = lineage.extended(trace, FUNCTION.arn)
    room = Room(rules=EventRules(stops_loops=False)).run(event(trace_id=trace))
    assert room.ends == {"r-1": "Success"}


def test_success_tells_only_the_destination_on_success():
    function = replace(FUNCTION, dead_letter_arn=QUEUE)
    room = Room(rules=EventRules(on_success=TOPIC, on_failure=QUEUE)).run(event(function=function))
    assert [(kind, target) for kind, target, _ in told(room)] == [("on-success", TOPIC)]


def test_what_cannot_be_delivered_is_counted_and_the_event_ends(caplog):
    function = replace(FUNCTION, dead_letter_arn=QUEUE)
    room = Room([error()] * 3, rules=EventRules(on_failure=TOPIC), refusing={TOPIC, QUEUE})
    room.run(event(function=function))
    counted = {name: room.measured[name] for name in ("DestinationDeliveryFailures", "DeadLetterErrors")}
    assert counted == {"DestinationDeliveryFailures": [1], "DeadLetterErrors": [1]}
    assert [one.error for one in room.histories["r-1"].deliveries] == ["no such target", "no such target"]
    assert len(room.queue) == 0


def test_a_target_that_breaks_us_does_not_break_the_event(caplog):
    with caplog.at_level(logging.ERROR):
        room = Room(rules=EventRules(on_success=TOPIC), breaking={TOPIC}).run(event())
    assert room.ends == {"r-1": "Success"}
    assert room.histories["r-1"].deliveries[0].error == "the cloud failed: KeyError"


def test_a_cloud_that_cannot_say_what_an_event_runs_keeps_it_for_six_hours_and_no_longer(caplog):
    def confused(_):
        raise KeyError("f")

    with caplog.at_level(logging.ERROR):
        room = Room()
        room.target = confused
        room.run(event())
    assert (room.tries, len(room.queue), room.queue.held_bytes) == ([], 0, 0)
    assert 6 * HOUR - 300 < room.clock.now() - room.began <= 6 * HOUR
    assert {record.message for record in caplog.records} == {"event r-1 could not be processed"}


def test_metrics_of_one_event():
    room = Room([error(), throttle(), error(), error()]).run(event())
    assert room.measured == {
        "AsyncEventsReceived": [1],
        "AsyncEventAge": [0, 61_000, 181_000],
        "AsyncEventsDropped": [1],
    }


def test_the_history_tells_every_try_and_every_wait():
    room = Room([error("ValueError"), throttle(), answer()], rules=EventRules(on_success=TOPIC))
    room.run(event(producer="s3.amazonaws.com"))
    found = room.histories["r-1"]
    assert [(one.outcome, one.waited_s, one.age_s, one.reason) for one in found.attempts] == [
        ("error", 0, 0, "ValueError"),
        ("throttled", 60, 60, "ConcurrentInvocationLimitExceeded"),
        ("success", 1, 61, ""),
    ]
    assert (found.producer, found.condition, found.next_wait_s) == ("s3.amazonaws.com", "Success", None)
    assert [(one.kind, one.target, one.error) for one in found.deliveries] == [("on-success", TOPIC, "")]


def test_an_event_that_waits_can_be_looked_at():
    seen = []
    room = Room([error()])
    room.at(1, lambda: seen.extend(room.queue.histories()))
    room.run(event())
    assert [(one.request_id, one.next_wait_s, one.condition) for one in seen] == [("r-1", 60, None)]


def test_an_event_says_since_when_a_handler_has_it():
    seen = []

    def fate(_):
        seen.extend(room.queue.histories())
        return answer()

    room = Room(fate=fate)
    room.run(event())
    assert [(one.trying_since is not None, one.attempts) for one in seen] == [(True, ())]
    assert room.histories["r-1"].trying_since is None


def test_duplicates_carry_the_same_id_and_tell_nobody_twice():
    room = Room(rules=EventRules(on_success=TOPIC), chance=random.Random(1), event_duplicates=1.0)
    room.run(event())
    assert [name for name, _ in room.tries] == ["r-1", "r-1"]
    assert [one.duplicate for one in room.histories["r-1"].attempts] == [False, True]
    assert len(room.sent) == 1


def test_deliveries_at_once_are_bounded_and_in_order():
    names = [f"r-{n}" for n in range(10)]
    room = Room(event_deliveries_at_once=1).run(*[event(name) for name in names])
    assert ([name for name, _ in room.tries], room.most_at_once) == (names, 1)


def test_an_event_beyond_the_memory_for_events_is_not_accepted():
    async def story():
        room = Room(event_bytes=10_000)
        room.queue.submit(event("small"))
        with pytest.raises(Throttled) as refused:
            room.queue.submit(event("large", payload=b'"' + b"x" * 9_000 + b'"'))
        await room.until_empty()
        room.queue.submit(event("again", payload=b'"' + b"x" * 7_000 + b'"'))
        await room.until_empty()
        return refused.value.reason, room.ends

    assert asyncio.run(story()) == ("CallerRateLimitExceeded", {"small": "Success", "again": "Success"})


def test_stopping_gives_up_what_waits_and_leaves_no_timer():
    async def story():
        room = Room([error()])
        room.queue.submit(event())
        await room.settled()
        waiting = room.clock.waiting
        await room.queue.stop()
        return waiting, room.clock.waiting, len(room.queue)

    assert asyncio.run(story()) == (1, 0, 0)


@pytest.mark.parametrize("limit", [1, 7])
def test_a_thousand_events_of_a_function_with_little_concurrency_all_get_through_soon(limit):
    room = Room(limit=limit, takes_s=0.01).run(*[event(f"r-{n}") for n in range(1000)])
    assert set(room.ends.values()) == {"Success"}
    assert max(at for _, at in room.tries) < 5 * MINUTE
    throttles = sum(one.outcome == "throttled" for h in room.histories.values() for one in h.attempts)
    assert 50 < throttles < 3000


FATES = st.sampled_from(["well", "error", "throttle", "fault"])


@given(
    fates=st.lists(FATES, max_size=200),
    retries=st.integers(0, 2),
    age_s=st.integers(60, 21_600),
    takes_s=st.sampled_from([0, 1, 30]),
)
def test_whatever_happens_an_event_ends_once_in_time_and_tells_each_target_once(
    fates, retries, age_s, takes_s
):
    kinds = {"well": None, "error": error(), "throttle": throttle(), "fault": RuntimeError("ours")}
    rules = EventRules(
        maximum_retries=retries, maximum_age_s=age_s, on_success="arn:aws:sqs:::s", on_failure=TOPIC
    )
    room = Room([kinds[fate] for fate in fates], rules=rules, takes_s=takes_s)
    logging.disable(logging.ERROR)
    try:
        room.run(event(function=replace(FUNCTION, dead_letter_arn=QUEUE)))
    finally:
        logging.disable(logging.NOTSET)
    found = room.histories["r-1"]
    assert room.endings == 1
    assert [one.age_s <= age_s for one in found.attempts] == [True] * len(found.attempts)
    assert sum(one.outcome == "error" for one in found.attempts) <= retries + 1
    expected = ["on-success"] if found.condition == "Success" else ["on-failure", "dead-letter"]
    assert [parcel.kind for parcel in room.sent] == expected
    assert (len(room.queue), room.queue.held_bytes, room.clock.waiting) == (0, 0, 0)


def test_ten_thousand_events_at_random_end_once_each_and_each_target_is_told_once():
    """Fixed seed: every third try fails, every tenth is throttled; on failure two targets, on success one."""
    chance = random.Random(20261125)
    room = Room(
        fate=lambda _: Failure.of(chance, errors=1 / 3, throttles=1 / 10, faults=1 / 50),
        rules=EventRules(on_success="arn:aws:sqs:::good", on_failure="arn:aws:sqs:::bad"),
    )
    function = replace(FUNCTION, dead_letter_arn=QUEUE)
    logging.disable(logging.ERROR)
    try:
        room.run(*[event(f"r-{n}", function=function) for n in range(10_000)])
    finally:
        logging.disable(logging.NOTSET)
    assert len(room.ends) == room.endings == 10_000
    lost = {name for name, end in room.ends.items() if end == "RetriesExhausted"}
    received = {
        target: sorted(p.request_id for p in room.sent if p.target == target) for target in room.targets
    }
    assert received == {
        "arn:aws:sqs:::good": sorted(set(room.ends) - lost),
        "arn:aws:sqs:::bad": sorted(lost),
        QUEUE: sorted(lost),
    }
    assert 300 < len(lost) < 440, "about one in 27"
    assert (len(room.queue), room.queue.held_bytes, room.clock.waiting) == (0, 0, 0)
