"""Whatever a client sends or a handler says, a door makes an event or an answer of it, or calls it malformed."""

from __future__ import annotations

import base64
import json

import pytest
from doors_room import reply, request
from hypothesis import given
from hypothesis import strategies as st
from test_http_event import visit as http_visit
from test_rest_shapes import visit as rest_visit

from lambada_labs.cloud.local.front_doors import (
    alb_answer,
    alb_event,
    http_answer,
    http_event,
    rest_answer,
    rest_event,
)
from lambada_labs.cloud.local.front_doors.http_answer import Malformed
from lambada_labs.cloud.local.message import AwsResponse

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = (
    "statusCode",
    "body",
    "headers",
    "multiValueHeaders",
    "isBase64Encoded",
    "cookies",
    "statusDescription",
)
SAID = (
    st.dictionaries(st.sampled_from(MEMBERS), ANY_JSON | st.integers(100, 600) | st.just("9" * 5000))
    | ANY_JSON
)
READERS = [
    http_answer.answer_1_0,
    http_answer.answer_2_0,
    lambda said: rest_answer.proxied(said, ["*/*"], "text/html"),
    lambda said: alb_answer.answer_of(said, multi_value=False),
    lambda said: alb_answer.answer_of(said, multi_value=True),
]
PAIRS = st.lists(st.tuples(st.text("abcX-", min_size=1, max_size=4), st.text(max_size=8)), max_size=5)


@pytest.mark.parametrize("read", READERS)
@given(said=SAID)
def test_any_answer_is_http_or_malformed(read, said):
    try:
        answer = read(reply(said))
    except Malformed:
        return
    assert isinstance(answer, AwsResponse)
    assert 200 <= answer.status <= 599
    assert isinstance(answer.body, bytes)
    assert all(isinstance(name, str) and isinstance(value, str) for name, value in answer.headers)


@pytest.mark.parametrize("read", READERS)
def test_depth_without_end_is_malformed(read):
    with pytest.raises(Malformed):
        read(reply(None, raw=b"[" * 200_000))


SHAPES = {
    "1.0": lambda asked: http_event.event_1_0(http_visit(asked)),
    "2.0": lambda asked: http_event.event_2_0(http_visit(asked)),
    "rest": lambda asked: rest_event.event_of(rest_visit(asked)),
    "rest binary": lambda asked: rest_event.event_of(rest_visit(asked, binary_types=["*/*"])),
    "alb": lambda asked: alb_event.event_of(asked, "arn", multi_value=False),
    "alb many": lambda asked: alb_event.event_of(asked, "arn", multi_value=True),
}


@pytest.mark.parametrize("shape", SHAPES)
@given(headers=PAIRS, query=st.text(st.characters(codec="ascii")), body=st.binary(max_size=50))
def test_any_request_is_an_event_in_json(shape, headers, query, body):
    asked = request("POST", "/a", query=query, headers=tuple(headers), body=body)
    event = json.loads(json.dumps(SHAPES[shape](asked), ensure_ascii=False).encode("utf-8", "replace"))
    if event["isBase64Encoded"]:
        assert base64.b64decode(event["body"]) == body


@given(PAIRS)
def test_the_last_value_is_among_all_values(pairs):
    asked = request(headers=tuple(pairs))
    event = rest_event.event_of(rest_visit(asked))
    assert event["headers"] == {name: values[-1] for name, values in event["multiValueHeaders"].items()}
