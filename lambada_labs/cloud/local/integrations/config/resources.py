"""The resources of this cloud as configuration items: what moto's Config discovers, and our functions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lambada_labs.cloud.local.functions import shapes
from lambada_labs.cloud.local.functions.ports import ControlPlane
from lambada_labs.cloud.local.integrations.config.event import Resource
from lambada_labs.cloud.local.internal_requests import json_of, with_target
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service

TARGET = "StarlingDoveService."
FUNCTION = "AWS::Lambda::Function"
#: What a rule without a scope judges here.
TYPES = ("AWS::S3::Bucket", "AWS::SNS::Topic", "AWS::IAM::Role", FUNCTION)
OK = 200
Functions = Callable[[str, str], Sequence[Resource]]


class Resources:
    """Finds resources. `functions` are those of an account and Region."""

    def __init__(self, store: Service, functions: Functions) -> None:
        self._store, self._functions = store, functions

    async def found(self, request: AwsRequest, types: Sequence[str], wanted_id: str = "") -> list[Resource]:
        """The resources of these types, or of all known ones; of one id, where one is named."""
        account_id, region = request.caller.account_id, request.region
        found: list[Resource] = []
        for kind in types or TYPES:
            if kind == FUNCTION:
                found += self._functions(account_id, region)
            else:
                found += await self._discovered(request, kind)
        return [one for one in found if wanted_id in ("", one.id)]

    async def _discovered(self, request: AwsRequest, kind: str) -> list[Resource]:
        listed = await self.ask(request, "ListDiscoveredResources", resourceType=kind)
        found = []
        for one in (listed or {}).get("resourceIdentifiers", ()):
            told = await self.ask(
                request, "GetResourceConfigHistory", resourceType=kind, resourceId=one["resourceId"]
            )
            found += [_resource(kind, item, request) for item in (told or {}).get("configurationItems", ())]
        return found

    async def recorder_role(self, request: AwsRequest) -> str | None:
        """The role of the Region's recorder; None where there is no recorder."""
        told = await self.ask(request, "DescribeConfigurationRecorders")
        recorders = (told or {}).get("ConfigurationRecorders") or ()
        return str(recorders[0].get("roleARN", "")) if recorders else None

    async def ask(self, request: AwsRequest, operation: str, **given: Any) -> dict[str, Any] | None:
        """What moto answers to another operation; None where it refuses."""
        answer = await self.answer(request, operation, **given)
        return json_of(answer) if answer.status == OK else None

    async def answer(self, request: AwsRequest, operation: str, **given: Any) -> AwsResponse:
        """The same, whatever it is."""
        return await self._store.handle(with_target(request, TARGET + operation, given))


def functions_of(plane: ControlPlane) -> Functions:
    """Our functions as configuration items."""

    def found(account_id: str, region: str) -> list[Resource]:
        held = list(plane.store.shelf(account_id, region).functions.values())
        return [_function(one.latest, account_id, region) for one in held]

    return found


def _function(version: Any, account_id: str, region: str) -> Resource:
    arn = shapes.plain_arn(version)
    told = shapes.configuration(version, arn=arn)
    lower = {name[0].lower() + name[1:]: value for name, value in told.items()}
    name = told["FunctionName"]
    return Resource(
        type=FUNCTION, id=name, name=name, arn=arn, region=region, account_id=account_id, configuration=lower
    )


def _resource(kind: str, item: Mapping[str, Any], request: AwsRequest) -> Resource:
    configuration = item.get("configuration") or {}
    return Resource(
        type=kind,
        id=item["resourceId"],
        name=item.get("resourceName") or "",
        arn=item.get("arn") or "",
        region=item.get("awsRegion") or request.region,
        account_id=request.caller.account_id,
        configuration=json.loads(configuration) if isinstance(configuration, str) else configuration,
        tags=item.get("tags") or {},
    )
