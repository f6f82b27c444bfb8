"""Amazon EventBridge as a sender of events: buses, rules with patterns or schedules, and their targets."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.grants import ServiceCaller
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service
from lambada_labs.cloud.local.producers import bus_events, targets
from lambada_labs.cloud.local.producers.arns import Arn
from lambada_labs.cloud.local.producers.dispatch import AGE_S, RETRIES, Delivery, Dispatcher
from lambada_labs.cloud.local.producers.matchers import BadPattern
from lambada_labs.cloud.local.producers.moments import seconds
from lambada_labs.cloud.local.producers.outlets import INVALID, NO_RESOURCE, NotDelivered, Note, Outlets
from lambada_labs.cloud.local.producers.patterns import Pattern, parse
from lambada_labs.cloud.local.producers.recurring import Plan, Recurring
from lambada_labs.cloud.local.producers.schedule_times import NotASchedule, rule_times
from lambada_labs.runtime.clock import Clock

PRINCIPAL = "events.amazonaws.com"
DEFAULT_BUS = "default"
MOST_TARGETS = facts.number("limit.events.targets")
#: A bus may send to a bus; a chain longer than this is cut.
MOST_HOPS = 5
SENT_FROM_HERE = frozenset({"lambda", "sqs", "sns", "logs", "events"})
#: Beside those sent from here: taken by PutTargets, and not sent to.
OTHER_TARGETS = frozenset(
    {"states", "kinesis", "firehose", "ecs", "batch", "ssm", "codebuild", "codepipeline", "execute-api"}
    | {"redshift", "redshift-data", "redshift-serverless", "inspector", "sagemaker", "appsync", "ec2"}
    | {"ssm-incidents", "automation"}
)
NEEDED = ("id", "account", "source", "time", "region", "detail-type")
CHANGES = frozenset({"PutRule", "DeleteRule", "EnableRule", "DisableRule", "DeleteEventBus"})
JSON_1_1 = "application/x-amz-json-1.1"
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BusRule:
    """A rule as it is now. `pattern` and `schedule` are None where it has none."""

    arn: str
    name: str
    bus: str
    account_id: str
    region: str
    enabled: bool
    pattern: str | None
    schedule: str | None
    targets: tuple[Json, ...]


class Rules(Protocol):
    """The rules of this cloud."""

    def rules(self, account_id: str, region: str, bus: str) -> list[BusRule]:
        """The rules of a bus; none where there is no such bus."""
        ...

    def scheduled_rules(self) -> list[BusRule]:
        """All rules with a schedule."""
        ...

    def append_event(self, region: str, group: str, text: str) -> bool:
        """Write a line into a log group; False where there is none of this name."""
        ...

    def archive_event(self, rule_arn: str, event: Json) -> None:
        """Keep an event in the archive that a rule of EventBridge's own feeds."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An event on a bus: where, under which trace, over how many buses already."""

    event: Json
    bus: str
    account_id: str
    region: str
    trace_id: str | None = None
    hops: int = 0


