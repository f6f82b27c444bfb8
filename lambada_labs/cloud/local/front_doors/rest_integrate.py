"""Integrations of a REST API: what a method leads to, and what the client is told when that fails.

Source: API Gateway developer guide, "Set up integrations"; the words of the execution log as AWS writes them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.front_doors import rest_mapping
from lambada_labs.cloud.local.front_doors.calling import Caller, Errand, NotRun, Why, event_json
from lambada_labs.cloud.local.front_doors.functions_named import PRINCIPAL, function_arn
from lambada_labs.cloud.local.front_doors.http_answer import Malformed
from lambada_labs.cloud.local.front_doors.rest_answer import (
    CONFIGURATION,
    FAILURE,
    MALFORMED,
    TIMEOUT,
    TOO_LONG,
    GatewayRefusal,
    Kind,
    proxied,
)
from lambada_labs.cloud.local.front_doors.rest_event import RestVisit, event_of
from lambada_labs.cloud.local.message import AwsResponse
from lambada_labs.model import Reply

log = logging.getLogger(__name__)

TIMEOUT_MS = facts.number("limit.rest_api.timeout_s") * 1000
_MS = 1000
_WRONG = "Execution failed due to configuration error: "
#: Why a function did not run → what the client is told, and what the log says. A throttled one is 500, as on AWS.
FAILURES: Mapping[Why, tuple[Kind, str]] = {
    "timeout": (TIMEOUT, "Execution failed due to a timeout error"),
    "too-large": (TOO_LONG, "Execution failed due to a request that is too large for the function"),
    "forbidden": (FAILURE, f"{_WRONG}Invalid permissions on Lambda function"),
    "missing": (FAILURE, f"{_WRONG}Invalid permissions on Lambda function"),
    "throttled": (FAILURE, "Execution failed due to a throttled function"),
    "not-ready": (FAILURE, "Execution failed due to a function that is not ready"),
}


class Integrator:
    """Runs what a method leads to."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def answered(self, visit: RestVisit) -> AwsResponse:
        """The integration's answer; raises `GatewayRefusal`, which says why."""
        integration = visit.method.get("methodIntegration") or {}
        kind = integration.get("type")
        try:
            return await self._run(kind, visit, integration)
        except NotRun as failure:
            told, because = FAILURES[failure.why]
            raise GatewayRefusal(told, because=because) from None
        except Malformed as problem:
            proxy = kind == "AWS_PROXY"
            because = (
                f"{_WRONG}{'Malformed Lambda proxy response' if proxy else 'cannot be mapped'} ({problem})"
            )
            log.info("REST API %s, %s: %s", visit.api_id, visit.source_arn, because)
            raise GatewayRefusal(MALFORMED if proxy else CONFIGURATION, because=because) from None

    async def _run(self, kind: str | None, visit: RestVisit, integration: Mapping[str, Any]) -> AwsResponse:
        if kind == "MOCK":
            return rest_mapping.response(visit, integration, rest_mapping.mock_outcome(visit, integration))
        if kind == "AWS":
            return await self._mapped(visit, integration)
        if kind == "AWS_PROXY":
            return await self._proxied(visit, integration)
        because = f"{_WRONG}the local cloud serves no integration of type {kind}"
        log.warning("REST API %s, %s: %s", visit.api_id, visit.source_arn, because)
        raise GatewayRefusal(CONFIGURATION, because=because)

    async def _proxied(self, visit: RestVisit, integration: Mapping[str, Any]) -> AwsResponse:
        if integration.get("httpMethod") != "POST":
            # The commonest mistake of all: the method may be a GET, but Lambda is called by POST.
            raise GatewayRefusal(
                CONFIGURATION,
                because=f"{_WRONG}Lambda is invoked by POST, not {integration.get('httpMethod')}",
            )
        reply = await self._caller.run(_errand(visit, integration, event_json(event_of(visit))))
        if reply.function_error:
            raise GatewayRefusal(MALFORMED, because=_function_error(reply))
        return proxied(reply, visit.binary_types, visit.request.header("accept") or "")

    async def _mapped(self, visit: RestVisit, integration: Mapping[str, Any]) -> AwsResponse:
        body = rest_mapping.request_body(visit, integration).strip() or "{}"
        try:
            json.loads(body)
        except ValueError:
            raise Malformed("the integration request is no JSON") from None
        reply = await self._caller.run(_errand(visit, integration, body.encode("utf-8", "replace")))
        return rest_mapping.response(visit, integration, rest_mapping.lambda_outcome(reply.payload))


def _errand(visit: RestVisit, integration: Mapping[str, Any], event: bytes) -> Errand:
    arn = function_arn(integration.get("uri"), visit.stage_variables)
    if arn is None:
        raise Malformed(f"the integration's URI names no function: {integration.get('uri')}")
    given_ms = int(integration.get("timeoutInMillis") or TIMEOUT_MS)
    return Errand(
        function_arn=arn,
        event=event,
        principal=PRINCIPAL,
        source_arn=visit.source_arn,
        trace_id=visit.request.trace_id,
        timeout_s=min(given_ms, TIMEOUT_MS) / _MS,
        role_arn=integration.get("credentials") or "",
    )


def _function_error(reply: Reply) -> str:
    """The line of the execution log for an error of the function itself."""
    try:
        message = json.loads(reply.payload).get("errorMessage", "")
    except (ValueError, AttributeError):
        message = ""
    return (
        f"Lambda execution failed with status 200 due to customer function error: {message}. "
        f"Lambda request id: {reply.record.request_id}"
    )
