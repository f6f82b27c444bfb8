"""Standard queues on a hand-turned clock: visibility, delay, retention, dead letters, handles."""

from __future__ import annotations

import hashlib

import pytest
from queue_room import START, Room, bodies, put, take

from lambada_labs.cloud.local.queues import Attribute, QueueRefusal, Redrive
from lambada_labs.cloud.local.queues.messages import md5_of_attributes


@pytest.fixture
def room():
    return Room()


@pytest.fixture
def queue(room):
    return room.queue()


def code_of(call, *arguments):
    with pytest.raises(QueueRefusal) as seen:
        call(*arguments)
    return seen.value.code, seen.value.message


def test_a_received_message_is_hidden_for_the_timeout(room, queue):
    put(queue, "a")
    (first,) = take(queue)
    room.clock.turn(29.9)
    assert take(queue) == []
    room.clock.turn(0.1)
    (second,) = take(queue)
    assert (second.message_id, second.receives) == (first.message_id, 2)
    assert second.receipt_handle != first.receipt_handle
    assert second.first_received_at == START


def test_the_timeout_of_a_receive_and_of_the_queue(room):
    queue = room.queue(visibility_s=7)
    put(queue, "a", "b")
    take(queue, 1, 100)
    take(queue, 1)
    room.clock.turn(7)
    assert bodies(take(queue)) == ["b"]


def test_messages_that_are_ready_come_in_the_order_they_were_sent(queue):
    put(queue, *"abcdefghijkl")
    assert bodies(take(queue)) == list("abcdefghij")
    assert bodies(take(queue)) == ["k", "l"]


def test_a_delay_of_the_message_goes_before_that_of_the_queue(room):
    queue = room.queue(delay_s=10)
    put(queue, "own")
    put(queue, "none", delay_s=0)
    put(queue, "long", delay_s=60)
    assert bodies(take(queue)) == ["none"]
    counts = queue.counts()
    assert (counts.visible, counts.in_flight, counts.delayed) == (0, 1, 2)
    room.clock.turn(10)
    assert bodies(take(queue)) == ["own"]


def test_what_is_older_than_the_retention_is_gone_in_flight_or_not(room):
    queue = room.queue(retention_s=60)
    put(queue, "a", "b")
    (flying,) = take(queue, 1, 1000)
    room.clock.turn(59)
    put(queue, "c")
    room.clock.turn(1)
    assert bodies(take(queue)) == ["c"]
    queue.delete(flying.receipt_handle)
    assert queue.counts().in_flight == 1


def test_any_handle_of_a_message_deletes_it_and_twice_is_no_error(room, queue):
    put(queue, "a")
    (first,) = take(queue)
    room.clock.turn(30)
    take(queue)
    queue.delete(first.receipt_handle)
    queue.delete(first.receipt_handle)
    assert queue.counts().in_flight == 0


def test_handles_of_nobody_and_of_another_queue(room, queue):
    other = room.queue()
    put(other, "a")
    (found,) = take(other)
    assert code_of(queue.delete, "garbage") == (
        "ReceiptHandleIsInvalid",
        'The input receipt handle "garbage" is not a valid receipt handle.',
    )
    code, text = code_of(queue.delete, found.receipt_handle)
    assert (code, text.endswith("is not valid for this queue.")) == ("ReceiptHandleIsInvalid", True)


def test_visibility_can_be_changed_while_and_after_it_lasts(room):
    queue = room.queue(visibility_s=2)
    put(queue, "a")
    (found,) = take(queue)
    for _ in range(4):
        room.clock.turn(1)
        queue.change_visibility(found.receipt_handle, 2)
        assert take(queue) == []
    room.clock.turn(3)
    queue.change_visibility(found.receipt_handle, 5)
    assert take(queue) == []
    queue.change_visibility(found.receipt_handle, 0)
    assert bodies(take(queue)) == ["a"]


