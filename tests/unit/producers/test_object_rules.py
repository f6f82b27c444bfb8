"""Notification rules of buckets as values: read, matched, refused, written back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.producers import object_rules
from lambada_labs.cloud.local.producers.object_rules import Rule, Rules, covered, encoded, read, written

QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"


def rule(*events, prefix="", suffix="", kind="Queue", arn=QUEUE):
    bounds = (("Prefix", prefix), ("Suffix", suffix))
    filters = tuple((name, value) for name, value in bounds if value)
    return Rule(kind=kind, rule_id="i", arn=arn, events=events, prefix=prefix, suffix=suffix, filters=filters)


def body(*rules, bus=False):
    return written(Rules(rules=rules, event_bus=bus))


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("s3:ObjectCreated:*", 4),
        ("s3:ObjectCreated:Put", 1),
        ("s3:ObjectRemoved:*", 2),
        ("s3:Replication:*", 4),
        ("s3:LifecycleTransition", 1),
        ("s3:ObjectCreated", 0),
        ("s3:ObjectCreated:put", 0),
        ("ObjectMelted", 0),
    ],
)
def test_the_events_a_name_stands_for(name, count):
    assert len(covered(name)) == count


@pytest.mark.parametrize(
    ("prefix", "suffix", "key", "wanted"),
    [
        ("", "", "anything", True),
        ("in/", "", "in/a", True),
        ("in/", "", "out/in/a", False),
        ("", ".jpg", "a.JPG", False),
        ("a", "a", "a", True),
        ("my+dir/", "", "my dir/x", True),
        ("a%40b", "", "a@b", True),
        ("a@b", "", "a@b", True),
    ],
)
def test_which_keys_a_rule_wants(prefix, suffix, key, wanted):
    assert rule("s3:ObjectCreated:*", prefix=prefix, suffix=suffix).wants("ObjectCreated:Put", key) is wanted


def test_which_events_a_rule_wants():
    one = rule("s3:ObjectCreated:Put", "s3:ObjectRemoved:*")
    names = ["ObjectCreated:Put", "ObjectCreated:Copy", "ObjectRemoved:DeleteMarkerCreated"]
    assert [one.wants(name, "k") for name in names] == [True, False, True]


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("a b", "a+b"),
        ("a/b", "a/b"),
        ("a@b", "a%40b"),
        ("a+b", "a%2Bb"),
        ("ü", "%C3%BC"),
        ("a.b_c-d", "a.b_c-d"),
    ],
)
def test_keys_are_encoded_like_a_form_with_folders_kept(key, shown):
    assert encoded(key) == shown


def test_what_was_read_is_written_again():
    one = rule("s3:ObjectCreated:*", prefix="a&b", suffix="<")
    found = read(body(one, bus=True), "us-east-1")
    assert found == Rules(rules=(one,), event_bus=True)
    assert read(b"", "us-east-1") == Rules()


@pytest.mark.parametrize("text", [b"no xml", b"<a>", b"\xff\xfe<"])
def test_what_is_no_xml(text):
    with pytest.raises(AwsError) as refused:
        read(text, "us-east-1")
    assert refused.value.code == "MalformedXML"


@pytest.mark.parametrize(
    ("one", "other", "fine"),
    [
        (rule("s3:ObjectCreated:*"), rule("s3:ObjectRemoved:*"), True),
        (rule("s3:ObjectCreated:*"), rule("s3:ObjectCreated:Put"), False),
        (rule("s3:ObjectCreated:Copy"), rule("s3:ObjectCreated:Put"), True),
        (rule("s3:ObjectCreated:*", prefix="a"), rule("s3:ObjectCreated:*", prefix="b"), True),
        (rule("s3:ObjectCreated:*", prefix="a"), rule("s3:ObjectCreated:*", prefix="ab"), False),
        (rule("s3:ObjectCreated:*", suffix="g"), rule("s3:ObjectCreated:*", suffix="jpg"), False),
        (rule("s3:ObjectCreated:*", suffix="png"), rule("s3:ObjectCreated:*", suffix="jpg"), True),
        (
            rule("s3:ObjectCreated:*", prefix="a", suffix="png"),
            rule("s3:ObjectCreated:*", prefix="a", suffix="jpg"),
            True,
        ),
        (
            rule("s3:ObjectCreated:*", prefix="a", suffix="g"),
            rule("s3:ObjectCreated:*", prefix="ab"),
            False,
        ),
    ],
)
def test_overlap(one, other, fine):
    if fine:
        assert len(read(body(one, other), "us-east-1").rules) == 2
        return
    with pytest.raises(AwsError, match="Cannot have overlapping suffixes in two rules"):
        read(body(one, other), "us-east-1")


texts = st.text("abg.", max_size=3)


@given(texts, texts, texts, texts, st.text("abg.", max_size=8))
def test_no_key_goes_by_two_rules_that_are_taken_together(prefix, suffix, other_prefix, other_suffix, key):
    one = rule("s3:ObjectCreated:*", prefix=prefix, suffix=suffix)
    other = rule("s3:ObjectCreated:Put", prefix=other_prefix, suffix=other_suffix)
    try:
        rules = read(body(one, other), "us-east-1")
    except AwsError:
        return
    assert len(list(rules.wanting("ObjectCreated:Put", key))) <= 1


def test_the_supported_names_are_told_with_a_refusal():
    assert "s3:ObjectCreated:*" in object_rules.supported()
    with pytest.raises(AwsError, match="Supported events are as follows"):
        read(body(rule("s3:Nothing:*")), "us-east-1")
