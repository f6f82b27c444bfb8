"""The event of an Application Load Balancer, with single or with many values.

Source: ELB user guide, "Use Lambda functions as targets": query parameters are not decoded, of several values of one
name the last one is sent unless multi-value headers are on; the health check's event.
"""

from __future__ import annotations

import base64
from typing import Any

from lambada_labs.cloud.local.front_doors.request import DoorRequest, all_values, last_values, lowered

HEALTH_AGENT = "ELB-HealthChecker/2.0"


def event_of(request: DoorRequest, group_arn: str, *, multi_value: bool) -> dict[str, Any]:
    """What the function of this target group gets."""
    query, headers = _raw_query(request.raw_query), lowered(request.headers)
    event: dict[str, Any] = {
        "requestContext": {"elb": {"targetGroupArn": group_arn}},
        "httpMethod": request.method,
        "path": request.raw_path,
    }
    if multi_value:
        event |= {
            "multiValueQueryStringParameters": all_values(query),
            "multiValueHeaders": all_values(headers),
        }
    else:
        event |= {"queryStringParameters": last_values(query), "headers": last_values(headers)}
    binary = bool(request.body) and not request.is_text
    body = base64.b64encode(request.body).decode() if binary else request.body.decode("utf-8", "replace")
    return {**event, "body": body, "isBase64Encoded": binary}


def health_event(group_arn: str, path: str, *, multi_value: bool) -> dict[str, Any]:
    """The event of a health check."""
    maps: dict[str, Any] = {"queryStringParameters": {}, "headers": {"user-agent": HEALTH_AGENT}}
    if multi_value:
        maps = {"multiValueQueryStringParameters": {}, "multiValueHeaders": {"user-agent": [HEALTH_AGENT]}}
    return {
        "requestContext": {"elb": {"targetGroupArn": group_arn}},
        "httpMethod": "GET",
        "path": path,
        **maps,
        "body": "",
        "isBase64Encoded": False,
    }


def _raw_query(raw_query: str) -> tuple[tuple[str, str], ...]:
    """Pairs as they were sent, percent signs and all."""
    pairs = (part.partition("=") for part in raw_query.split("&") if part)
    return tuple((key, value) for key, _, value in pairs)
