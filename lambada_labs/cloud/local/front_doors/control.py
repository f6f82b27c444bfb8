"""Where the control planes behind the doors need more than their database: in front of it, by operation.

CreateDeployment keeps a copy of the API; binary media types are kept, which the database drops; CreateApi with a
target makes the route it promises; CreateLoadBalancer gives a DNS name that cannot be guessed; RegisterTargets looks
at the function's policy, as AWS does; ModifyTargetGroup keeps the codes of a healthy target; DescribeTargetHealth
tells of Lambda targets; TestInvokeMethod and, for HTTP APIs, UpdateStage and CreateDeployment are not in the database
at all.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.front_doors.alb import PRINCIPAL
from lambada_labs.cloud.local.front_doors.alb_health import HealthChecks
from lambada_labs.cloud.local.front_doors.calling import Caller
from lambada_labs.cloud.local.front_doors.definition import importable
from lambada_labs.cloud.local.front_doors.deployments import Deployments
from lambada_labs.cloud.local.front_doors.rest_api import RestApiDoor
from lambada_labs.cloud.local.front_doors.rest_trial import tried
from lambada_labs.cloud.local.front_doors.tables import Stores
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service, split_query

_DEPLOYMENTS = re.compile(r"/restapis/([^/]+)/deployments/?")
_APIS = re.compile(r"/v2/apis/?")
_STAGE = re.compile(r"/v2/apis/([^/]+)/stages/([^/]+)/?")
_V2_DEPLOYMENTS = re.compile(r"/v2/apis/([^/]+)/deployments/?")
_CREATED = 201
_DNS_NUMBERS = 10**10
_DONE = frozenset({200, _CREATED})
_REST_APIS = re.compile(r"/restapis/?")
_REST_API = re.compile(r"/restapis/([^/]+)/?")
_METHOD = re.compile(r"/restapis/([^/]+)/resources/([^/]+)/methods/([^/]+)/?")
_TYPES = "/binaryMediaTypes/"
_NAMESPACE = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"
_STAGE_MEMBERS: Mapping[str, str] = {
    "autoDeploy": "auto_deploy",
    "defaultRouteSettings": "default_route_settings",
    "description": "description",
    "routeSettings": "route_settings",
    "stageVariables": "stage_variables",
    "accessLogSettings": "access_log_settings",
}


class ApiControl:
    """API Gateway's control plane, REST and HTTP."""

    def __init__(self, behind: Service, stores: Stores, deployments: Deployments, door: RestApiDoor) -> None:
        self._behind, self._stores, self._deployments, self._door = behind, stores, deployments, door

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """The database's answer, and what belongs to it."""
        stage = _STAGE.fullmatch(request.path)
        if stage and request.method == "PATCH":
            return self._update_stage(request, stage[1], stage[2])
        api = _V2_DEPLOYMENTS.fullmatch(request.path)
        if api and request.method == "POST":
            return self._deploy(request, api[1])
        method = _METHOD.fullmatch(request.path)
        if method and request.method == "POST":
            return await tried(self._door, request, (method[1], method[2], method[3]))
        changed = self._change_types(request)
        if changed is not None:
            return changed
        request = importable(request)
        answer = await self._behind.handle(request)
        if request.method == "POST" and answer.status in _DONE and isinstance(answer.body, bytes):
            return self._made(request, answer, json.loads(answer.body))
        return answer

    def _made(self, request: AwsRequest, answer: AwsResponse, said: dict[str, Any]) -> AwsResponse:
        deployed = _DEPLOYMENTS.fullmatch(request.path)
        if deployed:
            api = self._stores("apigateway", request.region).apis[deployed[1]]
            self._deployments.made(request.region, api, said["id"])
        elif _REST_APIS.fullmatch(request.path) and request.json().get("binaryMediaTypes"):
            api = self._stores("apigateway", request.region).apis[said["id"]]
            said["binaryMediaTypes"] = api.binaryMediaTypes = request.json()["binaryMediaTypes"]
            return AwsResponse(status=answer.status, headers=answer.headers, body=json.dumps(said).encode())
        elif _APIS.fullmatch(request.path) and request.json().get("target"):
            self._quick(request.json(), self._stores("apigatewayv2", request.region).apis[said["apiId"]])
        return answer

    def _change_types(self, request: AwsRequest) -> AwsResponse | None:
        """UpdateRestApi of binary media types alone, which the database gets wrong; None for anything else."""
        match = _REST_API.fullmatch(request.path) if request.method == "PATCH" else None
        store = self._stores("apigateway", request.region)
        api = store.apis.get(match[1]) if match and store is not None else None
        if api is None:
            return None
        changes = request.json().get("patchOperations") or []
        if not changes or not all(str(one.get("path")).startswith(_TYPES) for one in changes):
            return None
        for one in changes:
            name = one["path"].removeprefix(_TYPES).replace("~1", "/").replace("~0", "~")
            others = [kept for kept in api.binaryMediaTypes if kept != name]
            api.binaryMediaTypes = others if one["op"] == "remove" else [*others, one.get("value") or name]
        return AwsResponse.of_json(api.to_dict())

    def _quick(self, wanted: Mapping[str, Any], api: Any) -> None:
        """The integration, the route and the stage of an API that was made with a target."""
        integration = api.create_integration(
            connection_type="INTERNET",
            description="",
            integration_method="POST",
            integration_type="AWS_PROXY",
            integration_uri=wanted["target"],
            credentials_arn=wanted.get("credentialsArn"),
            payload_format_version="2.0",
        )
        api.create_route(
            api_key_required=False,
            authorization_scopes=[],
            route_key=wanted.get("routeKey") or "$default",
            target=f"integrations/{integration.id}",
        )
        api.create_stage({"stageName": "$default", "autoDeploy": True})

    def _http_api(self, request: AwsRequest, api_id: str) -> Any:
        store = self._stores("apigatewayv2", request.region)
        api = store.apis.get(api_id) if store is not None else None
        if api is None:
            raise AwsError("NotFoundException", f"Invalid API identifier specified {api_id}", 404)
        return api

    def _update_stage(self, request: AwsRequest, api_id: str, name: str) -> AwsResponse:
        stage = self._http_api(request, api_id).stages.get(unquote(name))
        if stage is None:
            raise AwsError(
                "NotFoundException",
                f"Unable to find Stage by name {unquote(name)} within the provided API",
                404,
            )
        for member, value in request.json().items():
            if member in _STAGE_MEMBERS:
                setattr(stage, _STAGE_MEMBERS[member], value)
        return AwsResponse.of_json(stage.to_json())

    def _deploy(self, request: AwsRequest, api_id: str) -> AwsResponse:
        self._http_api(request, api_id)
        said = {
            "autoDeployed": False,
            "createdDate": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "deploymentId": request.request_id.replace("-", "")[:6],
            "deploymentStatus": "DEPLOYED",
        }
        return AwsResponse.of_json(said, _CREATED)


