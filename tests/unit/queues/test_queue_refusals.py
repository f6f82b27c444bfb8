"""Every refusal by name and text, as recorded from AWS, in both protocols."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from queue_room import ACCOUNT, HOST, REGION, Room

ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}"
OLD = "AWS.SimpleQueueService."
INVALID = ("InvalidParameterValue", "InvalidParameterValueException")
MISSING = ("MissingParameter", "MissingRequiredParameterException")
VALUE = ("InvalidAttributeValue", "InvalidAttributeValue")
NAME = ("InvalidAttributeName", "InvalidAttributeName")


@pytest.fixture(scope="module")
def room():
    room = Room()
    for name, attributes in (
        ("q", {}),
        ("small", {"MaximumMessageSize": "1024"}),
        ("f.fifo", {"FifoQueue": "true"}),
        ("c.fifo", {"FifoQueue": "true", "ContentBasedDeduplication": "true"}),
        ("closed", {"RedriveAllowPolicy": '{"redrivePermission":"denyAll"}'}),
    ):
        room.client().create_queue(QueueName=name, Attributes=attributes)
    return room


@pytest.fixture(scope="module")
def clients(room):
    return {protocol: room.client(protocol, validate=False) for protocol in ("json", "query")}


def old(name):
    return (OLD + name, name)


def entries(count, **more):
    return [{"Id": str(n), "MessageBody": "a", **more} for n in range(count)]


def message(attribute, name="n"):
    return {"MessageBody": "a", "MessageAttributes": {name: attribute}}


def text(value, kind="String"):
    return {"DataType": kind, "StringValue": value}


def set_to(**attributes):
    return {"Attributes": attributes}


def policy(arn, count=3):
    return json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": count})


BATCH_ID = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long."
NO_DEDUPLICATION = "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
WRONG_TYPE = "Reason: The request include parameter that is not valid for this queue type."
IDS = "can only include alphanumeric and punctuation characters. 1 to 128 in length."
TABLE = [
    ("SendMessage", {"MessageBody": ""}, MISSING, "The request must contain the parameter MessageBody."),
    ("SendMessage", {}, MISSING, "The request must contain the parameter MessageBody."),
    ("SendMessage", {"MessageBody": "\x01"}, ("InvalidMessageContents",) * 2,
     ("Invalid binary character '#x1' was found in the message body, the set of allowed characters is "
     "#x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF].")),
    ("SendMessage", {"MessageBody": "a" * 1_048_577}, INVALID,
     "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes."),
    ("SendMessage", {"QueueUrl": "small", **message(text("é" * 508)), "MessageBody": "é"}, INVALID,
     "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes."),
    ("SendMessage", {"MessageBody": "a", "DelaySeconds": 901}, INVALID,
     "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."),
    ("SendMessage", {"MessageBody": "a", "DelaySeconds": 2, "QueueUrl": "c.fifo", "MessageGroupId": "g"}, INVALID,
     f"Value 2 for parameter DelaySeconds is invalid. {WRONG_TYPE}"),
    ("SendMessage", {"MessageBody": "a", "MessageDeduplicationId": "x"}, INVALID,
     f"Value x for parameter MessageDeduplicationId is invalid. {WRONG_TYPE}"),
    ("SendMessage", {"MessageBody": "a", "QueueUrl": "f.fifo"}, MISSING,
     "The request must contain the parameter MessageGroupId."),
    ("SendMessage", {"MessageBody": "a", "QueueUrl": "f.fifo", "MessageGroupId": "g"}, INVALID, NO_DEDUPLICATION),
    ("SendMessage", {"MessageBody": "a", "MessageGroupId": "group 123"}, INVALID,
     f"Value group 123 for parameter MessageGroupId is invalid. Reason: MessageGroupId {IDS}"),
    ("SendMessage", {"MessageBody": "a", "QueueUrl": "f.fifo", "MessageGroupId": "g", "MessageDeduplicationId": "a" * 129},
     INVALID, f"Value {'a' * 129} for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId {IDS}"),
    ("SendMessage", message(text(""), "ErrorDetails"), INVALID,
     "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'."),
    ("SendMessage", message(text("x", "")), INVALID,
     "The message attribute 'n' must contain non-empty message attribute type."),
    ("SendMessage", message(text("x", "Text")), INVALID,
     ("The message attribute 'n' has an invalid message attribute type, "
     "the set of supported type prefixes is Binary, Number, and String.")),
    ("SendMessage", message(text("x", "Number")), INVALID,
     "Can't cast the value of message (user) attribute 'n' to a number."),
    ("SendMessage", message(text("x"), "a b"), INVALID,
     ("The message attribute name 'a b' is invalid. Attribute name can contain A-Z, a-z, 0-9, "
     "underscore (_), hyphen (-), and period (.) characters.")),
    ("SendMessage", {"MessageBody": "a", "MessageAttributes": {f"n{n}": text("x") for n in range(11)}}, INVALID,
     "Number of message attributes [11] exceeds the allowed maximum [10]."),
    ("SendMessageBatch", {"Entries": []}, old("EmptyBatchRequest"),
     "There should be at least one SendMessageBatchRequestEntry in the request."),
    ("SendMessageBatch", {"Entries": entries(20)}, old("TooManyEntriesInBatchRequest"),
     "Maximum number of entries per request are 10. You have sent 20."),
    ("SendMessageBatch", {"Entries": [*entries(2), *entries(1)]}, old("BatchEntryIdsNotDistinct"), "Id 0 repeated."),
    ("SendMessageBatch", {"Entries": [{"Id": "a:b", "MessageBody": "a"}]}, old("InvalidBatchEntryId"), BATCH_ID),
    ("SendMessageBatch", {"Entries": [{"Id": "a" * 81, "MessageBody": "a"}]}, old("InvalidBatchEntryId"), BATCH_ID),
    ("SendMessageBatch", {"Entries": entries(3, MessageBody="a" * 349_526)}, old("BatchRequestTooLong"),
     "Batch requests cannot be longer than 1048576 bytes. You have sent 1048578 bytes."),
    ("SendMessageBatch", {"Entries": entries(1), "QueueUrl": "f.fifo"}, INVALID,
     "The request must contain the parameter MessageGroupId."),
    ("SendMessageBatch", {"Entries": entries(1, MessageGroupId="g"), "QueueUrl": "f.fifo"}, INVALID, NO_DEDUPLICATION),
    ("DeleteMessageBatch", {"Entries": []}, old("EmptyBatchRequest"),
     "There should be at least one DeleteMessageBatchRequestEntry in the request."),
    ("ReceiveMessage", {"MaxNumberOfMessages": 11}, INVALID,
     "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."),
    ("ReceiveMessage", {"WaitTimeSeconds": 21}, INVALID,
     "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided."),
    ("ReceiveMessage", {"VisibilityTimeout": 43_201}, INVALID,
     "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= 43200, if provided."),
    ("ReceiveMessage", {"AttributeNames": ["Foobar"]}, NAME, "Unknown Attribute Foobar."),
    ("DeleteMessage", {"ReceiptHandle": "garbage"}, ("ReceiptHandleIsInvalid",) * 2,
     'The input receipt handle "garbage" is not a valid receipt handle.'),
    ("DeleteMessage", {}, MISSING, "The request must contain the parameter ReceiptHandle."),
    ("ChangeMessageVisibility", {"ReceiptHandle": "garbage", "VisibilityTimeout": 1}, ("ReceiptHandleIsInvalid",) * 2,
     'The input receipt handle "garbage" is not a valid receipt handle.'),
    ("ChangeMessageVisibility", {"ReceiptHandle": "x"}, MISSING,
     "The request must contain the parameter VisibilityTimeout."),
    ("GetQueueAttributes", {"AttributeNames": ["Foobar"]}, NAME, "Unknown Attribute Foobar."),
    ("SetQueueAttributes", set_to(DelaySeconds="901"), VALUE, "Invalid value for the parameter DelaySeconds."),
    ("SetQueueAttributes", set_to(VisibilityTimeout="-1"), VALUE, "Invalid value for the parameter VisibilityTimeout."),
    ("SetQueueAttributes", set_to(QueueArn="x"), NAME, "Unknown Attribute QueueArn."),
    ("SetQueueAttributes", set_to(FifoQueue="true"), NAME, "Unknown Attribute FifoQueue."),
    ("SetQueueAttributes", {**set_to(FifoQueue="false"), "QueueUrl": "f.fifo"}, VALUE,
     "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported."),
    ("SetQueueAttributes", set_to(DeduplicationScope="queue"), NAME,
     "You can specify the DeduplicationScope only when FifoQueue is set to true."),
    ("SetQueueAttributes", set_to(Policy="{"), VALUE, "Invalid value for the parameter Policy."),
    ("SetQueueAttributes", set_to(KmsMasterKeyId="k", SqsManagedSseEnabled="true"), NAME,
     "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE."),
    ("SetQueueAttributes", set_to(RedrivePolicy='{"maxReceiveCount":3}'), INVALID,
     ('Value {"maxReceiveCount":3} for parameter RedrivePolicy is invalid. '
     "Reason: Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")),
    ("SetQueueAttributes", set_to(RedrivePolicy=policy(f"{ARN}:f", "many")), INVALID,
     (f"Value {policy(f'{ARN}:f', 'many')} for parameter RedrivePolicy is invalid. "
     "Reason: Invalid value for maxReceiveCount: many, valid values are from 1 to 1000 both inclusive.")),
    ("SetQueueAttributes", set_to(RedrivePolicy=policy(f"{ARN}:nobody")), INVALID,
     f"Value {policy(f'{ARN}:nobody')} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist."),
    ("SetQueueAttributes", set_to(RedrivePolicy=policy(f"{ARN}:f.fifo")), INVALID,
     (f"Value {policy(f'{ARN}:f.fifo')} for parameter RedrivePolicy is invalid. "
     "Reason: Dead-letter queue must be same type of queue as the source.")),
    ("SetQueueAttributes", set_to(RedrivePolicy=policy(f"{ARN}:closed")), INVALID,
     (f"Value {policy(f'{ARN}:closed')} for parameter RedrivePolicy is invalid. "
     "Reason: The dead-letter queue does not allow this queue as a source.")),
    ("AddPermission", {"Label": "l", "AWSAccountIds": [ACCOUNT], "Actions": ["CreateQueue"]}, INVALID,
     "Value SQS:CreateQueue for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action."),
    ("RemovePermission", {"Label": "l"}, INVALID, "Value l for parameter Label is invalid. Reason: can't find label."),
    ("UntagQueue", {"TagKeys": []}, INVALID, "Tag keys must be between 1 and 128 characters in length."),
]  # fmt: skip
TABLE_OF_NO_QUEUE = [
    ("CreateQueue", {"QueueName": "a/b"}, INVALID,
     "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"),
    ("CreateQueue", {"QueueName": "a.fifo"}, INVALID,
     "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"),
    ("CreateQueue", {"QueueName": "a", **set_to(FifoQueue="true")}, INVALID,
     ("The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
     "must end with .fifo suffix and be 1 to 80 in length.")),
    ("CreateQueue", {"QueueName": "q", **set_to(DelaySeconds="1")}, ("QueueAlreadyExists", "QueueNameExists"),
     "A queue already exists with the same name and a different value for attribute DelaySeconds"),
    ("CreateQueue", {"QueueName": "new", **set_to(ContentBasedDeduplication="true")}, NAME,
     "Unknown Attribute ContentBasedDeduplication."),
    ("StartMessageMoveTask", {"SourceArn": f"{ARN}:q"}, INVALID,
     "Source queue must be configured as a Dead Letter Queue."),
    ("CancelMessageMoveTask", {"TaskHandle": "x"}, INVALID, "Value for parameter TaskHandle is invalid."),
    ("ListMessageMoveTasks", {"SourceArn": f"{ARN}:nobody"}, ("ResourceNotFoundException",) * 2,
     "The resource that you specified for the SourceArn parameter doesn't exist."),
]  # fmt: skip


def refusal(client, operation, parameters):
    from botocore import xform_name

    with pytest.raises(ClientError) as seen:
        getattr(client, xform_name(operation))(**parameters)
    return seen.value.response


@pytest.mark.parametrize("protocol", ["json", "query"])
@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [(name, {"QueueUrl": "q", **given}, expected) for name, given, *expected in TABLE]
    + [(name, given, expected) for name, given, *expected in TABLE_OF_NO_QUEUE],
)
def test_a_refusal_has_the_name_and_text_of_aws(clients, protocol, operation, parameters, expected):
    (code, shape), said = expected
    error = refusal(clients[protocol], operation, parameters)
    assert (error["Error"]["Code"], error["Error"]["Message"]) == (code, said)
    assert error["Error"]["Type"] == "Sender"
    assert error["ResponseMetadata"]["HTTPStatusCode"] == (404 if "NotFound" in code else 400)
    if protocol == "json":
        assert error["Error"]["QueryErrorCode"] == shape


def test_a_missing_queue_in_both_protocols(clients):
    error = refusal(clients["json"], "GetQueueUrl", {"QueueName": "nobody"})["Error"]
    assert error == {
        "Code": "AWS.SimpleQueueService.NonExistentQueue",
        "Message": "The specified queue does not exist.",
        "QueryErrorCode": "QueueDoesNotExist",
        "Type": "Sender",
    }
    old_error = refusal(clients["query"], "GetQueueUrl", {"QueueName": "nobody"})["Error"]
    assert old_error["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert old_error["Message"] == "The specified queue does not exist for this wsdl version."
    with pytest.raises(clients["json"].exceptions.QueueDoesNotExist):
        clients["json"].send_message(QueueUrl=f"http://{HOST}/{ACCOUNT}/nobody", MessageBody="a")


def test_the_document_of_a_refusal(room):
    status, headers, document = room.json("GetQueueUrl", QueueName="nobody")
    assert (status, headers["x-amzn-query-error"]) == (400, "AWS.SimpleQueueService.NonExistentQueue;Sender")
    assert document == {
        "__type": "com.amazonaws.sqs#QueueDoesNotExist",
        "message": "The specified queue does not exist.",
    }
    assert room.json("SendMessage", QueueUrl="q")[2]["__type"] == (
        "com.amazon.coral.service#MissingRequiredParameterException"
    )


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"/{ACCOUNT}/q", 404, "<UnknownOperationException/>"),
        ("/?Action=FooBar", 400, "<Message>The action FooBar is not valid for this endpoint.</Message>"),
        (f"/{ACCOUNT}/q?Action=ListQueues", 400, "<Code>InvalidAction</Code>"),
        (f"/{ACCOUNT}/q?Action=CreateQueue&QueueName=x", 400, "<Code>InvalidAction</Code>"),
        (f"/{ACCOUNT}/q?Action=GetQueueAttributes&AttributeName.1=Foobar", 400, "Unknown Attribute Foobar."),
        (f"/{ACCOUNT}/q?Action=GetQueueAttributes&AttributeName.1=QueueArn", 200, f"<Value>{ARN}:q</Value>"),
        (f"/{ACCOUNT}/q?Action=ReceiveMessage", 200, "<ReceiveMessageResult></ReceiveMessageResult>"),
        ("/?Action=SendMessage&MessageBody=a", 400, "The request must contain the parameter QueueUrl."),
        ("/?Action=SendMessage&MessageBody=a&QueueUrl=http://h/x/q", 400, "NonExistentQueue"),
        ("/?Action=ReceiveMessage&QueueUrl=q&MaxNumberOfMessages=ten", 400, "<Code>MalformedInput</Code>"),
        ("/?Action=SendMessage.x&QueueUrl.1=q&QueueUrl=q&A..B=1", 400, "<Code>InvalidAction</Code>"),
    ],
)  # fmt: skip
def test_addresses_of_queues_can_be_asked_by_get(room, path, status, said):
    answer = room.answer(room.request("GET", path))
    assert answer.status == status
    assert said in answer.body.decode()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "SerializationException"),
        (b"[]", "SerializationException"),
        (b'{"QueueUrl":"q","MaxNumberOfMessages":"1"}', "SerializationException"),
        (b'{"QueueUrl":["q"]}', "SerializationException"),
        (b'{"QueueUrl":"q","MaxNumberOfMessages":true}', "SerializationException"),
    ],
)
def test_what_is_not_of_the_type_is_refused(room, body, code):
    answer = room.answer(room.request("POST", "/", body, **{"x-amz-target": "AmazonSQS.ReceiveMessage"}))
    assert (answer.status, json.loads(answer.body)["__type"].partition("#")[2]) == (400, code)


def test_an_unknown_target_is_refused(room):
    answer = room.answer(room.request("POST", "/", b"{}", **{"x-amz-target": "AmazonSQS.Nothing"}))
    assert (answer.status, json.loads(answer.body)["__type"]) == (
        404,
        "com.amazonaws.sqs#UnknownOperationException",
    )
