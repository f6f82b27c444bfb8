"""What tests of Lambda through the local cloud need: a role, a package, a function that is ready."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
ECHO = "def handler(event, context):\n    return event\n"


def archive(files: str | Mapping[str, str] = ECHO) -> bytes:
    """A deployment package; a text alone is `index.py`."""
    named = {"index.py": files} if isinstance(files, str) else files
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, text in named.items():
            zipped.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
    return buffer.getvalue()


def make_role(cloud: Any, name: str = "lambda-role", trust: Mapping[str, Any] = TRUST) -> str:
    """The ARN of an execution role, made when missing."""
    iam = cloud.client("iam")
    try:
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    except iam.exceptions.EntityAlreadyExistsException:
        made = iam.get_role(RoleName=name)
    arn: str = made["Role"]["Arn"]
    return arn


def create(cloud: Any, name: str, code: str | Mapping[str, str] = ECHO, **settings: Any) -> dict[str, Any]:
    """Create a function with the least AWS wants and what a test adds; not waited for."""
    least = {
        "FunctionName": name,
        "Runtime": "python3.12",
        "Role": make_role(cloud),
        "Handler": "index.handler",
        "Code": {"ZipFile": archive(code)},
    }
    answer: dict[str, Any] = cloud.client("lambda").create_function(**(least | settings))
    return answer


def ready(cloud: Any, name: str, code: str | Mapping[str, str] = ECHO, **settings: Any) -> Any:
    """A function that can be invoked; answers the Lambda client."""
    create(cloud, name, code, **settings)
    client = cloud.client("lambda")
    wait(client, name)
    return client


def wait(client: Any, name: str) -> None:
    """Until the function is `Active` and its last update through."""
    patience = {"Delay": 0.05, "MaxAttempts": 200}
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=patience)
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig=patience)


def until(condition: Callable[[], Any], *, seconds: float = 20) -> Any:
    """What `condition` answers once that is true; fails after a generous while."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)
    return answer


def answer_of(response: Mapping[str, Any]) -> Any:
    """The payload of an invocation as JSON."""
    return json.loads(response["Payload"].read())


def refusal(call: Callable[..., Any], /, **parameters: Any) -> tuple[str, str, int]:
    """Code, text and HTTP status with which a call is refused."""
    try:
        call(**parameters)
    except ClientError as error:
        seen = error.response
        return seen["Error"]["Code"], seen["Error"]["Message"], seen["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError("it was not refused")
