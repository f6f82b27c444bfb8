"""Which calls need no signature: those of Cognito's users, at AWS's API only."""

from __future__ import annotations

import pytest

from lambada_labs.cloud.local.authenticate import Authenticator
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.identity import Identity
from lambada_labs.cloud.local.message import WireRequest

COGNITO = "AWSCognitoIdentityProviderService."


class NobodyKnown:
    """A directory of no users and roles."""

    def access_key(self, _):
        return None

    def role_id(self, _):
        return None


@pytest.fixture(scope="module")
def authenticator():
    identity = Identity(account_id="123456789012", access_key_id="AKIA", secret="s", directory=NobodyKnown())
    return Authenticator(identity, region="us-east-1")


def wire(target, method="POST", **headers):
    given = {"host": "127.0.0.1", "x-amz-target": target, **headers}
    return WireRequest(method=method, raw_path="/", raw_query="", headers=given, body=b"{}")


def test_a_user_signs_up_as_nobody(authenticator):
    request = wire(COGNITO + "SignUp")
    admission = authenticator.admit_unsigned(request)
    proven = authenticator.prove(request, admission, "id")
    assert (proven.service, proven.region, proven.body) == ("cognito-idp", "us-east-1", b"{}")
    assert (proven.caller.kind, proven.caller.account_id) == ("anonymous", "123456789012")


@pytest.mark.parametrize(
    "request_",
    [
        wire(COGNITO + "AdminConfirmSignUp"),
        wire(COGNITO + "CreateUserPool"),
        wire("DynamoDB_20120810.SignUp"),
        wire("SignUp"),
        wire(""),
        wire(COGNITO + "SignUp", method="GET"),
        wire(COGNITO + "SignUp", authorization="AWS4-HMAC-SHA256 Credential=x"),
    ],
)
def test_nothing_else_goes_without_a_signature(authenticator, request_):
    assert authenticator.admit_unsigned(request_) is None


def test_no_other_door_is_opened_by_such_a_call(authenticator):
    with pytest.raises(AwsError) as refused:
        authenticator.verify(wire(COGNITO + "SignUp"), "id")
    assert refused.value.code == "MissingAuthenticationTokenException"
