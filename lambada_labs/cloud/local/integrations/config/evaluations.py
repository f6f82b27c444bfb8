"""The evaluations of custom Config rules: which events go to the function, when they come again."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lambada_labs.cloud.local.background import Background
from lambada_labs.cloud.local.front_doors.calling import NotRun
from lambada_labs.cloud.local.integrations.calling import Ask, Calls
from lambada_labs.cloud.local.integrations.config import event as config_event
from lambada_labs.cloud.local.integrations.config.custom import Custom
from lambada_labs.cloud.local.integrations.config.event import CHANGE, SCHEDULE, Rule
from lambada_labs.cloud.local.integrations.config.resources import Resources
from lambada_labs.cloud.local.integrations.config.results import Invoked, Results
from lambada_labs.cloud.local.integrations.register import integrations
from lambada_labs.cloud.local.integrations.verdict import Sent
from lambada_labs.cloud.local.message import AwsRequest
from lambada_labs.cloud.local.producers.recurring import Plan, Recurring
from lambada_labs.cloud.local.producers.schedule_times import Rate
from lambada_labs.runtime.clock import Clock

log = logging.getLogger(__name__)


class Evaluations:
    """Evaluates rules. For the cloud's event loop."""

    def __init__(self, calls: Calls, resources: Resources, results: Results, clock: Clock) -> None:
        self._calls, self._resources, self._results, self._now = calls, resources, results, clock.now
        self._work = Background("an evaluation of AWS Config")
        self._periodic: dict[str, tuple[AwsRequest, Custom]] = {}
        self._recurring = Recurring(clock, self._due)

    def follow(self, request: AwsRequest, custom: Custom) -> None:
        """Evaluate a periodic rule again and again, by the cloud's clock, from now on."""
        self._periodic.pop(custom.rule.arn, None)
        if SCHEDULE in custom.messages:
            self._periodic[custom.rule.arn] = (request, custom)
        self._recur()

    def end(self, rule_arn: str) -> None:
        """A rule is gone."""
        self._periodic.pop(rule_arn, None)
        self._recur()

    def _recur(self) -> None:
        plans = {
            arn: Plan(times=Rate(custom.every_s), mark=f"{custom.every_s} {id(request)}")
            for arn, (request, custom) in self._periodic.items()
        }
        self._recurring.follow(plans)

    def _due(self, arn: str, _at: float) -> None:
        self.soon(*self._periodic[arn])

    def soon(self, request: AwsRequest, custom: Custom) -> None:
        """Evaluate a rule in a moment, as `request` asked for it."""
        self._work.begin(self._evaluate(request, custom))

    async def _evaluate(self, request: AwsRequest, custom: Custom) -> None:
        """Send the events of one evaluation."""
        role = await self._resources.recorder_role(request) or ""
        rule = replace(custom.rule, role_arn=role)
        if SCHEDULE in custom.messages:
            self._send(custom, rule, config_event.scheduled(rule.account_id, self._now()))
        if CHANGE in custom.messages:
            for one in await self._resources.found(request, custom.types, custom.resource_id):
                self._send(custom, rule, config_event.changed(one, self._now()))

    def _send(self, custom: Custom, rule: Rule, invoking: Mapping[str, Any]) -> None:
        token = str(uuid.uuid4())
        self._results.give(token, Invoked(region=custom.region, rule=rule.name, at=self._now()))
        sent = Sent(event=config_event.event(rule, invoking, token), source_arn=rule.arn)
        ask = Ask(function_arn=custom.function_arn, sent=sent, principal=integrations()["config"].principal)
        try:
            self._calls.tell(ask)
        except NotRun as stopped:
            log.warning("the rule %s did not reach %s: %s", rule.name, custom.function_arn, stopped.why)
