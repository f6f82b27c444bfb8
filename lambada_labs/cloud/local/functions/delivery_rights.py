"""Which right an execution role needs to send something about an event to a target.

Source: developer guide, "Capturing records of Lambda asynchronous invocations", permissions; the refusals are
those that users quote of destinations and of dead-letter queues.
"""

from __future__ import annotations

from collections.abc import Mapping

from lambada_labs.cloud.local.functions.ports import Roles
from lambada_labs.cloud.local.functions.refusals import invalid

ACTIONS: Mapping[str, str] = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "lambda": "lambda:InvokeFunction",
    "events": "events:PutEvents",
    "s3": "s3:PutObject",
}
#: Any object of a bucket: what is asked for before a key is known.
OBJECTS = "/*"


def needed(target: str) -> tuple[str, str]:
    """The action and the resource that a delivery to this ARN needs."""
    service = target.split(":")[2]
    return ACTIONS[service], target + OBJECTS if service == "s3" else target


def check_destination(roles: Roles, role_arn: str, target: str) -> None:
    """Refuse a destination that the role may not send to; raises `InvalidParameterValueException`."""
    if not _permitted(roles, role_arn, target):
        operation = needed(target)[0].partition(":")[2]
        raise invalid(
            f"The function's execution role does not have permissions to call {operation} on {target}"
        )


def check_dead_letter_right(roles: Roles, role_arn: str, target: str) -> None:
    """Refuse a dead-letter target that the role may not send to; raises `InvalidParameterValueException`."""
    if not _permitted(roles, role_arn, target):
        service, _, operation = needed(target)[0].partition(":")
        raise invalid(
            f"The provided execution role does not have permissions to call {operation} on {service.upper()}"
        )


def _permitted(roles: Roles, role_arn: str, target: str) -> bool:
    role = roles.role(role_arn)
    return role is not None and role.allows(*needed(target))
