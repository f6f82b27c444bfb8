"""How a lab's starting state is built and kept: a role, a function, a name that is free again."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lambada_labs.cloud.port import Cloud
from lambada_labs.labs.evidence import Evidence

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
LOGS_POLICY = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
#: On a real account a new role needs this long until Lambda may assume it (observed, not documented).
ROLE_SETTLES_S = 10
PATIENCE = {"Delay": 0.2, "MaxAttempts": 300}


@dataclass(frozen=True, slots=True)
class Stage:
    """Makes what a lab starts with, each only where it is missing."""

    cloud: Cloud
    tags: Mapping[str, str]

    def role(self, name: str) -> str:
        """The ARN of an execution role that Lambda may assume and that may write logs."""
        iam = self.cloud.client("iam")
        with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
            iam.create_role(
                RoleName=name,
                AssumeRolePolicyDocument=json.dumps(TRUST),
                Tags=[{"Key": key, "Value": value} for key, value in self.tags.items()],
            )
            time.sleep(0 if self.cloud.name == "local" else ROLE_SETTLES_S)
        iam.attach_role_policy(RoleName=name, PolicyArn=LOGS_POLICY)
        return str(iam.get_role(RoleName=name)["Role"]["Arn"])

    def service_role(self, name: str, services: Iterable[str], rights: Mapping[str, str]) -> str:
        """The ARN of a role that these services may assume; `rights` are actions and the resource they are for."""
        iam = self.cloud.client("iam")
        who = {"Service": [f"{service}.amazonaws.com" for service in services]}
        trust = {"Effect": "Allow", "Principal": who, "Action": "sts:AssumeRole"}
        with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document([trust]))
            time.sleep(0 if self.cloud.name == "local" else ROLE_SETTLES_S)
        allowed = [{"Effect": "Allow", "Action": each, "Resource": where} for each, where in rights.items()]
        iam.put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=_document(allowed))
        return str(iam.get_role(RoleName=name)["Role"]["Arn"])

    def function(self, name: str, *, code: bytes, handler: str, runtime: str, role: str, **more: Any) -> None:
        """A function of this name, Active; one that exists stays as the learner left it."""
        if Evidence(self.cloud).function(name) is None:
            client = self.cloud.client("lambda")
            client.create_function(
                FunctionName=name,
                Runtime=runtime,
                Handler=handler,
                Role=role,
                Code={"ZipFile": code},
                Tags=dict(self.tags),
                **more,
            )
            client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=PATIENCE)

    def free(self, name: str) -> str:
        """This name, held by no function: an older one of the lab is deleted."""
        client = self.cloud.client("lambda")
        with contextlib.suppress(client.exceptions.ResourceNotFoundException):
            client.delete_function(FunctionName=name)
        return name


def _document(statements: list[Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def wait_for_role(name: str) -> str:
    """The ARN of a new role, once Lambda may assume it: at once here, some seconds on a real account."""
    import boto3

    iam = boto3.client("iam")
    iam.get_waiter("role_exists").wait(RoleName=name)
    if "AWS_ENDPOINT_URL" not in os.environ:
        time.sleep(ROLE_SETTLES_S)
    return str(iam.get_role(RoleName=name)["Role"]["Arn"])
