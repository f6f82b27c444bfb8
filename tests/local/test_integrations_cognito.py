"""Cognito through boto3: what its triggers get, what their answers do, what clients hear of bad ones."""

from __future__ import annotations

import itertools
import json

import pytest
from botocore import UNSIGNED
from botocore.config import Config
from functions_kit import archive, make_role, ready, refusal
from integrations_kit import answering, permitted
from producers_kit import arn, permit, seen

SERVICE = "cognito-idp.amazonaws.com"
PASSWORD = "Correct-horse-7"
names = itertools.count()
CONFIRMS = """
import json
def handler(event, context):
    print("SEEN " + json.dumps(event))
    if event["request"]["userAttributes"]["email"].endswith("@example.com"):
        event["response"] |= {"autoConfirmUser": True, "autoVerifyEmail": True}
    return event
"""
TELLS = (
    "import json\ndef handler(event, context):\n    print('SEEN ' + json.dumps(event))\n    return event\n"
)


@pytest.fixture(scope="module")
def idp(cloud):
    return cloud.client("cognito-idp")


@pytest.fixture
def app(cloud, idp):
    """Makes a pool whose triggers are functions with this code; its id and the id of its app client."""

    def make(**triggers):
        number = next(names)
        functions = {trigger: f"{trigger}-{number}" for trigger in triggers}
        for trigger, code in triggers.items():
            ready(cloud, functions[trigger], code)
        config = {trigger: arn(name) for trigger, name in functions.items()}
        pool = idp.create_user_pool(
            PoolName=f"pool-{number}", LambdaConfig=config, AutoVerifiedAttributes=["email"]
        )["UserPool"]
        for name in functions.values():
            permit(cloud, name, SERVICE, pool["Arn"])
        flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        client = idp.create_user_pool_client(UserPoolId=pool["Id"], ClientName="app", ExplicitAuthFlows=flows)
        return pool["Id"], client["UserPoolClient"]["ClientId"], functions

    return make


def sign_up(idp, client, name, email, **more):
    return idp.sign_up(
        ClientId=client,
        Username=name,
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": email}],
        **more,
    )


def status(idp, pool, name):
    return idp.admin_get_user(UserPoolId=pool, Username=name)["UserStatus"]


def refused(call):
    """Code and text of a refusal."""
    code, text, _ = refusal(call)
    return code, text


def attributes(idp, pool, name):
    found = idp.admin_get_user(UserPoolId=pool, Username=name)["UserAttributes"]
    return {one["Name"]: one["Value"] for one in found}


def test_a_function_confirms_users_of_one_domain_only(cloud, idp, app):
    pool, client, functions = app(PreSignUp=CONFIRMS)
    answer = sign_up(
        idp,
        client,
        "ana",
        "ana@example.com",
        ValidationData=[{"Name": "code", "Value": "7"}],
        ClientMetadata={"a": "b"},
    )
    assert answer["UserConfirmed"] is True
    assert "CodeDeliveryDetails" not in answer
    assert status(idp, pool, "ana") == "CONFIRMED"
    assert attributes(idp, pool, "ana")["email_verified"] == "true"
    assert sign_up(idp, client, "bo", "bo@example.org")["UserConfirmed"] is False
    assert status(idp, pool, "bo") == "UNCONFIRMED"
    (event, _) = seen(cloud, functions["PreSignUp"], count=2)
    assert event == {
        "version": "1",
        "region": "us-east-1",
        "userPoolId": pool,
        "userName": "ana",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": client},
        "triggerSource": "PreSignUp_SignUp",
        "request": {
            "userAttributes": {"email": "ana@example.com"},
            "validationData": {"code": "7"},
            "clientMetadata": {"a": "b"},
        },
        "response": {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
    }


def test_a_user_that_the_function_refuses_is_not_made(idp, app):
    pool, client, _ = app(PreSignUp="def handler(event, context):\n    raise ValueError('Not you')\n")
    code, text = refused(lambda: sign_up(idp, client, "eve", "eve@example.com"))
    assert (code, text) == ("UserLambdaValidationException", "PreSignUp failed with error Not you.")
    assert idp.list_users(UserPoolId=pool)["Users"] == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("None", "Invalid lambda function output : Invalid JSON"),
        ("'yes'", "Invalid lambda function output : Invalid JSON"),
        ("{}", "Unrecognizable lambda output"),
        ("{**event, 'response': {'autoConfirmUser': 'yes'}}", "Unrecognizable lambda output"),
    ],
)
def test_an_answer_that_is_not_the_event_is_invalid(idp, app, answer, said):
    _, client, _ = app(PreSignUp=f"def handler(event, context):\n    return {answer}\n")
    code, text = refused(lambda: sign_up(idp, client, "eve", "eve@example.com"))
    assert (code, text) == ("InvalidLambdaResponseException", said)


