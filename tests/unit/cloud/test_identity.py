"""Which keys work, for whom they speak, and when they stop."""

from __future__ import annotations

import pytest

from lambada_labs.cloud.local.identity import Identity, IssuedKey, new_id, new_secret
from lambada_labs.model import FunctionConfig

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/service/deep/worker"


class Iam:
    """A directory with one user's key and one role."""

    def __init__(self):
        self.keys = {
            "AKIAUSER": IssuedKey(
                access_key_id="AKIAUSER", secret="u", active=True, user_arn="arn:u", user_id="AIDA1"
            )
        }

    def access_key(self, access_key_id):
        return self.keys.get(access_key_id)

    def role_id(self, role_arn):
        return "AROA1" if role_arn == ROLE else None


@pytest.fixture
def iam():
    return Iam()


@pytest.fixture
def clock():
    return [1_000_000.0]


@pytest.fixture
def identity(iam, clock):
    return Identity(
        account_id=ACCOUNT, access_key_id="AKIAROOT", secret="r", directory=iam, clock=lambda: clock[0]
    )


@pytest.fixture
def function():
    return FunctionConfig(
        account_id=ACCOUNT,
        region="us-east-1",
        name="resize",
        handler="h",
        runtime="python3.13",
        role_arn=ROLE,
        code_sha256="x",
    )


def test_the_root_key_is_the_account_itself(identity):
    principal = identity.find("AKIAROOT").principal
    assert (principal.kind, principal.arn, principal.user_id) == (
        "root",
        f"arn:aws:iam::{ACCOUNT}:root",
        ACCOUNT,
    )


def test_a_users_key_stops_at_once_when_iam_says_so(identity, iam):
    assert identity.find("AKIAUSER").principal.arn == "arn:u"
    active = iam.keys.pop("AKIAUSER")
    assert identity.find("AKIAUSER") is None
    iam.keys["AKIAUSER"] = IssuedKey(
        access_key_id="AKIAUSER", secret=active.secret, active=False, user_arn="arn:u", user_id="AIDA1"
    )
    assert identity.find("AKIAUSER") is None


def test_a_role_session_is_named_as_on_aws(identity):
    key = identity.assume(ROLE, "me", role_id="AROA1", duration_s=900)
    assert key.principal.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/me"
    assert key.principal.user_id == "AROA1:me"
    assert identity.find(key.access_key_id) is key
    assert key.access_key_id.startswith("ASIA")
    assert key.token


def test_a_session_ends_and_is_still_known_as_expired(identity, clock):
    key = identity.assume(ROLE, "me", role_id="AROA1", duration_s=900)
    assert not identity.expired(key)
    clock[0] += 900
    assert identity.expired(identity.find(key.access_key_id))


def test_sessions_long_over_are_forgotten(identity, clock):
    old = identity.assume(ROLE, "me", role_id="AROA1", duration_s=900)
    clock[0] += 2 * 86400
    identity.assume(ROLE, "me", role_id="AROA1", duration_s=900)
    assert identity.find(old.access_key_id) is None


def test_an_environments_keys_lead_back_to_its_function(identity, function):
    variables = identity.issue_function_session(function, "env-1")
    key = identity.find(variables["AWS_ACCESS_KEY_ID"])
    assert (key.secret, key.token) == (variables["AWS_SECRET_ACCESS_KEY"], variables["AWS_SESSION_TOKEN"])
    assert key.principal.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/resize"
    assert (key.principal.function, key.principal.environment_id) == (function, "env-1")


def test_an_environments_keys_end_with_it_and_not_before(identity, function, clock):
    variables = identity.issue_function_session(function, "env-1")
    clock[0] += 30 * 86400
    identity.issue_function_session(function, "env-2")
    assert not identity.expired(identity.find(variables["AWS_ACCESS_KEY_ID"]))
    identity.revoke("env-1")
    assert identity.find(variables["AWS_ACCESS_KEY_ID"]) is None
    identity.revoke("never there")


def test_identifiers_are_as_long_as_awss_and_never_the_same():
    assert len({new_id("AKIA", 16) for _ in range(100)}) == 100
    assert (len(new_id("AKIA", 16)), len(new_secret())) == (20, 40)
