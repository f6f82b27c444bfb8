"""Custom resources of CloudFormation as pure rules: the request a function gets, and the response it must put.

Sources: AWS CloudFormation user guide, "Custom resource request objects", "Custom resource response objects"
(4,096 bytes, required fields) and AWS::CloudFormation::CustomResource (ServiceTimeout); texts as users quote
them from stack events.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lambada_labs import facts

RequestType = Literal["Create", "Update", "Delete"]
RESPONSE_LIMIT = facts.number("limit.cloudformation.custom_response")
DEFAULT_TIMEOUT_S = float(facts.number("limit.cloudformation.custom_resource_s"))
FAILED = "Received response status [FAILED] from custom resource. Message returned: {reason} (RequestId: {request})"
SILENT = (
    "CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId "
    "[{request}]. If you are using the Python cfn-response module, you may need to update your Lambda function code "
    "so that CloudFormation can attach the updated version."
)
REQUIRED = ("PhysicalResourceId", "StackId", "RequestId", "LogicalResourceId")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request to a custom resource's function."""

    kind: RequestType
    token: str
    url: str
    stack_id: str
    request_id: str
    logical_id: str
    resource_type: str
    properties: Mapping[str, Any]
    physical_id: str = ""
    old_properties: Mapping[str, Any] = field(default_factory=dict)

    def event(self) -> dict[str, Any]:
        """What the function is sent."""
        told: dict[str, Any] = {
            "RequestType": self.kind,
            "ServiceToken": self.token,
            "ResponseURL": self.url,
            "StackId": self.stack_id,
            "RequestId": self.request_id,
            "LogicalResourceId": self.logical_id,
            "ResourceType": self.resource_type,
            "ResourceProperties": texts(self.properties),
        }
        if self.kind != "Create":
            told["PhysicalResourceId"] = self.physical_id
        if self.kind == "Update":
            told["OldResourceProperties"] = texts(self.old_properties)
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response that CloudFormation can use; `reason` is its own sentence where it failed."""

    physical_id: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether the resource is as it was wanted."""
        return not self.reason


def response(asked: Asked, body: bytes) -> Response:
    """What a function put, judged."""
    if len(body) > RESPONSE_LIMIT:
        return Response(reason="Response object is too long.")
    try:
        given = json.loads(body)
    except ValueError:
        return Response(reason="Response is not valid JSON")
    if not isinstance(given, dict) or given.get("Status") not in {"SUCCESS", "FAILED"}:
        return Response(reason="Invalid Status in the response: SUCCESS or FAILED is wanted")
    if given["Status"] == "FAILED":
        reason = str(given.get("Reason", ""))
        return Response(
            physical_id=str(given.get("PhysicalResourceId", "")),
            reason=FAILED.format(reason=reason, request=asked.request_id),
        )
    wrong = _wrong(asked, given)
    if wrong:
        return Response(reason=f"Invalid {wrong}")
    return Response(physical_id=given["PhysicalResourceId"], data=given.get("Data") or {})


def silence(asked: Asked) -> Response:
    """Nobody answered in time."""
    return Response(reason=SILENT.format(request=asked.request_id))


def timeout_s(properties: Mapping[str, Any]) -> float:
    """How long CloudFormation waits for this resource."""
    return float(properties.get("ServiceTimeout", DEFAULT_TIMEOUT_S))


def texts(value: Any) -> Any:
    """Properties as CloudFormation hands them on: every number and truth value is a text."""
    if isinstance(value, Mapping):
        return {key: texts(one) for key, one in value.items()}
    if isinstance(value, list):
        return [texts(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None or isinstance(value, str) else str(value)


def _wrong(asked: Asked, given: Mapping[str, Any]) -> str:
    """The first field of a response that does not fit the request."""
    wanted = {"StackId": asked.stack_id, "RequestId": asked.request_id, "LogicalResourceId": asked.logical_id}
    for name in REQUIRED:
        value = given.get(name)
        if not isinstance(value, str) or not value or value != wanted.get(name, value):
            return name
    return "" if isinstance(given.get("Data") or {}, dict) else "Data"
