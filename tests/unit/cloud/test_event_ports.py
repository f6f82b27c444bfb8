"""What the queue's ports do in the cloud: metrics under their names and dimensions, histories in the journal."""

from __future__ import annotations

import asyncio

import pytest

from lambada_labs.cloud.local.event_ports import CloudEvents
from lambada_labs.cloud.local.journal import Journal
from lambada_labs.cloud.local.metric_store import MetricStore
from lambada_labs.model import EventHistory, FunctionConfig, Invocation
from lambada_labs.runtime.events.ports import EventRules, EventTarget

FUNCTION = FunctionConfig(
    account_id="123456789012",
    region="eu-west-1",
    name="f",
    handler="h.h",
    runtime="python3.12",
    role_arn="arn:aws:iam::123456789012:role/r",
    code_sha256="",
)


class ListStore:
    def __init__(self):
        self.put = []

    def put_metrics(self, region, namespace, statistics):
        self.put += [
            (region, namespace, one.name, dict(one.dimensions), one.unit, one.total) for one in statistics
        ]


class ListCourier:
    def __init__(self):
        self.sent = []

    async def deliver(self, parcel):
        self.sent.append(parcel)


def event(qualifier=""):
    return Invocation(
        function=FUNCTION,
        event=b"{}",
        request_id="r-1",
        invoked_arn=FUNCTION.arn + qualifier,
        accepted_at=1.0,
        type="Event",
    )


@pytest.fixture
def room():
    store, courier, journal = ListStore(), ListCourier(), Journal(10)
    metrics = MetricStore(store)
    target = EventTarget(function=FUNCTION, rules=EventRules())
    ports = CloudEvents(target=lambda _: target, courier=courier, metrics=metrics, journal=journal)
    yield ports, store, courier, journal, metrics
    metrics.close()


@pytest.mark.parametrize(
    ("qualifier", "resource"), [("", "f"), (":$LATEST", "f"), (":prod", "f:prod"), (":3", "f:3")]
)
def test_a_sample_counts_for_the_account_the_function_and_what_was_invoked(room, qualifier, resource):
    ports, store, *_, metrics = room
    ports.measure(event(qualifier), "AsyncEventAge", 61_000)
    metrics.flush()
    assert store.put == [
        ("eu-west-1", "AWS/Lambda", "AsyncEventAge", dimensions, "Milliseconds", 61_000)
        for dimensions in ({}, {"FunctionName": "f"}, {"FunctionName": "f", "Resource": resource})
    ]


def test_samples_of_a_minute_come_together(room):
    ports, store, *_, metrics = room
    for _ in range(3):
        ports.measure(event(), "AsyncEventsReceived", 1)
    metrics.flush()
    assert {(name, unit, total) for _, _, name, _, unit, total in store.put} == {
        ("AsyncEventsReceived", "Count", 3)
    }


def test_parcels_go_to_the_courier_and_histories_to_the_journal(room):
    ports, _, courier, journal, _ = room
    history = EventHistory(
        request_id="r-1",
        function_name="f",
        function_arn=FUNCTION.arn,
        producer="",
        accepted_at=1,
        size=2,
        condition="Success",
        ended_at=2,
    )
    asyncio.run(ports.deliver("parcel"))
    ports.ended(history)
    assert (courier.sent, journal.histories()) == (["parcel"], [history])
    assert ports.target(event()).function is FUNCTION
