"""The door of REST APIs: stage, resource, method, authoriser, integration, answer.

Sources: API Gateway developer guide, "REST APIs"; a stage serves what was deployed, not what was changed since.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.front_doors.calling import Caller
from lambada_labs.cloud.local.front_doors.deployments import Deployed, Deployments, taken
from lambada_labs.cloud.local.front_doors.request import DoorRequest, gateway_id, last_values
from lambada_labs.cloud.local.front_doors.rest_answer import (
    CONFIGURATION,
    FORBIDDEN,
    MISSING_TOKEN,
    PARAMETERS,
    TOO_LONG,
    UNAUTHORIZED,
    UNKNOWN_STAGE,
    GatewayRefusal,
    refused,
)
from lambada_labs.cloud.local.front_doors.rest_authorize import RestGatekeeper
from lambada_labs.cloud.local.front_doors.rest_event import RestVisit
from lambada_labs.cloud.local.front_doors.rest_integrate import Integrator
from lambada_labs.cloud.local.front_doors.routes import ANY, most_specific, split_path, template
from lambada_labs.cloud.local.front_doors.signed import Verifier
from lambada_labs.cloud.local.front_doors.tables import Stores, api_key_id, rest_api
from lambada_labs.cloud.local.message import AwsResponse

log = logging.getLogger(__name__)

BODY_LIMIT = facts.number("limit.api_gateway.payload")
#: The stage of TestInvokeMethod.
TEST_STAGE = "test-invoke-stage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What TestInvokeMethod asks for."""

    region: str
    api_id: str
    resource_id: str
    method: str
    request: DoorRequest
    stage_variables: Mapping[str, str]


