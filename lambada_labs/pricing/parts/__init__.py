"""Everything priced around a function, one small record each.

A function URL has no price of its own, and so no part: a scenario without a front door has one.
"""

from lambada_labs.pricing.parts.beside import Durable, EventPollers, SnapStart, Streaming, Tenants
from lambada_labs.pricing.parts.compute import (
    CloudFrontFunctions,
    Edge,
    ManagedInstances,
    Provisioned,
    SavingsPlan,
)
from lambada_labs.pricing.parts.front_door import ApiGatewayHttp, ApiGatewayRest, LoadBalancer
from lambada_labs.pricing.parts.messages import EventBridge, Scheduler, Sns, Sqs, StepFunctions
from lambada_labs.pricing.parts.network import Egress, Logs, Nat, PublicIpv4, VpcEndpoints
from lambada_labs.pricing.parts.part import Part
from lambada_labs.pricing.parts.streams import DynamoDbStreams, Kinesis

KINDS: tuple[type[Part], ...] = (
    Provisioned,
    SavingsPlan,
    ManagedInstances,
    Edge,
    CloudFrontFunctions,
    SnapStart,
    Streaming,
    Tenants,
    EventPollers,
    Durable,
    ApiGatewayHttp,
    ApiGatewayRest,
    LoadBalancer,
    Sqs,
    Sns,
    EventBridge,
    Scheduler,
    Kinesis,
    DynamoDbStreams,
    StepFunctions,
    Logs,
    Egress,
    Nat,
    VpcEndpoints,
    PublicIpv4,
)
PARTS: dict[str, type[Part]] = {kind.key: kind for kind in KINDS}
"""The kinds of parts by their name in JSON, in the order in which they are offered."""

__all__ = [
    "KINDS",
    "PARTS",
    "ApiGatewayHttp",
    "ApiGatewayRest",
    "CloudFrontFunctions",
    "Durable",
    "DynamoDbStreams",
    "Edge",
    "Egress",
    "EventBridge",
    "EventPollers",
    "Kinesis",
    "LoadBalancer",
    "Logs",
    "ManagedInstances",
    "Nat",
    "Part",
    "Provisioned",
    "PublicIpv4",
    "SavingsPlan",
    "Scheduler",
    "SnapStart",
    "Sns",
    "Sqs",
    "StepFunctions",
    "Streaming",
    "Tenants",
    "VpcEndpoints",
]
