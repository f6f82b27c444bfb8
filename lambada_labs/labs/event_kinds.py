"""What event labs make besides functions: queues, topics, tables, buckets, rules and buses; found by their names."""

from __future__ import annotations

import contextlib
from typing import Any

from lambada_labs.cloud.port import Cloud
from lambada_labs.labs.kind import Kind, listed
from lambada_labs.labs.lab import Lab

_MOST_AT_ONCE = 1000


def _queues(lab: Lab, cloud: Cloud) -> dict[str, str]:
    client = cloud.client("sqs")
    urls = client.get_paginator("list_queues").paginate(QueueNamePrefix=lab.prefix)
    return {url: url.rpartition("/")[2] for page in urls for url in page.get("QueueUrls", ())}


def _delete_queue(cloud: Cloud, url: str) -> None:
    client = cloud.client("sqs")
    with contextlib.suppress(client.exceptions.QueueDoesNotExist):
        client.delete_queue(QueueUrl=url)


def _topics(lab: Lab, cloud: Cloud) -> dict[str, str]:
    arns = (topic["TopicArn"] for topic in listed(cloud.client("sns"), "list_topics", "Topics"))
    return _by_name(lab, {arn: arn.rpartition(":")[2] for arn in arns})


def _delete_topic(cloud: Cloud, arn: str) -> None:
    client = cloud.client("sns")
    for subscription in listed(client, "list_subscriptions_by_topic", "Subscriptions", TopicArn=arn):
        with contextlib.suppress(client.exceptions.ClientError):
            client.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    client.delete_topic(TopicArn=arn)


def _tables(lab: Lab, cloud: Cloud) -> dict[str, str]:
    names = listed(cloud.client("dynamodb"), "list_tables", "TableNames")
    return _by_name(lab, {name: name for name in names})


def _delete_table(cloud: Cloud, name: str) -> None:
    client = cloud.client("dynamodb")
    with contextlib.suppress(client.exceptions.ResourceNotFoundException):
        client.delete_table(TableName=name)
        client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1})


def _buckets(lab: Lab, cloud: Cloud) -> dict[str, str]:
    names = (bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"])
    return _by_name(lab, {name: name for name in names})


def _delete_bucket(cloud: Cloud, name: str) -> None:
    client = cloud.client("s3")
    with contextlib.suppress(client.exceptions.NoSuchBucket):
        for page in client.get_paginator("list_object_versions").paginate(Bucket=name):
            versions = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            for first in range(0, len(versions), _MOST_AT_ONCE):
                _delete_versions(client, name, versions[first : first + _MOST_AT_ONCE])
        client.delete_bucket(Bucket=name)


def _delete_versions(client: Any, bucket: str, versions: list[Any]) -> None:
    named = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions]
    client.delete_objects(Bucket=bucket, Delete={"Objects": named, "Quiet": True})


def _rules(lab: Lab, cloud: Cloud) -> dict[str, str]:
    """Rules on the default bus and on the lab's own; `delete` wants `BUS/RULE`."""
    client = cloud.client("events")
    buses = ["default", *_buses(lab, cloud)]
    found = {bus: listed(client, "list_rules", "Rules", EventBusName=bus) for bus in buses}
    return {
        f"{bus}/{rule['Name']}": rule["Name"]
        for bus, rules in found.items()
        for rule in rules
        if rule["Name"].startswith(lab.prefix)
    }


def _delete_rule(cloud: Cloud, identity: str) -> None:
    client = cloud.client("events")
    bus, _, name = identity.partition("/")
    with contextlib.suppress(client.exceptions.ResourceNotFoundException):
        targets = listed(client, "list_targets_by_rule", "Targets", Rule=name, EventBusName=bus)
        if targets:
            client.remove_targets(Rule=name, EventBusName=bus, Ids=[target["Id"] for target in targets])
        client.delete_rule(Name=name, EventBusName=bus)


def _buses(lab: Lab, cloud: Cloud) -> dict[str, str]:
    found = cloud.client("events").list_event_buses(NamePrefix=lab.prefix)["EventBuses"]
    return _by_name(lab, {bus["Name"]: bus["Name"] for bus in found})


def _delete_bus(cloud: Cloud, name: str) -> None:
    cloud.client("events").delete_event_bus(Name=name)


def _by_name(lab: Lab, things: dict[str, str]) -> dict[str, str]:
    return {identity: name for identity, name in things.items() if name.startswith(lab.prefix)}


#: A rule goes before its bus: AWS deletes no bus that has rules.
EVENTS: dict[str, Kind] = {
    "rule": Kind(_rules, _delete_rule),
    "event bus": Kind(_buses, _delete_bus),
    "topic": Kind(_topics, _delete_topic),
    "queue": Kind(_queues, _delete_queue),
    "bucket": Kind(_buckets, _delete_bucket),
    "table": Kind(_tables, _delete_table),
}
