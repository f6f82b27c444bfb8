"""Every operation through real botocore clients, in the JSON protocol and in the query protocol of before 2023.

Botocore checks the MD5 sums itself, and hands out members of its model only; what AWS sends besides would
get lost on the way, so `test_answers_have_members_of_the_model_only` looks at the raw documents.
"""

from __future__ import annotations

import json

import pytest
from queue_room import ACCOUNT, HOST, REGION, Room

from lambada_labs.cloud.local.queues import wire
from lambada_labs.cloud.local.queues.service import OPERATIONS

ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}"


@pytest.fixture
def room():
    return Room()


@pytest.fixture(params=["json", "query"])
def client(room, request):
    return room.client(request.param)


@pytest.fixture
def url(client):
    return client.create_queue(QueueName="jobs")["QueueUrl"]


def members(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_every_operation_of_the_model_is_there():
    assert set(OPERATIONS) == set(wire.model()["operations"])


def test_a_message_there_and_back(client, url):
    attributes = {
        "who": {"DataType": "String", "StringValue": "Ann <&> \r\n é"},
        "n": {"DataType": "Number.int", "StringValue": "12"},
        "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    trace = {
        "AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793"}
    }
    sent = client.send_message(
        QueueUrl=url,
        MessageBody="<work> \r\n\t é 🦀",
        MessageAttributes=attributes,
        MessageSystemAttributes=trace,
    )
    assert set(members(sent)) == {
        "MD5OfMessageBody", "MD5OfMessageAttributes", "MD5OfMessageSystemAttributes", "MessageId"
    }  # fmt: skip
    (found,) = client.receive_message(
        QueueUrl=url, AttributeNames=["All"], MessageAttributeNames=["All"], MaxNumberOfMessages=10
    )["Messages"]
    assert found["Body"] == "<work> \r\n\t é 🦀"
    assert (found["MessageId"], found["MD5OfBody"]) == (sent["MessageId"], sent["MD5OfMessageBody"])
    assert found["MessageAttributes"] == attributes
    assert found["Attributes"] == {
        "SenderId": ACCOUNT,
        "SentTimestamp": "1800000000000",
        "ApproximateReceiveCount": "1",
        "ApproximateFirstReceiveTimestamp": "1800000000000",
        "AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793",
    }
    assert members(client.delete_message(QueueUrl=url, ReceiptHandle=found["ReceiptHandle"])) == {}
    assert members(client.receive_message(QueueUrl=url)) == {}


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        ([], set()),
        (["All"], {"Hello", "General", "Help.Me"}),
        ([".*"], {"Hello", "General", "Help.Me"}),
        (["Hello", "Nobody"], {"Hello"}),
        (["Hel.*"], {"Hello", "Help.Me"}),
        (["AWS.", "Hel*"], set()),
    ],
)
def test_attributes_are_those_asked_for(client, url, names, chosen):
    named = ("Hello", "General", "Help.Me")
    client.send_message(
        QueueUrl=url,
        MessageBody="msg",
        MessageAttributes={name: {"DataType": "String", "StringValue": "x"} for name in named},
    )
    (found,) = client.receive_message(
        QueueUrl=url, MessageAttributeNames=names, AttributeNames=["SenderId", "SequenceNumber"]
    )["Messages"]
    assert set(found.get("MessageAttributes", {})) == chosen
    assert ("MD5OfMessageAttributes" in found) == bool(chosen)
    assert set(found["Attributes"]) == {"SenderId"}


def test_the_newer_name_of_system_attributes(client, url):
    client.send_message(QueueUrl=url, MessageBody="msg", MessageGroupId="fair")
    (found,) = client.receive_message(QueueUrl=url, MessageSystemAttributeNames=["MessageGroupId"])[
        "Messages"
    ]
    assert found["Attributes"] == {"MessageGroupId": "fair"}


