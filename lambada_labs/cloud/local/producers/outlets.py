"""The ways out for every producer: a function's event queue, a queue, a topic; each asks whether it may.

A service that sends is let in by the resource policy of what it sends to, and by nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.grants import ServiceCaller, allowed, granted
from lambada_labs.cloud.local.functions.intake import submit_event
from lambada_labs.cloud.local.functions.names import FunctionName, resolve
from lambada_labs.cloud.local.functions.ports import ControlPlane
from lambada_labs.cloud.local.producers.arns import Arn
from lambada_labs.cloud.local.queues import Queues
from lambada_labs.cloud.local.queues.messages import NOTHING, Attribute
from lambada_labs.cloud.local.queues.refusals import QueueRefusal

NO_PERMISSIONS, NO_RESOURCE, THROTTLING, INVALID = (
    "NO_PERMISSIONS",
    "NO_RESOURCE",
    "THROTTLING",
    "INVALID_PARAMETER",
)
SEND, PUBLISH = "sqs:SendMessage", "sns:Publish"
TOO_MANY = 429


class NotDelivered(Exception):
    """A target did not take an event: a code of the kind EventBridge names, and AWS's words."""

    def __init__(self, code: str, text: str) -> None:
        self.code, self.text = code, text
        super().__init__(f"{code}: {text}")

    @property
    def lasting(self) -> bool:
        """Whether trying again is no use."""
        return self.code in {NO_PERMISSIONS, NO_RESOURCE, INVALID}


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A message for a topic; `attributes` as (data type, value) by name."""

    body: str
    subject: str | None = None
    attributes: Mapping[str, tuple[str, str]] | None = None
    trace_id: str | None = None


class Topics(Protocol):
    """The topics of this cloud."""

    def policy(self, topic_arn: str) -> str | None:
        """The policy of a topic as JSON; None where there is no such topic."""
        ...

    def publish(self, topic_arn: str, note: Note) -> None:
        """Send a message to every subscription."""
        ...


class Outlets:
    """Where producers send to. For the cloud's event loop."""

    def __init__(self, plane: ControlPlane, queues: Queues, topics: Topics) -> None:
        self._plane, self._queues, self._topics = plane, queues, topics

    def invoke(
        self,
        arn: str,
        event: Any,
        caller: ServiceCaller | None,
        *,
        producer: str,
        trace_id: str | None = None,
    ) -> str:
        """Put an event into a function's queue; its request id. Raises `NotDelivered`.

        No `caller` here and below: as a role whose rights were asked already, not as a service.
        """
        self.check_function(arn, caller)
        body = event if isinstance(event, bytes) else _json(event)
        try:
            return submit_event(self._plane, arn, body, producer=producer, trace_id=trace_id)
        except AwsError as refused:
            code = THROTTLING if refused.status == TOO_MANY else INVALID
            raise NotDelivered(code, refused.message) from refused

    def send(
        self,
        arn: str,
        body: str,
        caller: ServiceCaller | None,
        *,
        attributes: Mapping[str, Attribute] = NOTHING,
        group_id: str | None = None,
        deduplication_id: str | None = None,
        trace_id: str | None = None,
    ) -> None:
        """Send a message to a queue. Raises `NotDelivered`."""
        self.check_queue(arn, caller)
        try:
            self._queues.send(
                arn,
                body,
                attributes=attributes,
                group_id=group_id,
                deduplication_id=deduplication_id,
                trace_header=trace_id,
            )
        except QueueRefusal as refused:
            raise NotDelivered(INVALID, str(refused)) from refused

    def publish(self, arn: str, note: Note, caller: ServiceCaller | None) -> None:
        """Publish to a topic. Raises `NotDelivered`."""
        self.check_topic(arn, caller)
        self._topics.publish(arn, note)

    def check_function(self, arn: str, caller: ServiceCaller | None) -> None:
        """Whether a function is there and lets the service in; raises `NotDelivered`."""
        name = function_name(arn)
        function = self._plane.store.find(name)
        if function is None:
            raise NotDelivered(NO_RESOURCE, f"Function not found: {arn}")
        if caller is not None and not granted(function, name.qualifier, caller):
            raise _forbidden(caller, "lambda:InvokeFunction", arn)

    def check_queue(self, arn: str, caller: ServiceCaller | None) -> None:
        """Whether a queue is there and lets the service in; raises `NotDelivered`."""
        queue = self._queues.find(arn)
        if queue is None:
            raise NotDelivered(NO_RESOURCE, "The specified queue does not exist.")
        if caller is not None and not _lets_in(queue.settings.policy, caller, SEND):
            raise _forbidden(caller, SEND, arn)

    def check_topic(self, arn: str, caller: ServiceCaller | None) -> None:
        """Whether a topic is there and lets the service in; raises `NotDelivered`."""
        policy = self._topics.policy(arn)
        if policy is None:
            raise NotDelivered(NO_RESOURCE, "Topic does not exist")
        if caller is not None and not _lets_in(policy, caller, PUBLISH):
            raise _forbidden(caller, PUBLISH, arn)


def function_name(arn: str) -> FunctionName:
    """The function that an ARN names; raises `NotDelivered`."""
    where = Arn.of(arn)
    try:
        return resolve(arn, None, account_id=where.account_id, region=where.region)
    except AwsError as refused:
        raise NotDelivered(NO_RESOURCE, refused.message) from refused


def _lets_in(policy: str | None, caller: ServiceCaller, action: str) -> bool:
    statements = json.loads(policy).get("Statement", []) if policy else []
    return allowed([statements] if isinstance(statements, dict) else statements, caller, action)


def _forbidden(caller: ServiceCaller, action: str, arn: str) -> NotDelivered:
    text = (
        f"User: {caller.principal} is not authorized to perform: {action} on resource: {arn} "
        f"because no resource-based policy allows the {action} action"
    )
    return NotDelivered(NO_PERMISSIONS, text)


def _json(event: Any) -> bytes:
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
