"""Filter patterns of CloudWatch Logs, and the envelope of the lines they want."""

from __future__ import annotations

import base64
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.cloud.local.producers.log_patterns import BadFilter, compiled
from lambada_labs.cloud.local.producers.log_subscriptions import Lines, envelope

LINE = "[ERROR] 2026 request 42 failed: timeout after 3 s"
RECORD = json.dumps(
    {
        "level": "ERROR",
        "latency": 120,
        "ok": False,
        "user": {"name": "ada"},
        "tags": ["a", "b"],
        "none": None,
        "parts": [{"id": 1}, {"id": 2}],
        "cluster.name": "c",
    }
)
COLUMNS = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


@pytest.mark.parametrize(
    ("pattern", "line", "wanted"),
    [
        ("", LINE, True),
        ("   ", LINE, True),
        ("ERROR", LINE, True),
        ("error", LINE, False),
        ("ERROR timeout", LINE, True),
        ("ERROR refused", LINE, False),
        ("?refused ?timeout", LINE, True),
        ("?refused ?denied", LINE, False),
        ("-timeout", LINE, False),
        ("ERROR -refused", LINE, True),
        ("ERROR -timeout", LINE, False),
        ('"failed: timeout"', LINE, True),
        ('"timeout failed"', LINE, False),
        ('-"after 3 s"', LINE, False),
        ("ERROR ?refused", LINE, True),
        ("%request [0-9]+%", LINE, True),
        ("%request [a-z]+%", LINE, False),
        ('{ $.level = "ERROR" }', RECORD, True),
        ("{ $.level = ERR* }", RECORD, True),
        ('{ $.level != "ERROR" }', RECORD, False),
        ("{ $.latency > 100 }", RECORD, True),
        ("{ $.latency >= 100 && $.latency < 120 }", RECORD, False),
        ('{ ($.latency > 200) || ($.user.name = "ada") }', RECORD, True),
        ('{ $.latency > 200 || $.user.name = "bob" }', RECORD, False),
        ('{ $.tags[1] = "b" }', RECORD, True),
        ("{ $.ok IS FALSE }", RECORD, True),
        ("{ $.ok IS TRUE }", RECORD, False),
        ("{ $.none IS NULL }", RECORD, True),
        ("{ $.missing NOT EXISTS }", RECORD, True),
        ("{ $.level NOT EXISTS }", RECORD, False),
        ('{ $.missing != "x" }', RECORD, False),
        ("{ $.latency = 120 }", RECORD, True),
        ('{ $.level = "ERROR" }', LINE, False),
        ("[ip, id, user, time, request, status, size]", COLUMNS, True),
        ("[ip, id, user, time, request, status=4*, size>1000]", COLUMNS, True),
        ("[ip, id, user, time, request, status=5*, size]", COLUMNS, False),
        ("[..., status=404, size]", COLUMNS, True),
        ("[ip, ..., size<1000]", COLUMNS, False),
        ("[a, b]", COLUMNS, True),
        ("[a, b=*]", COLUMNS, False),
        ("[a, b]", "one", False),
        ("[w1=ERROR, w2]", "ERROR 09/25/2014 12:00:02 Failed to process request", True),
        ("[w1=ERROR, w2]", "INFO 09/25/2014 12:00:00 GET /service/resource/67 1200", False),
        ("[w1=ERROR || w1=WARNING, w2]", "WARNING 09/25/2014 12:00:02 Invalid user request", True),
        ("[]", COLUMNS, True),
        ("{ $.level = %^ERR% }", RECORD, True),
        ("{ $.level = %RR% && $.latency = 120 }", RECORD, True),
        ("{ $.level = %^RR% }", RECORD, False),
        ("{ $.level != %^ERR% }", RECORD, False),
        ('{ $.tags[*] = "b" }', RECORD, True),
        ('{ $.tags[*] = "c" }', RECORD, False),
        ("{ $.parts[*].id = 2 }", RECORD, True),
        ("{ $.user.* = ada }", RECORD, True),
        ('{ $.user != "ada" }', RECORD, False),
        ("{ $.['cluster.name'] = \"c\" }", RECORD, True),
        ("{ $['cluster.name'] = \"c\" }", RECORD, True),
        ('{ $.latency = "*" }', RECORD, True),
        ('{ $.missing = "*" }', RECORD, False),
        (r"[ip=%127\.0\.0\.[1-9]%, id, user, time, request=*.html*, status=4*, size]", COLUMNS, True),
        (r"[ip=%128\.0\.0\.[1-9]%, id, user, time, request=*.html*, status=4*, size]", COLUMNS, False),
        ("[..., status=404 || status=410, size]", COLUMNS, True),
        ("[..., status = 4* && status != 404, size]", COLUMNS, False),
        ("[..., status>400&&(status<404||status=404), size]", COLUMNS, True),
        ("[w1=ERROR || w1=%WARN%, w2]", "WARNING disk", True),
        ("[w1=ERROR || w1=%WARN%, w2]", "INFO disk", False),
        ("[w1!=ERROR&&w1!=WARN, w2]", "WARN disk", False),
        ('[w1, w2="a, b"]', 'x "a, b"', True),
    ],
)
def test_what_a_pattern_wants(pattern, line, wanted):
    assert compiled(pattern)(line) is wanted


@pytest.mark.parametrize(
    "pattern",
    [
        "{ $.a = }",
        "{ $.a }",
        "{ a = 1 }",
        "{ $.a = 1",
        "{ ($.a = 1 }",
        "{ $.a = 1 && }",
        "[a, b",
        "[a=1 || b=2]",
        "[a=1 &&, b]",
        "[a=%(%]",
        "[a, ,b]",
        "{ $.a = %(% }",
        "%(%",
        "{ $.a LIKE b }",
    ],
)
def test_what_is_no_pattern(pattern):
    with pytest.raises(BadFilter):
        compiled(pattern)


words = st.text("abc", min_size=1, max_size=4)


@given(st.lists(words, min_size=1, max_size=4), words)
def test_a_line_of_all_terms_fits_and_one_excluded_does_not(terms, other):
    line = " ".join(terms)
    assert compiled(" ".join(terms))(line)
    assert compiled(f"-{other}")(line) is (other not in line)
    assert compiled(" ".join(f"?{term}" for term in [*terms, other]))(line)


def test_the_envelope():
    lines = Lines("123456789012", "us-east-1", "/aws/lambda/f", "stream", [])
    event = envelope(lines, "errors", [("1", 1700000000000, "böse")])
    told = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    assert event.keys() == {"awslogs"}
    assert told == {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": "/aws/lambda/f",
        "logStream": "stream",
        "subscriptionFilters": ["errors"],
        "logEvents": [{"id": "1", "timestamp": 1700000000000, "message": "böse"}],
    }
