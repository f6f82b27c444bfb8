"""The pictures of a lab, drawn from what a real local cloud did."""

import json

import pytest
from async_kit import FAILS, function

from lambada_labs.labs import Progress, catalogue
from lambada_labs.notebook import LabSession

WELL = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'hello'}\n"


@pytest.fixture(scope="module")
def lab(cloud, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    return LabSession(catalogue.find("01"), cloud, Progress(folder / "progress.json"))


@pytest.fixture(scope="module")
def poisoned(cloud, lab):
    """A path on which one event has failed three times, at 600 times the speed."""
    client = function(cloud, lab.fresh("lab01-poison"), FAILS)
    cloud.clock(speed=600)
    path = lab.event_path("lab01-poison")
    assert str(path).splitlines()[0] == "No event yet"
    answer = client.invoke(FunctionName="lab01-poison", InvocationType="Event", Payload=b"{}")
    path.follow()
    path.wait(patience_s=60)
    yield path, answer["ResponseMetadata"]["RequestId"]
    path.close()
    cloud.clock(speed=1)


def test_the_path_of_a_poison_event_is_told_from_its_record(poisoned):
    path, request_id = poisoned
    (event,) = path.ended
    assert (event.request_id, [one.waited_s for one in event.attempts]) == (request_id, [0, 60, 120])
    assert str(path).splitlines()[:2] == [
        "One event, 3 attempts: given up, nobody was told",
        "The platform's clock runs 600×: 1 minute there is 100 ms here.",
    ]


def test_the_widget_was_drawn_by_the_thread(poisoned):
    path, request_id = poisoned
    assert path.following
    assert path.widget.events == tuple(path.events)
    data, _ = path._repr_mimebundle_()
    assert request_id in data["text/html"]
    assert data["text/plain"].startswith("One event, 3 attempts")


def test_other_requests_and_older_events_stay_out(lab, poisoned):
    path, request_id = poisoned
    assert lab.event_path("lab01-poison", request_ids="none").events == []
    assert lab.event_path("lab01-poison", request_ids=[request_id]).events == path.events
    assert lab.event_path(since=path.events[0].accepted_at + 1).events == []


def test_a_wait_that_is_in_vain_ends(lab):
    assert str(lab.event_path("lab01-nobody").wait(patience_s=0.2)).startswith("No event yet")


def test_the_map_is_lit_by_who_really_called(cloud, lab, poisoned):
    cloud.client("lambda").invoke(FunctionName="lab01-poison")
    text = str(lab.integration_map())
    assert "1 of them called here so far" in text.splitlines()[0]
    assert "AWS CLI and SDK (synchronous; " in text
    assert "AWS CLI and SDK (synchronous; not heard yet" not in text


@pytest.fixture(scope="module")
def shop(cloud, lab):
    """An HTTP API in front of a function that answers well."""
    client = function(cloud, lab.fresh("lab01-shop"), WELL)
    arn = client.get_function(FunctionName="lab01-shop")["Configuration"]["FunctionArn"]
    client.add_permission(
        FunctionName="lab01-shop",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    cloud.client("apigatewayv2").create_api(Name="lab01-shop", ProtocolType="HTTP", Target=arn)
    return client


def test_doors_are_listed_and_opened_by_name(cloud, lab, shop):
    (door,) = cloud.doors()
    assert door.plain_url in str(lab.doors())
    assert f"{door.local_url}a?b=1" in str(lab.open_url("lab01-shop", "a?b=1"))
    assert "https://example.com/" in str(lab.open_url("https://example.com/"))
    assert "No door is called 'nowhere'" in str(lab.open_url("nowhere"))


def test_calls_are_noted_and_find_their_invocations(lab, shop):
    book = lab.calls("lab01-shop")
    answer = book.make(lambda: shop.invoke(FunctionName="lab01-shop"))
    assert json.load(answer["Payload"])["body"] == "hello"
    with pytest.raises(shop.exceptions.ResourceNotFoundException):
        book.make(lambda: shop.invoke(FunctionName="lab01-nobody"))
    book.make(lambda: (502, "bad gateway"), door="ALB")
    assert [(call.door, call.answer, call.failed) for call in book.made] == [
        ("SDK", "200", False),
        ("SDK", "ResourceNotFoundException", True),
        ("ALB", "502", True),
    ]
    (record,) = [one for one in book.records if one.request_id == book.made[0].request_id]
    assert record.outcome == "success"
    lines = str(book).splitlines()
    assert "for the handler" in lines[1]
    assert lines[3].endswith("got 502; no invocation is known for it.")


def test_two_ways_are_priced_from_what_was_watched(lab, shop):
    with lab.watch("lab01-shop") as row:
        for _ in range(3):
            shop.invoke(FunctionName="lab01-shop")
    text = str(lab.two_timelines({"in a row": row, "the same": row.records}))
    assert "3 invocations in" in text
    assert "GB-s, $0.0000" in text