def test_batches_have_an_outcome_for_each(client, url):
    entries = [{"Id": "a", "MessageBody": "a"}, {"Id": "bad", "MessageBody": "\x01"}]
    entries += [{"Id": "late", "MessageBody": "b", "DelaySeconds": 901}, {"Id": "b-_1", "MessageBody": "b"}]
    sent = client.send_message_batch(QueueUrl=url, Entries=entries)
    assert [one["Id"] for one in sent["Successful"]] == ["a", "b-_1"]
    assert [(one["Id"], one["Code"], one["SenderFault"]) for one in sent["Failed"]] == [
        ("bad", "InvalidMessageContents", True),
        ("late", "InvalidParameterValue", True),
    ]
    found = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    handles = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(found)]
    garbage = {"Id": "x", "ReceiptHandle": "garbage"}
    changed = client.change_message_visibility_batch(
        QueueUrl=url, Entries=[{**one, "VisibilityTimeout": 0} for one in (*handles, garbage)]
    )
    assert [one["Id"] for one in changed["Successful"]] == ["0", "1"]
    assert changed["Failed"] == [
        {
            "Id": "x",
            "SenderFault": True,
            "Code": "ReceiptHandleIsInvalid",
            "Message": 'The input receipt handle "garbage" is not a valid receipt handle.',
        }
    ]
    assert members(client.delete_message_batch(QueueUrl=url, Entries=handles)) == {
        "Successful": [{"Id": "0"}, {"Id": "1"}]
    }
    assert members(client.receive_message(QueueUrl=url)) == {}


def test_a_new_queue_has_the_attributes_of_aws(client, url):
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert found == {
        "ApproximateNumberOfMessages": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "ApproximateNumberOfMessagesNotVisible": "0",
        "CreatedTimestamp": "1800000000",
        "DelaySeconds": "0",
        "LastModifiedTimestamp": "1800000000",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "QueueArn": f"{ARN}:jobs",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    }


def test_a_fifo_queue_has_four_more(client):
    url = client.create_queue(
        QueueName="jobs.fifo", Attributes={"FifoQueue": "True", "ContentBasedDeduplication": "True"}
    )["QueueUrl"]
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert {name: found[name] for name in found if "ifo" in name or "Dedup" in name} == {
        "FifoQueue": "true",
        "ContentBasedDeduplication": "true",
        "DeduplicationScope": "queue",
        "FifoThroughputLimit": "perQueue",
    }
    sent = client.send_message(QueueUrl=url, MessageBody="a", MessageGroupId="g")
    (got,) = client.receive_message(QueueUrl=url, AttributeNames=["All"], ReceiveRequestAttemptId="1")[
        "Messages"
    ]
    assert got["Attributes"]["SequenceNumber"] == sent["SequenceNumber"]
    assert (got["Attributes"]["MessageGroupId"], len(got["Attributes"]["MessageDeduplicationId"])) == (
        "g",
        64,
    )


def test_attributes_are_set_and_unset(room, client, url):
    room.clock.turn(10)
    key = {"KmsMasterKeyId": "alias/mine", "KmsDataKeyReusePeriodSeconds": "6000"}
    client.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "420", **key})
    wanted = ["DelaySeconds", "LastModifiedTimestamp", "SqsManagedSseEnabled", "KmsMasterKeyId"]
    assert client.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"] == {
        "DelaySeconds": "420",
        "LastModifiedTimestamp": "1800000010",
        "SqsManagedSseEnabled": "false",
        "KmsMasterKeyId": "alias/mine",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    client.set_queue_attributes(QueueUrl=url, Attributes={"KmsMasterKeyId": "", "Policy": policy})
    assert members(
        client.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy", "KmsMasterKeyId"])
    ) == {"Attributes": {"Policy": policy}}
    client.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert members(client.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])) == {}
    assert members(client.get_queue_attributes(QueueUrl=url)) == {}


def test_counts_of_the_three_kinds(client, url):
    for delay in (0, 0, 0, 9):
        client.send_message(QueueUrl=url, MessageBody="a", DelaySeconds=delay)
    client.receive_message(QueueUrl=url)
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert [found[f"ApproximateNumberOfMessages{kind}"] for kind in ("", "NotVisible", "Delayed")] == [
        "2",
        "1",
        "1",
    ]


def test_queues_are_found_by_name_url_and_page(client, url):
    assert url == f"http://{HOST}/{ACCOUNT}/jobs"
    assert client.get_queue_url(QueueName="jobs")["QueueUrl"] == url
    assert client.create_queue(QueueName="jobs")["QueueUrl"] == url
    urls = [client.create_queue(QueueName=f"more-{n}")["QueueUrl"] for n in range(3)]
    assert client.list_queues()["QueueUrls"] == [url, *urls]
    assert members(client.list_queues(QueueNamePrefix="more", MaxResults=3)) == {"QueueUrls": urls}
    first = client.list_queues(QueueNamePrefix="more", MaxResults=2)
    assert first["QueueUrls"] == urls[:2]
    rest = client.list_queues(QueueNamePrefix="more", MaxResults=2, NextToken=first["NextToken"])
    assert members(rest) == {"QueueUrls": urls[2:]}
    assert members(client.list_queues(QueueNamePrefix="none")) == {}
    client.delete_queue(QueueUrl=url)
    assert client.list_queues()["QueueUrls"] == urls
    client.create_queue(QueueName="jobs")


