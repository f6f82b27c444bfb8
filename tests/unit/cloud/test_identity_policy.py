"""What a role's own policies let it do."""

from __future__ import annotations

import pytest

from lambada_labs.cloud.local.identity_policy import allows

QUEUE = "arn:aws:sqs:us-east-1:123456789012:jobs"


def statement(effect="Allow", action="sqs:SendMessage", resource=QUEUE, **more):
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.mark.parametrize(
    ("documents", "allowed"),
    [
        ([], False),
        ([policy(statement())], True),
        ([{"Statement": statement()}], True),
        ([policy(), policy(statement(action=["sns:Publish", "SQS:send*"]))], True),
        ([policy(statement(action="*", resource="*"))], True),
        ([policy(statement(action="sqs:Receive*"))], False),
        ([policy(statement(resource="arn:aws:sqs:*:*:job?"))], True),
        ([policy(statement(resource=QUEUE.upper()))], False),
        ([policy(statement(resource=[f"{QUEUE}-other"]))], False),
        ([policy(statement()), policy(statement("Deny", "sqs:*", "*"))], False),
        ([policy(statement(), statement("Deny", "sqs:*", "*", Condition={"Bool": {"x": "true"}}))], True),
        ([policy(statement(Condition={"StringEquals": {"aws:SourceAccount": "1"}}))], True),
        ([policy({"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::*"})], True),
        ([policy({"Effect": "Allow", "NotAction": "sqs:*", "Resource": "*"})], False),
        ([policy({"Effect": "Allow", "Action": "sqs:*"})], False),
    ],
)
def test_the_decision(documents, allowed):
    assert allows(documents, "sqs:SendMessage", QUEUE) is allowed
