"""How a service calls a function: who may, wait or not, and what stands against it in the service's own words."""

from __future__ import annotations

from dataclasses import dataclass, field

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.front_doors.calling import Caller, Errand, NotRun, event_json
from lambada_labs.cloud.local.functions.intake import submit_event
from lambada_labs.cloud.local.functions.names import resolve
from lambada_labs.cloud.local.functions.ports import ControlPlane
from lambada_labs.cloud.local.integrations.verdict import Answer, Sent
from lambada_labs.runtime.run import new_trace_id

TOO_MANY = 429
LONGEST_S = float(facts.number("limit.timeout.max"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One call by a service: what it sends, to which function (an ARN), as which principal or role.

    A role counts instead of the function's policy where `role_arn` is set. `timeout_s` are true seconds
    of each of at most so many `attempts`: what is too late is asked again, and the function works on.
    With `as_caller` the service uses the rights of whoever asked it, which were judged with that request.
    """

    function_arn: str
    sent: Sent
    principal: str
    role_arn: str = ""
    timeout_s: float = field(default=LONGEST_S)
    attempts: int = 1
    trace_id: str = ""
    as_caller: bool = False


class Calls:
    """Calls functions for services, through the same engine and with the same record as Invoke."""

    def __init__(self, plane: ControlPlane, caller: Caller) -> None:
        self._plane, self._caller = plane, caller

    async def ask(self, ask: Ask) -> Answer:
        """Invoke and wait, as `RequestResponse`; raises `NotRun` where there is no answer."""
        errand = self._errand(ask)
        for _ in range(ask.attempts - 1):
            try:
                return Answer.of(await self._caller.run(errand))
            except NotRun as stopped:
                if stopped.why != "timeout":
                    raise
        return Answer.of(await self._caller.run(errand))

    def tell(self, ask: Ask) -> str:
        """Put the event into the function's queue, as `Event`; its request id. Raises `NotRun`."""
        errand = self._errand(ask)
        self._check(ask, errand)
        try:
            return submit_event(
                self._plane,
                ask.function_arn,
                errand.event,
                producer=ask.principal,
                trace_id=errand.trace_id,
            )
        except AwsError as refusal:
            if refusal.status == TOO_MANY:
                raise NotRun("throttled", refusal.message) from None
            too_large = "TooLarge" in refusal.code
            raise NotRun("too-large" if too_large else "not-ready", refusal.message) from None

    def may(self, function_arn: str, principal: str, source_arn: str) -> bool:
        """Whether there is such a function, and its policy lets a service call it for this resource."""
        return self._caller.may(function_arn, principal, source_arn)

    def arn(self, function: str, *, account_id: str, region: str) -> str:
        """The ARN of a function named like in Invoke. AwsError: there is none."""
        name = resolve(function, None, account_id=account_id, region=region)
        self._plane.store.get(name)
        return name.asked_arn

    def _check(self, ask: Ask, errand: Errand) -> None:
        parts = ask.function_arn.split(":")
        name = resolve(ask.function_arn, None, account_id=parts[4], region=parts[3])
        if self._plane.store.find(name) is None:
            raise NotRun("missing", ask.function_arn)
        if not ask.as_caller and not self._caller.admitted(errand):
            raise NotRun("forbidden")

    def _errand(self, ask: Ask) -> Errand:
        return Errand(
            function_arn=ask.function_arn,
            event=event_json(ask.sent.event),
            principal=ask.principal,
            source_arn=ask.sent.source_arn,
            trace_id=ask.trace_id or new_trace_id(self._plane.clock()),
            timeout_s=ask.timeout_s,
            role_arn=ask.role_arn,
        )
