"""Amazon SNS as a sender of events: a message of a topic goes to functions and queues that subscribed."""

from __future__ import annotations

import logging

from lambada_labs.cloud.local.functions.grants import ServiceCaller
from lambada_labs.cloud.local.producers.arns import Arn
from lambada_labs.cloud.local.producers.outlets import NotDelivered, Outlets
from lambada_labs.cloud.local.producers.topic_messages import (
    Notice,
    Subscription,
    envelope,
    lambda_event,
    raw_attributes,
)

log = logging.getLogger(__name__)

PRINCIPAL = "sns.amazonaws.com"


class TopicEvents:
    """Delivers what topics publish. For the cloud's event loop."""

    def __init__(self, outlets: Outlets) -> None:
        self._outlets = outlets

    def published(self, notice: Notice, subscription: Subscription) -> None:
        """A message for one subscription: filtered, shaped, delivered, or put into its dead-letter queue."""
        if not subscription.wants(notice):
            return
        caller = ServiceCaller(
            principal=PRINCIPAL,
            source_arn=notice.topic_arn,
            source_account=Arn.of(notice.topic_arn).account_id,
        )
        try:
            self._deliver(notice, subscription, caller)
        except NotDelivered as refused:
            log.warning("%s did not reach %s: %s", notice.topic_arn, subscription.endpoint, refused)
            if subscription.redrive_target:
                self._redrive(notice, subscription, caller)

    def _deliver(self, notice: Notice, subscription: Subscription, caller: ServiceCaller) -> None:
        if subscription.protocol == "lambda":
            event = lambda_event(notice, subscription.arn)
            self._outlets.invoke(
                subscription.endpoint, event, caller, producer=notice.topic_arn, trace_id=notice.trace_id
            )
        elif subscription.protocol == "sqs":
            self._send(subscription.endpoint, notice, subscription, caller)
        else:
            log.info("%s is not delivered from here: %s", subscription.protocol, subscription.endpoint)

    def _send(self, target: str, notice: Notice, subscription: Subscription, caller: ServiceCaller) -> None:
        fifo = target.endswith(".fifo")
        self._outlets.send(
            target,
            notice.message if subscription.raw else envelope(notice, subscription.arn),
            caller,
            attributes=raw_attributes(notice) if subscription.raw else {},
            group_id=notice.group_id if fifo else None,
            deduplication_id=notice.deduplication_id if fifo else None,
            trace_id=notice.trace_id,
        )

    def _redrive(self, notice: Notice, subscription: Subscription, caller: ServiceCaller) -> None:
        try:
            self._send(subscription.redrive_target, notice, subscription, caller)
        except NotDelivered as refused:
            log.warning("%s did not reach its dead-letter queue: %s", notice.topic_arn, refused)
