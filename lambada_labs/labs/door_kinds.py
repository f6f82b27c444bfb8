"""The kinds of resources that stand in front of functions: APIs, balancers, state machines and their like."""

from __future__ import annotations

import contextlib
from typing import Any

from lambada_labs.cloud.port import Cloud
from lambada_labs.labs.kind import Kind, listed
from lambada_labs.labs.lab import Lab


def _kind(
    service: str, find: tuple[str, str, str], delete: tuple[str, str], identity: str = "", **more: Any
) -> Kind:
    """A kind whose list names each thing and whose delete operation takes one parameter.

    `find` is operation, member of the answer and member that holds the name; `identity` the member that the
    delete operation wants, where that is not the name.
    """
    operation, members, name = find
    call, parameter = delete

    def found(lab: Lab, cloud: Cloud) -> dict[str, str]:
        things = listed(cloud.client(service), operation, members, **more)
        ours = [thing for thing in things if str(thing[name]).startswith(lab.prefix)]
        return {str(thing[identity or name]): str(thing[name]) for thing in ours}

    def deleted(cloud: Cloud, wanted: str) -> None:
        client = cloud.client(service)
        with contextlib.suppress(client.exceptions.ClientError):
            getattr(client, call)(**{parameter: wanted})

    return Kind(found, deleted)


def _streams(lab: Lab, cloud: Cloud) -> dict[str, str]:
    names = cloud.client("firehose").list_delivery_streams()["DeliveryStreamNames"]
    return {name: name for name in names if name.startswith(lab.prefix)}


def _delete_stream(cloud: Cloud, name: str) -> None:
    client = cloud.client("firehose")
    with contextlib.suppress(client.exceptions.ResourceNotFoundException):
        client.delete_delivery_stream(DeliveryStreamName=name)


DOORS: dict[str, Kind] = {
    "HTTP API": _kind("apigatewayv2", ("get_apis", "Items", "Name"), ("delete_api", "ApiId"), "ApiId"),
    "REST API": _kind(
        "apigateway", ("get_rest_apis", "items", "name"), ("delete_rest_api", "restApiId"), "id"
    ),
    "load balancer": _kind(
        "elbv2",
        ("describe_load_balancers", "LoadBalancers", "LoadBalancerName"),
        ("delete_load_balancer", "LoadBalancerArn"),
        "LoadBalancerArn",
    ),
    "target group": _kind(
        "elbv2",
        ("describe_target_groups", "TargetGroups", "TargetGroupName"),
        ("delete_target_group", "TargetGroupArn"),
        "TargetGroupArn",
    ),
    "state machine": _kind(
        "stepfunctions",
        ("list_state_machines", "stateMachines", "name"),
        ("delete_state_machine", "stateMachineArn"),
        "stateMachineArn",
    ),
    "user pool": _kind(
        "cognito-idp",
        ("list_user_pools", "UserPools", "Name"),
        ("delete_user_pool", "UserPoolId"),
        "Id",
        MaxResults=60,
    ),
    "delivery stream": Kind(_streams, _delete_stream),
}
