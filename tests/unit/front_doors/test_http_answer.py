"""What an HTTP API makes of answers, whole and broken."""

from __future__ import annotations

import pytest
from doors_room import reply

from lambada_labs.cloud.local.front_doors.http_answer import Malformed, answer_1_0, answer_2_0

TEXT, JSON = ("Content-Type", "text/plain;charset=UTF-8"), ("Content-Type", "application/json")


@pytest.mark.parametrize(
    ("said", "status", "headers", "body"),
    [
        ("Hello from Lambda!", 200, [JSON], b"Hello from Lambda!"),
        ({"message": "hi"}, 200, [JSON], b'{"message": "hi"}'),
        ([1, 2], 200, [JSON], b"[1, 2]"),
        (7, 200, [JSON], b"7"),
        (None, 200, [JSON], b"null"),
        ({"statusCode": 201}, 201, [TEXT], b""),
        ({"statusCode": "404", "body": "no"}, 404, [TEXT], b"no"),
        ({"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}, 200, [TEXT], b"hi"),
        ({"statusCode": 200, "body": 5}, 200, [TEXT], b"5"),
        ({"statusCode": 200, "headers": {"content-type": "text/html", "n": 1}}, 200, [("content-type", "text/html"), ("n", "1")], b""),
        ({"statusCode": 200, "cookies": ["a=1", "b=2"]}, 200, [TEXT, ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")], b""),
    ],
)  # fmt: skip
def test_format_2_0(said, status, headers, body):
    answer = answer_2_0(reply(said))
    assert (answer.status, answer.headers, answer.body) == (status, headers, body)


BROKEN = [
    reply({"errorMessage": "x"}, error=True),
    reply(None, raw=b"not json"),
    reply({"statusCode": "many"}),
    reply({"statusCode": None}),
    reply({"statusCode": True}),
    reply({"statusCode": 99}),
    reply({"statusCode": 200, "body": {"a": 1}}),
    reply({"statusCode": 200, "headers": ["a"]}),
    reply({"statusCode": 200, "headers": {"a": ["b"]}}),
    reply({"statusCode": 200, "multiValueHeaders": {"a": "b"}}),
    reply({"statusCode": 200, "body": "***", "isBase64Encoded": True}),
]


@pytest.mark.parametrize("said", BROKEN)
@pytest.mark.parametrize("read", [answer_1_0, answer_2_0])
def test_what_no_format_takes(said, read):
    with pytest.raises(Malformed):
        read(said)


@pytest.mark.parametrize("said", ["Hello", {"message": "hi"}, 7, None, [1]])
def test_format_1_0_infers_nothing(said):
    with pytest.raises(Malformed, match="statusCode"):
        answer_1_0(reply(said))


def test_format_1_0_takes_many_values_of_one_header():
    said = {"statusCode": 200, "headers": {"a": "1", "B": "2"}, "multiValueHeaders": {"b": ["3", "4"]}}
    assert answer_1_0(reply(said)).headers == [TEXT, ("a", "1"), ("b", "3"), ("b", "4")]
