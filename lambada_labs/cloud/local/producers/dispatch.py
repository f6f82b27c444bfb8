"""Sending to a target until it takes the event: retries on the cloud's clock, then the dead-letter queue.

Sources: Amazon EventBridge user guide, "Retrying event delivery" (24 hours and 185 times unless set, exponential
back-off with jitter; missing permissions and missing targets are not retried) and "Using dead-letter queues"
(attributes of the message). Back-off: from one second, doubled, five minutes at most, without jitter: AWS
publishes no figures.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from lambada_labs import facts
from lambada_labs.cloud.local.functions.grants import ServiceCaller
from lambada_labs.cloud.local.producers.outlets import NotDelivered, Outlets
from lambada_labs.cloud.local.queues.messages import Attribute
from lambada_labs.runtime.clock import Clock

log = logging.getLogger(__name__)

RETRIES = facts.number("events.retries")
AGE_S = float(facts.number("events.retry_age_s"))
FIRST_WAIT_S, LONGEST_WAIT_S, FACTOR = 1.0, 300.0, 2
Target = Callable[[], object]
Attempt = Callable[[int], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one target. `send` gets the number of the attempt and raises `NotDelivered`.

    `source` names rule or schedule.

    `text` is what a dead letter carries: the event itself. `dead_letters` is empty where no queue is set;
    it is sent to as `caller`, or as the role whose right `may_bury` asks for (raises `NotDelivered`).
    """

    send: Attempt
    caller: ServiceCaller | None
    target_arn: str
    text: str
    source: tuple[str, str]
    more: Mapping[str, str] = field(default_factory=dict)
    may_bury: Target = lambda: None
    dead_letters: str = ""
    retries: int = RETRIES
    age_s: float = AGE_S
    began: float = field(default=0.0)
    tried: int = 0


class Dispatcher:
    """Sends deliveries. For the cloud's event loop."""

    def __init__(self, outlets: Outlets, clock: Clock) -> None:
        self._outlets, self._clock = outlets, clock

    def dispatch(self, delivery: Delivery) -> None:
        """Send now; what fails comes back later, or ends in its dead-letter queue."""
        self._try(replace(delivery, began=self._clock.now(), tried=0))

    def _try(self, delivery: Delivery) -> None:
        try:
            delivery.send(delivery.tried + 1)
        except NotDelivered as refused:
            self._failed(delivery, refused)

    def _failed(self, delivery: Delivery, refused: NotDelivered) -> None:
        wait_s = min(FIRST_WAIT_S * FACTOR ** min(delivery.tried, 30), LONGEST_WAIT_S)
        exhausted = ""
        if delivery.tried >= delivery.retries:
            exhausted = "MaximumRetryAttempts"
        elif self._clock.now() + wait_s - delivery.began > delivery.age_s:
            exhausted = "MaximumEventAgeInSeconds"
        if refused.lasting or exhausted:
            log.warning("%s did not reach %s: %s", delivery.source[1], delivery.target_arn, refused)
            self._bury(delivery, refused, "" if refused.lasting else exhausted)
            return
        again = replace(delivery, tried=delivery.tried + 1)
        self._clock.call_later(wait_s, lambda: self._try(again))

    def _bury(self, delivery: Delivery, refused: NotDelivered, exhausted: str) -> None:
        if not delivery.dead_letters:
            return
        told = {
            delivery.source[0]: delivery.source[1],
            "TARGET_ARN": delivery.target_arn,
            "ERROR_CODE": refused.code,
            "ERROR_MESSAGE": refused.text,
            **delivery.more,
        }
        if exhausted:
            told |= {"RETRY_ATTEMPTS": str(delivery.tried), "EXHAUSTED_RETRY_CONDITION": exhausted}
        attributes = {name: Attribute(data_type="String", value=value) for name, value in told.items()}
        try:
            self._outlets.send(delivery.dead_letters, delivery.text, delivery.caller, attributes=attributes)
        except NotDelivered as problem:
            log.warning("the dead-letter queue of %s took nothing: %s", delivery.source[1], problem)
