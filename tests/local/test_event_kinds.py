"""What an event lab has made is found by its name and deleted; what belongs to others stays."""

import json
from dataclasses import replace

import pytest

from lambada_labs.labs import catalogue
from lambada_labs.labs.event_kinds import EVENTS

LAB = replace(catalogue.find("01"), number="77")


def named(kind, cloud):
    return sorted(EVENTS[kind].find(LAB, cloud).values())


def make_bucket(cloud, name):
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"one", b"two"):
        s3.put_object(Bucket=name, Key="key", Body=body)
    s3.delete_object(Bucket=name, Key="key")


def make_rule(cloud, name):
    events = cloud.client("events")
    events.put_rule(Name=name, EventPattern=json.dumps({"source": ["lambda"]}))
    target = cloud.client("sqs").create_queue(QueueName=f"queue-of-{name}")["QueueUrl"]
    arn = f"arn:aws:sqs:{cloud.region}:{cloud.account_id}:{target.rpartition('/')[2]}"
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn}])


def make_topic(cloud, name):
    sns = cloud.client("sns")
    arn = sns.create_topic(Name=name)["TopicArn"]
    queue = f"arn:aws:sqs:{cloud.region}:{cloud.account_id}:{name}"
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)


def make_table(cloud, name):
    cloud.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


MAKE = {
    "queue": lambda cloud, name: cloud.client("sqs").create_queue(QueueName=name),
    "topic": make_topic,
    "table": make_table,
    "bucket": make_bucket,
    "rule": make_rule,
    "event bus": lambda cloud, name: cloud.client("events").create_event_bus(Name=name),
}


@pytest.mark.parametrize("kind", EVENTS)
def test_a_labs_own_things_are_found_and_deleted_and_no_others(cloud, kind):
    make, (find, delete) = MAKE[kind], EVENTS[kind]
    make(cloud, "lab77-mine")
    make(cloud, "others")
    assert named(kind, cloud) == ["lab77-mine"]
    (identity,) = find(LAB, cloud)
    delete(cloud, identity)
    assert named(kind, cloud) == []


def test_rules_on_a_bus_of_the_lab_go_before_it(cloud):
    events = cloud.client("events")
    events.create_event_bus(Name="lab77-bus")
    events.put_rule(Name="lab77-all", EventBusName="lab77-bus", EventPattern=json.dumps({"source": ["a"]}))
    for kind in ("rule", "event bus"):
        for identity in EVENTS[kind].find(LAB, cloud):
            EVENTS[kind].delete(cloud, identity)
    assert named("rule", cloud) == named("event bus", cloud) == []
