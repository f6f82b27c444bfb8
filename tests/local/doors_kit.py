"""What tests of the front doors need: HTTP over a plain URL or with a Host header, APIs in a few lines."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import functions_kit as kit

ACCOUNT, REGION = "123456789012", "us-east-1"
TELL = """
import base64, json
def handler(event, context):
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(event)}
"""


@dataclass(frozen=True)
class Got:
    """An HTTP answer; header names as they came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]


def fetch(
    url: str,
    method: str = "GET",
    body: bytes | str | None = None,
    headers: dict[str, str] | list[tuple[str, str]] | None = None,
    host: str | None = None,
) -> Got:
    """One request; names below localhost go to this machine, `host` stands in for the URL's own."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=30)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    pairs = list(headers.items()) if isinstance(headers, dict) else list(headers or [])
    payload = body.encode() if isinstance(body, str) else body
    try:
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host or parts.netloc)
        for name, value in pairs:
            connection.putheader(name, value)
        if payload is not None and not any(name.lower() == "transfer-encoding" for name, _ in pairs):
            connection.putheader("Content-Length", str(len(payload)))
        connection.endheaders(payload)
        answer = connection.getresponse()
        return Got(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def invocations(arn: str) -> str:
    """The URI by which API Gateway names a function."""
    return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"


def permit(cloud: Any, function: str, sid: str = "api", source: str | None = None, **more: Any) -> None:
    """Let API Gateway (or `Principal=…`) invoke a function."""
    wanted = {"Principal": "apigateway.amazonaws.com", "Action": "lambda:InvokeFunction", **more}
    if source:
        wanted["SourceArn"] = source
    cloud.client("lambda").add_permission(FunctionName=function, StatementId=sid, **wanted)


def http_api(
    cloud: Any,
    function: str,
    *,
    version: str = "2.0",
    routes: tuple[str, ...] = ("$default",),
    stage: str = "$default",
    name: str = "api",
    variables: dict[str, str] | None = None,
    **settings: Any,
) -> str:
    """An HTTP API whose routes lead to one function; answers its id."""
    api = cloud.client("apigatewayv2")
    made = api.create_api(Name=name, ProtocolType="HTTP", **settings)["ApiId"]
    target = integration(cloud, made, function, version=version)
    for route in routes:
        api.create_route(ApiId=made, RouteKey=route, Target=target)
    api.create_stage(ApiId=made, StageName=stage, AutoDeploy=True, StageVariables=variables or {})
    return str(made)


def integration(cloud: Any, api_id: str, function: str, *, version: str = "2.0", **settings: Any) -> str:
    made = cloud.client("apigatewayv2").create_integration(
        ApiId=api_id,
        IntegrationType="AWS_PROXY",
        IntegrationUri=function_arn(function),
        PayloadFormatVersion=version,
        **settings,
    )
    return f"integrations/{made['IntegrationId']}"


def url_of(cloud: Any, api_id: str) -> str:
    """The plain URL of an API or balancer, without its last slash."""
    return next(one for one in cloud.doors() if one.id == api_id).plain_url.rstrip("/")


def ready(cloud: Any, name: str, code: str = TELL, *, permitted: bool = True, **settings: Any) -> str:
    """A function that API Gateway may invoke; answers its name."""
    kit.ready(cloud, name, code, **settings)
    if permitted:
        permit(cloud, name)
    return name
