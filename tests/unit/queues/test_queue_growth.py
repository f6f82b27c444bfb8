"""No operation feels the backlog: the same work at 100 and at 50,000 messages."""

from __future__ import annotations

import time

import pytest
from queue_room import Room, bodies, take

from lambada_labs.cloud.local.queues.messages import Draft

SMALL, LARGE, ROUNDS = 100, 50_000, 300
#: The same within what a busy machine does to a measurement; a look at every message would be 500 times as much.
BOUND = 8


def grown(room, kind, size):
    """A queue with so many messages: ready, in flight, delayed, or in groups of a FIFO queue."""
    fifo = kind in {"one group", "many groups"}
    queue = room.queue(fifo=fifo, content_based=fifo, delay_s=600 if kind == "delayed" else 0)
    for number in range(size):
        group = {"one group": "g", "many groups": str(number)}.get(kind)
        queue.send(Draft(body=str(number), group_id=group))
    if kind == "in flight":
        while take(queue, 10, 600):
            pass
    return queue


def work(queue, kind):
    """Seconds of processor for sending, receiving, hiding and deleting one message, and asking for counts."""
    best = float("inf")
    group = "mine" if queue.settings.fifo else None
    for place in range(3):
        began = time.process_time()
        for number in range(ROUNDS):
            queue.send(Draft(body=f"new {place} {number}", group_id=group, delay_s=None if group else 0))
            (found,) = take(queue, 1)
            queue.change_visibility(found.receipt_handle, 60)
            queue.delete(found.receipt_handle)
            queue.counts()
        best = min(best, time.process_time() - began)
    return best / ROUNDS


@pytest.mark.parametrize("kind", ["ready", "in flight", "delayed", "one group", "many groups"])
def test_the_cost_of_an_operation_does_not_grow_with_the_backlog(kind):
    room = Room(in_flight_limit=10**6)
    small, large = (work(grown(room, kind, size), kind) for size in (SMALL, LARGE))
    assert large < BOUND * small, f"{large * 1e6:.0f} µs at {LARGE}, {small * 1e6:.0f} µs at {SMALL}"


def test_a_backlog_that_becomes_due_at_once_is_handed_out_in_order():
    room = Room()
    queue = room.queue(delay_s=5)
    for number in range(LARGE):
        queue.send(Draft(body=str(number)))
    room.clock.turn(5)
    began = time.process_time()
    assert bodies(take(queue)) == [str(number) for number in range(10)]
    assert time.process_time() - began < 5
    assert queue.counts().visible == LARGE - 10
