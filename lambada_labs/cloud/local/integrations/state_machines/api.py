"""Step Functions' API in front of moto: who may be a machine's role, names of executions, synchronous starts.

Source: AWS Step Functions API reference (StartExecution, StartSyncExecution, GetExecutionHistory).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.ports import Role
from lambada_labs.cloud.local.integrations.state_machines.definitions import mistakes, refusal
from lambada_labs.cloud.local.integrations.state_machines.interpreter import PRINCIPAL
from lambada_labs.cloud.local.internal_requests import json_of, with_target
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service

TARGET = "AWSStepFunctions."
MAKES = frozenset({"CreateStateMachine", "UpdateStateMachine"})
NOT_TRUSTED = (
    "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the "
    "provided role."
)
NOT_EXPRESS = "This operation is not supported by this type of state machine"
GLANCE_S = 0.02
OVER = frozenset({"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"})


class StateMachines:
    """Answers what moto answers wrong, and lets it answer the rest."""

    def __init__(self, store: Service, role: Callable[[str], Role | None]) -> None:
        self._store, self._role = store, role

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer one request to Step Functions."""
        operation = request.headers.get("x-amz-target", "").removeprefix(TARGET)
        given = _given(request)
        if operation in MAKES:
            return await self._make(request, given)
        if operation == "StartExecution":
            return await self._store.handle(_started(request, given))
        if operation == "StartSyncExecution":
            return await self._synchronous(request, given)
        answer = await self._store.handle(request)
        return _turned(answer) if operation == "GetExecutionHistory" and given.get("reverseOrder") else answer

    async def _make(self, request: AwsRequest, given: Mapping[str, Any]) -> AwsResponse:
        definition = str(given.get("definition", ""))
        if definition and mistakes(definition):
            raise AwsError("InvalidDefinition", refusal(definition))
        if "roleArn" in given:
            self._check_role(str(given["roleArn"]))
        answer = await self._store.handle(request)
        told = json_of(answer)
        if answer.status != 200 and not told.get("__type"):  # noqa: PLR2004 (HTTP's OK)
            raise AwsError("InvalidDefinition", refusal(definition, _message(answer)))
        return answer

    def _check_role(self, role_arn: str) -> None:
        role = self._role(role_arn)
        if role is None or not role.trusts(PRINCIPAL):
            raise AwsError("AccessDeniedException", NOT_TRUSTED)

    async def _synchronous(self, request: AwsRequest, given: Mapping[str, Any]) -> AwsResponse:
        machine = await self._ask(
            request, "DescribeStateMachine", {"stateMachineArn": given.get("stateMachineArn")}
        )
        if machine["type"] != "EXPRESS":
            raise AwsError("StateMachineTypeNotSupported", NOT_EXPRESS)
        started = await self._ask(request, "StartExecution", _with_name(given))
        while True:
            seen = await self._ask(request, "DescribeExecution", {"executionArn": started["executionArn"]})
            if seen["status"] in OVER:
                return _json(_sync(seen))
            await asyncio.sleep(GLANCE_S)

    async def _ask(self, request: AwsRequest, operation: str, given: dict[str, Any]) -> dict[str, Any]:
        answer = await self._store.handle(with_target(request, TARGET + operation, given))
        told = json_of(answer)
        if answer.status != 200:  # noqa: PLR2004 (HTTP's OK)
            code = str(told.get("__type", "ValidationException")).rpartition("#")[2]
            raise AwsError(code, str(told.get("message", "")), answer.status)
        return told


def _message(answer: AwsResponse) -> str:
    """What moto says of a definition that its parser does not understand."""
    text = answer.body.decode("utf-8", "replace") if isinstance(answer.body, bytes) else ""
    with contextlib.suppress(ValueError):
        return str(json.loads(text).get("message", text))
    return text


def _started(request: AwsRequest, given: Mapping[str, Any]) -> AwsRequest:
    try:
        json.loads(given.get("input") or "{}")
    except ValueError as problem:
        raise AwsError(
            "InvalidExecutionInput", f"Invalid State Machine Execution Input: '{problem}'"
        ) from None
    return replace(request, body=json.dumps(_with_name(given)).encode())


def _with_name(given: Mapping[str, Any]) -> dict[str, Any]:
    return {**given, "name": given.get("name") or str(uuid.uuid4())}


def _sync(seen: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("executionArn", "stateMachineArn", "name", "startDate", "stopDate", "status", "input", "output")
    told = {name: seen[name] for name in (*kept, "error", "cause") if name in seen}
    return {**told, "inputDetails": {"included": True}}


def _turned(answer: AwsResponse) -> AwsResponse:
    if answer.status != 200 or not isinstance(answer.body, bytes):  # noqa: PLR2004 (HTTP's OK)
        return answer
    told = json.loads(answer.body)
    told["events"] = told["events"][::-1]
    return replace(answer, body=json.dumps(told).encode())


def _json(told: Mapping[str, Any]) -> AwsResponse:
    return AwsResponse(
        headers=[("Content-Type", "application/x-amz-json-1.0")], body=json.dumps(told).encode()
    )


def _given(request: AwsRequest) -> dict[str, Any]:
    try:
        given = request.json()
    except ValueError:
        raise AwsError("SerializationException", "The request is not JSON") from None
    return given if isinstance(given, dict) else {}
