"""Whether an event is JSON, and the sentence AWS says where it is not."""

from __future__ import annotations

import json
import re

from lambada_labs.cloud.local.aws_error import AwsError

NOT_JSON = "Could not parse request body into json: Could not parse payload into json: {}"
WHERE = (
    " at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: {}, column: {}]"
)
EXPECTED = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
WORD = re.compile(r"[A-Za-z_$][\w$]*")
FIRST_PRINTABLE, LAST_CONTROL = 32, 159
DELETE = 127


def event_of(payload: bytes) -> bytes:
    """The event as it is handed on; no payload at all is an empty object.

    Raises:
        AwsError: `InvalidRequestContentException`; its text is AWS's for the common mistakes, the position of
            rarer ones may differ from AWS's parser by a column.
    """
    if not payload:
        return b"{}"
    try:
        json.loads(payload.decode(), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        start = f"Invalid UTF-8 start byte 0x{payload[error.start]:x}"
        raise _refusal(start, payload[: error.start].decode(), 1) from None
    except json.JSONDecodeError as error:
        raise _explained(error) from None
    return payload


def _explained(error: json.JSONDecodeError) -> AwsError:
    before, rest = error.doc[: error.pos], error.doc[error.pos :]
    if not rest:
        return _refusal("Unexpected end-of-input", before, 1)
    word = WORD.match(rest)
    if word:
        said = f"Unrecognized token '{word[0]}': was expecting {EXPECTED}"
        return _refusal(said, before + word[0], 1)
    return _refusal(f"Unexpected character ({_named(rest[0])}): expected a valid value {EXPECTED}", before, 1)


def _refusal(said: str, before: str, column: int) -> AwsError:
    line = before.count("\n") + 1
    where = WHERE.format(line, len(before) - (before.rfind("\n") + 1) + column)
    return AwsError("InvalidRequestContentException", NOT_JSON.format(f"{said}\n{where}"), Type="User")


def _named(character: str) -> str:
    code = ord(character)
    control = code < FIRST_PRINTABLE or DELETE <= code <= LAST_CONTROL
    return f"(CTRL-CHAR, code {code})" if control else f"'{character}' (code {code})"


def _no_constant(name: str) -> None:
    # Python's parser takes NaN and Infinity, JSON and AWS do not.
    raise json.JSONDecodeError("no JSON", name, 0)
