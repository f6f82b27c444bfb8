"""Queues of a running cloud through boto3, the AWS CLI and the services that fill them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time

import pytest


@pytest.fixture(scope="module")
def sqs(cloud):
    return cloud.client("sqs")


def arn_of(sqs, url):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def received(sqs, url, wait_s=20):
    answer = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=wait_s, MaxNumberOfMessages=10)
    return [message["Body"] for message in answer.get("Messages", [])]


def test_the_address_of_a_queue_is_that_of_the_cloud(cloud, sqs):
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    assert url == f"{cloud.endpoint_url}/{cloud.account_id}/jobs"
    sent = sqs.send_message(QueueUrl=url, MessageBody="work")
    (message,) = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
    assert (message["MessageId"], message["Attributes"]["SenderId"]) == (sent["MessageId"], cloud.account_id)
    assert abs(int(message["Attributes"]["SentTimestamp"]) / 1000 - time.time()) < 60
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def test_a_long_poll_is_answered_when_a_message_comes(cloud, sqs):
    url = sqs.create_queue(QueueName="awaited")["QueueUrl"]
    found = []
    poll = threading.Thread(target=lambda: found.append(received(cloud.client("sqs"), url)))
    began = time.monotonic()
    poll.start()
    time.sleep(0.3)  # whatever comes first, the poll or the message: the answer is the same
    sqs.send_message(QueueUrl=url, MessageBody="at last")
    poll.join(30)
    assert found == [["at last"]]
    assert time.monotonic() - began < 15


def test_a_poll_that_was_interrupted_takes_no_message(cloud, sqs):
    url = sqs.create_queue(QueueName="interrupted")["QueueUrl"]
    code = f"import boto3; boto3.client('sqs').receive_message(QueueUrl={url!r}, WaitTimeSeconds=20)"
    program = subprocess.Popen([sys.executable, "-c", code], env=cloud.subprocess_environ())
    time.sleep(3)  # were it still on its way, the test would pass as well
    program.kill()
    program.wait(20)
    time.sleep(0.2)
    sqs.send_message(QueueUrl=url, MessageBody="for the next one")
    assert received(sqs, url, wait_s=2) == ["for the next one"]


def test_an_empty_long_poll_ends_in_time(sqs):
    url = sqs.create_queue(QueueName="empty")["QueueUrl"]
    began = time.monotonic()
    assert received(sqs, url, wait_s=1) == []
    assert 0.9 < time.monotonic() - began < 10


def test_many_clients_wait_and_send_at_once(cloud, sqs):
    url = sqs.create_queue(QueueName="busy")["QueueUrl"]
    seen, done = [], threading.Event()

    def consume():
        client = cloud.client("sqs")
        while not done.is_set():
            answer = client.receive_message(QueueUrl=url, WaitTimeSeconds=1, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                seen.append(message["Body"])
                client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def produce(name):
        client = cloud.client("sqs")
        for number in range(5):
            entries = [{"Id": str(n), "MessageBody": f"{name}-{number}-{n}"} for n in range(10)]
            client.send_message_batch(QueueUrl=url, Entries=entries)

    threads = [threading.Thread(target=consume) for _ in range(3)]
    producers = [threading.Thread(target=produce, args=(name,)) for name in "ab"]
    for thread in (*threads, *producers):
        thread.start()
    for thread in producers:
        thread.join(60)
    deadline = time.monotonic() + 60
    while len(seen) < 100 and time.monotonic() < deadline:
        time.sleep(0.05)
    done.set()
    for thread in threads:
        thread.join(30)
    assert (len(seen), len(set(seen))) == (100, 100)


def aws(cloud, *arguments):
    command = [sys.executable, "-m", "awscli", "--endpoint-url", cloud.endpoint_url, "sqs", *arguments]
    done = subprocess.run(
        command, env=cloud.subprocess_environ(), capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_the_aws_cli(cloud, sqs):
    status, out, err = aws(
        cloud, "create-queue", "--queue-name", "cli.fifo",
        "--attributes", "FifoQueue=true,ContentBasedDeduplication=true",
    )  # fmt: skip
    assert (status, err) == (0, "")
    url = json.loads(out)["QueueUrl"]
    sent = json.loads(
        aws(cloud, "send-message", "--queue-url", url, "--message-body", "hi", "--message-group-id", "g")[1]
    )
    assert set(sent) == {"MD5OfMessageBody", "MessageId", "SequenceNumber"}
    (message,) = json.loads(
        aws(
            cloud,
            "receive-message",
            "--queue-url",
            url,
            "--attribute-names",
            "All",
            "--wait-time-seconds",
            "5",
        )[1]
    )["Messages"]
    assert (message["Body"], message["Attributes"]["MessageGroupId"]) == ("hi", "g")
    status, out, err = aws(cloud, "delete-queue", "--queue-url", url + "x")
    assert status != 0
    assert "(AWS.SimpleQueueService.NonExistentQueue) when calling the DeleteQueue operation" in err


def test_unsigned_requests_reach_no_queue(cloud, sqs):
    import urllib.error
    import urllib.request

    url = sqs.create_queue(QueueName="closed")["QueueUrl"]
    with pytest.raises(urllib.error.HTTPError) as seen:
        urllib.request.urlopen(f"{url}?Action=SendMessage&MessageBody=a", timeout=20)
    assert seen.value.code == 403
    seen.value.close()
    assert received(sqs, url, wait_s=0) == []


def let_in(sqs, url, service):
    """A queue says itself which service may send to it."""
    target = arn_of(sqs, url)
    allowed = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sqs:SendMessage"}
    policy = {"Version": "2012-10-17", "Statement": [{**allowed, "Resource": target}]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})


def test_sns_delivers_into_our_queues(cloud, sqs):
    sns = cloud.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    urls = [sqs.create_queue(QueueName=f"news-{name}")["QueueUrl"] for name in ("wrapped", "raw")]
    for url, raw in zip(urls, ("false", "true"), strict=True):
        let_in(sqs, url, "sns.amazonaws.com")
        sns.subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=arn_of(sqs, url), Attributes={"RawMessageDelivery": raw}
        )
    kind = {"kind": {"DataType": "String", "StringValue": "x"}}
    sns.publish(TopicArn=topic, Message="hello", Subject="s", MessageAttributes=kind)
    (wrapped,) = received(sqs, urls[0])
    assert json.loads(wrapped)["Message"] == "hello"
    (raw,) = sqs.receive_message(QueueUrl=urls[1], MessageAttributeNames=["All"], WaitTimeSeconds=5)[
        "Messages"
    ]
    assert (raw["Body"], raw["MessageAttributes"]["kind"]) == ("hello", kind["kind"])
    for url in urls:
        sqs.delete_queue(QueueUrl=url)
    sns.publish(TopicArn=topic, Message="nobody is there any more")


def test_eventbridge_delivers_into_our_queues(cloud, sqs):
    events = cloud.client("events")
    url = sqs.create_queue(QueueName="matched")["QueueUrl"]
    let_in(sqs, url, "events.amazonaws.com")
    events.put_rule(Name="mine", EventPattern=json.dumps({"source": ["mine"]}))
    events.put_targets(Rule="mine", Targets=[{"Id": "1", "Arn": arn_of(sqs, url)}])
    entry = {"Source": "mine", "DetailType": "d", "Detail": json.dumps({"a": 1})}
    events.put_events(Entries=[entry, {**entry, "Source": "other"}])
    (found,) = received(sqs, url)
    assert json.loads(found)["detail"] == {"a": 1}


def test_s3_notifies_our_queues(cloud, sqs):
    s3 = cloud.client("s3")
    url = sqs.create_queue(QueueName="uploads")["QueueUrl"]
    let_in(sqs, url, "s3.amazonaws.com")
    s3.create_bucket(Bucket="uploads-bucket")
    rule = {"QueueArn": arn_of(sqs, url), "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="uploads-bucket", NotificationConfiguration={"QueueConfigurations": [rule]}
    )
    s3.put_object(Bucket="uploads-bucket", Key="a.txt", Body=b"a")
    bodies = []
    while not any("ObjectCreated" in body for body in bodies):
        bodies += received(sqs, url) or pytest.fail(f"nothing about the object: {bodies}")


def test_cloudformation_makes_changes_and_deletes_our_queues(cloud, sqs):
    formation = cloud.client("cloudformation")
    properties = {"QueueName": "stacked", "VisibilityTimeout": 77, "Tags": [{"Key": "k", "Value": "v"}]}

    def template(**changed):
        resource = {"Type": "AWS::SQS::Queue", "Properties": {**properties, **changed}}
        outputs = {"Arn": {"Value": {"Fn::GetAtt": ["Jobs", "Arn"]}}}
        return json.dumps({"Resources": {"Jobs": resource}, "Outputs": outputs})

    formation.create_stack(StackName="s", TemplateBody=template())
    (stack,) = formation.describe_stacks(StackName="s")["Stacks"]
    url = sqs.get_queue_url(QueueName="stacked")["QueueUrl"]
    assert stack["Outputs"][0]["OutputValue"] == arn_of(sqs, url)
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"]["k"] == "v"

    def timeout():
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
        return found["Attributes"]["VisibilityTimeout"]

    assert timeout() == "77"
    formation.update_stack(StackName="s", TemplateBody=template(VisibilityTimeout=88))
    assert timeout() == "88"
    formation.delete_stack(StackName="s")
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="stacked")
