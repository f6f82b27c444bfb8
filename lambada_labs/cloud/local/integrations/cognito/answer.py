"""Cognito's user pool triggers as pure rules: the event of each, and what Cognito makes of an answer.

Sources: Amazon Cognito developer guide, "Customizing user pool workflows with Lambda triggers" and the page of
each trigger. The two texts of an answer that cannot be used are as clients print them in public reports:
"Invalid lambda function output : Invalid JSON" for what is no object, "Unrecognizable lambda output" for an
object that is not the event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.verdict import Answer, Sent, Verdict, accepted, refused
from lambada_labs.cloud.local.integrations.workings import Choices, Workings

INVALID = "InvalidLambdaResponseException"
NO_JSON, UNRECOGNIZABLE = "Invalid lambda function output : Invalid JSON", "Unrecognizable lambda output"
SDK = "aws-sdk-unknown-unknown"
ADMIN_CLIENT = "CLIENT_ID_NOT_APPLICABLE"
CODE, USER_NAME = "{####}", "{username}"
SMS_LONGEST = facts.number("limit.cognito.sms_characters")
VERIFIED = {"autoVerifyEmail": "email", "autoVerifyPhone": "phone_number"}
MESSAGES = ("smsMessage", "emailMessage", "emailSubject")
SAMPLE_USER = {"email": "ana@example.com", "name": "Ana"}
CHECKED = ("version", "triggerSource", "region", "userPoolId", "userName", "callerContext", "request")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Why a trigger runs: `source` is the value of `triggerSource`, of its user and of who asked.

    `validation` and `metadata` are what the client passes on; `more` are further members of `request`.
    """

    source: str
    region: str
    pool_id: str
    user_name: str
    client_id: str
    attributes: Mapping[str, str]
    validation: Mapping[str, str] | None = None
    metadata: Mapping[str, str] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def trigger(self) -> str:
        """The trigger's name as in a pool's LambdaConfig: `PreSignUp`."""
        return self.source.partition("_")[0]


def event(occasion: Occasion) -> dict[str, Any]:
    """The event of one trigger."""
    request: dict[str, Any] = {"userAttributes": dict(occasion.attributes), **occasion.more}
    if occasion.trigger in {"PreSignUp", "PreAuthentication"}:
        request["validationData"] = dict(occasion.validation) if occasion.validation else None
    if occasion.metadata:
        request["clientMetadata"] = dict(occasion.metadata)
    return {
        "version": "1",
        "region": occasion.region,
        "userPoolId": occasion.pool_id,
        "userName": occasion.user_name,
        "callerContext": {"awsSdkVersion": SDK, "clientId": occasion.client_id},
        "triggerSource": occasion.source,
        "request": request,
        "response": dict(_RESPONSES.get(occasion.trigger, {})),
    }


def custom_message_request(user_name: str) -> dict[str, Any]:
    """What a custom message's request holds besides the user: the placeholders that its text must carry."""
    return {"codeParameter": CODE, "usernameParameter": user_name, "linkParameter": "{##Click Here##}"}


