"""The targets of EventBridge rules: what each gets, and how it is reached."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from lambada_labs.cloud.local.functions.grants import ServiceCaller
from lambada_labs.cloud.local.producers import targets
from lambada_labs.cloud.local.producers.arns import Arn
from lambada_labs.cloud.local.producers.bus_rules import BusRule, Json, Offer, Rules, bus_name
from lambada_labs.cloud.local.producers.dispatch import AGE_S, RETRIES, Delivery, Dispatcher
from lambada_labs.cloud.local.producers.machines import Machines
from lambada_labs.cloud.local.producers.moments import seconds
from lambada_labs.cloud.local.producers.outlets import INVALID, NO_RESOURCE, NotDelivered, Note, Outlets
from lambada_labs.runtime.clock import Clock

PRINCIPAL = "events.amazonaws.com"
#: A bus may send to a bus; a chain longer than this is cut.
MOST_HOPS = 5


class RuleTargets:
    """Sends events to targets; `offer` puts an event on another bus."""

    def __init__(
        self,
        *,
        rules: Rules,
        outlets: Outlets,
        machines: Machines,
        clock: Clock,
        offer: Callable[[Offer], None],
    ) -> None:
        self._rules, self._outlets, self._machines, self._offer = rules, outlets, machines, offer
        self._dispatcher = Dispatcher(outlets, clock)

    def send(self, rule: BusRule, to: Iterable[Json], offer: Offer) -> None:
        """Send what an event is to targets of a rule; each gets its own."""
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
            send=lambda _attempt: self._reach(target, text, caller, offer),
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
        elif arn.service == "states":
            self._machines.start(arn, text, role_arn=target.get("RoleArn", ""), principal=PRINCIPAL)
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
        self._offer(
            Offer(
                event=offer.event,
                bus=bus_name(arn.text),
                account_id=arn.account_id,
                region=arn.region,
                trace_id=offer.trace_id,
                hops=offer.hops + 1,
            )
        )
