"""What tests of asynchronous invocation need: targets to send to, and the event of a request id."""

from __future__ import annotations

import json
from typing import Any

from functions_kit import archive, make_role, until, wait

FAILS = "def handler(event, context):\n    raise Exception('intentional failure')\n"
ACCOUNT, REGION = "123456789012", "us-east-1"


def queue(cloud: Any, name: str) -> tuple[str, str]:
    """URL and ARN of a new queue."""
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def received(cloud: Any, url: str, *, count: int = 1) -> list[dict[str, Any]]:
    """So many messages of a queue, each taken out of it."""
    sqs, found = cloud.client("sqs"), []

    def enough() -> bool:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            AttributeNames=["All"],
        )
        for message in answer.get("Messages", []):
            found.append(message)
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return len(found) >= count

    until(enough, seconds=40)
    return found


def sending_role(cloud: Any, name: str = "async-role", resource: str = "*") -> str:
    """An execution role that may send to every kind of target."""
    found = make_role(cloud, name)
    actions = ["sqs:SendMessage", "sns:Publish", "lambda:InvokeFunction", "events:PutEvents", "s3:PutObject"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    cloud.client("iam").put_role_policy(RoleName=name, PolicyName="send", PolicyDocument=document)
    return found


def function(cloud: Any, name: str, code: str, **settings: Any) -> Any:
    """A function that is ready; answers the Lambda client."""
    client = cloud.client("lambda")
    client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=settings.pop("Role", None) or sending_role(cloud),
        Handler="index.handler",
        Code={"ZipFile": archive(code)},
        **settings,
    )
    wait(client, name)
    return client


def send(client: Any, name: str, event: Any = None, **more: Any) -> str:
    """Invoke with an event; its request id."""
    answer = client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event or {}), **more)
    assert answer["StatusCode"] == 202
    return answer["ResponseMetadata"]["RequestId"]


def history(cloud: Any, request_id: str) -> Any:
    """What happened to an event, once it has ended."""

    def ended() -> Any:
        found = [one for one in cloud.events() if one.request_id == request_id]
        return found[0] if found and found[0].ended_at else None

    return until(ended, seconds=40)


def arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
