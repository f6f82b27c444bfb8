"""An Alexa skill by one call: its requests, its token as permission, what Alexa says to a wrong answer."""

from __future__ import annotations

import json

import pytest
from integrations_kit import answering, permitted

SKILL = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"


def says(text, **more):
    speech = {"type": "PlainText", "text": text}
    return {"version": "1.0", "response": {"outputSpeech": speech, **more}}


@pytest.fixture(scope="module")
def skill(cloud):
    return permitted(cloud, answering(cloud, "skill"), "alexa")


def run(cloud, skill, answer):
    return cloud.run_integration("alexa", skill, request="IntentRequest", who=json.dumps(answer))


def test_the_skill_gets_alexas_request_and_is_heard(cloud, skill):
    ran = run(cloud, skill, says("Hello Ana", shouldEndSession=False))
    assert (ran.outcome, ran.state) == ("accepted", {"says": "Hello Ana", "session_ends": False})
    assert ran.sent["version"] == "1.0"
    assert ran.sent["session"]["application"] == {"applicationId": SKILL}
    request = ran.sent["request"]
    assert (request["type"], request["locale"], request["intent"]["name"]) == (
        "IntentRequest",
        "en-US",
        "HelloIntent",
    )
    assert run(cloud, skill, says("Bye")).state["session_ends"] is True


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("hello", "the answer has no response object"),
        ({"response": {}}, "the answer has no version"),
        (says(""), "outputSpeech of type PlainText has no text"),
        (
            {"version": "1.0", "response": {"outputSpeech": {"type": "Text"}}},
            "outputSpeech.type is 'Text', not",
        ),
        (says("x" * 8001), "outputSpeech is longer than 8000 characters"),
        (says("x", shouldEndSession="no"), "shouldEndSession is neither a boolean nor null"),
        (says("x", card={"type": "Big"}), "card.type is not one of Simple, Standard"),
    ],
)
def test_an_answer_that_alexa_cannot_use_ends_the_session(cloud, skill, answer, why):
    ran = run(cloud, skill, [answer] if isinstance(answer, str) else answer)
    assert (ran.outcome, ran.code) == ("refused", "INVALID_RESPONSE")
    assert f"error INVALID_RESPONSE: {why}" in ran.text


def test_nothing_is_wanted_back_when_the_session_is_over(cloud, skill):
    ran = cloud.run_integration("alexa", skill, request="SessionEndedRequest")
    assert (ran.outcome, ran.sent["request"]["reason"]) == ("accepted", "USER_INITIATED")


def test_a_permission_for_another_skill_lets_nobody_in(cloud):
    name = answering(cloud, "other-skill")
    refused = cloud.run_integration("alexa", name)
    assert refused.outcome == "failed"
    assert refused.permission["EventSourceToken"] == SKILL
    permission = {**refused.permission, "EventSourceToken": "amzn1.ask.skill.other"}
    cloud.client("lambda").add_permission(**permission)
    assert cloud.run_integration("alexa", name).outcome == "failed"
    right = {**refused.permission, "StatementId": "right"}
    cloud.client("lambda").add_permission(**right)
    assert cloud.run_integration("alexa", name).function_error == ""
