"""IoT SQL: which messages a rule is for, and what row it makes of them."""

from __future__ import annotations

import json

import pytest

from lambada_labs.cloud.local.integrations.iot.functions import Message
from lambada_labs.cloud.local.integrations.iot.sql import parse, topic_matches
from lambada_labs.cloud.local.integrations.iot.tokens import BadSql


def row(sql, payload, topic="a/b"):
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return parse(sql).row(Message(topic=topic, payload=body, at_ms=7, client_id="c"))


@pytest.mark.parametrize(
    ("topic_filter", "topic", "fits"),
    [
        ("a/b", "a/b", True),
        ("a/b", "a/b/c", False),
        ("a/+/c", "a/b/c", True),
        ("a/+", "a/b/c", False),
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("#", "x", True),
        ("+", "a/b", False),
    ],
)
def test_topics(topic_filter, topic, fits):
    assert topic_matches(topic_filter, topic) is fits


@pytest.mark.parametrize(
    ("sql", "payload", "expected"),
    [
        ("SELECT * FROM 'a/b'", {"n": 1}, {"n": 1}),
        ("select n from 'a/b'", {"n": 1, "m": 2}, {"n": 1}),
        ("SELECT a.b FROM '#'", {"a": {"b": 2}}, {"b": 2}),
        ("SELECT missing, n FROM '#'", {"n": 1}, {"n": 1}),
        ("SELECT n AS m, 'x' AS t, 1.5 AS f FROM '#'", {"n": 1}, {"m": 1, "t": "x", "f": 1.5}),
        ("SELECT topic() AS t, topic(2), timestamp() AS at, clientid() AS who FROM '#'", {}, None),
        ("SELECT (n + 1) * 2 AS r, -n AS m FROM '#'", {"n": 1}, {"r": 4, "m": -1}),
        ("SELECT n + 'x' AS r FROM '#'", {"n": 1}, {"r": "1x"}),
        ("SELECT upper(s) AS s FROM '#'", {"s": "a"}, {"s": "A"}),
        ("SELECT n / 0 AS r FROM '#'", {"n": 1}, {}),
        ("SELECT *, n * 2 AS m FROM '#'", {"n": 1}, {"n": 1, "m": 2}),
        ("SELECT 'it''s' AS t FROM '#'", {}, {"t": "it's"}),
    ],
)
def test_rows(sql, payload, expected):
    if expected is None:
        expected = {"t": "a/b", "topic": "b", "at": 7, "who": "c"}
    assert row(sql, payload) == expected


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("n = 1", True),
        ("n <> 1", False),
        ("n != 1", False),
        ("n >= 1 AND s = 'x'", True),
        ("n > 1 OR s = 'x'", True),
        ("NOT n > 1", True),
        ("number_text > 50", True),
        ("missing = 1", False),
        ("NOT missing = 1", False),
        ("isUndefined(missing)", True),
        ("flag = true", True),
        ("s < 5", False),
        ("nothing = null", True),
    ],
)
def test_conditions(condition, holds):
    payload = {"n": 1, "s": "x", "number_text": "75", "flag": True, "nothing": None}
    found = row(f"SELECT * FROM '#' WHERE {condition}", payload)
    assert (found == payload) is holds
    assert (found is None) is not holds


def test_what_is_no_json_sends_nothing():
    assert row("SELECT * FROM '#'", b"\xff") is None
    assert row("SELECT topic() AS t FROM '#'", b"") is None
    assert row("SELECT * FROM '#'", b"[" * 100_000) is None


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "SELECT",
        "SELECT * FROM",
        "SELECT * FROM a",
        "SELECT * FROM 'a' WHERE",
        "SELECT * FROM 'a' extra",
        "SELECT a. FROM 'a'",
        "SELECT a AS 1 FROM 'a'",
        "SELECT sin(1) FROM 'a'",
        "SELECT (a FROM 'a'",
        "SELECT lower(a b) FROM 'a'",
        "SELECT ; FROM 'a'",
        "UPDATE 'a'",
        "SELECT " + "(" * 5000 + "1" + ")" * 5000 + " AS n FROM 'a'",
    ],
)
def test_what_is_no_statement(sql):
    with pytest.raises(BadSql):
        parse(sql)
