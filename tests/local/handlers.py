"""Functions that the local tests create, through boto3 alone."""

import io
import json
import sys
import time
import zipfile

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
HELLO = "def handler(event, context):\n    print('working')\n    return {'hello': event.get('name', 'you')}\n"


def zipped(source, name="handler.py"):
    """A deployment package with one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(name, source)
    return buffer.getvalue()


def role_of(cloud, name="tests"):
    """The ARN of a role that Lambda may assume."""
    iam = cloud.client("iam")
    try:
        return iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    except iam.exceptions.EntityAlreadyExistsException:
        return iam.get_role(RoleName=name)["Role"]["Arn"]


def create(cloud, name, source=HELLO, **configuration):
    """A Python function, Active."""
    client = cloud.client("lambda")
    client.create_function(
        FunctionName=name,
        Runtime=f"python{sys.version_info[0]}.{sys.version_info[1]}",
        Handler="handler.handler",
        Role=role_of(cloud),
        Code={"ZipFile": zipped(source)},
        **{"Timeout": 30, **configuration},
    )
    assert until(lambda: client.get_function(FunctionName=name)["Configuration"]["State"] == "Active")


def until(condition, seconds=20):
    """Whether the condition comes true before the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
