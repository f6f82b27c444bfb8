"""Many at once: environments, limits, storms, the event queue, what ends when."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter

import pytest
from engine_room import descriptors, invocation, running, until

from lambada_labs.runtime.clock import Clock
from lambada_labs.runtime.engine import Throttled

QUICK = "def handler(event, context):\n    return event\n"
# Waits in its own /tmp until the test says go, so that nothing depends on how fast this machine is.
GATED = """
    import os, time
    def handler(event, context):
        open("/tmp/entered", "w").close()
        while event and not os.path.exists("/tmp/go"):
            time.sleep(0.01)
        return context.aws_request_id
"""
WAIT = b'{"wait": 1}'


async def entered(room, count):
    """Wait until so many handlers run."""
    folder = room.run_dir / "environments"
    await until(lambda: len(list(folder.glob("*/tmp/entered"))) == count, f"{count} handlers run")


def go(room):
    """Let them all go on."""
    for tmp in (room.run_dir / "environments").glob("*/tmp"):
        (tmp / "go").touch()


def test_each_invocation_in_flight_has_an_environment_of_its_own(tmp_path):
    async def story():
        async with running(tmp_path) as room:
            function = room.function(GATED)
            calls = [asyncio.create_task(room.invoke(function, WAIT)) for _ in range(5)]
            await entered(room, 5)
            go(room)
            replies = await asyncio.gather(*calls)
            later = [await room.invoke(function) for _ in range(3)]
            return replies, later, len(room.engine.environments())

    replies, later, count = asyncio.run(story())
    assert len({reply.record.environment_id for reply in replies}) == 5
    assert [json.loads(reply.payload) for reply in replies] == [reply.record.request_id for reply in replies]
    assert [reply.record.cold for reply in [*replies, *later]] == [True] * 5 + [False] * 3
    assert len({reply.record.environment_id for reply in later}) == 1
    assert count == 5


def test_the_most_recently_used_environment_comes_first(tmp_path):
    async def story():
        async with running(tmp_path) as room:
            function = room.function(GATED)
            calls = [asyncio.create_task(room.invoke(function, WAIT)) for _ in range(2)]
            await entered(room, 2)
            go(room)
            await asyncio.gather(*calls)
            last = room.ports.records[-1].environment_id
            return last, (await room.invoke(function)).record.environment_id

    last, reused = asyncio.run(story())
    assert reused == last


def test_reserved_concurrency_refuses_what_is_above_it(tmp_path):
    async def story():
        async with running(tmp_path) as room:
            function = room.function(GATED, reserved_concurrency=1)
            first = asyncio.create_task(room.invoke(function, WAIT))
            await entered(room, 1)
            with pytest.raises(Throttled) as refused:
                await room.invoke(function)
            go(room)
            await first
            await room.invoke(function)
            return refused.value.reason, room.ports.records

    reason, records = asyncio.run(story())
    assert reason == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert [record.outcome for record in records] == ["throttled", "success", "success"]
    assert (records[0].environment_id, records[0].billed_ms, records[0].duration_ms) == ("", 0, 0.0)


def test_reserved_concurrency_0_switches_off(tmp_path):
    async def story():
        async with running(tmp_path) as room:
            with pytest.raises(Throttled) as refused:
                await room.invoke(room.function(QUICK, reserved_concurrency=0))
            return refused.value.reason, room.engine.environments()

    assert asyncio.run(story()) == ("ReservedFunctionConcurrentInvocationLimitExceeded", [])


def test_what_one_function_reserves_the_others_lack(tmp_path):
    async def story():
        async with running(tmp_path, account_concurrency=3) as room:
            room.engine.reserve("arn:aws:lambda:us-east-1:123456789012:function:greedy", 2)
            first = asyncio.create_task(room.invoke(room.function(GATED), WAIT))
            await entered(room, 1)
            with pytest.raises(Throttled) as refused:
                await room.invoke(room.function(QUICK, name="other"))
            own = await room.invoke(room.function(QUICK, name="greedy", reserved_concurrency=2))
            go(room)
            await first
            return refused.value.reason, own.payload

    assert asyncio.run(story()) == ("ConcurrentInvocationLimitExceeded", b"{}")


def test_a_changed_reservation_keeps_the_environment(tmp_path):
    async def story():
        async with running(tmp_path) as room:
            replies = [await room.invoke(room.function(QUICK, reserved_concurrency=n)) for n in (None, 5, 6)]
            return [reply.record.cold for reply in replies]

    assert asyncio.run(story()) == [True, False, False]


def test_a_changed_configuration_gets_a_new_environment(tmp_path):
    async def story():
        async with running(tmp_path) as room:
            old = await room.invoke(room.function(QUICK, memory_mb=128))
            new = await room.invoke(room.function(QUICK, memory_mb=256))
            await until(lambda: len(room.engine.environments()) == 1, "the old one ended")
            return old.record.cold, new.record.cold, room.engine.environments()[0].memory_mb

    assert asyncio.run(story()) == (True, True, 256)


def test_retiring_ends_idle_environments_now_and_busy_ones_after_their_work(tmp_path):
    async def story():
        async with running(tmp_path) as room:
            function = room.function(GATED)
            calls = [asyncio.create_task(room.invoke(function, WAIT)) for _ in range(2)]
            await entered(room, 2)
            await room.engine.retire(function.arn)
            busy = len(room.engine.environments())
            go(room)
            await asyncio.gather(*calls)
            await until(lambda: not room.engine.environments(), "both ended")
            await room.invoke(function)
            await room.engine.retire(function.arn, "7")
            other = len(room.engine.environments())
            await room.engine.retire(function.arn)
            return busy, other, len(room.engine.environments())

    assert asyncio.run(story()) == (2, 1, 0)


def test_idle_environments_expire(tmp_path):
    async def story():
        async with running(tmp_path, idle_expiry_s=0.2) as room:
            await room.invoke(room.function(QUICK))
            await until(lambda: room.ports.phases[-1] == "killed", "it expired")
            return room.engine.environments()

    assert asyncio.run(story()) == []


def test_the_guard_ends_the_least_recently_used(tmp_path):
    async def story():
        async with running(tmp_path, max_environments=2) as room:
            functions = [room.function(QUICK, name=name) for name in "abc"]
            for function in (*functions[:2], functions[0], functions[2]):
                await room.invoke(function)
            return sorted(view.function_name for view in room.engine.environments())

    assert asyncio.run(story()) == ["a", "c"]


def test_with_all_environments_busy_the_next_call_waits(tmp_path):
    async def story():
        async with running(tmp_path, max_environments=2) as room:
            calls = [asyncio.create_task(room.invoke(room.function(GATED, name=name), WAIT)) for name in "ab"]
            await entered(room, 2)
            waiting = [asyncio.create_task(room.invoke(room.function(QUICK, name=name))) for name in "cdef"]
            go(room)
            return [reply.function_error for reply in await asyncio.gather(*calls, *waiting)]

    assert asyncio.run(story()) == [None] * 6


def test_a_storm_of_cold_starts_is_bounded(tmp_path):
    async def story():
        async with running(tmp_path, cold_starts_at_once=2) as room:
            function = room.function("import time\ntime.sleep(0.1)\ndef handler(e, c):\n    time.sleep(1)\n")
            await asyncio.gather(*(room.invoke(function) for _ in range(6)))
            return room.ports.lives

    lives = asyncio.run(story())
    starting, most = set(), 0
    for event in lives:
        (starting.add if event.phase == "init" else starting.discard)(event.environment_id)
        most = max(most, len(starting))
    assert most == 2


def test_waiting_for_a_start_is_not_on_the_handlers_clock(tmp_path):
    async def story():
        async with running(tmp_path, cold_starts_at_once=1) as room:
            function = room.function(
                "import time\ntime.sleep(0.4)\ndef handler(e, c):\n    return 1\n", timeout_s=1
            )
            return await asyncio.gather(*(room.invoke(function) for _ in range(5)))

    assert [reply.payload for reply in asyncio.run(story())] == [b"1"] * 5


def test_a_caller_who_goes_away_costs_the_environment_only(tmp_path):
    async def story():
        async with running(tmp_path, account_concurrency=1) as room:
            function = room.function(GATED)
            call = asyncio.create_task(room.invoke(function, WAIT))
            await entered(room, 1)
            call.cancel()
            await asyncio.wait([call])
            go(room)
            reply = await room.invoke(function)
            return call.cancelled(), reply.function_error

    assert asyncio.run(story()) == (True, None)


def test_events_are_accepted_at_once_and_delivered_once(tmp_path):
    async def story():
        async with running(tmp_path) as room:
            function = room.function("def handler(e, c):\n    raise ValueError\n")
            events = [invocation(function, type="Event") for _ in range(3)]
            began = time.perf_counter()
            for event in events:
                room.engine.submit(event)
            accepted_s = time.perf_counter() - began
            await until(lambda: len(room.ports.records) == 3, "all ran")
            await asyncio.sleep(0.1)
            return accepted_s, Counter(record.request_id for record in room.ports.records), events, room.ports

    accepted_s, seen, events, ports = asyncio.run(story())
    assert accepted_s < 0.1
    assert seen == Counter(event.request_id for event in events)
    assert {record.type for record in ports.records} == {"Event"}


def test_a_throttled_event_comes_again(tmp_path):
    async def story():
        async with running(tmp_path, clock=Clock(speed=20)) as room:
            function = room.function(QUICK, reserved_concurrency=1)
            for _ in range(4):
                room.engine.submit(invocation(function, type="Event"))
            await until(lambda: outcomes(room)["success"] == 4, "all four ran")
            return outcomes(room)

    def outcomes(room):
        return Counter(record.outcome for record in room.ports.records)

    seen = asyncio.run(story())
    assert seen["success"] == 4
    assert seen["throttled"] >= 3


def test_nothing_is_lost_over_many_functions(tmp_path):
    """The scaled-down endurance run; `make soak` has the full one."""
    functions, each, clients = 10, 12, 8

    async def story():
        async with running(tmp_path, max_environments=6) as room:
            made = [room.function(QUICK, name=f"f{n}") for n in range(functions)]
            await room.invoke(made[0])
            before = descriptors()
            work = iter([(made[n % functions], f"{n}".encode()) for n in range(functions * each)])

            async def client():
                return [(event, (await room.invoke(function, event)).payload) for function, event in work]

            answers = [
                answer
                for some in await asyncio.gather(*(client() for _ in range(clients)))
                for answer in some
            ]
            for function in made[1:]:
                await room.engine.retire(function.arn)
            await until(lambda: len(room.engine.environments()) <= 1, "only the first function's is left")
            return answers, descriptors() - before

    answers, grown = asyncio.run(story())
    assert len(answers) == functions * each
    assert all(event == payload for event, payload in answers)
    assert grown <= 0