class BusEvents:
    """Answers EventBridge's requests about events and patterns, lets moto answer the others."""

    def __init__(self, *, store: Service, rules: Rules, outlets: Outlets, clock: Clock) -> None:
        self._store, self._rules, self._outlets = store, rules, outlets
        self._dispatcher = Dispatcher(outlets, clock)
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
        bus = _bus_name(entry.get("EventBusName"))
        self.offer(Offer(event=event, bus=bus, account_id=account_id, region=region, trace_id=trace_id))
        return event_id

    def offer(self, offer: Offer) -> None:
        """Send an event to the targets of every rule that it fits."""
        for rule in self._rules.rules(offer.account_id, offer.region, offer.bus):
            if rule.enabled and rule.pattern and _fits(rule.pattern, offer.event):
                self._send(rule, rule.targets, offer)

    def heard(self, rule: BusRule, event: Json) -> None:
        """An event comes out of an archive, for one rule."""
        if rule.enabled and rule.pattern and _fits(rule.pattern, event):
            offer = Offer(event=event, bus=rule.bus, account_id=rule.account_id, region=rule.region)
            self._send(rule, rule.targets, offer)

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
                bus=_bus_name(entry.get("EventBusName")),
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
        if (
            expression
            and _bus_name(given.get("EventBusName")) == DEFAULT_BUS
            and not _is_schedule(expression)
        ):
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
        bus = _bus_name(given.get("EventBusName"))
        rules = self._rules.rules(request.caller.account_id, request.region, bus)
        before = {one["Id"] for rule in rules if rule.name == given.get("Rule") for one in rule.targets}
        if len(before | {target.get("Id") for target in wanted}) > MOST_TARGETS:
            text = "The requested resource exceeds the maximum number allowed."
            raise AwsError("LimitExceededException", text)

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
                self._send(
                    rule,
                    rule.targets,
                    Offer(event=event, bus=rule.bus, account_id=rule.account_id, region=rule.region),
                )

    def _send(self, rule: BusRule, to: Iterable[Json], offer: Offer) -> None:
        received = seconds(time.time())
        for target in to:
            try:
                text = targets.payload(
                    target, offer.event, rule_arn=rule.arn, rule_name=rule.name, received=received
                )
            except targets.NotJson:
                continue
            self._dispatcher.dispatch(self._delivery(rule, target, text, offer))

    def _delivery(self, rule: BusRule, target: Json, text: str, offer: Offer) -> Delivery:
        policy = target.get("RetryPolicy") or {}
        caller = ServiceCaller(principal=PRINCIPAL, source_arn=rule.arn, source_account=rule.account_id)
        return Delivery(
            send=lambda: self._reach(target, text, caller, offer),
            caller=caller,
            target_arn=target["Arn"],
            text=targets.compact(offer.event),
            source=("RULE_ARN", rule.arn),
            dead_letters=(target.get("DeadLetterConfig") or {}).get("Arn", ""),
            retries=policy.get("MaximumRetryAttempts", RETRIES),
            age_s=policy.get("MaximumEventAgeInSeconds", AGE_S),
        )

    def _reach(self, target: Json, text: str, caller: ServiceCaller, offer: Offer) -> None:
        arn = Arn.of(target["Arn"])
        if arn.service == "lambda":
            self._outlets.invoke(
                arn.text, text.encode(), caller, producer=caller.source_arn, trace_id=offer.trace_id
            )
        elif arn.service == "sqs":
            group = (target.get("SqsParameters") or {}).get("MessageGroupId")
            self._outlets.send(arn.text, text, caller, group_id=group, trace_id=offer.trace_id)
        elif arn.service == "sns":
            self._outlets.publish(arn.text, Note(body=text, trace_id=offer.trace_id), caller)
        elif arn.service == "logs":
            self._log(arn, text)
        elif arn.service == "events" and not arn.account_id:
            self._rules.archive_event(caller.source_arn, offer.event)
        elif arn.service == "events" and offer.hops < MOST_HOPS:
            self._pass_on(arn, offer)
        else:
            raise NotDelivered(INVALID, f"The local cloud does not send to {arn.service or arn.text}.")

    def _log(self, arn: Arn, text: str) -> None:
        group = arn.resource.removeprefix("log-group:").removesuffix(":*")
        if not self._rules.append_event(arn.region, group, text):
            raise NotDelivered(NO_RESOURCE, "The specified log group does not exist.")

    def _pass_on(self, arn: Arn, offer: Offer) -> None:
        self.offer(
            Offer(
                event=offer.event,
                bus=_bus_name(arn.text),
                account_id=arn.account_id,
                region=arn.region,
                trace_id=offer.trace_id,
                hops=offer.hops + 1,
            )
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


def _bus_name(given: str | None) -> str:
    return (given or DEFAULT_BUS).rpartition(":event-bus/")[2] or DEFAULT_BUS


def without_lineage(trace_id: str | None) -> str | None:
    """Lambda's detection of loops does not look through EventBridge."""
    parts = [part for part in (trace_id or "").split(";") if part and not part.startswith("Lineage=")]
    return ";".join(parts) or None
