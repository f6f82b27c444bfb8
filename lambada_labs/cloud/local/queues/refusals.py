"""How SQS says no: an error has one name in the JSON protocol and, often, an older one in the query protocol.

Names and texts were recorded from AWS (localstack's validated snapshots of `tests/aws/services/sqs`).
"""

from __future__ import annotations

from lambada_labs.cloud.local.aws_error import AwsError

OLD = "AWS.SimpleQueueService."
#: The name in the JSON protocol: the code of the query protocol, where that is another one.
CODES = {
    "BatchEntryIdsNotDistinct": OLD + "BatchEntryIdsNotDistinct",
    "BatchRequestTooLong": OLD + "BatchRequestTooLong",
    "EmptyBatchRequest": OLD + "EmptyBatchRequest",
    "InvalidBatchEntryId": OLD + "InvalidBatchEntryId",
    "InvalidParameterValueException": "InvalidParameterValue",
    "MissingRequiredParameterException": "MissingParameter",
    "PurgeQueueInProgress": OLD + "PurgeQueueInProgress",
    "QueueDoesNotExist": OLD + "NonExistentQueue",
    "QueueDeletedRecently": OLD + "QueueDeletedRecently",
    "QueueNameExists": "QueueAlreadyExists",
    "TooManyEntriesInBatchRequest": OLD + "TooManyEntriesInBatchRequest",
    "UnsupportedOperation": OLD + "UnsupportedOperation",
}
FORBIDDEN, NOT_FOUND = 403, 404


class QueueRefusal(AwsError):
    """An error of SQS. `shape` is its name in the JSON protocol, `code` that in the query protocol."""

    def __init__(self, shape: str, message: str, status: int = 400) -> None:
        super().__init__(CODES.get(shape, shape), message, status)
        self.shape = shape


def no_queue() -> QueueRefusal:
    """No queue has this name or address."""
    return QueueRefusal("QueueDoesNotExist", "The specified queue does not exist.")


def invalid(message: str) -> QueueRefusal:
    """`InvalidParameterValue` with a sentence of its own."""
    return QueueRefusal("InvalidParameterValueException", message)


def invalid_value(value: object, parameter: str, reason: str) -> QueueRefusal:
    """`InvalidParameterValue` as most parameters have it."""
    return invalid(f"Value {value} for parameter {parameter} is invalid. Reason: {reason}")


def missing(parameter: str) -> QueueRefusal:
    """A parameter that has to be there is not."""
    text = f"The request must contain the parameter {parameter}."
    return QueueRefusal("MissingRequiredParameterException", text)


def unknown_attribute(name: str) -> QueueRefusal:
    """No such queue attribute, or not one that can be set."""
    return QueueRefusal("InvalidAttributeName", f"Unknown Attribute {name}.")


def invalid_attribute(name: str, reason: str = "") -> QueueRefusal:
    """A queue attribute cannot have this value."""
    because = f" Reason: {reason}" if reason else ""
    return QueueRefusal("InvalidAttributeValue", f"Invalid value for the parameter {name}.{because}")


def no_handle(handle: str) -> QueueRefusal:
    """What was given as a receipt handle is none."""
    text = f'The input receipt handle "{handle}" is not a valid receipt handle.'
    return QueueRefusal("ReceiptHandleIsInvalid", text)


def foreign_handle(handle: str) -> QueueRefusal:
    """A receipt handle of another queue."""
    text = f'The receipt handle "{handle}" is not valid for this queue.'
    return QueueRefusal("ReceiptHandleIsInvalid", text)


def expired_handle(handle: str) -> QueueRefusal:
    """On a FIFO queue a handle is good until the visibility timeout ends."""
    return invalid_value(handle, "ReceiptHandle", "The receipt handle has expired.")


def not_changeable(handle: str) -> QueueRefusal:
    """The message is deleted, or on a FIFO queue no longer in flight."""
    reason = "Message does not exist or is not available for visibility timeout change."
    return invalid_value(handle, "ReceiptHandle", reason)


def no_resource(parameter: str) -> QueueRefusal:
    """A queue that an ARN names is not there."""
    text = f"The resource that you specified for the {parameter} parameter doesn't exist."
    return QueueRefusal("ResourceNotFoundException", text, NOT_FOUND)
