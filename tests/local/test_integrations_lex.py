"""A Lex V2 code hook by one call: the event, the permission, what Lex says to a wrong answer."""

from __future__ import annotations

import json

import pytest
from integrations_kit import answering, permitted

CLOSES = {
    "sessionState": {
        "dialogAction": {"type": "Close"},
        "intent": {"name": "OrderFlowers", "state": "Fulfilled"},
    },
    "messages": [{"contentType": "PlainText", "content": "Ordered."}],
}


@pytest.fixture(scope="module")
def hook(cloud):
    return permitted(cloud, answering(cloud, "lex-hook"), "lex")


def run(cloud, name, answer, **choices):
    return cloud.run_integration("lex", name, text=json.dumps(answer), **choices)


def test_the_hook_gets_lexs_event_and_its_answer_is_said(cloud, hook):
    ran = run(cloud, hook, CLOSES, hook="FulfillmentCodeHook")
    assert (ran.outcome, ran.code) == ("accepted", "")
    assert ran.state["messages"] == CLOSES["messages"]
    assert ran.sent["messageVersion"] == "1.0"
    assert ran.sent["invocationSource"] == "FulfillmentCodeHook"
    assert ran.sent["sessionState"]["intent"]["state"] == "ReadyForFulfillment"
    assert ran.sent["bot"]["aliasId"] == "TSTALIASID"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("done", "Invalid Lambda Response: the answer is not a JSON object"),
        ({}, "Invalid Lambda Response: sessionState is required"),
        (
            {"sessionState": {"dialogAction": {"type": "Finish"}}},
            (
                "Invalid Lambda Response: dialogAction.type is 'Finish', not one of Close, ConfirmIntent, "
                "Delegate, ElicitIntent, ElicitSlot"
            ),
        ),
        (
            {"sessionState": {"dialogAction": {"type": "ElicitIntent"}}},
            "Invalid Lambda Response: messages are required with ElicitIntent",
        ),
        (
            {"sessionState": {"dialogAction": {"type": "ElicitSlot"}, "intent": {"name": "x"}}},
            "Invalid Lambda Response: dialogAction.slotToElicit is required with ElicitSlot",
        ),
        (
            {"sessionState": {"dialogAction": {"type": "Close"}}},
            "Invalid Lambda Response: sessionState.intent with its name is required with Close",
        ),
    ],
)
def test_an_answer_that_lex_cannot_use_is_a_failed_dependency(cloud, hook, answer, said):
    ran = run(cloud, hook, answer)
    assert (ran.outcome, ran.code, ran.text) == ("refused", "DependencyFailedException", said)


def test_a_hook_that_raises_is_a_failed_dependency(cloud, hook):
    ran = cloud.run_integration("lex", hook, text="raise")
    assert (ran.outcome, ran.code) == ("failed", "DependencyFailedException")
    assert ran.function_error == "Unhandled"


def test_without_permission_lex_does_not_call(cloud):
    name = answering(cloud, "lex-shut")
    ran = cloud.run_integration("lex", name)
    assert (ran.outcome, ran.code) == ("failed", "DependencyFailedException")
    assert ran.text.startswith("Access denied while invoking lambda function arn:aws:lambda:")
    assert ran.permission["Principal"] == "lexv2.amazonaws.com"
    cloud.client("lambda").add_permission(**ran.permission)
    assert run(cloud, name, CLOSES).outcome == "accepted"
