"""TestInvokeMethod: a method tried out from the console or a client, with the log that tells why it failed.

Source: TestInvokeMethod, Amazon API Gateway V1 API reference; the lines of an execution log as AWS writes them. The
call is signed, no authoriser is asked, and what is tried is the method as it is now, not what was deployed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from lambada_labs.cloud.local.front_doors.request import DoorRequest, all_values, forwarded, last_values
from lambada_labs.cloud.local.front_doors.rest_api import RestApiDoor, Trial
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, WireRequest
from lambada_labs.runtime.run import new_trace_id

_SOURCE_IP = "test-invoke-source-ip"


async def tried(door: RestApiDoor, asked: AwsRequest, where: tuple[str, str, str]) -> AwsResponse:
    """The answer to TestInvokeMethod; `where` is API, resource and method. Raises `AwsError`."""
    given: Mapping[str, Any] = asked.json()
    trial = _trial(asked, given, where)
    start = time.perf_counter()
    answer, because = await door.tried(trial)
    latency = int((time.perf_counter() - start) * 1000)
    body = answer.body.decode("utf-8", "replace") if isinstance(answer.body, bytes) else ""
    said = {
        "status": answer.status,
        "body": body,
        "headers": last_values(answer.headers),
        "multiValueHeaders": all_values(answer.headers),
        "log": "\n".join(_log(trial, answer.status, body, because)),
        "latency": latency,
    }
    return AwsResponse.of_json(said)


def _trial(asked: AwsRequest, given: Mapping[str, Any], where: tuple[str, str, str]) -> Trial:
    api_id, resource_id, method = where
    path, _, query = str(given.get("pathWithQueryString") or "/").partition("?")
    single = (given.get("headers") or {}).items()
    several = [
        (name, value) for name, values in (given.get("multiValueHeaders") or {}).items() for value in values
    ]
    now = time.time()
    trace_id = new_trace_id(now)
    host = f"{api_id}.execute-api.{asked.region}.amazonaws.com"
    body = str(given.get("body") or "").encode()
    request = DoorRequest(
        method=unquote(method),
        raw_path=path,
        raw_query=query,
        headers=forwarded(
            [*single, *several], host, trace_id.partition(";")[0], _SOURCE_IP, ("443", "https")
        ),
        body=body,
        host=host,
        source_ip=_SOURCE_IP,
        request_id=asked.request_id,
        trace_id=trace_id,
        at=now,
        wire=WireRequest(method=method, raw_path=path, raw_query=query, headers={}, body=body),
    )
    return Trial(
        region=asked.region,
        api_id=api_id,
        resource_id=resource_id,
        method=request.method,
        request=request,
        stage_variables=given.get("stageVariables") or {},
    )


def _log(trial: Trial, status: int, body: str, because: str) -> list[str]:
    request = trial.request
    at = time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(request.at))
    lines = [
        f"Starting execution for request: {request.request_id}",
        f"HTTP Method: {request.method}, Resource Path: {request.raw_path}",
        f"Method request query string: {_map(last_values(request.query))}",
        f"Method request headers: {_map(last_values(request.headers))}",
        f"Method request body before transformations: {request.body.decode('utf-8', 'replace')}",
        because or f"Method response body after transformations: {body}",
        f"Method completed with status: {status}",
    ]
    return [f"Execution log for request {request.request_id}", *(f"{at} : {line}" for line in lines)]


def _map(values: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name}={value}" for name, value in values.items()) + "}"
