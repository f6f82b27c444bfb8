"""Who may use a route of an HTTP API: nobody asked, IAM, a Lambda function, or a token.

Sources: API Gateway developer guide, "Control access to HTTP APIs with AWS Lambda authorizers" (2.0 simple answers,
401 where an identity source is missing, 403 where the answer is no) and "Control access using IAM".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.front_doors.authorizer_policy import Remembered, context_of, permits
from lambada_labs.cloud.local.front_doors.calling import Caller, Errand, NotRun
from lambada_labs.cloud.local.front_doors.functions_named import PRINCIPAL, function_arn
from lambada_labs.cloud.local.front_doors.http_answer import Malformed, said_by
from lambada_labs.cloud.local.front_doors.http_event import Authorized, Visit, event_1_0, event_2_0
from lambada_labs.cloud.local.front_doors.policy_conditions import known_of
from lambada_labs.cloud.local.front_doors.request import last_values
from lambada_labs.cloud.local.front_doors.signed import Verifier, identity_1_0, identity_2_0, signer_of
from lambada_labs.cloud.local.front_doors.tables import HttpApi, Stores, pool_key
from lambada_labs.cloud.local.front_doors.tokens import TokenRefused, as_text, claims_of, scopes_of

AUTHORIZER_S = facts.number("limit.api_gateway.authorizer_s")
UNAUTHORIZED, FORBIDDEN, FAILED = 401, 403, 500
_BODY = frozenset({"body", "isBase64Encoded", "multiValueHeaders", "multiValueQueryStringParameters"})


class Refused(Exception):
    """The door lets nobody through: status, text, and what a token lacks."""

    def __init__(self, status: int, text: str, challenge: str = "") -> None:
        self.status, self.text, self.challenge = status, text, challenge
        super().__init__(status, text)


class Gatekeeper:
    """Judges requests for routes of HTTP APIs."""

    def __init__(
        self, caller: Caller, verify: Verifier, stores: Stores, remembered: Remembered[Any] | None = None
    ) -> None:
        self._caller, self._verify, self._stores = caller, verify, stores
        self._remembered = remembered if remembered is not None else Remembered()

    async def admit(self, api: HttpApi, route: Any, visit: Visit, arn: str) -> Authorized | None:
        """What the event says of the caller, None where nobody is asked; raises `Refused`."""
        kind = route.authorization_type or "NONE"
        if kind == "NONE":
            return None
        if kind == "AWS_IAM":
            return self._by_signature(visit, arn)
        authorizer = api.authorizer(route)
        if kind == "CUSTOM" and authorizer is not None:
            return await self._by_function(authorizer, visit, arn)
        if kind == "JWT" and authorizer is not None:
            return self._by_token(authorizer, route, visit)
        raise Refused(FAILED, "Internal Server Error")

    def _by_signature(self, visit: Visit, arn: str) -> Authorized:
        try:
            caller = signer_of(self._verify, visit.request, arn.split(":")[3])
        except AwsError:
            raise Refused(FORBIDDEN, "Forbidden") from None
        return Authorized(kind="iam", values=identity_2_0(caller), identity=identity_1_0(caller))

    def _by_token(self, authorizer: Any, route: Any, visit: Visit) -> Authorized:
        sources = authorizer.identity_source or ["$request.header.Authorization"]
        token = _source(sources[0], visit)
        if not token:
            raise Refused(UNAUTHORIZED, "Unauthorized", "Bearer")
        wanted = authorizer.jwt_config or {}
        issuer = str(wanted.get("issuer") or "").removesuffix("/")
        key, audience = pool_key(self._stores, issuer), wanted.get("audience") or ()
        try:
            claims = claims_of(token, key, issuer=issuer, audience=audience, now=visit.request.at)
        except TokenRefused as refusal:
            challenge = f'Bearer scope="" error="invalid_token" error_description="{refusal}"'
            raise Refused(UNAUTHORIZED, "Unauthorized", challenge) from None
        scopes, needed = scopes_of(claims), route.authorization_scopes or []
        if needed and not {*scopes} & {*needed}:
            text = f'Bearer scope="{" ".join(needed)}" error="insufficient_scope"'
            raise Refused(FORBIDDEN, "Forbidden", text)
        return Authorized(kind="jwt", values={"claims": as_text(claims), "scopes": scopes or None})

    async def _by_function(self, authorizer: Any, visit: Visit, arn: str) -> Authorized:
        sources = [_source(expression, visit) for expression in authorizer.identity_source or []]
        if not all(sources):
            raise Refused(UNAUTHORIZED, "Unauthorized")
        key = (authorizer.id, authorizer.authorizer_uri, visit.stage, tuple(sources))
        said = self._remembered.get(key)
        if said is None:
            said = await self._ask(authorizer, visit, arn, [str(one) for one in sources])
            ttl_s = int(authorizer.auth_result_ttl or 0) if sources else 0
            self._remembered.put(key, said, ttl_s)
        return _judged(said, arn, known_of(visit.request), simple=_is_simple(authorizer))

    async def _ask(self, authorizer: Any, visit: Visit, arn: str, sources: list[str]) -> Any:
        function = function_arn(authorizer.authorizer_uri, visit.stage_variables)
        newer = authorizer.auth_payload_format_version == "2.0"
        event = _event_2_0(visit, arn, sources) if newer else _event_1_0(visit, arn, sources)
        errand = Errand(
            function_arn=function or "",
            event=json.dumps(event).encode(),
            principal=PRINCIPAL,
            source_arn=_authorizer_arn(arn, authorizer.id),
            trace_id=visit.request.trace_id,
            timeout_s=AUTHORIZER_S,
            role_arn=authorizer.auth_creds_arn or "",
        )
        try:
            return said_by(await self._caller.run(errand))
        except (NotRun, Malformed):
            raise Refused(FAILED, "Internal Server Error") from None


def _judged(said: Any, arn: str, known: Mapping[str, str], *, simple: bool) -> Authorized:
    try:
        yes, values = _simple(said) if simple else _by_policy(said, arn, known)
    except Malformed:
        raise Refused(FAILED, "Internal Server Error") from None
    if not yes:
        raise Refused(FORBIDDEN, "Forbidden")
    return Authorized(kind="lambda", values=values)


def _simple(said: Any) -> tuple[bool, Mapping[str, Any]]:
    """`isAuthorized` and the context, which an HTTP API hands on as it is."""
    if not isinstance(said, Mapping) or not isinstance(said.get("isAuthorized"), bool):
        raise Malformed("the authoriser's answer has no isAuthorized")
    context = said.get("context")
    return said["isAuthorized"], context if isinstance(context, Mapping) else {}


def _by_policy(said: Any, arn: str, known: Mapping[str, str]) -> tuple[bool, Mapping[str, Any]]:
    if not isinstance(said, Mapping):
        raise Malformed("the authoriser's answer is no object")
    who = {"principalId": str(said["principalId"])} if said.get("principalId") is not None else {}
    return permits(said.get("policyDocument"), arn, known), {**who, **context_of(said)}


def _is_simple(authorizer: Any) -> bool:
    return str(authorizer.enable_simple_response).lower() == "true"


def _source(expression: str, visit: Visit) -> str | None:
    """The value of `$request.header.Name`, `$request.querystring.name`, `$stageVariables.name`, `$context.name`."""
    place, _, name = expression.removeprefix("$").partition(".")
    if place == "request":
        place, _, name = name.partition(".")
    if place == "header":
        return visit.request.header(name)
    if place == "querystring":
        return last_values(visit.request.query).get(name)
    if place == "stageVariables":
        return visit.stage_variables.get(name)
    found: Any = event_2_0(visit)["requestContext"]
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return None if found is None else str(found)


def _event_2_0(visit: Visit, arn: str, sources: list[str]) -> dict[str, Any]:
    event = {key: value for key, value in event_2_0(visit).items() if key not in _BODY}
    head = {"version": "2.0", "type": "REQUEST", "routeArn": arn, "identitySource": sources or None}
    return {**head, **{key: value for key, value in event.items() if key != "version"}}


def _event_1_0(visit: Visit, arn: str, sources: list[str]) -> dict[str, Any]:
    event = {key: value for key, value in event_1_0(visit).items() if key not in _BODY}
    token = ",".join(sources)
    head = {"version": "1.0", "type": "REQUEST", "methodArn": arn, "identitySource": token}
    return {**head, "authorizationToken": token, **{k: v for k, v in event.items() if k != "version"}}


def _authorizer_arn(arn: str, authorizer_id: str) -> str:
    """The ARN in whose name an authoriser's function is invoked."""
    return f"{arn.split('/', 1)[0]}/authorizers/{authorizer_id}"
