"""The data structure: deadlines against a plain dict, the backlog against a list that looks at everything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.cloud.local.queues.backlog import Backlog
from lambada_labs.cloud.local.queues.deadlines import SLACK, Deadlines
from lambada_labs.cloud.local.queues.handles import Delivery, Handles
from lambada_labs.cloud.local.queues.messages import Draft, Message, Sent
from lambada_labs.cloud.local.queues.remembered import Remembered

KEYS = st.integers(0, 5)
STEPS = st.lists(st.tuples(st.sampled_from(["set", "discard", "pop"]), KEYS, st.integers(0, 20)), max_size=80)


@given(STEPS)
def test_deadlines_are_a_dict_of_moments(steps):
    deadlines, plain = Deadlines(), {}
    for kind, key, at in steps:
        if kind == "set":
            deadlines.set(key, at)
            plain[key] = at
        elif kind == "discard":
            deadlines.discard(key)
            plain.pop(key, None)
        else:
            due = {key for key, moment in plain.items() if moment <= at}
            assert set(deadlines.pop_due(at)) == due
            plain = {key: moment for key, moment in plain.items() if key not in due}
        assert len(deadlines) == len(plain)
        assert deadlines.next_at() == min(plain.values(), default=None)
        assert all(deadlines.at(key) == plain.get(key) for key in range(6))


def test_equal_moments_come_out_in_the_order_they_were_set():
    deadlines = Deadlines()
    for key in "cab":
        deadlines.set(key, 1)
    deadlines.set("c", 1)
    assert list(deadlines.pop_due(1)) == ["a", "b", "c"]


def test_what_was_discarded_does_not_pile_up():
    deadlines = Deadlines()
    for number in range(10_000):
        deadlines.set(number, 1_000_000 + number)
        deadlines.discard(number)
    assert len(deadlines._heap) <= SLACK + 1


def _message(number, group="", receives=0):
    sent = Sent(message_id=str(number), body_md5="")
    draft = Draft(body=str(number), group_id=group)
    return Message(number=number, sent=sent, draft=draft, sent_at=0.0, receives=receives)


class Naive:
    """A FIFO or standard queue that looks at every message each time."""

    def __init__(self, fifo):
        self.fifo, self.hidden, self.order = fifo, {}, []

    def add(self, message, visible_at):
        self.order.append(message)
        if visible_at is not None:
            self.hidden[message.number] = visible_at

    def visible(self, now):
        held, found = set(), []
        for message in self.order:
            if self.hidden.get(message.number, now) > now:
                held.add(message.group_id)
            elif not (self.fifo and message.group_id in held):
                found.append(message.number)
        return set(found)


ACTS = st.lists(
    st.tuples(st.sampled_from(["add", "delay", "take", "hide", "show", "remove", "turn"]), st.integers(0, 9)),
    max_size=60,
)


@pytest.mark.parametrize("fifo", [False, True])
@given(acts=ACTS)
def test_a_backlog_hands_out_what_looking_at_everything_would(fifo, acts):
    backlog, naive, now = Backlog(fifo=fifo), Naive(fifo), 0.0
    for step, (act, n) in enumerate(acts):
        if act in {"add", "delay"}:
            message = _message(step, "abc"[n % 3])
            visible_at = now + n + 1 if act == "delay" else None
            backlog.add(message, visible_at=visible_at)
            naive.add(message, visible_at)
        elif act == "take":
            could = naive.visible(now)
            taken = backlog.take(now, n + 1, 4).messages
            assert {message.number for message in taken} <= could
            assert len(taken) == min(n + 1, len(could))
            naive.hidden.update(dict.fromkeys([message.number for message in taken], now + 4))
            if fifo:
                for group in "abc":
                    numbers = [message.number for message in taken if message.group_id == group]
                    assert numbers == sorted(numbers)
        elif act == "turn":
            now += n
        elif naive.order:
            message = naive.order[n % len(naive.order)]
            if act == "remove":
                backlog.remove(message)
                naive.order.remove(message)
            else:
                seconds = 3 if act == "hide" else 0
                backlog.hide(message, now, seconds)
                naive.hidden[message.number] = now + seconds
        counts = backlog.counts(now)
        assert counts.visible + counts.in_flight + counts.delayed == len(naive.order) == len(backlog)
        assert backlog.available(now) == bool(naive.visible(now))


def test_dead_letters_do_not_stop_a_receive():
    backlog = Backlog(fifo=True)
    for number in range(6):
        backlog.add(_message(number, "ab"[number % 2], receives=3 if number < 3 else 0))
    taken = backlog.take(0.0, 10, 30, max_receives=3)
    assert [message.number for message in taken.dead] == [0, 2, 1]
    assert sorted(message.number for message in taken.messages) == [3, 4, 5]


def test_old_messages_expire_whatever_their_place():
    backlog = Backlog(fifo=False)
    for number, sent_at in enumerate([50.0, 10.0, 90.0]):
        message = _message(number)
        message.sent_at = sent_at
        backlog.add(message)
    backlog.take(95.0, 2, 30)
    assert backlog.expire(110.0, 60) == 2
    assert (len(backlog), backlog.counts(110.0).in_flight) == (1, 0)


def test_handles_are_read_back_and_nobody_can_make_one():
    handles, delivery = Handles(), Delivery(queue=3, number=2**40, receives=7)
    text = handles.write(delivery)
    assert text.startswith("AQEB")
    assert handles.read(text) == delivery
    forged = text[:-6] + ("A" if text[-6] != "A" else "B") + text[-5:]
    assert [handles.read(one) for one in ("", "garbage", "é", text[4:], forged)] == [None] * 5
    assert Handles().read(text) is None


def test_what_is_remembered_is_forgotten_after_its_time():
    seen = Remembered(300)
    seen.keep("a", 1, now=0)
    seen.keep("b", 2, now=200)
    assert [seen.find(key, 299) for key in "ab"] == [1, 2]
    assert [seen.find(key, 300) for key in "ab"] == [None, 2]
    assert len(seen) == 1
