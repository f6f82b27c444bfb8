"""The clock seen and set from outside, and the settings it starts with."""

from __future__ import annotations

import asyncio

import pytest

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.clock_door import ClockDoor
from lambada_labs.cloud.local.journal import Journal
from lambada_labs.cloud.local.message import AwsRequest, Principal
from lambada_labs.cloud.local.settings import CloudSettings
from lambada_labs.errors import BadInput
from lambada_labs.model import EventAttempt, EventDelivery, EventHistory
from lambada_labs.model.event_history import history_from_json, history_to_json
from lambada_labs.runtime.clock import Clock


def asked(clock, **query):
    shares = []
    root = Principal(arn="a", account_id="1", kind="root", access_key_id="k", user_id="1")
    request = AwsRequest(
        method="GET",
        raw_path="/_lambada/clock",
        raw_query="",
        path="/_lambada/clock",
        query=tuple(query.items()),
        headers={},
        body=b"",
        caller=root,
        service="lambada",
        region="us-east-1",
        request_id="r",
    )
    face = asyncio.run(ClockDoor(clock, shares.append).show(request))
    return face, shares


def test_it_shows_sets_and_turns_the_clock():
    clock = Clock(speed=0, start=1000)
    assert asked(clock)[0] | {"ahead_s": 0} == {"now": 1000, "speed": 0, "ahead_s": 0}
    assert asked(clock, turn="120")[0]["now"] == 1120
    assert asked(clock, speed="60")[0]["speed"] == 60
    assert asked(clock, duplicates="0.25")[1] == [0.25]


@pytest.mark.parametrize(
    "query", [{"speed": "-1"}, {"speed": "fast"}, {"turn": "-5"}, {"turn": "nan"}, {"duplicates": "2"}]
)
def test_what_no_clock_takes(query):
    clock = Clock(speed=0, start=1000)
    with pytest.raises(AwsError) as refused:
        asked(clock, **query)
    assert refused.value.code == "ValidationException"
    assert (clock.now(), clock.speed) == (1000, 0)


@pytest.mark.parametrize(("text", "speed"), [("60", 60), ("60x", 60), ("0", 0), ("0.5", 0.5)])
def test_a_cloud_starts_with_the_speed_of_a_variable(text, speed):
    assert CloudSettings.from_environ({"LAMBADA_CLOCK_SPEED": text}).clock_speed == speed


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("LAMBADA_CLOCK_SPEED", "fast"),
        ("LAMBADA_CLOCK_SPEED", "-1"),
        ("LAMBADA_CLOCK_SPEED", "nan"),
        ("LAMBADA_EVENT_DUPLICATES", "1.5"),
        ("LAMBADA_EVENT_DUPLICATES", "often"),
    ],
)
def test_variables_that_cannot_be_read(name, text):
    with pytest.raises(BadInput, match=name):
        CloudSettings.from_environ({name: text})


def history(name="r-1", ended_at=5.0, function="f"):
    return EventHistory(
        request_id=name,
        function_name=function,
        function_arn="arn",
        producer="s3.amazonaws.com",
        accepted_at=1.0,
        size=2,
        attempts=(EventAttempt(started_at=1, ended_at=2, outcome="error", reason="E"),),
        condition="RetriesExhausted",
        ended_at=ended_at,
        deliveries=(EventDelivery(kind="dead-letter", target="arn:aws:sqs:::q", at=3, error="no"),),
    )


def test_a_history_survives_its_way_as_json():
    import json

    assert history_from_json(json.loads(json.dumps(history_to_json(history())))) == history()


def test_the_journal_keeps_the_last_histories():
    journal = Journal(3)
    for n in range(5):
        journal.event_ended(history(f"r-{n}", ended_at=n, function="f" if n % 2 else "g"))
    assert [one.request_id for one in journal.histories()] == ["r-2", "r-3", "r-4"]
    assert [one.request_id for one in journal.histories("f")] == ["r-3"]
    assert [one.request_id for one in journal.histories(since=4)] == ["r-4"]
