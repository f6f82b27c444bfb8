"""How a door runs a function: who may, which version, for how long, and what stands against it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.grants import INVOKE, ServiceCaller, granted
from lambada_labs.cloud.local.functions.intake import active_version, traced
from lambada_labs.cloud.local.functions.names import FunctionName, resolve
from lambada_labs.cloud.local.functions.ports import ControlPlane
from lambada_labs.model import Invocation, Reply
from lambada_labs.runtime.ports import Throttled

log = logging.getLogger(__name__)

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
REQUEST_LIMIT = facts.number("limit.payload.request")
_ARN_PARTS = 6

Why = Literal["missing", "forbidden", "throttled", "too-large", "timeout", "not-ready"]


def event_json(event: Mapping[str, Any]) -> bytes:
    """An event as the function gets it; half a surrogate pair becomes a question mark."""
    return _ENCODER.encode(event).encode("utf-8", "replace")


class NotRun(Exception):
    """A door's function gave no answer; `why` decides what the client sees."""

    def __init__(self, why: Why, detail: str = "") -> None:
        self.why: Why = why
        self.detail = detail
        super().__init__(why, detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One invocation by a door: the function (an ARN), the event, in whose name, and how long it waits.

    With `role_arn` the service takes on that role, and not the function's policy but the role decides.
    """

    function_arn: str
    event: bytes
    principal: str
    source_arn: str
    trace_id: str
    timeout_s: float
    role_arn: str = ""


class Caller:
    """Runs functions for the doors of one account, through the same engine and with the same record as Invoke."""

    def __init__(self, plane: ControlPlane, account_id: str) -> None:
        self._plane, self._account_id = plane, account_id
        self._late: set[asyncio.Task[Reply]] = set()

    async def run(self, errand: Errand) -> Reply:
        """The function's reply, be it an error of the function itself.

        Raises:
            NotRun: there is no such function, no permission, no room, or no answer in time; as on AWS the
                function works on when nobody waits any more.
        """
        invocation = self._invocation(errand)
        work = asyncio.ensure_future(self._plane.engine.invoke(invocation))
        self._late.add(work)
        work.add_done_callback(self._done)
        finished, _ = await asyncio.wait({work}, timeout=errand.timeout_s)
        if not finished:
            raise NotRun("timeout")
        try:
            return work.result()
        except Throttled as refusal:
            raise NotRun("throttled", refusal.reason) from None

    def may(self, function_arn: str, principal: str, source_arn: str) -> bool:
        """Whether the function's resource-based policy lets this service call it for this resource."""
        try:
            name = self._named(function_arn)
        except NotRun:
            return False
        function = self._plane.store.find(name)
        caller = ServiceCaller(principal=principal, source_arn=source_arn, source_account=self._account_id)
        return function is not None and granted(function, name.qualifier, caller)

    def _invocation(self, errand: Errand) -> Invocation:
        if len(errand.event) > REQUEST_LIMIT:
            raise NotRun("too-large")
        name = self._named(errand.function_arn)
        if self._plane.store.find(name) is None:
            raise NotRun("missing", errand.function_arn)
        if not self.admitted(errand):
            log.info("%s may not invoke %s for %s", errand.principal, name.asked_arn, errand.source_arn)
            raise NotRun("forbidden")
        try:
            version = active_version(self._plane, name)
        except AwsError as refusal:
            raise NotRun("not-ready", refusal.message) from None
        return Invocation(
            function=version.invoked,
            event=errand.event,
            request_id=self._plane.new_id(),
            invoked_arn=name.asked_arn,
            accepted_at=self._plane.clock(),
            trace_id=traced(self._plane, name, errand.trace_id or None),
            producer=errand.principal,
        )

    def admitted(self, errand: Errand) -> bool:
        """Whether the role, where there is one, or else the function's policy lets the service in."""
        if errand.role_arn:
            role = self._plane.roles.role(errand.role_arn)
            return (
                role is not None
                and role.trusts(errand.principal)
                and role.allows(INVOKE, errand.function_arn)
            )
        return self.may(errand.function_arn, errand.principal, errand.source_arn)

    def _named(self, function_arn: str) -> FunctionName:
        parts = function_arn.split(":", _ARN_PARTS)
        region = parts[3] if len(parts) > _ARN_PARTS else ""
        try:
            return resolve(function_arn, None, account_id=self._account_id, region=region)
        except AwsError as refusal:
            raise NotRun("missing", refusal.message) from None

    def _done(self, work: asyncio.Task[Reply]) -> None:
        self._late.discard(work)
        if not work.cancelled():
            work.exception()  # looked at, so that nobody is told of it twice