def test_a_pool_may_not_call_without_permission(cloud, idp, app):
    _, client, functions = app(PreSignUp=CONFIRMS)
    cloud.client("lambda").remove_permission(FunctionName=functions["PreSignUp"], StatementId="producer")
    code, text = refused(lambda: sign_up(idp, client, "ana", "ana@example.com"))
    assert code == "UnexpectedLambdaException"
    assert text == "PreSignUp invocation failed due to error AccessDeniedException."


def test_a_function_that_takes_longer_than_five_seconds_is_called_three_times(cloud, idp, app):
    slow = "import time\ndef handler(event, context):\n    print('SEEN {}')\n    time.sleep(6)\n    return event\n"
    _, client, functions = app(PreSignUp=slow)
    name = functions["PreSignUp"]
    cloud.client("lambda").update_function_configuration(FunctionName=name, Timeout=10)
    cloud.client("lambda").get_waiter("function_updated_v2").wait(FunctionName=name)
    code, text = refused(lambda: sign_up(idp, client, "ana", "ana@example.com"))
    assert code == "UnexpectedLambdaException"
    assert text == "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function."
    assert len(seen(cloud, name, count=3)) == 3


def test_what_happens_after_confirmation_hears_of_both_ways_to_it(cloud, idp, app):
    pool, client, functions = app(PostConfirmation=TELLS)
    sign_up(idp, client, "ana", "ana@example.com")
    idp.confirm_sign_up(ClientId=client, Username="ana", ConfirmationCode="123456", ClientMetadata={"a": "b"})
    sign_up(idp, client, "bo", "bo@example.com")
    idp.admin_confirm_sign_up(UserPoolId=pool, Username="bo")
    first, second = seen(cloud, functions["PostConfirmation"], count=2)
    assert first["triggerSource"] == second["triggerSource"] == "PostConfirmation_ConfirmSignUp"
    assert first["request"]["userAttributes"]["cognito:user_status"] == "CONFIRMED"
    assert first["request"]["userAttributes"]["email"] == "ana@example.com"
    assert (first["request"]["clientMetadata"], first["response"]) == ({"a": "b"}, {})
    assert first["callerContext"]["clientId"] == client
    assert second["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE"


def test_a_user_stays_confirmed_when_what_happens_after_it_fails(idp, app):
    pool, client, _ = app(PostConfirmation="def handler(event, context):\n    raise ValueError('later')\n")
    sign_up(idp, client, "ana", "ana@example.com")
    confirm = lambda: idp.confirm_sign_up(ClientId=client, Username="ana", ConfirmationCode="1")  # noqa: E731
    assert refused(confirm) == ("UserLambdaValidationException", "PostConfirmation failed with error later.")
    assert status(idp, pool, "ana") == "CONFIRMED"


def test_a_user_who_is_confirmed_at_once_is_heard_of_too(cloud, idp, app):
    _, client, functions = app(PreSignUp=CONFIRMS, PostConfirmation=TELLS)
    sign_up(idp, client, "ana", "ana@example.com")
    (event,) = seen(cloud, functions["PostConfirmation"])
    assert event["request"]["userAttributes"]["email_verified"] == "true"


def test_signing_in_runs_a_function_before_and_one_after(cloud, idp, app):
    pool, client, functions = app(PreAuthentication=TELLS, PostAuthentication=TELLS)
    sign_up(idp, client, "ana", "ana@example.com")
    idp.admin_confirm_sign_up(UserPoolId=pool, Username="ana")
    parameters = {"USERNAME": "ana", "PASSWORD": PASSWORD}
    flow = {"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "ClientMetadata": {"a": "b"}}
    signed_in = idp.initiate_auth(AuthParameters=parameters, **flow)
    assert signed_in["AuthenticationResult"]["AccessToken"]
    wrong = {**parameters, "PASSWORD": "x"}
    assert refused(lambda: idp.initiate_auth(AuthParameters=wrong, **flow))[0] == "NotAuthorizedException"
    before = seen(cloud, functions["PreAuthentication"], count=2)
    (after,) = seen(cloud, functions["PostAuthentication"])
    assert [one["request"]["validationData"] for one in before] == [{"a": "b"}] * 2
    assert before[0]["request"]["userNotFound"] is False
    assert after["request"]["newDeviceUsed"] is False
    assert "clientMetadata" not in after["request"]


def test_a_function_may_refuse_to_sign_somebody_in(idp, app):
    pool, client, _ = app(PreAuthentication="def handler(event, context):\n    raise ValueError('blocked')\n")
    sign_up(idp, client, "ana", "ana@example.com")
    idp.admin_confirm_sign_up(UserPoolId=pool, Username="ana")
    parameters = {"USERNAME": "ana", "PASSWORD": PASSWORD}
    sign_in = lambda: idp.initiate_auth(  # noqa: E731
        ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
    )
    assert refused(sign_in) == (
        "UserLambdaValidationException",
        "PreAuthentication failed with error blocked.",
    )


def test_a_users_own_words_need_the_place_of_the_code(cloud, idp, app):
    code = "def handler(event, context):\n    event['response']['emailMessage'] = {}\n    return event\n"
    _, client, _ = app(CustomMessage=code.format("'Your code is ' + event['request']['codeParameter']"))
    assert sign_up(idp, client, "ana", "ana@example.com")["UserConfirmed"] is False
    _, client, _ = app(CustomMessage=code.format("'Welcome'"))
    assert refused(lambda: sign_up(idp, client, "ana", "ana@example.com")) == (
        "InvalidLambdaResponseException",
        "emailMessage must contain the code parameter {####}.",
    )


def test_a_user_made_by_an_administrator_passes_the_function_too(cloud, idp, app):
    pool, _, functions = app(PreSignUp=CONFIRMS)
    user = [{"Name": "email", "Value": "ana@example.com"}]
    idp.admin_create_user(UserPoolId=pool, Username="ana", UserAttributes=user)
    (event,) = seen(cloud, functions["PreSignUp"])
    assert event["triggerSource"] == "PreSignUp_AdminCreateUser"
    assert event["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE"
    assert status(idp, pool, "ana") == "FORCE_CHANGE_PASSWORD"


def test_only_what_users_do_needs_no_signature(cloud, idp, app):
    pool, client, _ = app()
    nobody = cloud.client("cognito-idp", config=Config(signature_version=UNSIGNED))
    assert nobody.sign_up(ClientId=client, Username="ana", Password=PASSWORD)["UserConfirmed"] is False
    for call in (
        lambda: nobody.admin_confirm_sign_up(UserPoolId=pool, Username="ana"),
        lambda: nobody.list_user_pools(MaxResults=1),
    ):
        assert refused(call)[0] == "MissingAuthenticationTokenException"
    assert status(idp, pool, "ana") == "UNCONFIRMED"


def test_a_pool_of_another_region_is_found_by_its_app(cloud):
    there = "eu-west-1"
    idp, functions = (cloud.client(service, region_name=there) for service in ("cognito-idp", "lambda"))
    code = {"ZipFile": archive("def handler(event, context):\n    raise ValueError(event['region'])\n")}
    made = functions.create_function(
        FunctionName="far", Runtime="python3.12", Role=make_role(cloud), Handler="index.handler", Code=code
    )
    functions.get_waiter("function_active_v2").wait(FunctionName="far")
    config = {"PreSignUp": made["FunctionArn"]}
    pool = idp.create_user_pool(PoolName="far", LambdaConfig=config)["UserPool"]
    functions.add_permission(
        FunctionName="far",
        StatementId="pool",
        Action="lambda:InvokeFunction",
        Principal=SERVICE,
        SourceArn=pool["Arn"],
    )
    client = idp.create_user_pool_client(UserPoolId=pool["Id"], ClientName="app")["UserPoolClient"][
        "ClientId"
    ]
    code, text = refused(lambda: sign_up(idp, client, "ana", "ana@example.com"))
    assert (code, text) == ("UserLambdaValidationException", "PreSignUp failed with error eu-west-1.")


def test_every_trigger_runs_by_one_call(cloud):
    name = permitted(cloud, answering(cloud, "any-trigger"), "cognito-pre-sign-up")
    listed = [one.name for one in cloud.integrations() if one.name.startswith("cognito-")]
    ran = [cloud.run_integration(one, name) for one in listed]
    assert [(one.outcome, one.code) for one in ran] == [("accepted", "")] * 5
    assert [one.sent["triggerSource"] for one in ran] == [
        "PreSignUp_SignUp",
        "PostConfirmation_ConfirmSignUp",
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
        "CustomMessage_SignUp",
    ]
    assert json.dumps(ran[0].answer) == json.dumps(ran[0].sent)
    assert ran[0].state == {"user_status": "UNCONFIRMED", "verified": []}
