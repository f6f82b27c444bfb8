"""How events of a function, version or alias are retried and where records of them go.

Texts and members as recorded from AWS (localstack's snapshots of `TestLambdaEventInvokeConfig`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lambada_labs.cloud.local.functions.delivery_rights import check_destination
from lambada_labs.cloud.local.functions.names import GRAMMAR, FunctionName
from lambada_labs.cloud.local.functions.pages import Page, page
from lambada_labs.cloud.local.functions.ports import Answer, Call, ControlPlane
from lambada_labs.cloud.local.functions.records import EventConfig, Function
from lambada_labs.cloud.local.functions.refusals import invalid, missing
from lambada_labs.cloud.local.functions.store import with_item, without_item
from lambada_labs.cloud.local.message import AwsResponse
from lambada_labs.model import LATEST

ON_SUCCESS = frozenset({"lambda", "sqs", "sns", "events"})
ON_FAILURE = ON_SUCCESS | {"s3"}
NOTHING_SET = "You must specify at least one of error handling or destination setting."
SETTINGS = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
NO_CONTENT = 204


async def put_function_event_invoke_config(plane: ControlPlane, call: Call) -> Answer:
    """PutFunctionEventInvokeConfig: what is not named is taken away."""
    name, qualifier = _asked(plane, call)
    return _kept(plane, call, name, EventConfig(qualifier=qualifier, modified=plane.clock()))


async def update_function_event_invoke_config(plane: ControlPlane, call: Call) -> Answer:
    """UpdateFunctionEventInvokeConfig: what is not named stays."""
    name, qualifier = _asked(plane, call)
    return _kept(plane, call, name, _found(plane, name, qualifier))


async def get_function_event_invoke_config(plane: ControlPlane, call: Call) -> Answer:
    """GetFunctionEventInvokeConfig."""
    name = call.function()
    return _shown(name, _found(plane, name, name.qualifier or LATEST))


async def delete_function_event_invoke_config(plane: ControlPlane, call: Call) -> Answer:
    """DeleteFunctionEventInvokeConfig."""
    name = call.function()
    config = _found(plane, name, name.qualifier or LATEST)
    plane.store.change(
        name,
        lambda function: replace(
            function, event_configs=without_item(function.event_configs, config.qualifier)
        ),
    )
    return AwsResponse(status=NO_CONTENT)


async def list_function_event_invoke_configs(plane: ControlPlane, call: Call) -> Answer:
    """ListFunctionEventInvokeConfigs."""
    name = call.function()
    configs = _function(plane, name).event_configs
    keyed = [((qualifier,), config) for qualifier, config in configs.items()]
    found: Page[EventConfig] = page(keyed, call.parameters)
    return {"FunctionEventInvokeConfigs": [_shown(name, one) for one in found.items], **found.next_marker}


def _asked(plane: ControlPlane, call: Call) -> tuple[FunctionName, str]:
    """The function and the qualifier that a change is about; raises `AwsError`."""
    name = call.function()
    if not any(setting in call.parameters for setting in SETTINGS):
        raise invalid(NOTHING_SET)
    function, qualifier = _function(plane, name), name.qualifier or LATEST
    if function.version(qualifier) is None and qualifier not in function.aliases:
        raise missing("The function doesn't exist.")
    return name, qualifier


def _function(plane: ControlPlane, name: FunctionName) -> Function:
    function = plane.store.find(name)
    if function is None:
        raise missing("The function doesn't exist.")
    return function


def _found(plane: ControlPlane, name: FunctionName, qualifier: str) -> EventConfig:
    function = plane.store.find(name)
    config = function.event_configs.get(qualifier) if function else None
    if config is None:
        raise missing(f"The function {name.arn}:{qualifier} doesn't have an EventInvokeConfig")
    return config


def _kept(plane: ControlPlane, call: Call, name: FunctionName, before: EventConfig) -> Answer:
    given = call.parameters
    config = replace(
        before,
        modified=plane.clock(),
        maximum_retries=given.get("MaximumRetryAttempts", before.maximum_retries),
        maximum_age_s=given.get("MaximumEventAgeInSeconds", before.maximum_age_s),
    )
    if "DestinationConfig" in given:
        success, failure = _destinations(given["DestinationConfig"])
        _check_destinations(plane, name, success, failure)
        _check_rights(plane, name, before.qualifier, (success, failure))
        config = replace(config, on_success=success, on_failure=failure)
    plane.store.change(
        name,
        lambda function: replace(
            function, event_configs=with_item(function.event_configs, config.qualifier, config)
        ),
    )
    return _shown(name, config)


def _destinations(given: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    success, failure = given.get("OnSuccess", {}), given.get("OnFailure", {})
    return success.get("Destination", ""), failure.get("Destination", "")


def _check_destinations(plane: ControlPlane, name: FunctionName, success: str, failure: str) -> None:
    for arn, services in ((failure, ON_FAILURE), (success, ON_SUCCESS)):
        if arn and (not arn.startswith("arn:") or arn.split(":")[2] not in services):
            raise invalid(
                f"The provided destination config DestinationConfig(onSuccess={_java('OnSuccess', success)}, "
                f"onFailure={_java('OnFailure', failure)}) is invalid."
            )
        if arn and arn.split(":")[2] == "lambda":
            _check_function(plane, name, arn)


def _check_rights(plane: ControlPlane, name: FunctionName, qualifier: str, targets: tuple[str, str]) -> None:
    function = _function(plane, name)
    alias = function.aliases.get(qualifier)
    version = function.version(alias.version if alias else qualifier) or function.latest
    for target in filter(None, targets):
        check_destination(plane.roles, version.config.role_arn, target)


def _check_function(plane: ControlPlane, name: FunctionName, arn: str) -> None:
    """A function of this account and Region has to be there, and must be another one."""
    match = GRAMMAR.fullmatch(arn)
    other = replace(name, name=match["name"], qualifier=None) if match else None
    if match is None or other is None:
        raise invalid(f"The destination ARN {arn} is invalid.")
    here = (match["region"], match["account"]) == (name.region, name.account_id)
    if here and plane.store.find(other) is None:
        raise invalid(f"The destination ARN {arn} is invalid.")
    if here and other.name == name.name:
        raise invalid("You can't specify the function as a destination for itself.")


def _java(kind: str, arn: str) -> str:
    return f"{kind}(destination={arn})" if arn else "null"


def _shown(name: FunctionName, config: EventConfig) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "LastModified": round(config.modified, 3),
        "FunctionArn": f"{name.arn}:{config.qualifier}",
        "MaximumRetryAttempts": config.maximum_retries,
        "MaximumEventAgeInSeconds": config.maximum_age_s,
        "DestinationConfig": {
            "OnSuccess": {"Destination": config.on_success} if config.on_success else {},
            "OnFailure": {"Destination": config.on_failure} if config.on_failure else {},
        },
    }
    return {key: value for key, value in shown.items() if value is not None}
