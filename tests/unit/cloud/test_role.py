"""Whom a trust policy lets in."""

from __future__ import annotations

import pytest

from lambada_labs.cloud.local.role import Role

ME = "arn:aws:iam::111122223333:user/me"


def role(*statements):
    return Role(
        arn="arn:r",
        name="r",
        role_id="AROA",
        trust_policy={"Statement": list(statements)},
        longest_session_s=3600,
    )


def trust(principal, action="sts:AssumeRole", effect="Allow"):
    return {"Effect": effect, "Principal": principal, "Action": action}


@pytest.mark.parametrize(
    ("statements", "trusted"),
    [
        ([trust({"Service": "lambda.amazonaws.com"})], True),
        ([trust({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}, ["sts:assumerole"])], True),
        ([trust({"Service": "lambda.amazonaws.com"}, "sts:*")], True),
        ([trust({"Service": "ec2.amazonaws.com"})], False),
        ([trust({"AWS": "lambda.amazonaws.com"})], False),
        ([trust({"Service": "lambda.amazonaws.com"}, "sts:AssumeRoleWithSAML")], False),
        ([trust({"Service": "lambda.amazonaws.com"}), trust("*", effect="Deny")], False),
        ([], False),
    ],
)
def test_services(statements, trusted):
    assert role(*statements).trusts("lambda.amazonaws.com") is trusted


def test_a_single_statement_may_stand_without_a_list():
    policy = {"Statement": trust({"Service": "lambda.amazonaws.com"})}
    assert Role(arn="a", name="r", role_id="i", trust_policy=policy, longest_session_s=1).trusts(
        "lambda.amazonaws.com"
    )


@pytest.mark.parametrize("name", [ME, "111122223333", "arn:aws:iam::111122223333:root", "*"])
def test_callers_are_named_by_arn_account_or_star(name):
    assert role(trust({"AWS": name})).trusts_caller(arn=ME, account_id="111122223333")
    assert not role(trust({"AWS": name.replace("1", "9") if name != "*" else ME + "2"})).trusts_caller(
        arn=ME, account_id="111122223333"
    )
