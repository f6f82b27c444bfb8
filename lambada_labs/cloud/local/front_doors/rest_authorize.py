"""Who may use a method of a REST API: anybody, IAM's own, whom a Lambda authoriser lets in, holders of an API key.

Source: API Gateway developer guide, "Use API Gateway Lambda authorizers" (a missing identity source is 401 without a
call, an error named Unauthorized is 401, a policy that says no 403, anything else 500; a cached policy is held against
every method), "API keys"; texts as AWS sends them.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.front_doors.authorizer_policy import Remembered, context_of, permits
from lambada_labs.cloud.local.front_doors.calling import Caller, Errand, NotRun
from lambada_labs.cloud.local.front_doors.functions_named import PRINCIPAL, function_arn
from lambada_labs.cloud.local.front_doors.http_answer import Malformed
from lambada_labs.cloud.local.front_doors.policy_conditions import known_of
from lambada_labs.cloud.local.front_doors.request import last_values
from lambada_labs.cloud.local.front_doors.rest_answer import (
    AUTHORIZER_FAILED,
    DENIED,
    MISSING_TOKEN,
    SIGNATURE,
    UNAUTHORIZED,
    GatewayRefusal,
)
from lambada_labs.cloud.local.front_doors.rest_event import RestVisit, authorizer_event
from lambada_labs.cloud.local.front_doors.signed import Verifier, identity_1_0, signer_of
from lambada_labs.cloud.local.front_doors.tables import Stores, pool_key
from lambada_labs.cloud.local.front_doors.tokens import TokenRefused, as_text, claims_of, scopes_of

AUTHORIZER_S = facts.number("limit.api_gateway.authorizer_s")
DEFAULT_TTL_S = facts.number("limit.rest_api.authorizer_ttl_s")
_SOURCE = re.compile(r"method\.request\.(header|querystring)\.(.+)|(stageVariables|context)\.(.+)")


class RestGatekeeper:
    """Judges requests for methods of REST APIs."""

    def __init__(
        self, caller: Caller, verify: Verifier, stores: Stores, remembered: Remembered[Any] | None = None
    ) -> None:
        self._caller, self._verify, self._stores = caller, verify, stores
        self._remembered = remembered if remembered is not None else Remembered()

    def signer(self, visit: RestVisit) -> Mapping[str, Any]:
        """What stands in the event's identity for whoever signed; raises `GatewayRefusal`."""
        wire = visit.request.wire
        if "authorization" not in wire.headers and "X-Amz-Signature=" not in wire.raw_query:
            raise GatewayRefusal(MISSING_TOKEN)
        try:
            return identity_1_0(signer_of(self._verify, visit.request, visit.region))
        except AwsError as refusal:
            raise GatewayRefusal(SIGNATURE, refusal.message, error=refusal.code) from None

    def token(self, visit: RestVisit, authorizer: Mapping[str, Any]) -> Mapping[str, Any]:
        """What stands under `requestContext.authorizer` for a user of a Cognito pool; raises `GatewayRefusal` (401).

        With scopes an access token is wanted, without them an ID token.
        """
        source = authorizer.get("identitySource") or "method.request.header.Authorization"
        token, wanted = _value(source, visit) or "", visit.method.get("authorizationScopes") or []
        for arn in authorizer.get("providerARNs") or ():
            issuer = f"https://cognito-idp.{arn.split(':')[3]}.amazonaws.com/{arn.rpartition('/')[2]}"
            key = pool_key(self._stores, issuer)
            with contextlib.suppress(TokenRefused):
                claims = claims_of(token, key, issuer=issuer, audience=None, now=visit.request.at)
                if {*scopes_of(claims)} & {*wanted} if wanted else claims.get("token_use") == "id":
                    return {"claims": as_text(claims)}
        raise GatewayRefusal(UNAUTHORIZED)

    async def judged(self, visit: RestVisit, authorizer: Mapping[str, Any]) -> RestVisit:
        """The visit with what stands under `requestContext.authorizer`; raises `GatewayRefusal`."""
        sources = _sources(visit, authorizer)
        key = (visit.api_id, visit.stage, authorizer["id"], authorizer.get("authorizerUri"), tuple(sources))
        said = self._remembered.get(key)
        if said is None:
            said = await self._ask(visit, authorizer, sources)
            ttl_s = authorizer.get("authorizerResultTtlInSeconds")
            self._remembered.put(
                key, said, (DEFAULT_TTL_S if ttl_s is None else int(ttl_s)) if sources else 0
            )
        context = _held(said, visit.method_arn, known_of(visit.request))
        return replace(visit, authorizer=context, usage_key=str(said.get("usageIdentifierKey") or ""))

    async def _ask(self, visit: RestVisit, authorizer: Mapping[str, Any], sources: list[str]) -> Any:
        event: Mapping[str, Any] = authorizer_event(visit)
        if authorizer["type"] == "TOKEN":
            event = {"type": "TOKEN", "methodArn": visit.method_arn, "authorizationToken": sources[0]}
        api = visit.method_arn.split("/", 1)[0]
        errand = Errand(
            function_arn=function_arn(authorizer.get("authorizerUri"), visit.stage_variables) or "",
            event=json.dumps(event).encode(),
            principal=PRINCIPAL,
            source_arn=f"{api}/authorizers/{authorizer['id']}",
            trace_id=visit.request.trace_id,
            timeout_s=AUTHORIZER_S,
            role_arn=authorizer.get("authorizerCredentials") or "",
        )
        try:
            reply = await self._caller.run(errand)
            said = json.loads(reply.payload)
        except (NotRun, ValueError):
            raise _failed() from None
        if reply.function_error:
            unauthorized = isinstance(said, Mapping) and said.get("errorMessage") == "Unauthorized"
            raise GatewayRefusal(UNAUTHORIZED) if unauthorized else _failed()
        return said


