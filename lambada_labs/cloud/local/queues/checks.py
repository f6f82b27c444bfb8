"""What a message has to keep to before a queue takes it, with AWS's own refusals.

Sources: API reference of SendMessage; texts recorded from AWS or, for message attributes, quoted by users.
"""

from __future__ import annotations

import re
import string
from decimal import Decimal, InvalidOperation

from lambada_labs import facts
from lambada_labs.cloud.local.queues.messages import Attribute, Draft
from lambada_labs.cloud.local.queues.refusals import QueueRefusal, invalid, invalid_value, missing
from lambada_labs.cloud.local.queues.settings import QueueSettings

LONGEST_DELAY_S = facts.number("limit.sqs.delay_s")
MOST_ATTRIBUTES = facts.number("limit.sqs.message_attributes")
LONGEST_NAME = facts.number("limit.sqs.attribute_name")
LONGEST_ID = facts.number("limit.sqs.id_length")
_ID = re.compile(rf"[A-Za-z0-9{re.escape(string.punctuation)}]{{1,{LONGEST_ID}}}")
_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[\w-]+(\.[\w-]+)*")
_RESERVED = ("aws.", "amazon.")
TYPES = ("String", "Number", "Binary")
ALLOWED = "#x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]."
WRONG_TYPE = "The request include parameter that is not valid for this queue type."
NO_DEDUPLICATION = (
    "The queue should either have ContentBasedDeduplication enabled "
    "or MessageDeduplicationId provided explicitly"
)


def check(draft: Draft, settings: QueueSettings) -> None:
    """Refuse what this queue would not take.

    Raises:
        QueueRefusal: with AWS's name and text.
    """
    check_body(draft.body)
    check_size(draft, settings)
    _check_delay(draft, settings)
    check_attributes(draft)
    _check_id(draft.group_id, "MessageGroupId")
    _check_id(draft.deduplication_id, "MessageDeduplicationId")
    if settings.fifo:
        _check_fifo(draft, settings)
    elif draft.deduplication_id is not None:
        raise invalid_value(draft.deduplication_id, "MessageDeduplicationId", WRONG_TYPE)


def check_body(body: str) -> None:
    """Refuse an empty text, and characters that XML does not know."""
    if not body:
        raise missing("MessageBody")
    _check_characters(body, "message body")


def check_size(draft: Draft, settings: QueueSettings) -> None:
    """Refuse a message larger than the queue takes."""
    if draft.size > settings.max_bytes:
        text = f"Message must be shorter than {settings.max_bytes} bytes."
        raise invalid(f"One or more parameters are invalid. Reason: {text}")


def check_attributes(draft: Draft) -> None:
    """Refuse message attributes with names, types or values that are none."""
    count = len(draft.attributes)
    if count > MOST_ATTRIBUTES:
        text = f"Number of message attributes [{count}] exceeds the allowed maximum [{MOST_ATTRIBUTES}]."
        raise invalid(text)
    for name, found in draft.attributes.items():
        _check_name(name)
        _check_attribute(name, found)


def _check_characters(text: str, where: str) -> None:
    found = _NOT_ALLOWED.search(text)
    if found:
        seen = f"Invalid binary character '#x{ord(found[0]):X}' was found in the {where}"
        raise QueueRefusal("InvalidMessageContents", f"{seen}, the set of allowed characters is {ALLOWED}")


def _check_delay(draft: Draft, settings: QueueSettings) -> None:
    seconds = draft.delay_s
    if seconds is None:
        return
    if settings.fifo and seconds:
        raise invalid_value(seconds, "DelaySeconds", WRONG_TYPE)
    if not 0 <= seconds <= LONGEST_DELAY_S:
        reason = f"DelaySeconds must be >= 0 and <= {LONGEST_DELAY_S}."
        raise invalid_value(seconds, "DelaySeconds", reason)


def _check_id(value: str | None, parameter: str) -> None:
    if value is not None and not _ID.fullmatch(value):
        rule = f"{parameter} can only include alphanumeric and punctuation characters. 1 to {LONGEST_ID} in length."
        raise invalid_value(value, parameter, rule)


def _check_fifo(draft: Draft, settings: QueueSettings) -> None:
    if draft.group_id is None:
        raise missing("MessageGroupId")
    if draft.deduplication_id is None and not settings.content_based:
        raise invalid(NO_DEDUPLICATION)


def _check_name(name: str) -> None:
    if name.lower().startswith(_RESERVED):
        reserved = "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'"
        raise invalid(f"{reserved} because these strings are reserved for internal use.")
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        allowed = (
            "Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters."
        )
        raise invalid(f"The message attribute name '{name}' is invalid. {allowed}")


def _check_attribute(name: str, found: Attribute) -> None:
    kind = found.data_type.partition(".")[0]
    if not found.data_type:
        raise invalid(f"The message attribute '{name}' must contain non-empty message attribute type.")
    if kind not in TYPES or len(found.data_type) > LONGEST_NAME:
        supported = "the set of supported type prefixes is Binary, Number, and String."
        raise invalid(f"The message attribute '{name}' has an invalid message attribute type, {supported}")
    if isinstance(found.value, bytes) != (kind == "Binary") or not found.value:
        text = (
            f"Message (user) attribute '{name}' must contain a non-empty value of type '{found.data_type}'."
        )
        raise invalid(text)
    if isinstance(found.value, str):
        _check_text(name, kind, found.value)


def _check_text(name: str, kind: str, value: str) -> None:
    _check_characters(value, f"message attribute '{name}'")
    if kind == "Number" and not _is_number(value):
        raise invalid(f"Can't cast the value of message (user) attribute '{name}' to a number.")


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