_RESPONSES: Mapping[str, Mapping[str, Any]] = {
    "PreSignUp": {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
    "CustomMessage": {"smsMessage": None, "emailMessage": None, "emailSubject": None},
}


def judge(sent: Sent, answer: Answer) -> Verdict:
    """What Cognito makes of an answer to this event."""
    value = answer.value
    if not isinstance(value, dict):
        return refused(INVALID, NO_JSON)
    response = value.get("response")
    if not isinstance(response, dict) or any(name not in value for name in CHECKED):
        return refused(INVALID, UNRECOGNIZABLE)
    source: str = sent.event["triggerSource"]
    check = _CHECKS.get(source.partition("_")[0])
    if check is not None:
        return check(sent.event, response)
    return accepted(f"{source.partition('_')[0]} expects nothing more in the response: Cognito goes on.")


def _pre_sign_up(sent: Mapping[str, Any], response: Mapping[str, Any]) -> Verdict:
    asked = {name: response.get(name) or False for name in ("autoConfirmUser", *VERIFIED)}
    if not all(isinstance(value, bool) for value in asked.values()):
        return refused(INVALID, UNRECOGNIZABLE)
    if sent["triggerSource"] == "PreSignUp_AdminCreateUser":
        return accepted("Cognito makes the user; the response of AdminCreateUser's trigger is ignored.")
    given = sent["request"]["userAttributes"]
    missing = [held for flag, held in VERIFIED.items() if asked[flag] and not given.get(held)]
    if missing:
        return refused(INVALID, f"Cannot auto-verify {missing[0]}: the user has no such attribute.")
    state = "CONFIRMED" if asked["autoConfirmUser"] else "UNCONFIRMED"
    verified = [held for flag, held in VERIFIED.items() if asked[flag]]
    return accepted(f"The user is signed up and {state}.", user_status=state, verified=verified)


def _custom_message(sent: Mapping[str, Any], response: Mapping[str, Any]) -> Verdict:
    held = {name: response.get(name) for name in MESSAGES}
    given = {name: text for name, text in held.items() if isinstance(text, str)}
    code = sent["request"]["codeParameter"]
    if len(given) < sum(text is not None for text in held.values()):
        return refused(INVALID, UNRECOGNIZABLE)
    for name in ("smsMessage", "emailMessage"):
        if name in given and code not in given[name]:
            return refused(INVALID, f"{name} must contain the code parameter {code}.")
    if len(given.get("smsMessage", "")) > SMS_LONGEST:
        return refused(INVALID, f"smsMessage is longer than {SMS_LONGEST} characters.")
    if not given:
        return accepted("No message in the response: Cognito sends the pool's own text.", messages={})
    return accepted("Cognito sends these texts, with the code in the place of its parameter.", messages=given)


_CHECKS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Verdict]] = {
    "PreSignUp": _pre_sign_up,
    "CustomMessage": _custom_message,
}


def _sample(source: str, choices: Choices, place: Place) -> Sent:
    pool_id = f"{place.region}_EXAMPLE"
    attributes = {**SAMPLE_USER, "email": choices.get("email") or SAMPLE_USER["email"]}
    if not source.startswith("PreSignUp"):
        status = "CONFIRMED" if source.startswith("Post") else "UNCONFIRMED"
        told = {"sub": place.id, "cognito:user_status": status, "email_verified": "true"}
        attributes = {**told, **attributes}
    occasion = Occasion(
        source=source,
        region=place.region,
        pool_id=pool_id,
        user_name="ana",
        client_id="1example23456789",
        attributes=attributes,
        more=_SAMPLE_REQUESTS.get(source.partition("_")[0], {}),
    )
    return Sent(event=event(occasion), source_arn=pool_arn(place.region, place.account_id, pool_id))


_SAMPLE_REQUESTS: Mapping[str, Mapping[str, Any]] = {
    "PreAuthentication": {"userNotFound": False},
    "PostAuthentication": {"newDeviceUsed": False},
    "CustomMessage": custom_message_request("ana"),
}


def pool_arn(region: str, account_id: str, pool_id: str) -> str:
    """The ARN of a user pool: in its name Cognito calls."""
    return f"arn:aws:cognito-idp:{region}:{account_id}:userpool/{pool_id}"


#: By the name in the register, the value of `triggerSource` that its sample has.
SOURCES = {
    "cognito-pre-sign-up": "PreSignUp_SignUp",
    "cognito-post-confirmation": "PostConfirmation_ConfirmSignUp",
    "cognito-pre-authentication": "PreAuthentication_Authentication",
    "cognito-post-authentication": "PostAuthentication_Authentication",
    "cognito-custom-message": "CustomMessage_SignUp",
}
WORKINGS: Mapping[str, Workings] = {
    name: Workings(sample=partial(_sample, source), judge=judge) for name, source in SOURCES.items()
}
