"""Whether a resource-based policy lets a service invoke a function."""

from __future__ import annotations

import pytest

from lambada_labs.cloud.local.functions.grants import ServiceCaller, allowed

API = "apigateway.amazonaws.com"
ARN = "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/pets"
CALLER = ServiceCaller(principal=API, source_arn=ARN, source_account="123456789012")


def statement(condition=None, **more):
    least = {"Effect": "Allow", "Principal": {"Service": API}, "Action": "lambda:InvokeFunction"}
    return least | ({"Condition": condition} if condition else {}) | more


def source(pattern, operator="ArnLike"):
    return {operator: {"AWS:SourceArn": pattern}}


@pytest.mark.parametrize(
    ("condition", "yes"),
    [
        (None, True),
        (source(ARN), True),
        (source("arn:aws:execute-api:us-east-1:123456789012:abc/*/GET/pets"), True),
        (source("arn:aws:execute-api:us-east-1:123456789012:abc/*"), True),
        (source("arn:aws:execute-api:us-east-1:123456789012:abd/*"), False),
        (source("arn:aws:execute-api:*:*:abc/*/*/*"), True),
        (source("arn:*"), False),
        (source("arn:aws:execute-api:us-east-1:123456789012:abc/*/POST/*"), False),
        ({"StringEquals": {"AWS:SourceAccount": "123456789012"}}, True),
        ({"StringEquals": {"AWS:SourceAccount": "210987654321"}}, False),
        ({"StringEquals": {"aws:sourceaccount": ["1", "123456789012"]}}, True),
        (source(ARN) | {"StringEquals": {"AWS:SourceAccount": "210987654321"}}, False),
        ({"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}, False),
        ({"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}, False),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, True),
    ],
)
def test_conditions(condition, yes):
    assert allowed([statement(condition)], CALLER) is yes


@pytest.mark.parametrize(
    ("change", "yes"),
    [
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"Service": "s3.amazonaws.com"}}, False),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, False),
        ({"Principal": {"Service": ["s3.amazonaws.com", API]}}, True),
        ({"Action": "lambda:*"}, True),
        ({"Action": "lambda:Invoke*"}, True),
        ({"Action": "lambda:GetFunction"}, False),
        ({"Action": ["lambda:GetFunction", "lambda:InvokeFunction"]}, True),
        ({"Effect": "Deny"}, False),
    ],
)
def test_principals_actions_effects(change, yes):
    assert allowed([statement(**change)], CALLER) is yes


def test_a_deny_wins_and_nothing_said_is_no():
    assert not allowed([statement(), statement(source(ARN), Effect="Deny")], CALLER)
    assert not allowed([], CALLER)