class RestApiDoor:
    """Answers requests for the REST APIs of one account."""

    def __init__(
        self, stores: Stores, caller: Caller, verify: Verifier, account_id: str, deployments: Deployments
    ) -> None:
        self._stores, self._account_id, self._integrator = stores, account_id, Integrator(caller)
        self._gatekeeper, self._deployments = RestGatekeeper(caller, verify, stores), deployments

    def knows(self, region: str, api_id: str) -> bool:
        """Whether there is such an API, answering at its own address."""
        api = rest_api(self._stores, region, api_id)
        return api is not None and str(api.disableExecuteApiEndpoint).lower() != "true"

    async def answer(self, region: str, api_id: str, request: DoorRequest) -> AwsResponse:
        """The answer to one request."""
        api = rest_api(self._stores, region, api_id)
        name, path = _staged(request.raw_path)
        stage = api.stages.get(name) if api is not None else None
        if api is None or stage is None:
            answer = refused(GatewayRefusal(UNKNOWN_STAGE), {})
        else:
            deployed = self._deployments.of(region, api, stage)
            answer = await self._served(deployed, api_id, stage, replace(request, raw_path=path))
        answer.headers += [
            ("x-amzn-RequestId", request.request_id),
            ("x-amz-apigw-id", gateway_id(request.request_id)),
        ]
        return answer

    async def tried(self, trial: Trial) -> tuple[AwsResponse, str]:
        """The answer of a method as it is now, without its authoriser, and why it failed where it did."""
        api = rest_api(self._stores, trial.region, trial.api_id)
        deployed = taken(trial.region, api) if api is not None else Deployed()
        resource = next((one for one in deployed.resources if one["id"] == trial.resource_id), None)
        methods = (resource or {}).get("resourceMethods", {})
        method = methods.get(trial.method) or methods.get(ANY)
        if resource is None or method is None:
            raise AwsError("NotFoundException", "Invalid Method identifier specified", 404)
        variables = template(resource["path"]).match(split_path(trial.request.raw_path)) or {}
        visit = RestVisit(
            request=trial.request,
            account_id=self._account_id,
            api_id=trial.api_id,
            region=trial.region,
            stage=TEST_STAGE,
            deployment_id="",
            resource=resource,
            method=method,
            path=trial.request.raw_path,
            path_parameters=variables,
            stage_variables=trial.stage_variables,
            binary_types=deployed.binary_types,
        )
        try:
            return await self._integrator.answered(visit), ""
        except GatewayRefusal as refusal:
            return refused(refusal, deployed.gateway_responses), refusal.because

    async def _served(self, deployed: Deployed, api_id: str, stage: Any, request: DoorRequest) -> AwsResponse:
        """The answer of a stage; the request's path is the one after it."""
        try:
            visit = await self._admitted(self._visit(deployed, api_id, stage, request), deployed)
            return await self._integrator.answered(visit)
        except GatewayRefusal as refusal:
            return refused(refusal, deployed.gateway_responses)

    def _visit(self, deployed: Deployed, api_id: str, stage: Any, request: DoorRequest) -> RestVisit:
        trimmed = request.raw_path.rstrip("/") or "/"
        found = most_specific(((one["path"], one) for one in deployed.resources), trimmed)
        methods = found[1].get("resourceMethods", {}) if found else {}
        method = methods.get(request.method) or methods.get(ANY)
        if found is None or method is None:
            raise GatewayRefusal(MISSING_TOKEN)
        return RestVisit(
            request=request,
            account_id=self._account_id,
            api_id=api_id,
            region=deployed.region,
            stage=stage.name,
            deployment_id=stage.deployment_id or "",
            resource=found[1],
            method=method,
            path=request.raw_path,
            path_parameters=found[2],
            stage_variables=stage.variables or {},
            binary_types=deployed.binary_types,
        )

    async def _admitted(self, visit: RestVisit, deployed: Deployed) -> RestVisit:
        if visit.request.too_long or len(visit.request.body) > BODY_LIMIT:
            raise GatewayRefusal(TOO_LONG)
        kind = visit.method.get("authorizationType") or "NONE"
        if kind == "AWS_IAM":
            visit = replace(visit, identity=self._gatekeeper.signer(visit))
        elif kind == "CUSTOM":
            authorizer = deployed.authorizers.get(visit.method.get("authorizerId") or "")
            if authorizer is None:
                raise GatewayRefusal(CONFIGURATION)
            visit = await self._gatekeeper.judged(visit, authorizer)
        elif kind == "COGNITO_USER_POOLS":
            authorizer = deployed.authorizers.get(visit.method.get("authorizerId") or "")
            visit = replace(visit, authorizer=self._gatekeeper.token(visit, authorizer or {}))
        elif kind != "NONE":
            log.warning("REST API %s: authorisation by %s is not built", visit.api_id, kind)
            raise GatewayRefusal(UNAUTHORIZED)
        if visit.method.get("apiKeyRequired"):
            visit = self._with_key(visit, by_authorizer=deployed.key_source == "AUTHORIZER")
        _check_parameters(visit, deployed)
        return visit

    def _with_key(self, visit: RestVisit, *, by_authorizer: bool) -> RestVisit:
        """The visit as its API key's holder; the key stands in a header, or the authoriser named it."""
        key = visit.usage_key if by_authorizer else visit.request.header("x-api-key")
        known = api_key_id(self._stores, visit.region, visit.api_id, visit.stage, key) if key else None
        if known is None:
            raise GatewayRefusal(FORBIDDEN)
        return replace(visit, identity={**visit.identity, "apiKey": key, "apiKeyId": known})


def _check_parameters(visit: RestVisit, deployed: Deployed) -> None:
    validator = deployed.validators.get(visit.method.get("requestValidatorId") or "")
    if not validator or not validator.get("validateRequestParameters"):
        return
    places = {"header": None, "querystring": last_values(visit.request.query), "path": visit.path_parameters}
    missing = []
    for name, required in sorted((visit.method.get("requestParameters") or {}).items()):
        place, _, key = name.removeprefix("method.request.").partition(".")
        known = places.get(place)
        there = visit.request.header(key) is not None if known is None else bool(known.get(key))
        if str(required).lower() == "true" and not there:
            missing.append(key)
    if missing:
        raise GatewayRefusal(PARAMETERS, f"{PARAMETERS.text}: [{', '.join(missing)}]")


def _staged(raw_path: str) -> tuple[str, str]:
    """The stage that a path begins with, and the path after it."""
    first, _, rest = raw_path.removeprefix("/").partition("/")
    return unquote(first), f"/{rest}"