def test_tags(client):
    url = client.create_queue(QueueName="tagged", tags={"a": "1", "b": "2"})["QueueUrl"]
    client.tag_queue(QueueUrl=url, Tags={"b": "3", "c": ""})
    assert client.list_queue_tags(QueueUrl=url)["Tags"] == {"a": "1", "b": "3", "c": ""}
    client.untag_queue(QueueUrl=url, TagKeys=["a", "b", "c", "d"])
    assert members(client.list_queue_tags(QueueUrl=url)) == {}


def test_permissions_are_statements_of_the_policy(client, url):
    for label, accounts in (("one", [ACCOUNT]), ("two", [ACCOUNT, "210987654321"])):
        client.add_permission(QueueUrl=url, Label=label, AWSAccountIds=accounts, Actions=["ReceiveMessage"])

    def policy():
        found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
        return json.loads(found.get("Attributes", {}).get("Policy", "{}"))

    root = f"arn:aws:iam::{ACCOUNT}:root"
    assert policy()["Statement"][0] == {
        "Sid": "one",
        "Effect": "Allow",
        "Principal": {"AWS": root},
        "Action": "SQS:ReceiveMessage",
        "Resource": f"{ARN}:jobs",
    }
    assert policy()["Statement"][1]["Principal"]["AWS"] == [root, "arn:aws:iam::210987654321:root"]
    client.remove_permission(QueueUrl=url, Label="one")
    assert [statement["Sid"] for statement in policy()["Statement"]] == ["two"]
    client.remove_permission(QueueUrl=url, Label="two")
    assert policy() == {}


def _dead(client, **more):
    """A queue and its dead-letter queue with three messages in it; their URLs."""
    dead = client.create_queue(QueueName="dead")["QueueUrl"]
    redrive = {"deadLetterTargetArn": f"{ARN}:dead", "maxReceiveCount": "1"}
    attributes = {"RedrivePolicy": json.dumps(redrive), "VisibilityTimeout": "0"}
    url = client.create_queue(QueueName="source", Attributes=attributes)["QueueUrl"]
    for body in "abc":
        client.send_message(QueueUrl=url, MessageBody=body)
    for _ in range(2):
        client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return url, dead


def test_dead_letters_are_moved_back_as_new_messages(room, client):
    url, dead = _dead(client)
    policy = client.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]
    assert policy["RedrivePolicy"] == f'{{"deadLetterTargetArn":"{ARN}:dead","maxReceiveCount":1}}'
    assert client.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]
    assert client.list_dead_letter_source_queues(QueueUrl=url).get("queueUrls", []) == []
    client.start_message_move_task(SourceArn=f"{ARN}:dead")
    (task,) = client.list_message_move_tasks(SourceArn=f"{ARN}:dead")["Results"]
    assert task == {
        "Status": "COMPLETED",
        "SourceArn": f"{ARN}:dead",
        "ApproximateNumberOfMessagesMoved": 3,
        "ApproximateNumberOfMessagesToMove": 3,
        "StartedTimestamp": 1_800_000_000_000,
    }
    found = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
    assert [one["Body"] for one in found] == ["a", "b", "c"]
    assert {one["Attributes"]["ApproximateReceiveCount"] for one in found} == {"1"}
    assert "DeadLetterQueueSourceArn" not in found[0]["Attributes"]


