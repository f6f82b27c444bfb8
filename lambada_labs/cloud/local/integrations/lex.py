"""The code hook of a Lex V2 bot as pure rules: its event, and what Lex makes of an answer.

Source: Amazon Lex V2 developer guide, "AWS Lambda input event format", "AWS Lambda response format" and "Common
structures". Lex answers a RecognizeText whose hook cannot be used with DependencyFailedException (424).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.verdict import Answer, Sent, Verdict, accepted, refused
from lambada_labs.cloud.local.integrations.workings import Choices

CODE = "DependencyFailedException"
TYPES = ("Close", "ConfirmIntent", "Delegate", "ElicitIntent", "ElicitSlot")
STATES = ("Failed", "Fulfilled", "FulfillmentInProgress", "InProgress", "ReadyForFulfillment", "Waiting")
CONTENT_TYPES = ("CustomPayload", "ImageResponseCard", "PlainText", "SSML")
NEED_MESSAGES = frozenset({"ElicitIntent", "ConfirmIntent"})
NEED_INTENT = frozenset({"Close", "ConfirmIntent", "Delegate", "ElicitSlot"})
BOT, ALIAS = "BOTEXAMPLE", "TSTALIASID"


class _Unusable(Exception):
    """Why an answer is no answer for Lex."""


def sample(choices: Choices, place: Place) -> Sent:
    """Somebody orders flowers; as DialogCodeHook one slot is still empty."""
    fulfils = choices["hook"] == "FulfillmentCodeHook"
    filled = {"FlowerType": _slot("roses"), "PickupTime": _slot("10:00") if fulfils else None}
    intent = {
        "confirmationState": "Confirmed" if fulfils else "None",
        "name": "OrderFlowers",
        "slots": filled,
        "state": "ReadyForFulfillment" if fulfils else "InProgress",
    }
    event = {
        "messageVersion": "1.0",
        "invocationSource": choices["hook"],
        "inputMode": "Text",
        "responseContentType": "text/plain; charset=utf-8",
        "sessionId": place.id,
        "inputTranscript": choices.get("text") or "I would like to order roses",
        "invocationLabel": "Fulfillment" if fulfils else "Initial",
        "bot": {
            "id": BOT,
            "name": "FlowerShop",
            "localeId": "en_US",
            "version": "DRAFT",
            "aliasId": ALIAS,
            "aliasName": "TestBotAlias",
        },
        "interpretations": [{"interpretationSource": "Lex", "intent": intent, "nluConfidence": 0.95}],
        "proposedNextState": _next_state(intent, fulfils),
        "requestAttributes": {},
        "sessionState": {
            "activeContexts": [],
            "sessionAttributes": {},
            "runtimeHints": {},
            "dialogAction": {"type": "Close"} if fulfils else _elicit(),
            "intent": intent,
            "originatingRequestId": place.id,
        },
        "transcriptions": [],
    }
    return Sent(
        event=event, source_arn=place.filled(f"arn:aws:lex:{{region}}:{{account}}:bot-alias/{BOT}/{ALIAS}")
    )


def judge(_: Sent, answer: Answer) -> Verdict:
    """What Lex says to the user next, or why it cannot."""
    try:
        state, messages = _checked(answer.value)
    except _Unusable as problem:
        return refused(CODE, f"Invalid Lambda Response: {problem}")
    action = state["dialogAction"]["type"]
    return accepted(f"Lex goes on with {action}.", dialogAction=state["dialogAction"], messages=messages)


def _checked(value: Any) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    if not isinstance(value, dict):
        raise _Unusable("the answer is not a JSON object")
    state = value.get("sessionState")
    if not isinstance(state, dict):
        raise _Unusable("sessionState is required")
    action = state.get("dialogAction")
    if not isinstance(action, dict) or action.get("type") not in TYPES:
        found = action.get("type") if isinstance(action, dict) else action
        raise _Unusable(f"dialogAction.type is {found!r}, not one of {', '.join(TYPES)}")
    _check_action(action, state)
    return state, _messages(value.get("messages"), action["type"])


def _check_action(action: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    kind, intent = action["type"], state.get("intent")
    if kind == "ElicitSlot" and not isinstance(action.get("slotToElicit"), str):
        raise _Unusable("dialogAction.slotToElicit is required with ElicitSlot")
    if kind in NEED_INTENT and (not isinstance(intent, dict) or not intent.get("name")):
        raise _Unusable(f"sessionState.intent with its name is required with {kind}")
    if isinstance(intent, dict) and intent.get("state") not in (None, *STATES):
        raise _Unusable(f"intent.state is {intent['state']!r}, not one of {', '.join(STATES)}")


def _messages(given: Any, kind: str) -> list[Mapping[str, Any]]:
    if given is None and kind in NEED_MESSAGES:
        raise _Unusable(f"messages are required with {kind}")
    messages = given if given is not None else []
    if not isinstance(messages, list):
        raise _Unusable("messages is not a list")
    for one in messages:
        if not isinstance(one, dict) or one.get("contentType") not in CONTENT_TYPES:
            raise _Unusable(f"messages[].contentType is not one of {', '.join(CONTENT_TYPES)}")
        text = one.get("imageResponseCard" if one["contentType"] == "ImageResponseCard" else "content")
        if not text:
            raise _Unusable(f"a message of type {one['contentType']} has no content")
    return messages


def _slot(value: str) -> dict[str, Any]:
    held = {"originalValue": value, "interpretedValue": value, "resolvedValues": [value]}
    return {"shape": "Scalar", "value": held}


def _elicit() -> dict[str, str]:
    return {"type": "ElicitSlot", "slotToElicit": "PickupTime"}


def _next_state(intent: Mapping[str, Any], fulfils: bool) -> dict[str, Any]:  # noqa: FBT001
    action = {"type": "Close"} if fulfils else _elicit()
    return {"dialogAction": action, "intent": dict(intent), "prompt": {"attempt": "Initial"}}
