"""A bus alone: what it hands on, and what it never does twice or for ever."""

from __future__ import annotations

import json

import pytest

from lambada_labs.cloud.local.producers.bus import BusEvents, without_lineage
from lambada_labs.cloud.local.producers.bus_rules import BusRule, Offer
from lambada_labs.cloud.local.producers.outlets import THROTTLING, NotDelivered
from lambada_labs.cloud.local.producers.rule_targets import MOST_HOPS
from lambada_labs.runtime.clock import Clock

ACCOUNT, REGION = "123456789012", "us-east-1"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"


def rule(name, target, *, bus="default", pattern='{"source": ["shop"]}', enabled=True, **more):
    return BusRule(
        arn=f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}",
        name=name,
        bus=bus,
        account_id=ACCOUNT,
        region=REGION,
        enabled=enabled,
        pattern=pattern,
        schedule=None,
        targets=({"Id": "1", "Arn": target, **more},),
    )


class Fakes:
    """Rules of a bus, and outlets that remember."""

    def __init__(self, *rules, refuses=0):
        self.held, self.invoked, self.refuses, self.asked = rules, [], refuses, 0

    def rules(self, account_id, region, bus):
        self.asked += 1
        return [one for one in self.held if one.bus == bus]

    def invoke(self, arn, event, caller, *, producer, trace_id=None):
        if self.refuses:
            self.refuses -= 1
            raise NotDelivered(THROTTLING, "busy")
        self.invoked.append((arn, json.loads(event), producer, trace_id))


def bus_of(*rules, **more):
    fakes, clock = Fakes(*rules, **more), Clock(speed=0, start=0.0)
    return BusEvents(store=None, rules=fakes, outlets=fakes, machines=fakes, clock=clock), fakes, clock


def offer(**more):
    event = {"source": "shop", "detail": {}}
    return Offer(event=event, bus="default", account_id=ACCOUNT, region=REGION, **more)


@pytest.mark.parametrize(
    ("one", "count"),
    [
        (rule("fits", FUNCTION), 1),
        (rule("off", FUNCTION, enabled=False), 0),
        (rule("other", FUNCTION, pattern='{"source": ["other"]}'), 0),
        (rule("scheduled only", FUNCTION, pattern=None), 0),
        (rule("elsewhere", FUNCTION, bus="own"), 0),
    ],
)
def test_which_rules_an_event_is_sent_by(one, count):
    bus, fakes, _ = bus_of(one)
    bus.offer(offer())
    assert len(fakes.invoked) == count


def test_the_producer_is_the_rule():
    one = rule("r", FUNCTION)
    bus, fakes, _ = bus_of(one)
    bus.offer(offer(trace_id="Root=1-a"))
    assert fakes.invoked == [(FUNCTION, {"source": "shop", "detail": {}}, one.arn, "Root=1-a")]


def test_buses_that_send_to_each_other_end():
    own = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
    bus, fakes, _ = bus_of(rule("loop", own))
    bus.offer(offer())
    assert fakes.asked == MOST_HOPS + 1


def test_a_target_that_is_busy_gets_the_event_when_it_is_not():
    bus, fakes, clock = bus_of(rule("r", FUNCTION), refuses=2)
    bus.offer(offer())
    assert fakes.invoked == []
    assert [clock.turn_to_next(), clock.turn_to_next()] == [True, True]
    assert len(fakes.invoked) == 1


def test_an_object_template_that_is_no_json_is_not_delivered():
    transformer = {"InputPathsMap": {"d": "$.detail"}, "InputTemplate": '{"d": "<d>'}
    bus, fakes, _ = bus_of(rule("r", FUNCTION, InputTransformer=transformer))
    bus.offer(offer())
    assert fakes.invoked == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Root=1-a;Parent=b;Lineage=0a1b2c3d:5", "Root=1-a;Parent=b"),
        ("Root=1-a", "Root=1-a"),
        (None, None),
        ("Lineage=0a1b2c3d:5", None),
    ],
)
def test_the_count_of_a_loop_does_not_go_through_a_bus(given, kept):
    assert without_lineage(given) == kept
