"""Integrations of a REST API that are no proxies: templates in, selection patterns and templates out.

Sources: API Gateway developer guide, "Set up data mapping", "Integration passthrough behavior", "Handle Lambda errors"
(the pattern must fit the whole errorMessage); which response template is taken: localstack, checked there on AWS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambada_labs.cloud.local.front_doors import json_path
from lambada_labs.cloud.local.front_doors.http_answer import Malformed
from lambada_labs.cloud.local.front_doors.request import last_values
from lambada_labs.cloud.local.front_doors.rest_answer import MEDIA_TYPE, GatewayRefusal
from lambada_labs.cloud.local.front_doors.rest_event import RestVisit, context_of, shown_headers
from lambada_labs.cloud.local.front_doors.template_names import names
from lambada_labs.cloud.local.front_doors.velocity import render
from lambada_labs.cloud.local.front_doors.velocity_values import TemplateError, shown
from lambada_labs.cloud.local.message import AwsResponse

_JSON = "application/json"
_LOWEST, _HIGHEST = 200, 599
_HEADER = "method.response.header."


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an integration said: the text a pattern is held against, headers, and the body."""

    selected_by: str
    body: str
    headers: Mapping[str, str]


def request_body(visit: RestVisit, integration: Mapping[str, Any]) -> str:
    """The body that the integration gets; raises `GatewayRefusal` (415) and `Malformed`."""
    templates = integration.get("requestTemplates") or {}
    body = visit.request.body.decode("utf-8", "replace")
    media_type = visit.request.media_type or _JSON
    template = templates.get(media_type)
    if template is None:
        behaviour = integration.get("passthroughBehavior") or "WHEN_NO_MATCH"
        if behaviour == "NEVER" or (behaviour == "WHEN_NO_TEMPLATES" and templates):
            raise GatewayRefusal(MEDIA_TYPE)
        return body
    return _rendered(template, visit, body)[0]


def response(visit: RestVisit, integration: Mapping[str, Any], outcome: Outcome) -> AwsResponse:
    """The HTTP answer that the integration's responses make of an outcome; raises `Malformed`."""
    chosen = _chosen(integration.get("integrationResponses") or {}, outcome.selected_by)
    template = _template(chosen.get("responseTemplates") or {}, visit.request.header("accept"))
    body, override = _rendered(template, visit, outcome.body) if template else (outcome.body, {})
    headers = {"Content-Type": _JSON, **_headers(chosen.get("responseParameters") or {}, visit, outcome)}
    headers |= {name: shown(value) for name, value in (override.get("header") or {}).items()}
    status = override.get("status")
    valid = isinstance(status, int) and _LOWEST <= status <= _HIGHEST
    return AwsResponse(
        status=status if valid else int(chosen["statusCode"]),  # type: ignore[arg-type]
        headers=list(headers.items()),
        body=body.encode("utf-8", "replace"),
    )


def lambda_outcome(payload: bytes) -> Outcome:
    """What a function said; a pattern is held against its errorMessage."""
    text = payload.decode("utf-8", "replace")
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    error = said.get("errorMessage") if isinstance(said, Mapping) else None
    return Outcome(selected_by=error if isinstance(error, str) else "", body=text, headers={})


def mock_outcome(visit: RestVisit, integration: Mapping[str, Any]) -> Outcome:
    """What a MOCK integration says: the statusCode its request template names; raises as `request_body` does."""
    body = request_body(visit, integration)
    try:
        status = json.loads(body or "{}").get("statusCode")
    except (ValueError, AttributeError):
        raise Malformed("the request template of a MOCK integration gives no statusCode") from None
    if not isinstance(status, int):
        raise Malformed("the request template of a MOCK integration gives no statusCode")
    return Outcome(selected_by=str(status), body="", headers={})


def _chosen(responses: Mapping[str, Mapping[str, Any]], text: str) -> Mapping[str, Any]:
    """The integration response whose pattern fits the whole text, or the one without a pattern."""
    with_pattern = [one for one in responses.values() if one.get("selectionPattern")]
    for one in with_pattern:
        if _fits(one["selectionPattern"], text):
            return one
    default = next((one for one in responses.values() if not one.get("selectionPattern")), None)
    if default is None:
        raise Malformed("no integration response fits, and there is no default one")
    return default


def _fits(pattern: str, text: str) -> bool:
    try:
        return bool(text) and re.fullmatch(pattern, text) is not None
    except re.error:
        raise Malformed(f"the selection pattern {pattern!r} is no regular expression") from None


def _template(templates: Mapping[str, str | None], accept: str | None) -> str | None:
    wanted = (accept or "").partition(",")[0].partition(";")[0].strip()
    for media_type in (wanted, _JSON):
        if templates.get(media_type):
            return templates[media_type]
    return next((one for one in templates.values() if one), None)


def _rendered(template: str, visit: RestVisit, body: str) -> tuple[str, Mapping[str, Any]]:
    """The template filled in, and what it wrote to `$context.responseOverride`."""
    parameters = {
        "path": visit.path_parameters,
        "querystring": last_values(visit.request.query),
        "header": last_values(shown_headers(visit.request)),
    }
    known = names(body, parameters, context_of(visit), visit.stage_variables)
    try:
        text = render(template, known)
    except (TemplateError, ValueError) as problem:
        raise Malformed(str(problem)) from problem
    return text, known["context"]["responseOverride"]


def _headers(parameters: Mapping[str, str], visit: RestVisit, outcome: Outcome) -> dict[str, str]:
    found = {
        name.removeprefix(_HEADER): _value(source, visit, outcome)
        for name, source in parameters.items()
        if name.startswith(_HEADER)
    }
    return {name: value for name, value in found.items() if value is not None}


def _value(source: str, visit: RestVisit, outcome: Outcome) -> str | None:
    if source.startswith("'") and source.endswith("'"):
        return source[1:-1]
    if source.startswith("integration.response.header."):
        return outcome.headers.get(source.removeprefix("integration.response.header."))
    if source.startswith("integration.response.body"):
        return _of_body(source.removeprefix("integration.response.body").removeprefix("."), outcome.body)
    if source.startswith("stageVariables."):
        return visit.stage_variables.get(source.removeprefix("stageVariables."))
    return _of_context(source, visit) if source.startswith("context.") else None


def _of_body(path: str, body: str) -> str | None:
    try:
        found = json_path.find(json.loads(body), "$" + (f".{path}" if path else ""))
    except ValueError:
        return None
    return None if isinstance(found, json_path.Missing) else shown(found)


def _of_context(source: str, visit: RestVisit) -> str | None:
    found: Any = context_of(visit)
    for part in source.split(".")[1:]:
        found = found.get(part) if isinstance(found, Mapping) else None
    return None if found is None else shown(found)
