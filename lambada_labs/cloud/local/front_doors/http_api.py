"""The door of HTTP APIs: route, authorise, invoke, answer.

Sources: API Gateway developer guide, "Working with HTTP APIs"; quotas page (30 s, 10 MB).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from lambada_labs import facts
from lambada_labs.cloud.local.front_doors import http_cors
from lambada_labs.cloud.local.front_doors.calling import Caller, Errand, NotRun, Why, event_json
from lambada_labs.cloud.local.front_doors.functions_named import PRINCIPAL, function_arn
from lambada_labs.cloud.local.front_doors.http_answer import Malformed, answer_1_0, answer_2_0
from lambada_labs.cloud.local.front_doors.http_authorize import Gatekeeper, Refused
from lambada_labs.cloud.local.front_doors.http_event import Visit, event_1_0, event_2_0, resource_of
from lambada_labs.cloud.local.front_doors.request import DoorRequest, gateway_id
from lambada_labs.cloud.local.front_doors.routes import DEFAULT, route_of
from lambada_labs.cloud.local.front_doors.tables import HttpApi, Stores, http_api
from lambada_labs.cloud.local.message import AwsResponse

log = logging.getLogger(__name__)

BODY_LIMIT = facts.number("limit.api_gateway.payload")
TIMEOUT_S = facts.number("limit.http_api.timeout_s")
_MS = 1000
FAILED, NOT_FOUND, TOO_LARGE, LATE = 500, 404, 413, 503
#: What went wrong on the way to the function → status and text.
FAILURES: Mapping[Why, tuple[int, str]] = {
    "timeout": (LATE, "Service Unavailable"),
    "throttled": (LATE, "Service Unavailable"),
    "too-large": (TOO_LARGE, "Request Entity Too Large"),
}


class HttpApiDoor:
    """Answers requests for the HTTP APIs of one account."""

    def __init__(self, stores: Stores, caller: Caller, gatekeeper: Gatekeeper, account_id: str) -> None:
        self._stores, self._caller, self._gatekeeper = stores, caller, gatekeeper
        self._account_id = account_id

    def find(self, region: str, api_id: str) -> HttpApi | None:
        """The API of this id that answers at its own address."""
        api = http_api(self._stores, region, api_id)
        return None if api is None or api.disabled else api

    async def answer(self, api: HttpApi, region: str, request: DoorRequest) -> AwsResponse:
        """The answer to one request."""
        request = replace(request, request_id=gateway_id(request.request_id))
        early = http_cors.preflight(api.cors, request) if api.cors else None
        answer = early or await self._answered(api, region, request)
        if api.cors and early is None:
            answer = http_cors.shared(api.cors, request, answer)
        answer.headers.append(("Apigw-Requestid", request.request_id))
        return answer

    async def _answered(self, api: HttpApi, region: str, request: DoorRequest) -> AwsResponse:
        if request.too_long or len(request.body) > BODY_LIMIT:
            return said(TOO_LARGE, "Request Entity Too Large")
        staged = _staged(api, request.raw_path)
        found = route_of(api.routes, request.method, staged[1]) if staged else None
        if staged is None or found is None:
            return said(NOT_FOUND, "Not Found")
        visit, route = self._visit(api, staged[0], request, found), found[1]
        source = self.source_arn(region, visit)
        try:
            visit = replace(visit, authorizer=await self._gatekeeper.admit(api, route, visit, source))
            return await self._integrated(api.integration(route), visit, source)
        except Refused as refusal:
            answer = said(refusal.status, refusal.text)
            answer.headers += [("www-authenticate", refusal.challenge)] if refusal.challenge else []
            return answer
        except NotRun as failure:
            return said(*FAILURES.get(failure.why, (FAILED, "Internal Server Error")))
        except Malformed as problem:
            log.info("HTTP API %s, %s: %s", api.api_id, visit.route_key, problem)
            return said(FAILED, "Internal Server Error")

    def source_arn(self, region: str, visit: Visit) -> str:
        """The ARN in whose name the function is invoked."""
        method = "" if visit.route_key == DEFAULT else f"{visit.request.method}"
        where = f"{visit.api_id}/{visit.stage}/{method}{resource_of(visit.route_key)}"
        return f"arn:aws:execute-api:{region}:{self._account_id}:{where}"

    def _visit(
        self, api: HttpApi, stage: str, request: DoorRequest, found: tuple[str, Any, Mapping[str, str]]
    ) -> Visit:
        key, _, variables = found
        return Visit(
            request=request,
            account_id=self._account_id,
            api_id=api.api_id,
            stage=stage,
            route_key=key,
            path=request.path.partition("?")[0],  # decoded first, then cut, as seen on AWS
            path_parameters={name: unquote(value) for name, value in variables.items()},
            stage_variables=api.stages[stage].stage_variables or {},
        )

    async def _integrated(self, integration: Any, visit: Visit, source: str) -> AwsResponse:
        arn = function_arn(integration.integration_uri, visit.stage_variables) if integration else None
        if integration is None or integration.integration_type != "AWS_PROXY" or arn is None:
            raise Malformed("the route leads to no function: only AWS_PROXY integrations with one are served")
        newer = integration.payload_format_version == "2.0"
        event = event_2_0(visit) if newer else event_1_0(visit)
        errand = Errand(
            function_arn=arn,
            event=event_json(event),
            principal=PRINCIPAL,
            source_arn=source,
            trace_id=visit.request.trace_id,
            timeout_s=min((integration.timeout_in_millis or TIMEOUT_S * _MS) / _MS, TIMEOUT_S),
            role_arn=integration.credentials_arn or "",
        )
        reply = await self._caller.run(errand)
        return answer_2_0(reply) if newer else answer_1_0(reply)


def said(status: int, message: str) -> AwsResponse:
    """An answer of the door itself."""
    return AwsResponse.of_json({"message": message}, status)


def _staged(api: HttpApi, raw_path: str) -> tuple[str, str] | None:
    """The stage that a path begins with, or `$default`, and the path that is left for the routes."""
    first, _, rest = raw_path.removeprefix("/").partition("/")
    name = unquote(first)
    if name in api.stages and name != DEFAULT:
        return name, f"/{rest}"
    return (DEFAULT, raw_path) if DEFAULT in api.stages else None
