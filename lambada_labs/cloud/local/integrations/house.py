"""All integrations of one cloud: listed, and run by one call."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.front_doors.calling import NotRun
from lambada_labs.cloud.local.integrations.calling import Ask, Calls
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.refusals import did_not_run, failed
from lambada_labs.cloud.local.integrations.register import Integration, integrations
from lambada_labs.cloud.local.integrations.verdict import Answer, Verdict
from lambada_labs.cloud.local.integrations.workings import Workings
from lambada_labs.cloud.local.message import AwsRequest
from lambada_labs.cloud.port import IntegrationRun, IntegrationShown

ROLE = "role"
_OWN = ("integration", "function", "wait")


class Integrations:
    """Lists the services, sends samples. `workings` is their code by name; `now` the cloud's clock."""

    def __init__(
        self,
        *,
        calls: Calls,
        workings: Mapping[str, Workings],
        account_id: str,
        region: str,
        now: Callable[[], float],
    ) -> None:
        self._calls, self._workings, self._now = calls, workings, now
        self._account_id, self._region = account_id, region

    def operations(self) -> dict[str, Callable[[AwsRequest], Awaitable[Any]]]:
        """The private operations of the cloud that this house answers, by path."""
        return {"integrations": self.list, "integrations/run": self.run_one}

    async def list(self, _: AwsRequest) -> list[dict[str, Any]]:
        """`/_lambada/integrations`: every integration that can be run."""
        place = Place(function_arn=f"arn:aws:lambda:{self._region}:{self._account_id}:function:my-function")
        return [asdict(_shown(one, place)) for one in integrations().values() if one.name in self._workings]

    async def run_one(self, request: AwsRequest) -> dict[str, Any]:
        """`/_lambada/integrations/run?integration=…&function=…`: one sample; other parameters are choices."""
        wanted = dict(request.query)
        integration = self._known(wanted.get("integration", ""))
        arn = self._function(wanted.get("function", ""))
        choices = {name: value for name, value in wanted.items() if name not in _OWN}
        return asdict(await self.run(integration, arn, choices, wait_s=_seconds(wanted.get("wait", "5"))))

    async def run(
        self, integration: Integration, function_arn: str, choices: Mapping[str, str], *, wait_s: float
    ) -> IntegrationRun:
        """Send one sample event of a service to a function (an ARN), and hear what it makes of the answer."""
        place = Place(function_arn=function_arn, now=self._now())
        works = self._workings[integration.name]
        chosen, role = _chosen(integration, choices)
        sent = works.sample(chosen, place)
        ask = Ask(
            function_arn=function_arn,
            sent=sent,
            principal=integration.principal,
            role_arn=role,
            timeout_s=integration.timeout_s,
            attempts=integration.attempts,
            as_caller=integration.rights == "caller",
        )
        ran = IntegrationRun(
            name=integration.name,
            title=integration.title,
            kind=integration.kind,
            function_arn=function_arn,
            source_arn=sent.source_arn,
            sent=sent.event,
            outcome="failed",
        )
        if integration.rights == "role" and not role:
            return _judged(ran, _without_role(integration, place))
        try:
            if integration.kind == "asynchronous":
                return await self._told(ran, works, ask, wait_s)
            return _answered(ran, integration, works, ask, await self._calls.ask(ask))
        except NotRun as stopped:
            told = _judged(ran, did_not_run(integration, stopped, place))
            return (
                replace(told, permission=integration.permitted(place)) if stopped.why == "forbidden" else told
            )

    async def _told(self, ran: IntegrationRun, works: Workings, ask: Ask, wait_s: float) -> IntegrationRun:
        ran = replace(ran, request_id=self._calls.tell(ask))
        if works.settled is not None:
            return _judged(ran, await works.settled(ask.sent, wait_s))
        text = "Lambda queued the event (202). The service does not wait for an answer and never sees one."
        return _judged(ran, Verdict(outcome="queued", text=text))

    def _known(self, name: str) -> Integration:
        if name in self._workings and name in integrations():
            return integrations()[name]
        known = ", ".join(one for one in integrations() if one in self._workings)
        raise AwsError("ResourceNotFoundException", f"{name!r} is no integration. There are: {known}", 404)

    def _function(self, function: str) -> str:
        parts = function.split(":")
        region = parts[3] if function.startswith("arn:") and len(parts) > 3 else self._region  # noqa: PLR2004
        try:
            return self._calls.arn(function, account_id=self._account_id, region=region)
        except AwsError as refusal:
            raise _unknown(refusal.message) from None


def _without_role(integration: Integration, place: Place) -> Verdict:
    """The service's refusal, and what a learner has to give."""
    needs = f"role=, the ARN of a role that trusts {integration.principal} and allows lambda:InvokeFunction"
    return replace(did_not_run(integration, NotRun("forbidden"), place), state={"needs": needs})


def _answered(
    ran: IntegrationRun, integration: Integration, works: Workings, ask: Ask, answer: Answer
) -> IntegrationRun:
    ran = replace(ran, answer=answer.value, function_error=answer.function_error or "")
    if answer.function_error and "failed" in integration.errors:
        return _judged(ran, failed(integration, answer, Place(function_arn=ask.function_arn)))
    assert works.judge is not None  # noqa: S101 (every synchronous service has one)
    return _judged(ran, works.judge(ask.sent, answer))


def _judged(ran: IntegrationRun, verdict: Verdict) -> IntegrationRun:
    return replace(
        ran, outcome=verdict.outcome, code=verdict.code, text=verdict.text, state=dict(verdict.state)
    )


def _chosen(integration: Integration, given: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """The choices of a run, defaults included, and the role it is made with."""
    role = given.get(ROLE, "")
    chosen = {name: values[0] if values else "" for name, values in integration.choices.items()}
    for name, value in given.items():
        if name == ROLE and integration.rights == "role":
            continue
        allowed = integration.choices.get(name)
        if allowed is None:
            known = ", ".join(integration.choices) or "none"
            raise _unknown(f"{integration.name} has no choice {name!r}. Choices: {known}")
        if len(allowed) > 1 and value not in allowed:
            raise _unknown(f"{name} is {value!r}, not one of {', '.join(allowed)}")
        chosen[name] = value
    return chosen, role


def _unknown(text: str) -> AwsError:
    # 404 is what the learner's side turns into a sentence without a traceback.
    return AwsError("ValidationException", text, 404)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= 600:  # noqa: PLR2004 (longer, nobody looks at a cell)
        raise _unknown(f"wait is {text!r}, not seconds from 0 to 600")
    return seconds


def _shown(one: Integration, place: Place) -> IntegrationShown:
    return IntegrationShown(
        name=one.name,
        title=one.title,
        deck=one.deck,
        lab=one.lab,
        kind=one.kind,
        rights=one.rights,
        principal=one.principal,
        source_arn=place.filled(one.source_arn),
        permission=one.permitted(place),
        choices=one.choices,
        contract=one.contract,
        wrong=one.wrong,
        api=one.api,
        status=one.status,
        source=one.source,
        as_of=one.as_of,
    )