def test_a_slow_task_runs_by_the_clock_and_can_be_cancelled(room, client):
    _dead(client)
    client.create_queue(QueueName="custom")
    started = client.start_message_move_task(
        SourceArn=f"{ARN}:dead", DestinationArn=f"{ARN}:custom", MaxNumberOfMessagesPerSecond=1
    )
    with pytest.raises(client.exceptions.ClientError, match="There is already a task running"):
        client.start_message_move_task(SourceArn=f"{ARN}:dead")
    room.clock.turn(1)
    (task,) = client.list_message_move_tasks(SourceArn=f"{ARN}:dead", MaxResults=5)["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("RUNNING", 2)
    assert task["TaskHandle"] == started["TaskHandle"]
    assert (task["MaxNumberOfMessagesPerSecond"], task["DestinationArn"]) == (1, f"{ARN}:custom")
    stopped = client.cancel_message_move_task(TaskHandle=started["TaskHandle"])
    assert stopped["ApproximateNumberOfMessagesMoved"] == 2
    room.clock.turn(10)
    (task,) = client.list_message_move_tasks(SourceArn=f"{ARN}:dead")["Results"]
    assert (task["Status"], "TaskHandle" in task) == ("CANCELLED", False)
    with pytest.raises(client.exceptions.ClientError, match="Task does not exist"):
        client.cancel_message_move_task(TaskHandle=started["TaskHandle"])


def test_a_task_whose_destination_goes_away_fails_and_loses_nothing(room, client):
    _dead(client)
    custom = client.create_queue(QueueName="custom")["QueueUrl"]
    where = {"SourceArn": f"{ARN}:dead", "DestinationArn": f"{ARN}:custom"}
    client.start_message_move_task(**where, MaxNumberOfMessagesPerSecond=1)
    client.delete_queue(QueueUrl=custom)
    room.clock.turn(1)
    (task,) = client.list_message_move_tasks(SourceArn=f"{ARN}:dead")["Results"]
    assert (task["Status"], task["FailureReason"]) == ("FAILED", "AWS.SimpleQueueService.NonExistentQueue")
    assert room.queues.find(f"{ARN}:dead").counts().visible == 2


def test_messages_that_were_sent_to_a_dead_letter_queue_have_no_way_back(room, client):
    _, dead = _dead(client)
    client.purge_queue(QueueUrl=dead)
    client.send_message(QueueUrl=dead, MessageBody="direct")
    client.start_message_move_task(SourceArn=f"{ARN}:dead")
    (task,) = client.list_message_move_tasks(SourceArn=f"{ARN}:dead")["Results"]
    assert (task["Status"], task["FailureReason"]) == ("FAILED", "CouldNotDetermineMessageSource")


def _shape(name):
    return wire.model()["shapes"][name]


def _unknown(value, shape, path):
    if shape["type"] == "structure":
        for name, item in value.items():
            if name not in shape["members"]:
                yield f"{path}.{name}"
            else:
                yield from _unknown(item, _shape(shape["members"][name]["shape"]), f"{path}.{name}")
    elif shape["type"] == "list":
        for item in value:
            yield from _unknown(item, _shape(shape["member"]["shape"]), path)


def test_answers_have_members_of_the_model_only(room):
    asked = [
        ("CreateQueue", {"QueueName": "dead"}),
        ("CreateQueue", {"QueueName": "q", "tags": {"a": "b"}}),
        ("SetQueueAttributes", {"Attributes": {"RedrivePolicy": _policy("dead"), "VisibilityTimeout": "0"}}),
        ("SendMessage", {"MessageBody": "a", "MessageAttributes": {"n": {"DataType": "String", "StringValue": "x"}}}),
        ("SendMessageBatch", {"Entries": [{"Id": "1", "MessageBody": "a"}, {"Id": "2", "MessageBody": ""}]}),
        ("ReceiveMessage", {"AttributeNames": ["All"], "MessageAttributeNames": ["All"], "MaxNumberOfMessages": 10}),
        ("ReceiveMessage", {}),
        ("DeleteMessageBatch", {"Entries": [{"Id": "1", "ReceiptHandle": "x"}]}),
        ("ChangeMessageVisibilityBatch", {"Entries": [{"Id": "1", "ReceiptHandle": "x", "VisibilityTimeout": 1}]}),
        ("GetQueueAttributes", {"AttributeNames": ["All"]}),
        ("GetQueueUrl", {"QueueName": "q"}),
        ("ListQueues", {"MaxResults": 1}),
        ("ListQueueTags", {}),
        ("ListDeadLetterSourceQueues", {"QueueUrl": "dead"}),
        ("StartMessageMoveTask", {"SourceArn": f"{ARN}:dead", "MaxNumberOfMessagesPerSecond": 1}),
        ("ListMessageMoveTasks", {"SourceArn": f"{ARN}:dead"}),
    ]  # fmt: skip
    for operation, parameters in asked:
        status, headers, document = room.json(operation, **{"QueueUrl": "q", **parameters})
        assert (operation, status, headers["Content-Type"]) == (operation, 200, "application/x-amz-json-1.0")
        output = wire.model()["operations"][operation].get("output")
        shape = _shape(output["shape"]) if output else {"type": "structure", "members": {}}
        assert list(_unknown(document, shape, operation)) == []


def _policy(name):
    return json.dumps({"deadLetterTargetArn": f"{ARN}:{name}", "maxReceiveCount": 1})
