"""The calls that AWS takes without a signature: what an app's users do in Cognito before they have any key.

Their SDKs never sign them (`auth: none` in the API model): sign-up, confirmation, sign-in, and what a signed-in
user does with an access token. Such a request names neither account nor Region; it is taken for this cloud's.
"""

from __future__ import annotations

from lambada_labs.cloud.local.identity import Key
from lambada_labs.cloud.local.message import Principal, WireRequest

PREFIX = "AWSCognitoIdentityProviderService."
SERVICE = "cognito-idp"
OPERATIONS = frozenset(
    {"AssociateSoftwareToken", "ChangePassword", "ConfirmDevice", "ConfirmForgotPassword", "ConfirmSignUp"}
    | {"DeleteUser", "DeleteUserAttributes", "ForgetDevice", "ForgotPassword", "GetDevice", "GetUser"}
    | {"GetTokensFromRefreshToken", "GetUserAttributeVerificationCode", "GetUserAuthFactors", "GlobalSignOut"}
    | {"InitiateAuth", "ListDevices", "ResendConfirmationCode", "RespondToAuthChallenge", "RevokeToken"}
    | {"SetUserMFAPreference", "SetUserSettings", "SignUp", "UpdateAuthEventFeedback", "UpdateDeviceStatus"}
    | {"UpdateUserAttributes", "VerifySoftwareToken", "VerifyUserAttribute"}
)


def is_open(request: WireRequest) -> bool:
    """Whether this request needs no signature, and brings none."""
    prefix, _, operation = request.headers.get("x-amz-target", "").rpartition(".")
    wanted = f"{prefix}." == PREFIX and operation in OPERATIONS
    return wanted and request.method == "POST" and "authorization" not in request.headers


def nobody(account_id: str) -> Key:
    """The key that such a request does not have: nobody in particular, of this account."""
    principal = Principal(
        arn=f"arn:aws:iam::{account_id}:anonymous",
        account_id=account_id,
        kind="anonymous",
        access_key_id="anonymous",
        user_id="anonymous",
    )
    return Key(access_key_id=principal.access_key_id, secret="", principal=principal)