def test_nothing_is_hidden_longer_than_twelve_hours(room, queue):
    put(queue, "a")
    (found,) = take(queue)
    room.clock.turn(20)
    code, text = code_of(queue.change_visibility, found.receipt_handle, 43_200)
    assert code == "InvalidParameterValue"
    assert text.endswith("Total VisibilityTimeout for the message is beyond the limit [43200 seconds]")
    queue.change_visibility(found.receipt_handle, 43_180)


def test_visibility_of_a_deleted_message_cannot_be_changed(queue):
    put(queue, "a")
    (found,) = take(queue)
    queue.delete(found.receipt_handle)
    assert "Message does not exist" in code_of(queue.change_visibility, found.receipt_handle, 1)[1]


def test_after_the_last_receive_a_message_goes_to_the_dead_letter_queue(room):
    last, dead = room.queue(), room.queue(retention_s=1000)
    dead.configure(redriven(dead, last, 1))
    queue = room.queue(visibility_s=0)
    queue.configure(redriven(queue, dead, 2))
    put(queue, "poison", attributes={"n": Attribute(data_type="Number", value="1")})
    assert [len(take(queue)) for _ in range(3)] == [1, 1, 0]
    (found,) = take(dead, visibility_s=0)
    assert found.system_attributes["DeadLetterQueueSourceArn"] == queue.name.arn
    assert found.system_attributes["ApproximateReceiveCount"] == "3"
    assert (found.sent_at, found.attributes["n"].value) == (START, "1")
    assert take(dead) == []
    assert bodies(take(last)) == ["poison"]


def redriven(queue, target, most):
    from dataclasses import replace

    return replace(queue.settings, redrive=Redrive(target_arn=target.name.arn, max_receives=most))


def test_without_its_dead_letter_queue_a_message_goes_on(room):
    dead = room.queue()
    queue = room.queue(visibility_s=0, redrive=Redrive(target_arn=dead.name.arn, max_receives=1))
    put(queue, "a")
    room.queues.remove(dead)
    assert [len(take(queue)) for _ in range(3)] == [1, 1, 1]


def test_a_purge_takes_everything_and_comes_once_a_minute(room, queue):
    put(queue, "a", "b")
    put(queue, "later", delay_s=5)
    take(queue, 1)
    queue.purge()
    assert code_of(queue.purge) == (
        "AWS.SimpleQueueService.PurgeQueueInProgress",
        f"Only one PurgeQueue operation on {queue.name.name} is allowed every 60 seconds.",
    )
    room.clock.turn(60)
    assert take(queue) == []
    queue.purge()


def test_a_full_standard_queue_refuses_and_a_patient_receive_waits():
    room = Room(in_flight_limit=3)
    queue, ordered = room.queue(), room.queue(fifo=True, content_based=True)
    put(queue, *"abcde")
    put(ordered, *"abcde", group_id="g")
    take(queue, 3)
    take(ordered, 3)
    assert code_of(take, queue)[0] == "OverLimit"
    assert take(ordered) == []
    from lambada_labs.cloud.local.queues.wanted import Wanted

    assert queue.take(Wanted(), patient=True) == []


def test_digests():
    attributes = {
        "b": Attribute(data_type="String", value="text"),
        "a.n": Attribute(data_type="Number.int", value="12"),
        "c": Attribute(data_type="Binary", value=b"\x00\xff"),
    }
    parts = [("a.n", "Number.int", b"\x01", b"12"), ("b", "String", b"\x01", b"text")]
    parts.append(("c", "Binary", b"\x02", b"\x00\xff"))
    plain = b"".join(
        len(n).to_bytes(4, "big") + n.encode() + len(t).to_bytes(4, "big") + t.encode() + k
        + len(v).to_bytes(4, "big") + v
        for n, t, k, v in parts
    )  # fmt: skip
    assert md5_of_attributes(attributes) == hashlib.md5(plain).hexdigest()
    assert md5_of_attributes({}) is None
    # Recorded from AWS.
    foo = {"Foo": Attribute(data_type="String", value="Bar")}
    assert md5_of_attributes(foo) == "ae7155c6026991b6d54b11589678bf9c"
