"""What tests of the integrations need: roles that a service may take on, functions it may call."""

from __future__ import annotations

import json
from typing import Any

from functions_kit import make_role, ready, refusal, until

ACCOUNT, REGION = "123456789012", "us-east-1"


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


__all__ = ["ACCOUNT", "REGION", "function_arn", "ready", "refusal", "service_role", "until"]
