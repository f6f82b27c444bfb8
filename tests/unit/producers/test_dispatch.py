"""Retries of a target on the cloud's clock, dead letters, and things that come by a schedule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lambada_labs.cloud.local.functions.grants import ServiceCaller
from lambada_labs.cloud.local.producers.dispatch import Delivery, Dispatcher
from lambada_labs.cloud.local.producers.outlets import NO_PERMISSIONS, THROTTLING, NotDelivered
from lambada_labs.cloud.local.producers.recurring import MOST_MISSED, Plan, Recurring
from lambada_labs.cloud.local.producers.schedule_times import Once, Rate
from lambada_labs.cloud.local.producers.scheduler import Schedule, input_of
from lambada_labs.runtime.clock import Clock

CALLER = ServiceCaller(principal="events.amazonaws.com", source_arn="RULE", source_account="1")


class DeadLetters:
    def __init__(self):
        self.sent = []

    def send(self, arn, body, caller, *, attributes):
        self.sent.append((arn, body, {name: one.value for name, one in attributes.items()}))


class Room:
    def __init__(self, *refusals):
        self.clock, self.letters = Clock(speed=0, start=1000.0), DeadLetters()
        self.dispatcher, self.refusals, self.tries = Dispatcher(self.letters, self.clock), [*refusals], []
        self.attempts = []
        self.delivery = Delivery(
            send=self._send,
            caller=CALLER,
            target_arn="TARGET",
            text="event",
            source=("RULE_ARN", "RULE"),
            dead_letters="DLQ",
        )

    def _send(self, attempt):
        self.attempts.append(attempt)
        self.tries.append(self.clock.now() - 1000)
        if self.refusals:
            raise self.refusals.pop(0)


BUSY = NotDelivered(THROTTLING, "busy")


def test_a_target_that_takes_it_is_sent_to_once():
    room = Room()
    room.dispatcher.dispatch(room.delivery)
    assert (room.tries, room.clock.waiting, room.letters.sent) == ([0], 0, [])


def test_a_busy_target_is_tried_again_after_twice_as_long_each_time():
    room = Room(*[BUSY] * 4)
    room.dispatcher.dispatch(room.delivery)
    while room.clock.turn_to_next():
        pass
    assert room.tries == pytest.approx([0, 1, 3, 7, 15])
    assert room.attempts == [1, 2, 3, 4, 5]
    assert room.letters.sent == []


def test_missing_permission_is_not_tried_again():
    room = Room(NotDelivered(NO_PERMISSIONS, "no"))
    room.dispatcher.dispatch(room.delivery)
    assert room.clock.waiting == 0
    told = {"RULE_ARN": "RULE", "TARGET_ARN": "TARGET", "ERROR_CODE": NO_PERMISSIONS, "ERROR_MESSAGE": "no"}
    assert room.letters.sent == [("DLQ", "event", told)]


def test_the_retries_that_were_set_and_then_the_dead_letter_queue():
    room = Room(*[BUSY] * 10)
    room.dispatcher.dispatch(replace(room.delivery, retries=2))
    while room.clock.turn_to_next():
        pass
    assert len(room.tries) == 3
    ((_, _, told),) = room.letters.sent
    assert (told["RETRY_ATTEMPTS"], told["EXHAUSTED_RETRY_CONDITION"]) == ("2", "MaximumRetryAttempts")


def test_the_age_that_was_set_and_no_queue():
    room = Room(*[BUSY] * 100)
    room.dispatcher.dispatch(replace(room.delivery, age_s=60, dead_letters=""))
    while room.clock.turn_to_next():
        pass
    assert room.tries[-1] <= 60
    assert room.letters.sent == []


def recurring():
    clock, came = Clock(speed=0, start=1000.0), []
    return clock, came, Recurring(clock, lambda name, at: came.append((name, at)))


def test_a_rate_comes_again_and_again_and_a_turn_makes_up_for_all():
    clock, came, things = recurring()
    things.follow({"a": Plan(times=Rate(60), mark="1")})
    clock.turn(59)
    assert came == []
    clock.turn(1)
    clock.turn(600)
    assert came == [("a", 1060.0 + 60 * number) for number in range(11)]


def test_what_did_not_change_goes_on_and_what_did_starts_anew():
    clock, came, things = recurring()
    plans = {"a": Plan(times=Rate(60), mark="1"), "b": Plan(times=Rate(60), mark="1")}
    things.follow(plans)
    clock.turn(30)
    things.follow({"a": plans["a"], "b": Plan(times=Rate(60), mark="2")})
    clock.turn(30)
    assert came == [("a", 1060.0)]
    things.follow({})
    clock.turn(3600)
    assert (came, clock.waiting) == ([("a", 1060.0)], 0)


def test_one_moment_comes_once_and_an_end_ends():
    clock, came, things = recurring()
    things.follow(
        {
            "once": Plan(times=Once(1100.0), mark="1"),
            "past": Plan(times=Once(900.0), mark="1"),
            "ends": Plan(times=Rate(50), mark="1", start=1000.0, end=1100.0),
        }
    )
    clock.turn(1000)
    assert sorted(came) == [("ends", 1000.0), ("ends", 1050.0), ("ends", 1100.0), ("once", 1100.0)]


def test_a_clock_turned_by_years_does_not_bring_back_every_minute():
    clock, came, things = recurring()
    things.follow({"a": Plan(times=Rate(60), mark="1")})
    clock.turn(365 * 86400)
    assert MOST_MISSED <= len(came) <= MOST_MISSED + 2
    clock.turn(120)
    assert len(came) <= MOST_MISSED + 4


@pytest.mark.parametrize(
    ("start", "first"), [(400.0, 1000.0), (970.0, 1030.0), (1000.0, 1000.0), (1500.0, 1500.0)]
)
def test_a_start_in_the_past_brings_nothing_back(start, first):
    clock, came, things = recurring()
    things.follow({"a": Plan(times=Rate(60), mark="1", start=start)})
    clock.turn(600)
    assert came[0] == ("a", first)
    assert [at for _, at in came] == [first + 60 * number for number in range(len(came))]


def test_the_input_of_a_schedule_names_its_attempt():
    schedule = Schedule(
        arn="arn:aws:scheduler:us-east-1:123456789012:schedule/default/s",
        name="s",
        group="default",
        expression="rate(1 hour)",
        zone="UTC",
        enabled=True,
        target={"Input": "<aws.scheduler.attempt-number> of <aws.scheduler.execution-id>"},
        start=None,
        end=None,
        deletes=False,
        mark="",
        made_at=0,
    )
    assert [input_of(schedule, 0, "e-1", attempt) for attempt in (1, 3)] == ["1 of e-1", "3 of e-1"]