def _failed() -> GatewayRefusal:
    return GatewayRefusal(AUTHORIZER_FAILED)


def _held(said: Any, arn: str, known: Mapping[str, str]) -> Mapping[str, Any]:
    """A policy, fresh or remembered, held against a method."""
    if not isinstance(said, Mapping) or not isinstance(said.get("principalId"), str):
        raise _failed()
    try:
        yes, context = permits(said.get("policyDocument"), arn, known), context_of(said)
    except Malformed:
        raise _failed() from None
    if not yes:
        by_name = permits(_without_denials(said["policyDocument"]), arn, known)
        text = f"{DENIED.text} with an explicit deny" if by_name else DENIED.text
        raise GatewayRefusal(DENIED, text, member="Message")
    return {"principalId": said["principalId"], "integrationLatency": 0, **context}


def _without_denials(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The policy as if each Deny were an Allow: what it then lets in, it had denied by name."""
    statements = document.get("Statement", [])
    statements = [statements] if isinstance(statements, Mapping) else statements
    return {
        **document,
        "Statement": [{**one, "Effect": "Allow"} for one in statements if one.get("Effect") == "Deny"],
    }


def _sources(visit: RestVisit, authorizer: Mapping[str, Any]) -> list[str]:
    """The values of the identity sources, every one of which must be there; raises `GatewayRefusal` (401)."""
    expressions = [one.strip() for one in (authorizer.get("identitySource") or "").split(",") if one.strip()]
    if authorizer["type"] == "TOKEN" and not expressions:
        expressions = ["method.request.header.Authorization"]
    values = [_value(one, visit) for one in expressions]
    if not all(values):
        raise GatewayRefusal(UNAUTHORIZED)
    found = [str(one) for one in values]
    wanted = authorizer.get("identityValidationExpression")
    if authorizer["type"] == "TOKEN" and wanted and re.fullmatch(wanted, found[0]) is None:
        raise GatewayRefusal(UNAUTHORIZED)
    return found


def _value(expression: str, visit: RestVisit) -> str | None:
    match = _SOURCE.fullmatch(expression)
    if match is None:
        return None
    if match[1] == "header":
        return visit.request.header(match[2])
    if match[1] == "querystring":
        return last_values(visit.request.query).get(match[2])
    if match[3] == "stageVariables":
        return visit.stage_variables.get(match[4])
    found: Any = authorizer_event(visit)["requestContext"]
    for part in match[4].split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return None if found is None else str(found)
