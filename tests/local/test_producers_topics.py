"""SNS through boto3: functions and queues that subscribed, filter policies, permissions, dead letters."""

from __future__ import annotations

import itertools
import json

import pytest
from functions_kit import refusal, until
from producers_kit import arn, listener, open_queue, permit, queue, received, seen

SNS = "sns.amazonaws.com"
names = itertools.count()


@pytest.fixture(scope="module")
def sns(cloud):
    return cloud.client("sns")


@pytest.fixture
def topic(sns):
    return sns.create_topic(Name=f"news-{next(names)}")["TopicArn"]


def test_a_function_gets_the_message_from_its_queue(cloud, sns, topic):
    target = listener(cloud, "reads")
    permit(cloud, "reads", SNS, topic)
    subscription = sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=target)["SubscriptionArn"]
    attributes = {"n": {"DataType": "Number", "StringValue": "7"}}
    sent = sns.publish(TopicArn=topic, Message="hello", Subject="s", MessageAttributes=attributes)
    (event,) = seen(cloud, "reads")
    (record,) = event["Records"]
    assert record["EventSubscriptionArn"] == subscription
    told = record["Sns"]
    assert (told["MessageId"], told["Message"], told["Subject"]) == (sent["MessageId"], "hello", "s")
    assert told["MessageAttributes"] == {"n": {"Type": "Number", "Value": "7"}}
    (history,) = until(lambda: [one for one in cloud.events("reads") if one.ended_at])
    assert (history.producer, history.condition) == (topic, "Success")


def test_a_failing_function_is_tried_again_by_its_own_queue(cloud, sns, topic):
    target = listener(cloud, "trips", "def handler(event, context):\n    raise Exception('x')\n")
    permit(cloud, "trips", SNS, topic)
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=target)
    cloud.clock(speed=1000)
    try:
        sns.publish(TopicArn=topic, Message="hello")
        (history,) = until(lambda: [one for one in cloud.events("trips") if one.ended_at])
    finally:
        cloud.clock(speed=1)
    assert (history.condition, len(history.attempts)) == ("RetriesExhausted", 3)


def test_without_permission_the_message_ends_in_the_subscriptions_dead_letter_queue(cloud, sns, topic):
    target = listener(cloud, "shut")
    url, dead = open_queue(cloud, "shut-dead", SNS)
    policy = json.dumps({"deadLetterTargetArn": dead})
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=target, Attributes={"RedrivePolicy": policy})
    sns.publish(TopicArn=topic, Message="hello")
    (message,) = received(cloud, url)
    assert json.loads(message["Body"])["Message"] == "hello"
    assert cloud.events("shut") == []


def test_a_queue_without_a_policy_hears_nothing(cloud, sns, topic):
    url, target = queue(cloud, "deaf")
    open_url, open_target = open_queue(cloud, "hears", SNS)
    for endpoint in (target, open_target):
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint)
    sns.publish(TopicArn=topic, Message="hello")
    assert len(received(cloud, open_url)) == 1
    assert "Messages" not in cloud.client("sqs").receive_message(QueueUrl=url)


def test_filter_policies_and_raw_delivery_fan_out(cloud, sns, topic):
    urls = {}
    policies = {
        "all": None,
        "red": {"colour": ["red"]},
        "big": {"size": [{"numeric": [">=", 10]}]},
        "body": {"order": {"total": [{"numeric": [">", 100]}]}},
    }
    for name, policy in policies.items():
        urls[name], target = open_queue(cloud, f"fan-{name}", SNS)
        attributes = {"RawMessageDelivery": "true"}
        if policy:
            attributes["FilterPolicy"] = json.dumps(policy)
        if name == "body":
            attributes["FilterPolicyScope"] = "MessageBody"
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=target, Attributes=attributes)

    def publish(text, **attributes):
        sns.publish(TopicArn=topic, Message=text, MessageAttributes=attributes)

    red = {"DataType": "String", "StringValue": "red"}
    publish("one", colour=red, size={"DataType": "Number", "StringValue": "3"})
    publish("two", size={"DataType": "Number", "StringValue": "10"})
    publish('{"order": {"total": 120}}')
    assert [one["Body"] for one in received(cloud, urls["all"], count=3)] == [
        "one",
        "two",
        '{"order": {"total": 120}}',
    ]
    (told,) = received(cloud, urls["red"])
    assert (told["Body"], told["MessageAttributes"]["colour"]) == ("one", red)
    assert [one["Body"] for one in received(cloud, urls["big"])] == ["two"]
    assert [one["Body"] for one in received(cloud, urls["body"])] == ['{"order": {"total": 120}}']


