"""What tests of integrations need: roles a service may take on, functions it may call, the permission it wants."""

from __future__ import annotations

import json
from typing import Any

from functions_kit import make_role, ready, refusal, until

ACCOUNT, REGION = "123456789012", "us-east-1"
#: Answers with the JSON that somewhere in its event stands as text under one of these names; the word `raise`
#: there makes it raise, `sleep` makes it too slow.
ANSWERING = """
import json, time
NAMES = {"inputTranscript", "said", "subject", "value"}

def told(value):
    if isinstance(value, dict):
        for name, held in value.items():
            if name in NAMES and isinstance(held, str) and (held[:1] in '{["' or held in ("raise", "sleep")):
                return held
            found = told(held)
            if found is not None:
                return found
    if isinstance(value, list):
        for one in value:
            found = told(one)
            if found is not None:
                return found
    return None

def handler(event, context):
    print("SEEN " + json.dumps(event))
    text = told(event)
    if text == "raise":
        raise ValueError("no thanks")
    if text == "sleep":
        time.sleep(30)
    return json.loads(text) if text else event
"""


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def service_role(
    cloud: Any, name: str, service: str, actions: tuple[str, ...] = ("lambda:InvokeFunction",)
) -> str:
    """The ARN of a role that this service may assume, with rights to these actions on everything."""
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    role = make_role(cloud, name, {"Version": "2012-10-17", "Statement": [trust]})
    if actions:
        allowed = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        cloud.client("iam").put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=document)
    return role


def answering(cloud: Any, name: str, **settings: Any) -> str:
    """The name of a function that answers what its event says."""
    ready(cloud, name, ANSWERING, **settings)
    return name


def permitted(cloud: Any, name: str, integration: str) -> str:
    """The same function, open to a service's sample."""
    ran = cloud.run_integration(integration, name)
    assert ran.permission, f"{integration} may call {name} already"
    cloud.client("lambda").add_permission(**ran.permission)
    return name


__all__ = [
    "ACCOUNT",
    "REGION",
    "answering",
    "function_arn",
    "permitted",
    "ready",
    "refusal",
    "service_role",
    "until",
]
