"""Long polling: answered at once, in turn, by what shows itself, and never by looking again and again."""

from __future__ import annotations

import asyncio

import pytest
from queue_room import Room, bodies, put, take

from lambada_labs.cloud.local.queues import QueueRefusal
from lambada_labs.cloud.local.queues.wanted import Wanted


def run(story):
    return asyncio.run(asyncio.wait_for(story(), 20))


async def settled():
    """Let every task go as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


def waiting(queue, count=1, wait_s=20, **wanted):
    return [asyncio.ensure_future(queue.receive(Wanted(wait_s=wait_s, **wanted))) for _ in range(count)]


def test_a_message_that_comes_ends_one_wait():
    async def story():
        room = Room()
        queue = room.queue()
        first, second = waiting(queue, 2)
        await settled()
        put(queue, "a")
        await settled()
        assert bodies(first.result()) == ["a"]
        assert not second.done()
        room.clock.turn(20)
        assert await second == []

    run(story)


def test_waits_are_answered_in_the_order_they_came_and_share_what_comes_at_once():
    async def story():
        queue = Room().queue()
        polls = waiting(queue, 3, most=10)
        await settled()
        put(queue, "a")
        await settled()
        put(queue, "b")
        put(queue, "c")
        await settled()
        assert bodies(polls[0].result()) == ["a"]
        assert bodies(polls[1].result()) == ["b", "c"]
        assert not polls[2].done()
        polls[2].cancel()

    run(story)


@pytest.mark.parametrize("kind", ["delay", "timeout", "given back", "group"])
def test_a_hidden_message_that_shows_itself_ends_a_wait(kind):
    async def story():
        room = Room()
        queue = room.queue(fifo=True, content_based=True) if kind == "group" else room.queue()
        more = {"group_id": "g"} if kind == "group" else {}
        put(queue, "a", **({"delay_s": 5} if kind == "delay" else more))
        found = take(queue, visibility_s=5)
        (poll,) = waiting(queue)
        await settled()
        if kind == "given back":
            queue.change_visibility(found[0].receipt_handle, 0)
        elif kind == "group":
            put(queue, "b", **more)
            await settled()
            assert not poll.done()
            queue.delete(found[0].receipt_handle)
        else:
            room.clock.turn(4.9)
            await settled()
            assert not poll.done()
            room.clock.turn(0.1)
        await settled()
        assert bodies(poll.result()) == ["b" if kind == "group" else "a"]

    run(story)


def test_a_wait_that_is_given_up_passes_its_turn_on():
    async def story():
        queue = Room().queue()
        first, second = waiting(queue, 2)
        await settled()
        put(queue, "a")  # wakes the first, which is cancelled before it runs
        first.cancel()
        await settled()
        assert first.cancelled()
        assert bodies(second.result()) == ["a"]

    run(story)


def test_a_client_that_is_gone_gets_no_message():
    async def story():
        queue = Room().queue()
        (dead,) = waiting(queue, gone=lambda: True)
        await settled()
        (alive,) = waiting(queue)
        await settled()
        put(queue, "a")
        await settled()
        assert (dead.result(), bodies(alive.result())) == ([], ["a"])

    run(story)


def test_a_thousand_waits_set_one_timer_each_and_one_for_the_queue():
    async def story():
        room = Room()
        queue = room.queue()
        for seconds in range(1, 100):
            put(queue, "a", delay_s=seconds)
        polls = waiting(queue, 1000)
        await settled()
        assert room.clock.waiting == 1001
        room.clock.turn(3)
        await settled()
        assert sum(poll.done() for poll in polls) == 3
        for poll in polls:
            poll.cancel()
        await settled()
        assert room.clock.waiting <= 1

    run(story)


def test_nothing_happens_while_somebody_waits():
    async def story():
        room = Room()
        queue = room.queue()
        looks = []
        take_now = queue.take
        queue.take = lambda *given, **named: looks.append(1) or take_now(*given, **named)
        (poll,) = waiting(queue)
        await settled()
        for _ in range(152):
            room.clock.turn(0.125)
            await settled()
        assert len(looks) == 1
        room.clock.turn(1)
        assert await poll == []
        assert len(looks) == 2

    run(story)


def test_a_queue_that_is_deleted_tells_those_who_wait():
    async def story():
        room = Room()
        queue = room.queue()
        (poll,) = waiting(queue)
        await settled()
        room.queues.remove(queue)
        with pytest.raises(QueueRefusal, match="does not exist"):
            await poll

    run(story)


def test_the_queues_own_wait_holds_where_a_receive_says_nothing():
    async def story():
        room = Room()
        queue = room.queue(wait_s=5)
        (poll,) = waiting(queue, wait_s=None)
        await settled()
        room.clock.turn(4)
        await settled()
        assert not poll.done()
        assert await queue.receive(Wanted(wait_s=0)) == []
        room.clock.turn(1)
        assert await poll == []

    run(story)


def test_the_small_door_for_other_rooms():
    async def story():
        room = Room()
        arn = room.queue("jobs").name.arn
        poll = asyncio.ensure_future(room.queues.receive(arn, wait_s=20))
        await settled()
        sent = room.queues.send(arn, "work", sender_id="AROA:me")
        (found,) = await poll
        assert (found.message_id, found.body) == (sent.message_id, "work")
        assert found.system_attributes["SenderId"] == "AROA:me"
        room.queues.change_visibility(arn, found.receipt_handle, 0)
        (again,) = await room.queues.receive(arn, wait_s=0)
        room.queues.delete(arn, again.receipt_handle)
        assert await room.queues.receive(arn, wait_s=0) == []
        with pytest.raises(QueueRefusal, match="The specified queue does not exist"):
            room.queues.send(arn + "x", "work")

    run(story)
