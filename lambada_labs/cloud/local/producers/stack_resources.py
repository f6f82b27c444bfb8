"""Resources of CloudFormation stacks that moto does not know: policies of queues and topics, subscriptions.

Without them a stack's topic, bucket or rule may send to nobody. Source: CloudFormation template reference,
`AWS::SQS::QueuePolicy`, `AWS::SNS::TopicPolicy`, `AWS::SNS::Subscription`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

#: Makes the resource in an account and Region from its properties; its physical id, empty where the stack makes it up.
Make = Callable[[str, str, Mapping[str, Any]], str]
End = Callable[[str, str, str], None]
ATTRIBUTES = ("RawMessageDelivery", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "DeliveryPolicy")


def models(base: type[Any], queues: Any, topics: Any) -> Iterator[type[Any]]:
    """The resources, as subclasses of moto's `CloudFormationModel`; `queues` and `topics` are moto's stores."""

    def queue_policy(account_id: str, region: str, given: Mapping[str, Any]) -> str:
        for url in given["Queues"]:
            queue = queues[account_id][region].get_queue(url.rsplit("/", 1)[-1])
            queue.changed("Policy", json.dumps(given["PolicyDocument"]))
        return ""

    def topic_policy(account_id: str, region: str, given: Mapping[str, Any]) -> str:
        for arn in given["Topics"]:
            topics[account_id][region].topics[arn].policy = json.dumps(given["PolicyDocument"])
        return ""

    def subscription(account_id: str, region: str, given: Mapping[str, Any]) -> str:
        store = topics[account_id][given.get("Region") or region]
        arn = str(store.subscribe(given["TopicArn"], given["Endpoint"], given["Protocol"]).arn)
        for name in ATTRIBUTES:
            if name in given:
                store.set_subscription_attributes(arn, name, _text(given[name]))
        return arn

    def unsubscribe(account_id: str, region: str, arn: str) -> None:
        topics[account_id][region].unsubscribe(arn)

    yield _model(base, "AWS::SQS::QueuePolicy", queue_policy, _stays)
    yield _model(base, "AWS::SNS::TopicPolicy", topic_policy, _stays)
    yield _model(base, "AWS::SNS::Subscription", subscription, unsubscribe)


def _stays(_account_id: str, _region: str, _physical_id: str) -> None:
    """Mostly what a policy is for goes with the same stack."""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)


def _model(base: type[Any], kind: str, make: Make, end: End) -> type[Any]:
    class Resource(base):  # type: ignore[misc]
        def __init__(self, physical_id: str) -> None:
            self.physical_resource_id = physical_id

        @staticmethod
        def cloudformation_name_type() -> str:
            return ""

        @staticmethod
        def cloudformation_type() -> str:
            return kind

        @classmethod
        def create_from_cloudformation_json(
            cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
        ) -> Resource:
            return cls(make(account_id, region_name, cloudformation_json["Properties"]) or resource_name)

        @classmethod
        def update_from_cloudformation_json(
            cls, original: Any, name: str, cloudformation_json: Any, account_id: str, region_name: str
        ) -> Resource:
            end(account_id, region_name, original.physical_resource_id)
            return cls.create_from_cloudformation_json(name, cloudformation_json, account_id, region_name)

        @classmethod
        def delete_from_cloudformation_json(
            cls, physical_id: str, _json: Any, account_id: str, region_name: str
        ) -> None:
            end(account_id, region_name, physical_id)

    return Resource
