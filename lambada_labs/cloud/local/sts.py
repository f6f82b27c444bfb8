"""The Security Token Service: who am I, and credentials for a while.

Ours, because the gateway has to honour what it hands out. Source: the STS API reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol
from xml.sax.saxutils import escape

from lambada_labs import facts
from lambada_labs.cloud.local.auth_error import extended
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.identity import Identity, Key
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Principal, split_query
from lambada_labs.cloud.local.role import Role

NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
SESSION_NAME = re.compile(r"[\w+=,.@-]*", re.ASCII)
SHORTEST_NAME, LONGEST_NAME = 2, 64
SHORTEST_S = facts.number("limit.role_session.min_s")
LONGEST_S = facts.number("limit.role_session.max_s")
STANDARD_S = facts.number("limit.role_session.default_s")
LONGEST_TOKEN_S = facts.number("limit.session_token.max_s")
FORBIDDEN = 403

Members = Mapping[str, object]


class Roles(Protocol):
    """Where roles are kept."""

    def role(self, role_arn: str) -> Role | None:
        """The role with this ARN, or None."""
        ...


class SecurityTokens:
    """GetCallerIdentity, AssumeRole, GetSessionToken and GetAccessKeyInfo."""

    def __init__(self, identity: Identity, roles: Roles) -> None:
        self._identity, self._roles = identity, roles
        self._operations: Mapping[str, Callable[[Principal, Mapping[str, str]], Members]] = {
            "GetCallerIdentity": self._caller_identity,
            "AssumeRole": self._assume_role,
            "GetSessionToken": self._session_token,
            "GetAccessKeyInfo": self._key_info,
        }

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """The operation that `Action` names, in the query or in the form."""
        form = split_query(request.body.decode("utf-8", "replace")) if request.method == "POST" else ()
        parameters = dict((*request.query, *form))
        action = parameters.get("Action", "")
        operation = self._operations.get(action)
        if operation is None:
            raise AwsError("InvalidAction", f"Could not find operation {action} for the local cloud's STS")
        return _document(action, operation(request.caller, parameters), request.request_id)

    def _caller_identity(self, caller: Principal, _: Mapping[str, str]) -> Members:
        return {"Arn": caller.arn, "UserId": caller.user_id, "Account": caller.account_id}

    def _assume_role(self, caller: Principal, parameters: Mapping[str, str]) -> Members:
        role_arn = _required(parameters, "RoleArn")
        name = _session_name(_required(parameters, "RoleSessionName"))
        duration_s = _duration(parameters, default=STANDARD_S, longest=LONGEST_S)
        role = self._role_for(caller, role_arn)
        _check_length(caller, role, duration_s)
        key = self._identity.assume(role.arn, name, role_id=role.role_id, duration_s=duration_s)
        user = {"AssumedRoleId": key.principal.user_id, "Arn": key.principal.arn}
        return {"Credentials": _credentials(key), "AssumedRoleUser": user}

    def _role_for(self, caller: Principal, role_arn: str) -> Role:
        """The role if it trusts the caller; AWS answers alike for a role that is not there."""
        role = self._roles.role(role_arn)
        names = (caller.arn, _role_arn(caller))
        if role and any(role.trusts_caller(arn=arn, account_id=caller.account_id) for arn in names):
            return role
        text = f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
        raise AwsError("AccessDenied", text, FORBIDDEN)

    def _session_token(self, caller: Principal, parameters: Mapping[str, str]) -> Members:
        if caller.access_key_id.startswith("ASIA"):
            raise AwsError("AccessDenied", "Cannot call GetSessionToken with session credentials", FORBIDDEN)
        longest = STANDARD_S if caller.kind == "root" else LONGEST_TOKEN_S
        asked_s = _duration(parameters, default=min(LONGEST_S, longest), longest=LONGEST_TOKEN_S)
        key = self._identity.session_for(caller, duration_s=min(asked_s, longest))
        return {"Credentials": _credentials(key)}

    def _key_info(self, caller: Principal, parameters: Mapping[str, str]) -> Members:
        access_key_id = _required(parameters, "AccessKeyId")
        if self._identity.find(access_key_id) is None:
            text = f"Access key {access_key_id} is not known to this cloud"
            raise AwsError("AccessDenied", text, FORBIDDEN)
        return {"Account": caller.account_id}


def _required(parameters: Mapping[str, str], name: str) -> str:
    value = parameters.get(name)
    if not value:
        told = f"Value null at '{name[0].lower()}{name[1:]}' failed to satisfy constraint"
        raise _invalid(f"{told}: Member must not be null")
    return value


def _invalid(text: str) -> AwsError:
    return AwsError("ValidationError", f"1 validation error detected: {text}")


def _session_name(name: str) -> str:
    told = f"Value '{name}' at 'roleSessionName' failed to satisfy constraint: Member must"
    if len(name) < SHORTEST_NAME:
        raise _invalid(f"{told} have length greater than or equal to {SHORTEST_NAME}")
    if len(name) > LONGEST_NAME:
        raise _invalid(f"{told} have length less than or equal to {LONGEST_NAME}")
    if not SESSION_NAME.fullmatch(name):
        raise _invalid(rf"{told} satisfy regular expression pattern: [\w+=,.@-]*")
    return name


def _duration(parameters: Mapping[str, str], *, default: int, longest: int) -> int:
    text = parameters.get("DurationSeconds", str(default))
    told = f"Value '{text}' at 'durationSeconds' failed to satisfy constraint: Member must have value"
    if not (text.isascii() and text.isdigit()) or int(text) < SHORTEST_S:
        raise _invalid(f"{told} greater than or equal to {SHORTEST_S}")
    if int(text) > longest:
        raise _invalid(f"{told} less than or equal to {longest}")
    return int(text)


def _check_length(caller: Principal, role: Role, duration_s: int) -> None:
    if caller.kind == "role-session" and duration_s > STANDARD_S:
        limit = "the 1 hour session limit for roles assumed by role chaining"
        raise AwsError("ValidationError", f"The requested DurationSeconds exceeds {limit}")
    if duration_s > role.longest_session_s:
        text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        raise AwsError("ValidationError", text)


def _role_arn(caller: Principal) -> str:
    """The role behind a session: trust policies name that; anyone else is named by the own ARN."""
    if caller.kind != "role-session":
        return caller.arn
    if caller.function is not None:
        return caller.function.role_arn
    name = caller.arn.rsplit("/", 2)[1]
    return f"arn:aws:iam::{caller.account_id}:role/{name}"


def _credentials(key: Key) -> Members:
    return {
        "AccessKeyId": key.access_key_id,
        "SecretAccessKey": key.secret,
        "SessionToken": key.token or "",
        "Expiration": extended(key.expires_at or 0),
    }


def _document(action: str, members: Members, request_id: str) -> AwsResponse:
    result = f"<{action}Result>{_xml(members)}</{action}Result>"
    tail = f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
    body = f'<{action}Response xmlns="{NAMESPACE}">{result}{tail}</{action}Response>'
    headers = [("Content-Type", "text/xml"), ("x-amzn-RequestId", request_id)]
    return AwsResponse(headers=headers, body=body.encode())


def _xml(members: Members) -> str:
    return "".join(
        f"<{name}>{_xml(value) if isinstance(value, Mapping) else escape(str(value))}</{name}>"
        for name, value in members.items()
    )
