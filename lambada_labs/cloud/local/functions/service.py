"""AWS Lambda's API as this cloud answers it: recognise, parse, check, do, tell."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from lambada_labs.cloud.local.functions import (
    aliases,
    concurrency,
    constraints,
    event_invoke,
    invoke,
    layers,
    lifecycle,
    parameters,
    permissions,
    publish,
    reading,
    recursion,
    streaming,
    tags,
)
from lambada_labs.cloud.local.functions.code import check_request_size
from lambada_labs.cloud.local.functions.code_links import download
from lambada_labs.cloud.local.functions.later import operation_refused
from lambada_labs.cloud.local.functions.operations import Operation, Route, route
from lambada_labs.cloud.local.functions.ports import Answer, Call, ControlPlane, Handler
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse

#: What this cloud has of AWS Lambda; every other operation says when it comes.
HANDLERS: Mapping[str, Handler] = {
    "AddPermission": permissions.add_permission,
    "CreateAlias": aliases.create_alias,
    "CreateFunction": lifecycle.create_function,
    "DeleteAlias": aliases.delete_alias,
    "DeleteFunction": lifecycle.delete_function,
    "DeleteFunctionConcurrency": concurrency.delete_function_concurrency,
    "DeleteFunctionEventInvokeConfig": event_invoke.delete_function_event_invoke_config,
    "DeleteLayerVersion": layers.delete_layer_version,
    "GetAccountSettings": reading.get_account_settings,
    "GetAlias": aliases.get_alias,
    "GetFunction": reading.get_function,
    "GetFunctionConcurrency": concurrency.get_function_concurrency,
    "GetFunctionConfiguration": reading.get_function_configuration,
    "GetFunctionEventInvokeConfig": event_invoke.get_function_event_invoke_config,
    "GetFunctionRecursionConfig": recursion.get_function_recursion_config,
    "GetLayerVersion": layers.get_layer_version,
    "GetLayerVersionByArn": layers.get_layer_version_by_arn,
    "GetPolicy": permissions.get_policy,
    "Invoke": invoke.invoke,
    "InvokeWithResponseStream": streaming.invoke_with_response_stream,
    "ListAliases": aliases.list_aliases,
    "ListFunctionEventInvokeConfigs": event_invoke.list_function_event_invoke_configs,
    "ListFunctions": reading.list_functions,
    "ListLayerVersions": layers.list_layer_versions,
    "ListLayers": layers.list_layers,
    "ListTags": tags.list_tags,
    "ListVersionsByFunction": publish.list_versions_by_function,
    "PublishLayerVersion": layers.publish_layer_version,
    "PublishVersion": publish.publish_version,
    "PutFunctionConcurrency": concurrency.put_function_concurrency,
    "PutFunctionEventInvokeConfig": event_invoke.put_function_event_invoke_config,
    "PutFunctionRecursionConfig": recursion.put_function_recursion_config,
    "RemovePermission": permissions.remove_permission,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "UpdateAlias": aliases.update_alias,
    "UpdateFunctionCode": lifecycle.update_function_code,
    "UpdateFunctionConfiguration": lifecycle.update_function_configuration,
    "UpdateFunctionEventInvokeConfig": event_invoke.update_function_event_invoke_config,
}
#: Above this size a body is parsed in a thread, so that an upload does not hold up invocations.
LONG_BODY_BYTES = 1 << 20


class LambdaService:
    """Answers the requests signed for the service `lambda`."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer one request; raises `AwsError` for every refusal."""
        archive = await download(self._plane, request)
        if archive is not None:
            return archive
        found = route(request)
        operation = found.operation
        handler = HANDLERS.get(operation.name)
        if handler is None:
            raise operation_refused(operation.name)
        check_request_size(operation.name, len(request.body))
        call = Call(request=request, parameters=await _checked(request, found))
        return _response(operation, await handler(self._plane, call))


async def _checked(request: AwsRequest, found: Route) -> Mapping[str, Any]:
    if len(request.body) <= LONG_BODY_BYTES or found.operation.input.get("payload"):
        return _parsed(request, found)
    return await asyncio.to_thread(_parsed, request, found)


def _parsed(request: AwsRequest, found: Route) -> Mapping[str, Any]:
    given = parameters.parse(request, found)
    constraints.check(found.operation, given)
    return given


def _response(operation: Operation, answer: Answer) -> AwsResponse:
    if isinstance(answer, AwsResponse):
        return answer
    if answer is None:
        return AwsResponse(status=operation.status)
    return AwsResponse.of_json(answer, operation.status)