def test_a_change_of_the_filter_binds_the_next_message(cloud, sns, topic):
    url, target = open_queue(cloud, "changing", SNS)
    subscription = sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=target,
        Attributes={"RawMessageDelivery": "true", "FilterPolicy": '{"a": ["1"]}'},
    )["SubscriptionArn"]
    sns.publish(TopicArn=topic, Message="not wanted")
    sns.set_subscription_attributes(
        SubscriptionArn=subscription, AttributeName="FilterPolicy", AttributeValue="{}"
    )
    sns.publish(TopicArn=topic, Message="wanted")
    assert [one["Body"] for one in received(cloud, url)] == ["wanted"]


def test_structured_messages_and_fifo(cloud, sns, topic):
    url, target = open_queue(cloud, "structured", SNS)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=target, Attributes={"RawMessageDelivery": "true"})
    message = json.dumps({"default": "d", "sqs": "for queues"})
    sns.publish(TopicArn=topic, Message=message, MessageStructure="json")
    assert [one["Body"] for one in received(cloud, url)] == ["for queues"]
    code, text, _ = refusal(sns.publish, TopicArn=topic, Message='{"a": "b"}', MessageStructure="json")
    wanted = "Invalid parameter: Message Structure - No default entry in JSON message body"
    assert (code, text) == ("InvalidParameter", wanted)


def test_a_fifo_topic_keeps_its_groups(cloud, sns):
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="line.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    target = arn("x").replace("lambda", "sqs").replace("function:x", "line.fifo")
    allowed = {"Effect": "Allow", "Principal": {"Service": SNS}, "Action": "sqs:SendMessage"}
    policy = {"Statement": [{**allowed, "Resource": target}]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    topic = sns.create_topic(Name="line.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=target, Attributes={"RawMessageDelivery": "true"})
    for number in ("1", "1", "2"):
        sns.publish(TopicArn=topic, Message=number, MessageGroupId="g", MessageDeduplicationId=number)
    found = received(cloud, url, count=2)
    assert [(one["Body"], one["Attributes"]["MessageGroupId"]) for one in found] == [("1", "g"), ("2", "g")]


def test_a_function_that_publishes_where_it_listens_is_stopped(cloud, sns, topic):
    code = (
        "import boto3\ndef handler(event, context):\n"
        "    boto3.client('sns').publish(TopicArn=event['Records'][0]['Sns']['TopicArn'], Message='again')\n"
    )
    target = listener(cloud, "echoes", code)
    permit(cloud, "echoes", SNS, topic)
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=target)
    sns.publish(TopicArn=topic, Message="once")
    until(
        lambda: [one for one in cloud.events("echoes") if one.condition == "RecursiveInvocation"], seconds=90
    )
    until(lambda: sum(one.condition == "Success" for one in cloud.events("echoes")) == 16)


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ("{invalidjson}", "failed to parse JSON."),
        ("[1]", "Filter is not an object"),
        ('{"a": [{"prefix": 5}]}', "prefix match pattern must be a string"),
        ('{"$or": [{"a": [{"cidr": "10.0.0.0"}]}, {"b": ["1"]}]}', "Malformed CIDR, one '/' required"),
        ('{"a": [{"nope": "x"}]}', "Unrecognized match type nope"),
    ],
)
def test_filter_policies_that_are_none_are_refused(cloud, sns, topic, policy, reason):
    _, target = queue(cloud, "choosy")
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=target)["SubscriptionArn"]
    given = {"SubscriptionArn": subscription, "AttributeName": "FilterPolicy", "AttributeValue": policy}
    code, text, status = refusal(sns.set_subscription_attributes, **given)
    assert (code, status) == ("InvalidParameter", 400)
    assert text == f"Invalid parameter: FilterPolicy: {reason}"


def test_a_refused_filter_policy_leaves_no_subscription(sns, cloud):
    topic = sns.create_topic(Name="picky")["TopicArn"]
    _, target = queue(cloud, "picky")
    given = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": target}
    code, _, status = refusal(sns.subscribe, **given, Attributes={"FilterPolicy": "{invalidjson}"})
    assert (code, status) == ("InvalidParameter", 400)
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []
    kept = sns.subscribe(**given)["SubscriptionArn"]
    assert refusal(sns.subscribe, **given, Attributes={"FilterPolicy": "[1]"})[0] == "InvalidParameter"
    left = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [one["SubscriptionArn"] for one in left] == [kept]


def test_a_filter_policy_by_address(cloud, sns, topic):
    url, target = open_queue(cloud, "near", SNS)
    policy = json.dumps({"from": [{"cidr": "10.0.0.0/24"}]})
    given = {"RawMessageDelivery": "true", "FilterPolicy": policy}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=target, Attributes=given)
    for address in ("10.0.1.9", "10.0.0.9"):
        attributes = {"from": {"DataType": "String", "StringValue": address}}
        sns.publish(TopicArn=topic, Message=address, MessageAttributes=attributes)
    assert [message["Body"] for message in received(cloud, url)] == ["10.0.0.9"]
