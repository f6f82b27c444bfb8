"""What lab 05 starts with: two roles and three tables, so that its cells are about events."""

from __future__ import annotations

import contextlib
import json

from lambada_labs.labs.stage import Stage

ROLE, CALLER_ROLE = "lab05-role", "lab05-caller-role"
PICTURES, PRICES, ORDERS = "lab05-pictures", "lab05-prices", "lab05-orders"
#: What a handler of this lab may do beside writing logs, each only to things of this lab.
RIGHTS = {
    "s3:GetObject": "arn:aws:s3:::lab05-*/*",
    "s3:PutObject": "arn:aws:s3:::lab05-*/*",
    # Who may not list a bucket is told "access denied" where an object is missing, not NoSuchKey.
    "s3:ListBucket": "arn:aws:s3:::lab05-*",
    "dynamodb:GetItem": "arn:aws:dynamodb:*:*:table/lab05-*",
    "dynamodb:PutItem": "arn:aws:dynamodb:*:*:table/lab05-*",
    "dynamodb:UpdateItem": "arn:aws:dynamodb:*:*:table/lab05-*",
    "codepipeline:PutJobSuccessResult": "*",
}
CALLERS = ("scheduler.amazonaws.com", "codepipeline.amazonaws.com", "cloudformation.amazonaws.com")
CALLER_TRUST = {"Effect": "Allow", "Principal": {"Service": list(CALLERS)}, "Action": "sts:AssumeRole"}
MAY_INVOKE = {"lambda:InvokeFunction": "arn:aws:lambda:*:*:function:lab05-*"}


def start(stage: Stage) -> None:
    """The roles and tables, each only where it is missing."""
    stage.role(ROLE)
    _allow(stage, ROLE, RIGHTS)
    _caller_role(stage)
    for name in (PICTURES, PRICES, ORDERS):
        _table(stage, name)


def _allow(stage: Stage, role: str, rights: dict[str, str]) -> None:
    statements = [{"Effect": "Allow", "Action": action, "Resource": on} for action, on in rights.items()]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    stage.cloud.client("iam").put_role_policy(RoleName=role, PolicyName="lab05", PolicyDocument=document)


def _caller_role(stage: Stage) -> None:
    iam = stage.cloud.client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [CALLER_TRUST]})
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=CALLER_ROLE, AssumeRolePolicyDocument=trust)
    _allow(stage, CALLER_ROLE, MAY_INVOKE)


def _table(stage: Stage, name: str) -> None:
    """A table with one key, called `key`, paid by the request."""
    client = stage.cloud.client("dynamodb")
    with contextlib.suppress(client.exceptions.ResourceInUseException):
        client.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=[{"Key": key, "Value": value} for key, value in stage.tags.items()],
        )
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
