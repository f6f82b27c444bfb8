"""State machines of Step Functions as targets: an execution is started in the name of the target's role.

Sources: Amazon EventBridge user guide, "Using identity-based policies" (the role needs states:StartExecution, and
its trust policy events.amazonaws.com or scheduler.amazonaws.com); Step Functions API reference, StartExecution.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable
from typing import Any, Protocol

from lambada_labs.cloud.local.background import Background
from lambada_labs.cloud.local.functions.ports import Role
from lambada_labs.cloud.local.internal_requests import json_request, role_session
from lambada_labs.cloud.local.message import Service
from lambada_labs.cloud.local.producers.arns import Arn
from lambada_labs.cloud.local.producers.outlets import INVALID, NO_PERMISSIONS, NO_RESOURCE, NotDelivered

log = logging.getLogger(__name__)

START, OPERATION = "states:StartExecution", "AWSStepFunctions.StartExecution"
OK = 200


class Plug(Service, Protocol):
    """moto, which keeps and runs the machines."""

    def store(self, service: str, region: str) -> Any:
        """Its store of a service in a Region; None where nothing was ever made in it."""
        ...

    def role(self, role_arn: str) -> Role | None:
        """The role of this ARN, or None."""
        ...


class Machines:
    """Starts executions. For the cloud's event loop."""

    def __init__(self, plug: Plug) -> None:
        self._plug = plug
        self._work = Background("the start of an execution")

    def start(self, arn: Arn, text: str, *, role_arn: str, principal: str) -> None:
        """Start an execution with this input, as a role that `principal` takes on. Raises `NotDelivered`.

        What can be wrong is looked at now; the execution begins in a moment.
        """
        self._check_role(arn.text, role_arn, principal)
        store = self._plug.store("stepfunctions.parser", arn.region)
        if store is None or all(one.arn != arn.text for one in store.state_machines):
            raise NotDelivered(NO_RESOURCE, f"State Machine Does Not Exist: '{arn.text}'")
        if not _is_json(text):
            raise NotDelivered(INVALID, "Invalid State Machine Execution Input: the input is not JSON")
        given = {"stateMachineArn": arn.text, "input": text, "name": str(uuid.uuid4())}
        self._work.begin(self._started(given, arn, role_arn))

    def _check_role(self, arn: str, role_arn: str, principal: str) -> None:
        role = self._plug.role(role_arn)
        if role is None or not role.trusts(principal):
            raise NotDelivered(NO_PERMISSIONS, not_assumable(role_arn, principal))
        if not role.allows(START, arn):
            text = (
                f"User: {role_arn} is not authorized to perform: {START} on resource: {arn} "
                f"because no identity-based policy allows the {START} action"
            )
            raise NotDelivered(NO_PERMISSIONS, text)

    async def _started(self, given: dict[str, Any], arn: Arn, role_arn: str) -> None:
        caller = role_session(role_arn)
        answer = await self._plug.handle(
            json_request("states", OPERATION, given, caller=caller, region=arn.region)
        )
        if answer.status != OK:
            log.warning("%s did not start: %r", arn.text, answer.body)


def not_assumable(role_arn: str, principal: str) -> str:
    """What EventBridge says of a role that it may not take on."""
    return f"Provided role '{role_arn}' cannot be assumed by principal '{principal}'."


def check_target(arn: str, role_arn: str, role: Callable[[str], Role | None], principal: str) -> str:
    """Why PutTargets does not take a state machine; empty where it does."""
    if not role_arn:
        return f"RoleArn is required for target {arn}."
    found = role(role_arn)
    return "" if found is not None and found.trusts(principal) else not_assumable(role_arn, principal)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
