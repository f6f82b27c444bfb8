"""The map of who calls Lambda: complete by the deck, lit by records, with a way to each lab."""

import dataclasses
import json

import event_specimens as events
import pytest
import specimens

from lambada_labs import files, ui
from lambada_labs.cloud.local.integrations.register import integrations
from lambada_labs.ui import integration_map as drawn  # the function: the package names it
from lambada_labs.ui.producer_words import named


def call(producer, **more):
    return dataclasses.replace(specimens.record(0, 10), producer=producer, **more)


def test_every_service_of_the_decks_lists_is_there():
    deck = files.data("deck.txt").read_text("utf-8")
    lists = [deck.split("### User Invoked:")[1].split("### Lambada with ALB")[0]]
    lists += [deck.split("Asynchronous Invocations")[1].split("S3, SNS, CloudWatch Events")[0]]
    lines = [
        line.strip(" *•") for text in lists for line in text.splitlines() if line.strip()[:1] in {"*", "•"}
    ]
    assert len(lines) == 20
    known = " ".join(node.deck + node.title for node in ui.integration_nodes()).lower()
    for line in lines:
        head = (
            line.replace("Code Commit", "CodeCommit").split("(")[0].replace("Amazon ", "").replace("AWS ", "")
        )
        assert head.strip().lower() in known, line


def test_what_the_register_knows_of_an_integration_is_not_written_twice():
    rows = json.loads(files.data("integration_map.json").read_text("utf-8"))["nodes"]
    for row in rows:
        known = integrations().get(row.get("integration", row["id"]))
        if known is None:
            continue
        assert row["integration"] == known.name
        assert not {"kind", "lab", "deck", "status"} & set(row)
        assert row.get("title") != known.title
    shown = {one.id: one for one in ui.integration_nodes()}
    mails = integrations()["ses-event"]
    assert (shown["ses"].kind, shown["ses"].lab) == (mails.kind, mails.lab)
    assert f"{shown['ses'].error}." == mails.wrong
    assert shown["firehose"].permission.startswith("A role of yours that trusts `firehose.amazonaws.com`")


def test_every_integration_has_its_place_on_the_map():
    senders = {service for one in ui.integration_nodes() for service in one.services}
    assert {named(one.principal).service for one in integrations().values()} <= senders


@pytest.mark.parametrize(
    ("producer", "node"),
    [
        ("arn:aws:iam::000000000000:user/learner", "sdk"),
        ("apigateway.amazonaws.com", "api-gateway"),
        ("elasticloadbalancing.amazonaws.com", "alb"),
        ("batchoperations.s3.amazonaws.com", "s3-batch"),
        ("alexa-appkit.amazon.com", "alexa"),
        ("states.amazonaws.com", "step-functions"),
    ],
)
def test_a_synchronous_record_lights_its_service(producer, node):
    assert dict(ui.integrations_received([call(producer)])) == {node: 1}


def test_asynchronous_events_light_theirs_and_their_records_do_not_count_twice():
    sent = [events.event("e-1", producer=events.BUS), events.event("e-2", producer="arn:aws:s3:::photos")]
    records = [call(one.producer, type="Event") for one in sent]
    assert dict(ui.integrations_received(records, sent)) == {"eventbridge": 1, "s3": 1}


def test_a_producer_the_map_does_not_know_lights_nothing():
    assert dict(ui.integrations_received([call("strange.amazonaws.com"), call("")])) == {}


def test_the_title_counts_who_called():
    card = drawn(received={"sdk": 3, "alb": 1})
    assert str(card).splitlines()[0].endswith("2 of them called here so far, 4 times")
    assert str(drawn()).splitlines()[0].endswith("none has called here so far")


def test_a_lab_that_is_there_is_a_link_and_others_are_to_come():
    card = drawn(labs={"03": ui.LabLink(number="03", title="Somebody waits", href="03_synchronous.ipynb")})
    assert 'href="03_synchronous.ipynb"' in card.body
    assert "lab 13, to come" in card.body


def test_one_group_alone():
    text = str(drawn(focus="event source mapping"))
    assert text.count("Lambda polls") == 3
    assert "SNS" not in text


def test_what_was_retired_says_so():
    assert "AWS IoT Events" in str(drawn())
    assert "Status: retired 2026-05-20: AWS ended the service" in str(drawn())
    assert named("lexv2.amazonaws.com").service == "lexv2"
