"""Requests that services of this cloud make of each other: signed by nobody, in somebody's name."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import quote

from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Principal

TARGET = "x-amz-target"


def role_session(role_arn: str, *, session: str = "") -> Principal:
    """Who a service is that has assumed a role: `arn:aws:sts::…:assumed-role/NAME/SESSION`."""
    account_id, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    session = session or uuid.uuid4().hex
    return Principal(
        arn=f"arn:aws:sts::{account_id}:assumed-role/{name}/{session}",
        account_id=account_id,
        kind="role-session",
        access_key_id="",
        user_id=session,
    )


def object_request(
    method: Literal["GET", "PUT"], bucket: str, key: str, *, caller: Principal, region: str, body: bytes = b""
) -> AwsRequest:
    """GetObject or PutObject."""
    path = f"/{bucket}/{key}"
    return AwsRequest(
        method=method,
        raw_path=quote(path),
        raw_query="",
        path=path,
        query=(),
        headers={"host": "127.0.0.1", "content-type": "application/octet-stream"},
        body=body,
        caller=caller,
        service="s3",
        region=region,
        request_id=uuid.uuid4().hex[:16].upper(),
    )


def json_request(
    service: str, target: str, given: dict[str, Any], *, caller: Principal, region: str
) -> AwsRequest:
    """An operation of a service that speaks JSON; `target` as in X-Amz-Target, `service` its signing name."""
    return AwsRequest(
        method="POST",
        raw_path="/",
        raw_query="",
        path="/",
        query=(),
        headers={"host": "127.0.0.1", "content-type": "application/x-amz-json-1.0", TARGET: target},
        body=json.dumps(given).encode(),
        caller=caller,
        service=service,
        region=region,
        request_id=str(uuid.uuid4()),
    )


def with_target(request: AwsRequest, target: str, given: dict[str, Any]) -> AwsRequest:
    """Another operation of the same service, asked by the same caller."""
    headers = {**request.headers, TARGET: target}
    return replace(request, headers=headers, body=json.dumps(given).encode())


def json_of(answer: AwsResponse) -> dict[str, Any]:
    """The JSON of an answer, `{}` where it has no body or streams it."""
    body = answer.body if isinstance(answer.body, bytes) else b""
    found: dict[str, Any] = json.loads(body or b"{}")
    return found
