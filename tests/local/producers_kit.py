"""What tests of event producers need: queues and topics with a policy, permissions, a function that tells."""

from __future__ import annotations

import json
from typing import Any

from async_kit import ACCOUNT, REGION, arn, function, queue, received
from functions_kit import until

RECORDS = "import json\ndef handler(event, context):\n    print('SEEN ' + json.dumps(event))\n"


def statement(service: str, action: str, resource: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": resource}


def open_queue(cloud: Any, name: str, service: str) -> tuple[str, str]:
    """URL and ARN of a queue that lets this service send."""
    url, target = queue(cloud, name)
    policy = {"Version": "2012-10-17", "Statement": [statement(service, "sqs:SendMessage", target)]}
    cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    return url, target


def open_topic(cloud: Any, name: str, service: str) -> str:
    """ARN of a topic that lets this service publish."""
    sns = cloud.client("sns")
    topic = sns.create_topic(Name=name)["TopicArn"]
    policy = {"Version": "2012-10-17", "Statement": [statement(service, "sns:Publish", topic)]}
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy))
    return topic


def listener(cloud: Any, name: str, code: str = RECORDS) -> str:
    """ARN of a function that prints its events."""
    function(cloud, name, code)
    return arn(name)


def permit(cloud: Any, name: str, service: str, source: str, **more: Any) -> None:
    """Let a service invoke a function for one resource."""
    cloud.client("lambda").add_permission(
        FunctionName=name,
        StatementId=more.pop("StatementId", "producer"),
        Action="lambda:InvokeFunction",
        Principal=service,
        SourceArn=source,
        **more,
    )


def seen(cloud: Any, name: str, *, count: int = 1, seconds: float = 30) -> list[Any]:
    """The events that a listener has printed, at least so many."""

    def enough() -> Any:
        texts = [text for _, _, _, text in cloud.log_lines(name)]
        found = [json.loads(text.partition("SEEN ")[2]) for text in texts if text.startswith("SEEN ")]
        return found if len(found) >= count else None

    found: list[Any] = until(enough, seconds=seconds)
    return found


__all__ = [
    "ACCOUNT",
    "REGION",
    "arn",
    "function",
    "listener",
    "open_queue",
    "open_topic",
    "permit",
    "queue",
    "received",
    "seen",
    "until",
]
