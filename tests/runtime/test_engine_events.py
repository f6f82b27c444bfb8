"""Events over real processes: nothing is lost when handlers fail, and when they are killed at random."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections import Counter

from engine_room import invocation, running, until

from lambada_labs.runtime.clock import Clock
from lambada_labs.runtime.events.ports import EventRules, EventTarget

KILLS = 200
FAILS_AT_RANDOM = """
import json, random
def handler(event, context):
    if random.Random(f"{event['n']} {context.aws_request_id} {random.random()}").random() < 0.4:
        raise ValueError(event["n"])
    return event["n"]
"""
SHORT_WORK = """
import time
def handler(event, context):
    time.sleep(0.02)
    return event["n"]
"""


class ListEvents:
    """The ports of the queue: every history that ended, every parcel that was sent."""

    def __init__(self, rules=None):
        self.rules = rules or EventRules(on_success="arn:aws:sqs:::good", on_failure="arn:aws:sqs:::bad")
        self.histories, self.sent, self.measured = [], [], Counter()

    def target(self, call):
        return EventTarget(function=call.function, rules=self.rules)

    async def deliver(self, parcel):
        self.sent.append((parcel.target, parcel.request_id))

    def measure(self, call, metric, value):
        self.measured[metric] += 1

    def ended(self, history):
        self.histories.append(history)


def events(function, count):
    chance = random.Random(7)
    ids = [f"{chance.getrandbits(128):032x}" for _ in range(count)]
    return [
        invocation(function, f'{{"n": {n}}}'.encode(), type="Event", request_id=name)
        for n, name in enumerate(ids)
    ]


def told_once(seen, sent):
    """Whether each event's one end was told to the one target that it concerns."""
    ends = {"Success": "arn:aws:sqs:::good", "RetriesExhausted": "arn:aws:sqs:::bad"}
    return sorted(seen.sent) == sorted(
        (ends[one.condition], one.request_id) for one in seen.histories
    ) and sorted(one.request_id for one in seen.histories) == sorted(sent)


def test_events_whose_handler_fails_at_random_end_once_each(tmp_path):
    async def story():
        seen = ListEvents()
        async with running(
            tmp_path, clock=Clock(speed=2000), events=seen, event_deliveries_at_once=4, freeze_after_s=0.005
        ) as room:
            sent = events(room.function(FAILS_AT_RANDOM), 1000)
            for event in sent:
                room.engine.submit(event)
            await until(lambda: len(seen.histories) == len(sent), "every event ended")
            left = room.engine.events_waiting
            return seen, [event.request_id for event in sent], left, room.ports.records

    seen, sent, left, records = asyncio.run(story())
    assert told_once(seen, sent)
    assert left == 0
    runs = Counter(record.request_id for record in records)
    assert runs == {one.request_id: one.invocations for one in seen.histories}
    assert Counter(len(one.attempts) for one in seen.histories).keys() == {1, 2, 3}
    assert seen.measured["AsyncEventsReceived"] == len(sent)


def test_two_hundred_handlers_killed_at_random_lose_no_event(tmp_path):
    """The seed chooses whom and when; what a kill hits differs from run to run, that nothing is lost does not."""

    async def story():
        seen, killed = ListEvents(), 0
        chance = random.Random(20261125)
        async with running(
            tmp_path, clock=Clock(speed=2000), events=seen, event_deliveries_at_once=4, freeze_after_s=0.005
        ) as room:
            function = room.function(SHORT_WORK)
            sent = []
            while killed < KILLS or len(seen.histories) < len(sent):
                if killed < KILLS and room.engine.events_waiting < 40:
                    fresh = [invocation(function, b'{"n": 1}', type="Event") for _ in range(20)]
                    sent += fresh
                    for event in fresh:
                        room.engine.submit(event)
                alive = [
                    view.pid for view in room.engine.environments() if view.pid and view.phase == "invoke"
                ]
                if alive and killed < KILLS:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(chance.choice(alive), signal.SIGKILL)
                        killed += 1
                await asyncio.sleep(chance.random() * 0.03)
            return seen, [event.request_id for event in sent], room.engine.events_waiting

    seen, sent, left = asyncio.run(asyncio.wait_for(story(), 240))
    assert told_once(seen, sent)
    assert left == 0
    hit = [one for one in seen.histories if any(attempt.outcome == "error" for attempt in one.attempts)]
    assert sum(one.outcome == "error" for h in seen.histories for one in h.attempts) >= KILLS * 0.5
    assert any(one.condition == "Success" for one in hit), "most that were hit came through at a later try"
