"""Policies of Lambda authorisers: actions, resources and conditions."""

from __future__ import annotations

import pytest

from lambada_labs.cloud.local.front_doors.authorizer_policy import permits
from lambada_labs.cloud.local.front_doors.http_answer import Malformed
from lambada_labs.cloud.local.front_doors.policy_conditions import hold

ARN = "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/pets"
KNOWN = {
    "aws:sourceip": "10.1.2.3",
    "aws:currenttime": "2026-11-25T20:00:00+00:00",
    "aws:useragent": "curl/8",
}


@pytest.mark.parametrize(
    ("conditions", "met"),
    [
        ({}, True),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, True),
        ({"IpAddress": {"AWS:sourceip": ["192.0.2.0/24", "10.1.2.3"]}}, True),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, False),
        ({"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}, False),
        ({"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"]}}, True),
        ({"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "10.0.0.0/8"]}}, False),
        ({"DateLessThan": {"aws:CurrentTime": "2026-11-25T21:00:00Z"}}, True),
        ({"DateGreaterThan": {"aws:CurrentTime": "2026-11-25T21:00:00Z"}}, False),
        ({"StringLike": {"aws:UserAgent": "curl/*"}}, True),
        ({"StringEquals": {"aws:Referer": "x"}}, False),
        ({"StringNotEquals": {"aws:Referer": "x"}}, True),
        ({"StringEqualsIfExists": {"aws:Referer": "x"}}, True),
        ({"Null": {"aws:Referer": True}}, True),
        ({"StringLike": {"aws:UserAgent": "curl/*"}, "Null": {"aws:SourceIp": "true"}}, False),
    ],
)
def test_conditions(conditions, met):
    assert hold(conditions, KNOWN) is met


@pytest.mark.parametrize(
    "conditions", [[], {"IpAddress": "x"}, {"Nearly": {"a": "b"}}, {"IpAddress": {"aws:SourceIp": "here"}}]
)
def test_what_cannot_be_read(conditions):
    with pytest.raises(Malformed):
        hold(conditions, KNOWN)


@pytest.mark.parametrize(
    ("statement", "yes"),
    [
        ({"Action": "execute-api:*", "Resource": "*"}, True),
        ({"NotAction": "execute-api:ManageConnections", "NotResource": "arn:*/POST/*"}, True),
        ({"Action": "execute-api:Invoke", "NotResource": "arn:*/GET/*"}, False),
        ({"NotAction": "execute-api:Invoke", "Resource": "*"}, False),
    ],
)
def test_what_a_statement_names(statement, yes):
    assert permits({"Statement": {"Effect": "Allow", **statement}}, ARN, KNOWN) is yes


def test_a_denial_whose_condition_is_not_met_denies_nothing():
    allow = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": ARN}
    elsewhere = {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    assert permits({"Statement": [allow, {**allow, "Effect": "Deny", "Condition": elsewhere}]}, ARN, KNOWN)
