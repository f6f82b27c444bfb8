"""Event patterns: what fits, and what is refused in AWS's words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.cloud.local.producers.matchers import BadPattern
from lambada_labs.cloud.local.producers.patterns import parse

EVENT = {
    "source": "shop",
    "detail-type": "Order Placed",
    "time": "2026-11-25T10:00:00Z",
    "resources": ["arn:a", "arn:b"],
    "detail": {
        "state": "paid",
        "total": 42,
        "weight": 2.5,
        "gift": True,
        "note": None,
        "empty": "",
        "ip": "10.0.0.7",
        "path": "in/2026/a.jpg",
        "customer": {"name": "Ada", "address": {"city": "Bern"}},
        "lines": [{"sku": "x", "count": 1}, {"sku": "y", "count": 5}],
    },
}


def detail(**wanted):
    return {"detail": wanted}


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ({"source": ["shop"]}, True),
        ({"source": ["Shop"]}, False),
        ({"source": ["other", "shop"]}, True),
        ({"source": ["shop"], "detail-type": ["Order Paid"]}, False),
        ({"resources": ["arn:b"]}, True),
        ({"resources": [{"prefix": "arn:"}]}, True),
        ({"time": [{"prefix": "2026-11"}]}, True),
        (detail(state=[{"suffix": "id"}]), True),
        (detail(state=[{"prefix": {"equals-ignore-case": "PA"}}]), True),
        (detail(state=[{"suffix": {"equals-ignore-case": "ID"}}]), True),
        (detail(state=[{"equals-ignore-case": "PAID"}]), True),
        (detail(state=[{"anything-but": "open"}]), True),
        (detail(state=[{"anything-but": ["open", "paid"]}]), False),
        (detail(state=[{"anything-but": {"prefix": "pa"}}]), False),
        (detail(state=[{"anything-but": {"suffix": ["x", "id"]}}]), False),
        (detail(state=[{"anything-but": {"equals-ignore-case": ["OPEN"]}}]), True),
        (detail(path=[{"anything-but": {"wildcard": "*/2026/*"}}]), False),
        (detail(missing=[{"anything-but": "x"}]), False),
        (detail(total=[42.0]), True),
        (detail(total=["42"]), False),
        (detail(total=[{"numeric": [">", 40, "<", 42]}]), False),
        (detail(total=[{"numeric": ["=", 42]}]), True),
        (detail(weight=[{"numeric": ["<=", 2.5]}]), True),
        (detail(gift=[{"numeric": ["=", 1]}]), False),
        (detail(gift=[True]), True),
        (detail(total=[True]), False),
        (detail(note=[None]), True),
        (detail(note=[{"exists": True}]), True),
        (detail(empty=[""]), True),
        (detail(empty=[{"wildcard": ""}]), True),
        (detail(ip=[{"cidr": "10.0.0.0/24"}]), True),
        (detail(ip=[{"cidr": "10.0.1.0/24"}]), False),
        (detail(state=[{"cidr": "10.0.1.0/24"}]), False),
        (detail(path=[{"wildcard": "in/*/*.jpg"}]), True),
        (detail(path=[{"wildcard": "in/*.png"}]), False),
        (detail(path=[{"wildcard": "*2026*"}]), True),
        (detail(state=[{"exists": True}]), True),
        (detail(missing=[{"exists": False}]), True),
        (detail(customer=[{"exists": True}]), False),
        (detail(customer={"address": {"city": ["Bern"]}}), True),
        ({"detail.customer.name": ["Ada"]}, True),
        (detail(lines={"sku": ["y"], "count": [5]}), True),
        (detail(lines={"sku": ["x"], "count": [5]}), False),
        (detail(state=[{"exists": False}, "paid"]), True),
        ({"$or": [{"source": ["none"]}, {"detail-type": ["Order Placed"]}]}, True),
        ({"$or": [{"source": ["none"]}, {"detail-type": ["none"]}]}, False),
        ({"source": ["shop"], "detail": {"$or": [{"state": ["open"]}, {"total": [42]}]}}, True),
        ({"source": ["none"], "$or": [{"detail-type": ["Order Placed"]}, {"source": ["shop"]}]}, False),
    ],
)
def test_what_fits(pattern, fits):
    assert parse(json.dumps(pattern)).matches(EVENT) is fits


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("this is none", "Unrecognized token 'this': was expecting (JSON String"),
        (
            "{'bad': 1}",
            "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
        ),
        ('["a"]', "Filter is not an object"),
        ('"a"', "Filter is not an object"),
        ("", "Unexpected end-of-input"),
        ('{"a": [NaN]}', ""),
        ("{}", "Empty objects are not allowed"),
        ('{"a": 42}', '"a" must be an object or an array'),
        ('{"a": "b"}', '"a" must be an object or an array'),
        ('{"a": []}', "Empty arrays are not allowed"),
        ('{"a": {}}', "Empty objects are not allowed"),
        ('{"a": [["b"]]}', "Match value must be String, number, true, false, or null"),
        ('{"a": [{"EXISTS": true}]}', "Unrecognized match type EXISTS"),
        ('{"a": [{"like": "b"}]}', "Unrecognized match type like"),
        ('{"a": [{"prefix": "b", "suffix": "c"}]}', "Only one key allowed in match expression"),
        ('{"a": [{"exists": "yes"}]}', "exists match pattern must be either true or false."),
        ('{"a": [{"prefix": 1}]}', "prefix match pattern must be a string"),
        ('{"a": [{"suffix": ["b"]}]}', "suffix match pattern must be a string"),
        ('{"a": [{"equals-ignore-case": ["b"]}]}', "equals-ignore-case match pattern must be a string"),
        ('{"a": [{"wildcard": 1}]}', "wildcard match pattern must be a string"),
        ('{"a": [{"wildcard": "b**"}]}', "Consecutive wildcard characters at pos 2"),
        ('{"a": [{"wildcard": "*:*:*:*:*:x/*"}]}', "Rule is too complex"),
        ('{"a": [{"numeric": 10}]}', "Value of numeric must be an array."),
        ('{"a": [{"numeric": [">", 0, "<"]}]}', "Value of < must be numeric"),
        ('{"a": [{"numeric": [">", 0, ">", 0]}]}', "Bad numeric range operator: >"),
        ('{"a": [{"numeric": [">", 5, "<", 5]}]}', "Bottom must be less than top"),
        ('{"a": [{"cidr": "10.0.0.1"}]}', "Malformed CIDR, one '/' required"),
        ('{"a": [{"cidr": "10.0.0.1/x"}]}', "Malformed CIDR, mask bits must be an integer"),
        ('{"a": [{"cidr": "xx.11.xx/8"}]}', "Nonstandard IP address: xx.11.xx"),
        (
            '{"a": [{"anything-but": null}]}',
            "Value of anything-but must be an array or single string/number value.",
        ),
        (
            '{"a": [{"anything-but": ["b", null]}]}',
            "Inside anything but list, start|null|boolean is not supported.",
        ),
        ('{"a": [{"anything-but": {"prefix": ""}}]}', "Null prefix/suffix not allowed"),
        ('{"a": [{"anything-but": {"suffix": 1}}]}', "prefix/suffix match pattern must be a string"),
        (
            '{"a": [{"anything-but": {"equals-ignore-case": 1}}]}',
            "Inside anything-but/equals-ignore-case list",
        ),
    ],
)
def test_what_is_refused(text, reason):
    with pytest.raises(BadPattern) as refused:
        parse(text)
    assert str(refused.value).startswith(reason)


def test_many_choices_are_refused_and_deep_nesting_does_no_harm():
    choices = {f"k{number}": {"$or": [{"a": ["1"]}, {"b": ["2"]}]} for number in range(12)}
    with pytest.raises(BadPattern, match="too complex"):
        parse(json.dumps(choices))
    with pytest.raises(BadPattern):
        parse('{"a":' * 100_000)


leaves = st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab", max_size=2)
events = st.dictionaries(st.sampled_from("xyz"), leaves | st.lists(leaves, max_size=3), max_size=3)


@given(events, st.sampled_from("xyz"))
def test_exactly_one_of_exists_and_not_exists_fits(event, name):
    there, gone = (parse(json.dumps({name: [{"exists": value}]})) for value in (True, False))
    assert there.matches(event) is not gone.matches(event)


@given(events, st.sampled_from("xyz"), st.text("ab", max_size=2))
def test_anything_but_is_the_opposite_for_one_value(event, name, text):
    equal, other = (parse(json.dumps({name: [one]})) for one in (text, {"anything-but": text}))
    value = event.get(name)
    if name in event and not isinstance(value, list):
        assert equal.matches(event) is not other.matches(event)


@given(st.text("ab*", max_size=6).filter(lambda text: "**" not in text), st.text("ab", max_size=8))
def test_wildcards_are_what_shells_make_of_them(pattern, text):
    import fnmatch

    try:
        found = parse(json.dumps({"x": [{"wildcard": pattern}]}))
    except BadPattern:
        return
    assert found.matches({"x": text}) is fnmatch.fnmatchcase(text, pattern)
