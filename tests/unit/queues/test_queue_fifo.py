"""FIFO queues: the order of groups and messages, as recorded from AWS; deduplication; attempts."""

from __future__ import annotations

import pytest
from queue_room import Room, bodies, fifo, put, take

from lambada_labs.cloud.local.queues import QueueRefusal


@pytest.fixture
def room():
    return Room()


@pytest.fixture
def queue(room):
    return room.queue(fifo=True)


def test_a_receive_goes_group_by_group(queue):
    fifo(queue, "a1", "b1", "a2", "a3")
    assert bodies(take(queue)) == ["a1", "a2", "a3", "b1"]


def test_a_group_in_flight_is_held_back_and_comes_later_again(room):
    queue = room.queue(fifo=True, visibility_s=1)
    fifo(queue, "a1", "a2", "a3", "a4", "b1", "c1")
    assert bodies(take(queue, 2)) == ["a1", "a2"]
    assert bodies(take(queue, 1)) == ["b1"]
    room.clock.turn(2)
    assert bodies(take(queue, 10, 0)) == ["c1", "a1", "a2", "a3", "a4", "b1"]


def test_received_with_no_timeout_the_groups_go_to_the_end(queue):
    fifo(queue, "a1", "b1", "b2", "c1", "a2")
    assert bodies(take(queue, 3, 0)) == ["a1", "a2", "b1"]
    assert bodies(take(queue, 10, 0)) == ["c1", "a1", "a2", "b1", "b2"]


def test_a_message_given_back_frees_its_group_but_not_those_in_flight(queue):
    fifo(queue, "a1", "a2", "b1")
    first = take(queue, 2)[0]
    queue.change_visibility(first.receipt_handle, 0)
    assert bodies(take(queue, 3)) == ["b1", "a1"]


@pytest.mark.parametrize(("place", "left"), [(0, []), (1, ["a1"]), (2, ["a1", "a2"])])
def test_a_hidden_message_holds_back_those_behind_it(room, place, left):
    queue = room.queue(fifo=True, visibility_s=1)
    fifo(queue, "a1", "a2", "a3")
    queue.change_visibility(take(queue)[place].receipt_handle, 4)
    room.clock.turn(2.5)
    assert bodies(take(queue)) == left


def test_after_a_partial_delete_the_group_is_still_in_flight(queue):
    fifo(queue, "a1", "b1", "a2", "b2", "a3", "c1")
    queue.delete(take(queue, 2)[0].receipt_handle)
    assert bodies(take(queue)) == ["b1", "b2", "c1"]


def test_after_the_delete_the_group_goes_on(queue):
    fifo(queue, "a1", "a2")
    queue.delete(take(queue, 1)[0].receipt_handle)
    assert bodies(take(queue)) == ["a2"]


def test_a_handle_is_good_until_the_timeout_ends(room):
    queue = room.queue(fifo=True, visibility_s=5)
    fifo(queue, "a1")
    (first,) = take(queue)
    room.clock.turn(5)
    with pytest.raises(QueueRefusal, match="Reason: The receipt handle has expired") as seen:
        queue.delete(first.receipt_handle)
    assert seen.value.code == "InvalidParameterValue"
    (second,) = take(queue)
    with pytest.raises(QueueRefusal, match="not available for visibility timeout change"):
        queue.change_visibility(first.receipt_handle, 3)
    queue.change_visibility(second.receipt_handle, 50)
    room.clock.turn(49)
    queue.delete(second.receipt_handle)
    assert queue.counts().visible == 0


def test_a_duplicate_is_answered_like_the_first_for_five_minutes(room, queue):
    (first,) = fifo(queue, "a1")
    queue.delete(take(queue)[0].receipt_handle)
    room.clock.turn(299)
    (again,) = fifo(queue, "a1")
    assert (again.message_id, again.sequence_number) == (first.message_id, first.sequence_number)
    assert queue.counts().visible == 0
    room.clock.turn(1)
    (later,) = fifo(queue, "a1")
    assert later.message_id != first.message_id
    assert queue.counts().visible == 1


def test_deduplication_by_content(room):
    queue = room.queue(fifo=True, content_based=True)
    put(queue, "same", "same", "other", group_id="g")
    put(queue, "same", group_id="h")
    put(queue, "same", group_id="h", deduplication_id="mine")
    assert sorted(bodies(take(queue))) == ["other", "same", "same"]


def test_deduplication_within_a_group_only(room):
    queue = room.queue(fifo=True, scope="messageGroup", throughput="perMessageGroupId")
    for group in "aab":
        put(queue, "text", group_id=group, deduplication_id="one")
    assert [one.draft.group_id for one in take(queue)] == ["a", "b"]


def test_sequence_numbers_rise_over_all_groups(queue):
    numbers = [sent.sequence_number for sent in fifo(queue, "a1", "b1", "a2")]
    assert numbers == sorted(numbers)
    assert {len(number) for number in numbers} == {20}


def test_the_queues_own_delay_holds_back_every_message(room):
    queue = room.queue(fifo=True, content_based=True, delay_s=2)
    put(queue, "1", "2", group_id="a", delay_s=0)
    assert take(queue) == []
    assert queue.counts().delayed == 2
    room.clock.turn(2)
    assert bodies(take(queue)) == ["1", "2"]


def test_the_same_attempt_gets_the_same_answer_while_it_is_in_flight(room):
    queue = room.queue(fifo=True, visibility_s=30)
    fifo(queue, "a1", "a2", "b1")
    first = take(queue, 2, attempt_id="try")
    room.clock.turn(20)
    assert take(queue, 2, attempt_id="try") == first
    room.clock.turn(20)
    queue.delete(first[0].receipt_handle)
    assert bodies(take(queue, 2, attempt_id="try")) == ["b1"]


def test_a_dead_letter_frees_its_group(room):
    dead = room.queue(fifo=True)
    queue = room.queue(fifo=True, redrive=redrive(dead, 2))
    (sent,) = fifo(queue, "a1")
    for _ in range(3):
        take(queue, 1, 0)
    (found,) = take(dead)
    assert (found.message_id, found.receives, found.source_arn) == (sent.message_id, 3, queue.name.arn)
    fifo(queue, "a2")
    assert bodies(take(queue)) == ["a2"]


def redrive(target, most):
    from lambada_labs.cloud.local.queues import Redrive

    return Redrive(target_arn=target.name.arn, max_receives=most)
