"""What a CloudFormation stack makes sends as what boto3 makes: buckets, rules, subscriptions."""

from __future__ import annotations

import json

import pytest
from producers_kit import ACCOUNT, received

FROM = ("s3", "events", "sns")


def let_in(service):
    return {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
    }


POLICY = {"Statement": [let_in(service) for service in FROM]}
QUEUE = {"Fn::GetAtt": ["Queue", "Arn"]}
FILTER = {"S3Key": {"Rules": [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".jpg"}]}}
NOTIFICATIONS = {
    "QueueConfigurations": [{"Event": "s3:ObjectCreated:*", "Queue": QUEUE, "Filter": FILTER}],
    "EventBridgeConfiguration": {"EventBridgeEnabled": True},
}
TEMPLATE = {
    "Resources": {
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "stack-queue"}},
        "Policy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"Queues": [{"Ref": "Queue"}], "PolicyDocument": POLICY},
        },
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "DependsOn": "Policy",
            "Properties": {"BucketName": "stack-bucket", "NotificationConfiguration": NOTIFICATIONS},
        },
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventPattern": {"source": ["aws.s3"], "detail-type": ["Object Created"]},
                "State": "ENABLED",
                "Targets": [
                    {
                        "Id": "1",
                        "Arn": QUEUE,
                        "InputTransformer": {
                            "InputPathsMap": {"key": "$.detail.object.key"},
                            "InputTemplate": '{"told": <key>}',
                        },
                    }
                ],
            },
        },
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "stack-topic"}},
        "Subscription": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {
                "TopicArn": {"Ref": "Topic"},
                "Protocol": "sqs",
                "Endpoint": QUEUE,
                "RawMessageDelivery": True,
                "FilterPolicy": {"kind": ["wanted"]},
            },
        },
    }
}


@pytest.fixture(scope="module")
def stack(cloud):
    """The URL of the queue to which everything in the stack sends."""
    formation = cloud.client("cloudformation")
    formation.create_stack(StackName="senders", TemplateBody=json.dumps(TEMPLATE))
    return cloud.client("sqs").get_queue_url(QueueName="stack-queue")["QueueUrl"]


def test_a_bucket_of_a_stack_tells_queue_and_bus(cloud, stack):
    s3 = cloud.client("s3")
    s3.put_object(Bucket="stack-bucket", Key="out/a.jpg", Body=b"")
    s3.put_object(Bucket="stack-bucket", Key="in/a.jpg", Body=b"x")
    told = [json.loads(one["Body"]) for one in received(cloud, stack, count=4)]
    assert sum(one.get("Event") == "s3:TestEvent" for one in told) == 1
    (record,) = next(one["Records"] for one in told if "Records" in one)
    assert (record["eventName"], record["s3"]["object"]["key"]) == ("ObjectCreated:Put", "in/a.jpg")
    assert sorted(one["told"] for one in told if "told" in one) == ["in/a.jpg", "out/a.jpg"]
    (rule,) = s3.get_bucket_notification_configuration(Bucket="stack-bucket")["QueueConfigurations"]
    assert rule["QueueArn"] == f"arn:aws:sqs:us-east-1:{ACCOUNT}:stack-queue"


def test_a_subscription_of_a_stack_filters_and_delivers_raw(cloud, stack):
    sns, topic = cloud.client("sns"), f"arn:aws:sns:us-east-1:{ACCOUNT}:stack-topic"
    for kind in ("other", "wanted"):
        attributes = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=topic, Message=kind, MessageAttributes=attributes)
    assert [one["Body"] for one in received(cloud, stack)] == ["wanted"]
