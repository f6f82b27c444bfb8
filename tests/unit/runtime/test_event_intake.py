"""While events pour in, deliveries start at a pace; afterwards, and otherwise, at once."""

from __future__ import annotations

import asyncio

from event_room import Room, event

from lambada_labs.runtime.events.intake import LONGEST_RUSH_S, RUSH_EVENTS, Intake


class Now:
    at = 10.0

    def __call__(self):
        return self.at


def starts(plan, pace_s=0.02):
    """For each moment of `plan`: whether a delivery may start then, after so many more events came."""

    async def story():
        now, seen = Now(), []
        intake = Intake(pace_s, lambda: None, clock=now)
        for at, events in plan:
            now.at = at
            for _ in range(events):
                intake.accepted()
            seen.append(intake.may_start())
        intake.close()
        return seen

    return asyncio.run(story())


def test_without_a_rush_every_delivery_starts_at_once():
    assert starts([(10 + n / 30, 1) for n in range(50)]) == [True] * 50


def test_in_a_rush_starts_are_spaced():
    seen = starts([(10.0, RUSH_EVENTS), (10.01, 1), (10.019, 1), (10.021, 1), (10.03, 1), (10.042, 1)])
    assert seen == [True, False, False, True, False, True]


def test_the_rush_is_over_a_quarter_of_a_second_later():
    plan = [(10.0, RUSH_EVENTS), (10.1, 0), (10.24, 0), (10.25, 0), (10.26, 0)]
    assert starts(plan, pace_s=1) == [True, False, False, True, True]


def test_a_rush_that_does_not_end_holds_nothing_back_for_long():
    """Steady traffic is no rush: deliveries keep up with it."""
    seen = starts([(10 + n / 100, 1) for n in range(round(LONGEST_RUSH_S * 100) + 50)], pace_s=1)
    assert seen[200:400].count(True) == 2
    assert seen[-30:] == [True] * 30


def test_a_busy_machine_that_accepts_a_hundred_a_second_is_still_in_a_rush():
    """Elsewhere deliveries would take the processors that accepting needs, and slow it down further."""
    assert starts([(10 + n / 100, 1) for n in range(100)]).count(True) < 60


def test_a_pace_of_zero_holds_nothing_back():
    assert starts([(10.0, 100)] * 5, pace_s=0) == [True] * 5


def test_a_rush_of_events_is_accepted_first_and_then_all_run():
    async def story():
        room = Room(event_pace_s=0.01)
        for n in range(200):
            room.queue.submit(event(f"r-{n}"))
        begun = len(room.queue.deliveries)
        while len(room.queue):
            await asyncio.sleep(0.005)
        return begun, set(room.ends.values()), len(room.ends)

    begun, ends, count = asyncio.run(asyncio.wait_for(story(), 30))
    assert begun < 2 * RUSH_EVENTS
    assert (ends, count) == ({"Success"}, 200)


def test_a_queue_that_stops_in_a_rush_leaves_no_timer_behind():
    async def story():
        room = Room(event_pace_s=5)
        for n in range(50):
            room.queue.submit(event(f"r-{n}"))
        await room.queue.stop()
        await asyncio.sleep(0)
        return len(room.queue.deliveries), len(room.queue)

    assert asyncio.run(story()) == (0, 0)
