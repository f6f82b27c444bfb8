"""The platform's clock: at any speed, turned by hand, changed while it runs."""

from __future__ import annotations

import asyncio
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.errors import BadInput
from lambada_labs.runtime.clock import Clock


class Source:
    """True seconds, set by hand."""

    def __init__(self):
        self.at = 100.0

    def __call__(self):
        return self.at


def rung(clock):
    """A list to which timers write the clock's time, and how to set one."""
    times = []
    return times, lambda: times.append(round(clock.now(), 3))


def test_it_runs_at_its_speed_and_keeps_its_time_when_that_changes():
    source = Source()
    clock = Clock(speed=60, start=1000, source=source)
    seen = []
    for true, speed in ((101, 1), (111, 0), (500, 10), (501, 10)):
        source.at = true
        seen.append(clock.now())
        clock.set_speed(speed)
    assert seen == [1060, 1070, 1070, 1080]


def test_timers_ring_in_order_and_those_of_one_moment_in_the_order_they_were_set():
    clock = Clock(speed=0, start=0)
    times = []
    for name, at in (("c", 9), ("a", 3), ("b", 3), ("d", 60)):
        clock.call_at(at, lambda name=name: times.append((name, clock.now())))
    clock.turn(10)
    assert times == [("a", 10), ("b", 10), ("c", 10)]
    assert (clock.next_at, clock.waiting) == (60, 1)


def test_turning_to_the_next_timer_stops_there():
    clock = Clock(speed=0, start=0.1)
    times, ring = rung(clock)
    for seconds in (0.3, 7, 7, 400):
        clock.call_later(seconds, ring)
    assert [clock.turn_to_next() for _ in range(4)] == [True, True, True, False]
    assert times == [0.4, 7.1, 7.1, 400.1]


def test_a_timer_may_set_another_that_is_due_in_the_same_turn():
    clock = Clock(speed=0, start=0)
    times, ring = rung(clock)
    clock.call_at(1, lambda: clock.call_at(2, ring))
    clock.turn(5)
    assert times == [5]


def test_cancelled_timers_do_not_ring_and_do_not_pile_up():
    clock = Clock(speed=0, start=0)
    times, ring = rung(clock)
    timers = [clock.call_at(n, ring) for n in range(1, 1001)]
    for timer in timers[:-1]:
        timer.cancel()
        timer.cancel()
    assert (clock.waiting, clock.next_at, len(clock._timers) < 100) == (1, 1000, True)
    clock.turn(2000)
    timers[-1].cancel()
    assert (times, clock.waiting) == ([2000], 0)


def test_one_timer_that_fails_does_not_stop_the_others(caplog):
    clock = Clock(speed=0, start=0)
    times, ring = rung(clock)
    clock.call_at(1, lambda: 1 / 0)
    clock.call_at(2, ring)
    with caplog.at_level(logging.ERROR):
        clock.turn(3)
    assert (times, len(caplog.records)) == ([3], 1)


@pytest.mark.parametrize("speed", [-1, float("nan"), float("inf"), 1e7])
def test_speeds_no_clock_has(speed):
    with pytest.raises(BadInput):
        Clock(speed=speed)


def test_time_does_not_go_back():
    with pytest.raises(BadInput, match="time does not go back"):
        Clock(speed=0).turn(-1)


def test_a_fast_clock_wakes_sleepers_in_true_time():
    async def story():
        clock = Clock(speed=6000)
        began = asyncio.get_running_loop().time()
        await asyncio.gather(clock.sleep(60), clock.sleep(600), clock.sleep(0))
        took = asyncio.get_running_loop().time() - began
        clock.close()
        return took

    assert 0.1 <= asyncio.run(story()) < 5


def test_a_clock_made_faster_wakes_those_who_wait_already():
    async def story():
        clock = Clock(speed=0)
        sleeper = asyncio.create_task(clock.sleep(3600))
        await asyncio.sleep(0)
        clock.set_speed(100_000)
        await asyncio.wait_for(sleeper, 10)
        return clock.waiting

    assert asyncio.run(story()) == 0


def test_a_sleeper_that_is_cancelled_leaves_no_timer():
    async def story():
        clock = Clock(speed=0)
        sleeper = asyncio.create_task(clock.sleep(10))
        await asyncio.sleep(0)
        sleeper.cancel()
        await asyncio.wait([sleeper])
        return clock.waiting

    assert asyncio.run(story()) == 0


@given(st.lists(st.tuples(st.floats(0, 1000), st.booleans()), max_size=200))
def test_whatever_is_set_and_not_cancelled_rings_once_in_order(plan):
    clock = Clock(speed=0, start=0)
    times = []
    timers = [(clock.call_at(at, lambda at=at: times.append(at)), kept) for at, kept in plan]
    for timer, kept in timers:
        if not kept:
            timer.cancel()
    while clock.turn_to_next():
        pass
    assert times == sorted(at for at, kept in plan if kept)
