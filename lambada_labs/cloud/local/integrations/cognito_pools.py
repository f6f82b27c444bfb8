"""Cognito's user pools in front of moto: their triggers run, and what they answer counts.

moto keeps pools and users. Source: Amazon Cognito developer guide, "Customizing user pool workflows with Lambda
triggers", section "Lambda triggers in the Amazon Cognito API": which operation invokes which trigger.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lambada_labs.cloud.local import regions
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.front_doors.calling import NotRun
from lambada_labs.cloud.local.integrations import cognito_answer
from lambada_labs.cloud.local.integrations.calling import Ask, Calls
from lambada_labs.cloud.local.integrations.cognito_answer import ADMIN_CLIENT, Occasion, pool_arn
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.refusals import did_not_run, failed
from lambada_labs.cloud.local.integrations.register import integrations
from lambada_labs.cloud.local.integrations.verdict import Sent, Verdict
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service

TARGET = "AWSCognitoIdentityProviderService."
PASSWORD_FLOWS = frozenset({"USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"})
OK = 200
Given = Mapping[str, Any]
#: (service, Region) → moto's store, or None where nothing was ever made there.
Stores = Callable[[str, str], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A user pool: its id, its Region, the functions of its triggers by name, whether it sends codes."""

    id: str
    region: str
    triggers: Mapping[str, str]
    sends_codes: bool


class UserPools:
    """Lets moto answer Cognito's requests, and runs the triggers around it."""

    def __init__(self, *, store: Service, stores: Stores, calls: Calls) -> None:
        self._store, self._stores, self._calls = store, stores, calls
        self._operations = {
            "SignUp": self._sign_up,
            "AdminCreateUser": self._admin_create,
            "ConfirmSignUp": self._confirm,
            "AdminConfirmSignUp": self._confirm,
            "ConfirmForgotPassword": self._confirm,
            "InitiateAuth": self._sign_in,
            "AdminInitiateAuth": self._sign_in,
        }

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer one request to Cognito's user pools."""
        operation = _operation(request)
        answers = self._operations.get(operation)
        if answers is None:
            return await self._store.handle(request)
        try:
            given = request.json()
        except ValueError:
            given = None
        pool = self._pool(request, given) if isinstance(given, dict) else None
        if pool is None or not pool.triggers:
            return await self._store.handle(request)
        return await answers(replace(request, region=pool.region), given, pool)

    async def _sign_up(self, request: AwsRequest, given: Given, pool: Pool) -> AwsResponse:
        attributes, metadata = _pairs(given.get("UserAttributes")), _texts(given.get("ClientMetadata"))
        verdict = await self._ran(
            pool,
            Occasion(
                source="PreSignUp_SignUp",
                region=pool.region,
                pool_id=pool.id,
                user_name=str(given.get("Username", "")),
                client_id=str(given.get("ClientId", "")),
                attributes=attributes,
                validation=_pairs(given.get("ValidationData")),
                metadata=metadata,
            ),
        )
        answer = await self._store.handle(request)
        if answer.status != OK:
            return answer
        state = verdict.state if verdict else {}
        await self._verify(request, given, pool, state.get("verified", ()))
        if state.get("user_status") == "CONFIRMED":
            await self._ask(
                request, "AdminConfirmSignUp", UserPoolId=pool.id, Username=given.get("Username", "")
            )
            await self._after(request, given, pool, "PostConfirmation_ConfirmSignUp")
            return _with(answer, {"UserConfirmed": True}, without="CodeDeliveryDetails")
        if pool.sends_codes:
            more = cognito_answer.custom_message_request(given.get("Username", ""))
            await self._after(request, given, pool, "CustomMessage_SignUp", **more)
        return answer

    async def _admin_create(self, request: AwsRequest, given: Given, pool: Pool) -> AwsResponse:
        occasion = Occasion(
            source="PreSignUp_AdminCreateUser",
            region=pool.region,
            pool_id=pool.id,
            user_name=str(given.get("Username", "")),
            client_id=ADMIN_CLIENT,
            attributes=_pairs(given.get("UserAttributes")),
            validation=_pairs(given.get("ValidationData")),
            metadata=_texts(given.get("ClientMetadata")),
        )
        await self._ran(pool, occasion)
        return await self._store.handle(request)

    async def _confirm(self, request: AwsRequest, given: Given, pool: Pool) -> AwsResponse:
        answer = await self._store.handle(request)
        if answer.status == OK:
            forgot = _operation(request) == "ConfirmForgotPassword"
            source = "ConfirmForgotPassword" if forgot else "ConfirmSignUp"
            await self._after(request, given, pool, f"PostConfirmation_{source}")
        return answer

    async def _sign_in(self, request: AwsRequest, given: Given, pool: Pool) -> AwsResponse:
        parameters = _texts(given.get("AuthParameters")) or {}
        user = {**given, "Username": parameters.get("USERNAME")}
        if given.get("AuthFlow") not in PASSWORD_FLOWS or not user["Username"]:
            return await self._store.handle(request)
        if await self._user(request, pool, user["Username"]) is not None:
            await self._after(request, user, pool, "PreAuthentication_Authentication", userNotFound=False)
        answer = await self._store.handle(request)
        if answer.status == OK and "AuthenticationResult" in _json(answer):
            await self._after(request, user, pool, "PostAuthentication_Authentication", newDeviceUsed=False)
        return answer

    async def _after(self, request: AwsRequest, given: Given, pool: Pool, source: str, **more: Any) -> None:
        """Run a trigger that is about a user who is there."""
        user = await self._user(request, pool, str(given.get("Username", "")))
        if user is None:
            return
        before = source.startswith("PreAuthentication")
        signs_in = before or source.startswith("PostAuthentication")
        occasion = Occasion(
            source=source,
            region=pool.region,
            pool_id=pool.id,
            user_name=user["Username"],
            client_id=str(given.get("ClientId") or ADMIN_CLIENT),
            attributes={**_pairs(user["UserAttributes"]), "cognito:user_status": user["UserStatus"]},
            validation=_texts(given.get("ClientMetadata")) if before else None,
            metadata=None if signs_in else _texts(given.get("ClientMetadata")),
            more=more,
        )
        await self._ran(pool, occasion)

    async def _ran(self, pool: Pool, occasion: Occasion) -> Verdict | None:
        """What Cognito makes of a trigger's answer; None where none is set. AwsError: it cannot use it."""
        arn = pool.triggers.get(occasion.trigger)
        if not arn:
            return None
        about = integrations()[_NAMES[occasion.trigger]]
        sent = Sent(
            event=cognito_answer.event(occasion),
            source_arn=pool_arn(pool.region, arn.split(":")[4], pool.id),
        )
        ask = Ask(
            function_arn=arn,
            sent=sent,
            principal=about.principal,
            timeout_s=about.timeout_s,
            attempts=about.attempts,
        )
        try:
            answer = await self._calls.ask(ask)
        except NotRun as stopped:
            verdict = did_not_run(about, stopped, Place(function_arn=arn))
        else:
            verdict = (
                failed(about, answer, Place(function_arn=arn))
                if answer.function_error
                else cognito_answer.judge(sent, answer)
            )
        if verdict.code:
            raise AwsError(verdict.code, verdict.text)
        return verdict

    async def _verify(self, request: AwsRequest, given: Given, pool: Pool, names: Any) -> None:
        """Mark attributes as verified."""
        marked = [{"Name": f"{name}_verified", "Value": "true"} for name in names]
        if marked:
            await self._ask(
                request,
                "AdminUpdateUserAttributes",
                UserPoolId=pool.id,
                Username=given.get("Username", ""),
                UserAttributes=marked,
            )

    async def _user(self, request: AwsRequest, pool: Pool, name: str) -> dict[str, Any] | None:
        return await self._ask(request, "AdminGetUser", UserPoolId=pool.id, Username=name)

    async def _ask(self, request: AwsRequest, operation: str, **given: Any) -> dict[str, Any] | None:
        """What moto answers to another operation; None where it refuses."""
        headers = {**request.headers, "x-amz-target": TARGET + operation}
        asked = replace(request, headers=headers, body=json.dumps(given).encode())
        answer = await self._store.handle(asked)
        return _json(answer) if answer.status == OK else None

    def _pool(self, request: AwsRequest, given: Given) -> Pool | None:
        """The pool that a request names, itself or by its app client; unsigned ones name no Region."""
        unsigned = request.caller.kind == "anonymous"
        for region in sorted(regions.known()) if unsigned else [request.region]:
            store = self._stores("cognitoidp", region)
            for one in list(store.user_pools.values()) if store is not None else ():
                if one.id == given.get("UserPoolId") or given.get("ClientId") in one.clients:
                    return _pool(one)
        return None


