"""A custom Alexa skill as pure rules: its three requests, and what Alexa makes of an answer.

Sources: Alexa Skills Kit, "Request and Response JSON Reference" and "Request Types Reference". A skill that
cannot be used ends its session: Alexa sends SessionEndedRequest with reason ERROR and error INVALID_RESPONSE.
Smart home skills have other events; they are not sent here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.verdict import Answer, Sent, Verdict, accepted, refused
from lambada_labs.cloud.local.integrations.workings import Choices

INVALID = "INVALID_RESPONSE"
SKILL = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"
LONGEST_SPEECH = facts.number("limit.alexa.speech_characters")
LONGEST_ANSWER = facts.number("limit.alexa.response_bytes")
SPEECH = {"PlainText": "text", "SSML": "ssml"}
CARDS = ("Simple", "Standard", "LinkAccount", "AskForPermissionsConsent")
SPEAKING = ("outputSpeech", "card", "reprompt")


class _Unusable(Exception):
    """Why an answer is no answer for Alexa."""


def sample(choices: Choices, place: Place) -> Sent:
    """A launch, an intent with one slot, or the end of a session."""
    kind = choices["request"]
    application = {"applicationId": SKILL}
    user = {"userId": "amzn1.ask.account.EXAMPLE"}
    session = {"new": kind == "LaunchRequest", "sessionId": f"amzn1.echo-api.session.{place.id}"}
    system = {
        "application": application,
        "user": user,
        "device": {"deviceId": "amzn1.ask.device.EXAMPLE", "supportedInterfaces": {}},
        "apiEndpoint": "https://api.amazonalexa.com",
        "apiAccessToken": "EXAMPLE",
    }
    event = {
        "version": "1.0",
        "session": {**session, "application": application, "attributes": {}, "user": user},
        "context": {"System": system},
        "request": _request(kind, choices, place),
    }
    return Sent(event=event, source_arn=SKILL)


def judge(sent: Sent, answer: Answer) -> Verdict:
    """What the user hears, or why the session ends."""
    if sent.event["request"]["type"] == "SessionEndedRequest":
        return accepted("The session is over: Alexa ignores what a skill answers to SessionEndedRequest.")
    try:
        response = _checked(answer)
    except _Unusable as problem:
        text = f"The session ends with SessionEndedRequest, reason ERROR, error {INVALID}: {problem}."
        return refused(INVALID, text)
    spoken = response.get("outputSpeech") or {}
    # Without the member the session ends; null leaves it open without listening.
    return accepted(
        "Alexa speaks the answer.",
        says=spoken.get("text") or spoken.get("ssml") or "",
        session_ends=bool(response.get("shouldEndSession", True)),
    )


def _checked(answer: Answer) -> Mapping[str, Any]:
    value = answer.value
    if not isinstance(value, dict) or not isinstance(value.get("response"), dict):
        raise _Unusable("the answer has no response object")
    if not isinstance(value.get("version"), str):
        raise _Unusable("the answer has no version")
    if len(answer.payload) > LONGEST_ANSWER:
        raise _Unusable(f"the answer is larger than {LONGEST_ANSWER} bytes")
    response: Mapping[str, Any] = value["response"]
    ends = response.get("shouldEndSession")
    if ends is not None and not isinstance(ends, bool):
        raise _Unusable("shouldEndSession is neither a boolean nor null")
    _check_speech(response.get("outputSpeech"), "outputSpeech")
    reprompt = response.get("reprompt")
    _check_speech(reprompt.get("outputSpeech") if isinstance(reprompt, dict) else None, "reprompt")
    card = response.get("card")
    if card is not None and (not isinstance(card, dict) or card.get("type") not in CARDS):
        raise _Unusable(f"card.type is not one of {', '.join(CARDS)}")
    return response


def _check_speech(speech: Any, name: str) -> None:
    if speech is None:
        return
    kind = speech.get("type") if isinstance(speech, dict) else None
    if kind not in SPEECH:
        raise _Unusable(f"{name}.type is {kind!r}, not PlainText or SSML")
    text = speech.get(SPEECH[kind])
    if not isinstance(text, str) or not text:
        raise _Unusable(f"{name} of type {kind} has no {SPEECH[kind]}")
    if len(text) > LONGEST_SPEECH:
        raise _Unusable(f"{name} is longer than {LONGEST_SPEECH} characters")


def _request(kind: str, choices: Choices, place: Place) -> dict[str, Any]:
    stamp = datetime.fromtimestamp(place.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    common = {
        "type": kind,
        "requestId": f"amzn1.echo-api.request.{place.id}",
        "timestamp": stamp,
        "locale": "en-US",
    }
    if kind == "IntentRequest":
        slot = {"name": "Who", "value": choices.get("who") or "Ana", "confirmationStatus": "NONE"}
        intent = {"name": "HelloIntent", "confirmationStatus": "NONE", "slots": {"Who": slot}}
        return {**common, "dialogState": "COMPLETED", "intent": intent}
    if kind == "SessionEndedRequest":
        return {**common, "reason": "USER_INITIATED"}
    return common