class BalancerControl:
    """Elastic Load Balancing's control plane, as far as Lambda targets are concerned."""

    def __init__(self, behind: Service, stores: Stores, caller: Caller, health: HealthChecks) -> None:
        self._behind, self._stores, self._caller, self._health = behind, stores, caller, health

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """The database's answer, unless AWS says no or the database knows nothing of it."""
        given = dict(split_query(request.body.decode("utf-8", "replace") or request.raw_query))
        group = self._lambda_group(request.region, given.get("TargetGroupArn", ""))
        if group is not None and given.get("Action") == "RegisterTargets":
            self._check(group.arn, given)
        if group is not None and given.get("Action") == "DescribeTargetHealth":
            return self._told(group, request.request_id)
        if group is not None and given.get("Action") == "ModifyTargetGroup":
            return await self._modified(group, given, request)
        answer = await self._behind.handle(request)
        if given.get("Action") == "CreateLoadBalancer" and answer.status in _DONE:
            return self._renamed(request.region, given.get("Name", ""), answer)
        return answer

    async def _modified(self, group: Any, given: Mapping[str, str], request: AwsRequest) -> AwsResponse:
        """The database's answer; it leaves the codes of a group without a protocol, which Lambda's are, alone."""
        before, codes = group.matcher, given.get("Matcher.HttpCode")
        if codes:
            group.matcher = {"HttpCode": codes}
        answer = await self._behind.handle(request)
        if answer.status not in _DONE:
            group.matcher = before
        return answer

    def _renamed(self, region: str, name: str, answer: AwsResponse) -> AwsResponse:
        """The answer with a DNS name like AWS's, `name-1234567890.…`: the database's own could be guessed."""
        store = self._stores("elbv2", region)
        guessable, label = f"{name}-1.{region}", f"{name}-{secrets.randbelow(_DNS_NUMBERS):010d}.{region}"
        for one in list(store.load_balancers.values()):
            if one.name == name:
                one.dns_name = one.dns_name.replace(guessable, label)
        body = answer.body if isinstance(answer.body, bytes) else b""
        return replace(answer, body=body.replace(guessable.encode(), label.encode()))

    def _lambda_group(self, region: str, arn: str) -> Any | None:
        store = self._stores("elbv2", region)
        group = store.target_groups.get(arn) if store is not None else None
        return group if group is not None and group.target_type == "lambda" else None

    def _check(self, group_arn: str, given: Mapping[str, str]) -> None:
        for name, function in given.items():
            is_target = name.startswith("Targets.member.") and name.endswith(".Id")
            if is_target and not self._caller.may(function, PRINCIPAL, group_arn):
                text = (
                    f"elasticloadbalancing principal does not have permission to invoke {function} "
                    f"from target group {group_arn}"
                )
                raise AwsError("AccessDenied", text, 403)

    def _told(self, group: Any, request_id: str) -> AwsResponse:
        body = (
            f'<DescribeTargetHealthResponse xmlns="{_NAMESPACE}"><DescribeTargetHealthResult>'
            f"<TargetHealthDescriptions>{self._health.told(group)}</TargetHealthDescriptions>"
            f"</DescribeTargetHealthResult><ResponseMetadata><RequestId>{escape(request_id)}</RequestId>"
            "</ResponseMetadata></DescribeTargetHealthResponse>"
        )
        return AwsResponse(headers=[("Content-Type", "text/xml")], body=body.encode())