def _pool(one: Any) -> Pool:
    """A pool of moto's as a record of ours."""
    held = one.extended_config
    return Pool(
        id=one.id,
        region=one.region,
        triggers=held.get("LambdaConfig") or {},
        sends_codes=bool(held.get("AutoVerifiedAttributes")),
    )


_NAMES = {source.partition("_")[0]: name for name, source in cognito_answer.SOURCES.items()}


def _operation(request: AwsRequest) -> str:
    return request.headers.get("x-amz-target", "").removeprefix(TARGET)


def _pairs(given: Any) -> dict[str, str]:
    """Attributes as they stand in requests, by name."""
    told = [one for one in given or () if isinstance(one, dict)]
    return {str(one.get("Name", "")): one.get("Value", "") for one in told}


def _texts(given: Any) -> Mapping[str, str] | None:
    """What a client passes on to functions; None where it is nothing of the kind."""
    return given if isinstance(given, dict) else None


def _json(answer: AwsResponse) -> dict[str, Any]:
    assert isinstance(answer.body, bytes)  # noqa: S101 (moto streams nothing of Cognito)
    found: dict[str, Any] = json.loads(answer.body or b"{}")
    return found


def _with(answer: AwsResponse, members: Mapping[str, Any], *, without: str) -> AwsResponse:
    told = {name: value for name, value in {**_json(answer), **members}.items() if name != without}
    headers = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
    return AwsResponse(status=answer.status, headers=headers, body=json.dumps(told).encode())
