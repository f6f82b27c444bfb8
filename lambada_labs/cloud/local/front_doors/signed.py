"""Requests that a door wants signed: Signature Version 4 for `execute-api`, by the verifier of every other request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.front_doors.request import DoorRequest
from lambada_labs.cloud.local.message import AwsRequest, Principal, WireRequest

SERVICE = "execute-api"
#: Verifies a whole request and answers it with its caller; raises `AwsError`.
Verifier = Callable[[WireRequest, str], AwsRequest]


def signer_of(verify: Verifier, request: DoorRequest, region: str) -> Principal:
    """Who signed a request for an API in this Region.

    Raises:
        AwsError: nobody did, not for this service and Region, or the signature is wrong.
    """
    verified = verify(request.wire, request.request_id)
    if verified.service != SERVICE or verified.region != region:
        scope = f"{verified.region}/{verified.service}"
        text = (
            f"Credential should be scoped to correct service and region: '{region}/{SERVICE}', not '{scope}'."
        )
        raise AwsError("InvalidSignatureException", text, 403)
    return verified.caller


def identity_2_0(caller: Principal) -> Mapping[str, Any]:
    """`requestContext.authorizer.iam` of an HTTP API's event."""
    return {
        "accessKey": caller.access_key_id,
        "accountId": caller.account_id,
        "callerId": caller.user_id,
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": caller.arn,
        "userId": caller.user_id,
    }


def identity_1_0(caller: Principal) -> Mapping[str, Any]:
    """What stands in `requestContext.identity` of a REST API's event."""
    return {
        "accessKey": caller.access_key_id,
        "accountId": caller.account_id,
        "caller": caller.user_id,
        "user": caller.user_id,
        "userArn": caller.arn,
    }
