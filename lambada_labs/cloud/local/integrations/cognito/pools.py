"""Cognito's user pools in front of moto: their triggers run, and what they answer counts.

moto keeps pools and users. Source: Amazon Cognito developer guide, "Customizing user pool workflows with Lambda
triggers", section "Lambda triggers in the Amazon Cognito API": which operation invokes which trigger.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.front_doors.calling import NotRun
from lambada_labs.cloud.local.integrations.calling import Ask, Calls
from lambada_labs.cloud.local.integrations.cognito import answer as cognito_answer
from lambada_labs.cloud.local.integrations.cognito.answer import ADMIN_CLIENT, Occasion, pool_arn
from lambada_labs.cloud.local.integrations.cognito.directory import (
    OK,
    TARGET,
    Directory,
    Pool,
    Stores,
)
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.refusals import did_not_run, failed
from lambada_labs.cloud.local.integrations.register import integrations
from lambada_labs.cloud.local.integrations.verdict import Sent, Verdict
from lambada_labs.cloud.local.internal_requests import json_of
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service

PASSWORD_FLOWS = frozenset({"USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"})
Given = Mapping[str, Any]


class UserPools:
    """Lets moto answer Cognito's requests, and runs the triggers around it."""

    def __init__(self, *, store: Service, stores: Stores, calls: Calls) -> None:
        self._store, self._calls = store, calls
        self._directory = Directory(store, stores)
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
        pool = self._directory.pool(request, given) if isinstance(given, dict) else None
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
        await self._directory.verify(request, pool, str(given.get("Username", "")), state.get("verified", ()))
        if state.get("user_status") == "CONFIRMED":
            await self._directory.ask(
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
        if await self._directory.user(request, pool, user["Username"]) is not None:
            await self._after(request, user, pool, "PreAuthentication_Authentication", userNotFound=False)
        answer = await self._store.handle(request)
        if answer.status == OK and "AuthenticationResult" in json_of(answer):
            await self._after(request, user, pool, "PostAuthentication_Authentication", newDeviceUsed=False)
        return answer

    async def _after(self, request: AwsRequest, given: Given, pool: Pool, source: str, **more: Any) -> None:
        """Run a trigger that is about a user who is there."""
        user = await self._directory.user(request, pool, str(given.get("Username", "")))
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


def _with(answer: AwsResponse, members: Mapping[str, Any], *, without: str) -> AwsResponse:
    told = {name: value for name, value in {**json_of(answer), **members}.items() if name != without}
    headers = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
    return AwsResponse(status=answer.status, headers=headers, body=json.dumps(told).encode())
