"""Amazon EventBridge as a sender of events: buses, rules with patterns or schedules, and their targets."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping
from functools import lru_cache

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service
from lambada_labs.cloud.local.producers import bus_events, targets
from lambada_labs.cloud.local.producers.arns import Arn
from lambada_labs.cloud.local.producers.bus_rules import (
    DEFAULT_BUS,
    BusRule,
    Json,
    Offer,
    Rules,
    bus_name,
)
from lambada_labs.cloud.local.producers.machines import Machines, check_target
from lambada_labs.cloud.local.producers.matchers import BadPattern
from lambada_labs.cloud.local.producers.outlets import Outlets
from lambada_labs.cloud.local.producers.patterns import Pattern, parse
from lambada_labs.cloud.local.producers.recurring import Plan, Recurring
from lambada_labs.cloud.local.producers.rule_targets import PRINCIPAL, RuleTargets
from lambada_labs.cloud.local.producers.schedule_times import NotASchedule, rule_times
from lambada_labs.runtime.clock import Clock

MOST_TARGETS = facts.number("limit.events.targets")
SENT_FROM_HERE = frozenset({"lambda", "sqs", "sns", "logs", "events", "states"})
#: Beside those sent from here: taken by PutTargets, and not sent to.
OTHER_TARGETS = frozenset(
    {"kinesis", "firehose", "ecs", "batch", "ssm", "codebuild", "codepipeline", "execute-api"}
    | {"redshift", "redshift-data", "redshift-serverless", "inspector", "sagemaker", "appsync", "ec2"}
    | {"ssm-incidents", "automation"}
)
NEEDED = ("id", "account", "source", "time", "region", "detail-type")
CHANGES = frozenset({"PutRule", "DeleteRule", "EnableRule", "DisableRule", "DeleteEventBus"})
JSON_1_1 = "application/x-amz-json-1.1"


class BusEvents:
    """Answers EventBridge's requests about events and patterns, lets moto answer the others."""

    def __init__(
        self, *, store: Service, rules: Rules, outlets: Outlets, machines: Machines, clock: Clock
    ) -> None:
        self._store, self._rules = store, rules
        self._targets = RuleTargets(
            rules=rules, outlets=outlets, machines=machines, clock=clock, offer=self.offer
        )
        self._recurring = Recurring(clock, self._came)
        self._operations: Mapping[str, Callable[[AwsRequest, Json], Json]] = {
            "PutEvents": self._put_events,
            "TestEventPattern": self._test_event_pattern,
        }
        self._checks: Mapping[str, Callable[[AwsRequest, Json], None]] = {
            "PutRule": self._check_rule,
            "PutTargets": self._check_targets,
        }

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer one request to EventBridge."""
        name = request.headers.get("x-amz-target", "").rpartition(".")[2]
        if name in self._operations:
            return _answer(self._operations[name](request, _body(request)))
        if name in self._checks:
            self._checks[name](request, _body(request))
        response = await self._store.handle(request)
        if name in CHANGES:
            self.follow()
        return response

    def follow(self) -> None:
        """Let schedules run as the rules say now."""
        plans = {
            rule.arn: Plan(times=rule_times(rule.schedule), mark=rule.schedule)
            for rule in self._rules.scheduled_rules()
            if rule.enabled and rule.schedule and _is_schedule(rule.schedule)
        }
        self._recurring.follow(plans)

    def put(self, entry: Json, *, account_id: str, region: str, trace_id: str | None = None) -> str:
        """Put an event of one of AWS's services on a bus, the default one unless named; its id."""
        event_id = str(uuid.uuid4())
        event = bus_events.event_of(
            entry, event_id=event_id, account_id=account_id, region=region, now=time.time()
        )
        bus = bus_name(entry.get("EventBusName"))
        self.offer(Offer(event=event, bus=bus, account_id=account_id, region=region, trace_id=trace_id))
        return event_id

    def offer(self, offer: Offer) -> None:
        """Send an event to the targets of every rule that it fits."""
        for rule in self._rules.rules(offer.account_id, offer.region, offer.bus):
            if rule.enabled and rule.pattern and _fits(rule.pattern, offer.event):
                self._targets.send(rule, rule.targets, offer)

    def heard(self, rule: BusRule, event: Json) -> None:
        """An event comes out of an archive, for one rule."""
        if rule.enabled and rule.pattern and _fits(rule.pattern, event):
            offer = Offer(event=event, bus=rule.bus, account_id=rule.account_id, region=rule.region)
            self._targets.send(rule, rule.targets, offer)

    def _put_events(self, request: AwsRequest, given: Json) -> Json:
        entries = given.get("Entries") or []
        bus_events.check_request(entries)
        answers = [self._put_entry(request, entry) for entry in entries]
        return {"FailedEntryCount": sum("ErrorCode" in one for one in answers), "Entries": answers}

    def _put_entry(self, request: AwsRequest, entry: Json) -> dict[str, str]:
        refused = bus_events.refusal(entry)
        if refused is not None:
            return refused
        if entry["Source"].startswith("aws."):
            text = "Not authorized for the source."
            return {"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": text}
        event_id = str(uuid.uuid4())
        account_id = request.caller.account_id
        event = bus_events.event_of(
            entry, event_id=event_id, account_id=account_id, region=request.region, now=time.time()
        )
        trace_id = entry.get("TraceHeader") or request.headers.get("x-amzn-trace-id")
        self.offer(
            Offer(
                event=event,
                bus=bus_name(entry.get("EventBusName")),
                account_id=account_id,
                region=request.region,
                trace_id=without_lineage(trace_id),
            )
        )
        return {"EventId": event_id}

    def _test_event_pattern(self, _: AwsRequest, given: Json) -> Json:
        pattern = _pattern(given.get("EventPattern", ""))
        try:
            event = json.loads(given.get("Event", ""))
        except ValueError:
            event = None
        if not isinstance(event, dict) or any(name not in event for name in NEEDED):
            raise AwsError("ValidationException", "Parameter Event is not valid.")
        return {"Result": pattern.matches(event)}

    def _check_rule(self, _: AwsRequest, given: Json) -> None:
        if given.get("EventPattern"):
            _pattern(given["EventPattern"])
        expression = given.get("ScheduleExpression")
        if expression and bus_name(given.get("EventBusName")) == DEFAULT_BUS and not _is_schedule(expression):
            raise AwsError("ValidationException", "Parameter ScheduleExpression is not valid.")

    def _check_targets(self, request: AwsRequest, given: Json) -> None:
        wanted = given.get("Targets") or []
        for target in wanted:
            service = Arn.of(str(target.get("Arn", ""))).service
            if service not in SENT_FROM_HERE | OTHER_TARGETS:
                told = f"Parameter {target.get('Arn')} is not valid."
                raise AwsError(
                    "ValidationException", f"{told} Reason: Provided Arn is not in correct format."
                )
            targets.check(target)
            if service == "states":
                self._check_machine(str(target["Arn"]), str(target.get("RoleArn") or ""))
        bus = bus_name(given.get("EventBusName"))
        rules = self._rules.rules(request.caller.account_id, request.region, bus)
        before = {one["Id"] for rule in rules if rule.name == given.get("Rule") for one in rule.targets}
        if len(before | {target.get("Id") for target in wanted}) > MOST_TARGETS:
            text = "The requested resource exceeds the maximum number allowed."
            raise AwsError("LimitExceededException", text)

    def _check_machine(self, arn: str, role_arn: str) -> None:
        refused = check_target(arn, role_arn, self._rules.role, PRINCIPAL)
        if refused:
            raise AwsError("ValidationException", refused)

    def _came(self, rule_arn: str, at: float) -> None:
        """The time of a rule with a schedule."""
        for rule in self._rules.scheduled_rules():
            if rule.arn == rule_arn and rule.enabled:
                event = bus_events.scheduled(
                    rule_arn,
                    event_id=str(uuid.uuid4()),
                    account_id=rule.account_id,
                    region=rule.region,
                    at=at,
                )
                self._targets.send(
                    rule,
                    rule.targets,
                    Offer(event=event, bus=rule.bus, account_id=rule.account_id, region=rule.region),
                )


def _body(request: AwsRequest) -> Json:
    try:
        found = request.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise AwsError("SerializationException", "")
    return found


def _answer(value: Json) -> AwsResponse:
    response = AwsResponse.of_json(value)
    response.headers[0] = ("Content-Type", JSON_1_1)
    return response


def _pattern(text: str) -> Pattern:
    try:
        return parse(text)
    except BadPattern as problem:
        told = f"Event pattern is not valid. Reason: {problem}"
        raise AwsError("InvalidEventPatternException", told) from None


@lru_cache(maxsize=512)
def _known(text: str) -> Pattern | None:
    try:
        return parse(text)
    except BadPattern:
        return None


def _fits(pattern: str, event: Json) -> bool:
    found = _known(pattern)
    return found is not None and found.matches(event)


def _is_schedule(expression: str) -> bool:
    try:
        rule_times(expression)
    except NotASchedule:
        return False
    return True


def without_lineage(trace_id: str | None) -> str | None:
    """Lambda's detection of loops does not look through EventBridge."""
    parts = [part for part in (trace_id or "").split(";") if part and not part.startswith("Lineage=")]
    return ";".join(parts) or None
