"""Where moto's services are joined to ours: its queues are ours, its events go where ours go."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from lambada_labs.cloud.local.message import AwsRequest
from lambada_labs.cloud.local.producers import stack_resources, stacks, taps
from lambada_labs.cloud.local.producers.estate import Stores
from lambada_labs.cloud.local.producers.filter_policies import tap_policies, tap_subscribing
from lambada_labs.cloud.local.producers.log_queries import tap_queries
from lambada_labs.cloud.local.queues import Queues, for_moto

OnLoop = Callable[[Callable[[], Any]], Any]
#: Python forgets subclasses that nobody holds, and moto with it.
_LEARNT: list[type[Any]] = []


def join_queues(account_id: str, queues: Queues, on_loop: OnLoop) -> None:
    """Have moto find these queues instead of its own; `on_loop` does something where they live."""
    from moto.sqs.exceptions import QueueDoesNotExist
    from moto.sqs.models import Queue, SQSBackend, sqs_backends

    backend = for_moto.backend_class(SQSBackend, Queue, QueueDoesNotExist, queues, on_loop)
    sqs_backends[account_id].backend = backend
    _learn_resources(sqs_backends)


def _learn_resources(queues: Any) -> None:
    """Teach stacks what sends to queues and topics; before moto's CloudFormation lists what it knows."""
    from moto.core.common_models import CloudFormationModel
    from moto.sns.models import sns_backends

    _LEARNT[:] = stack_resources.models(CloudFormationModel, queues, sns_backends)


def hear(ears: taps.Ears, request: Callable[[], AwsRequest | None], trace: Callable[[], str | None]) -> None:
    """Have moto's services send no events themselves, and tell of what happens in them instead.

    `request` and `trace`: what the calling thread answers, and the trace header under which it works.
    """
    from moto.events import models as events
    from moto.events import notifications as other_notifications
    from moto.logs import models as logs
    from moto.logs.exceptions import InvalidParameterException
    from moto.s3 import models as s3
    from moto.s3 import notifications
    from moto.sns import exceptions
    from moto.sns import models as sns
    from moto.sns.responses import SNSResponse

    tap = taps.ObjectTap(ears.objects, request)
    tap.install(notifications, s3.S3Backend)
    other_notifications.send_notification = s3.events_send_notification = _unsent
    taps.TopicTap(ears.topics, trace).install(sns.Subscription, exceptions.SNSInvalidParameter)
    tap_policies(sns.SNSBackend, exceptions.SNSInvalidParameter)
    tap_subscribing(SNSResponse)
    taps.tap_rules(events.Rule, ears.rules)
    taps.tap_log_streams(logs.LogStream, ears.logs)
    tap_queries(logs, lambda text: InvalidParameterException(msg=text))
    stacks.tap_buckets(s3.FakeBucket, ears.buckets)


def stores(account_lock: AbstractContextManager[Any]) -> Stores:
    """Where moto keeps what events come from and go to; the lock is held while metrics are read."""
    from moto.cloudwatch.models import cloudwatch_backends
    from moto.events.models import events_backends
    from moto.logs.models import logs_backends
    from moto.s3.models import s3_backends
    from moto.scheduler.models import scheduler_backends
    from moto.sns.models import sns_backends

    return Stores(
        objects=s3_backends,
        topics=sns_backends,
        events=events_backends,
        scheduler=scheduler_backends,
        logs=logs_backends,
        cloudwatch=cloudwatch_backends,
        lock=account_lock,
    )


def _unsent(**_: Any) -> None:
    """Moto calls the making of a bucket the making of an object: S3 sends nothing then."""
