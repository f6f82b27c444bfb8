"""Sends typed requests through a real load balancer to a function that gives the typed answer."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from lambada_labs.cloud.local.front_doors.alb_answer import RESPONSE_LIMIT, answer_of
from lambada_labs.cloud.local.front_doors.http_answer import Malformed
from lambada_labs.cloud.port import Cloud
from lambada_labs.errors import BadInput
from lambada_labs.labs import Evidence, package
from lambada_labs.model import Reply
from lambada_labs.ui.exchange_card import BAD_GATEWAY, Exchange, Request, Sample

MULTI_VALUE = "lambda.multi_value_headers.enabled"
ASKED = "asked "
PATIENCE_S, LOOK_S, TIMEOUT_S = 3.0, 0.05, 30
#: What every answer carries and nobody has to look at here.
NOT_SHOWN = frozenset({"date", "connection", "transfer-encoding"})
HANDLER = """import json

ANSWER = json.loads({answer!r})

def handler(event, context):
    print("asked", json.dumps(event))
    return ANSWER
"""
ASK = "GET /shop?size=38&size=39 HTTP/1.1\nAccept-Language: lv\nX-Team: blue"
GOOD: Mapping[str, Any] = {"statusCode": 200, "headers": {"Content-Type": "text/plain"}, "body": "fine"}
ANSWERS: Mapping[str, Any] = {
    "a good answer": GOOD,
    "your own 404": {**GOOD, "statusCode": 404, "body": "no such shoe"},
    "two cookies": {
        "statusCode": 200,
        "multiValueHeaders": {"Set-Cookie": ["size=38", "team=blue"]},
        "body": "fine",
    },
    "no statusCode": {"body": "fine"},
    "a number as header": {"statusCode": 200, "headers": {"X-Price": 12}, "body": "fine"},
    "a body that is no text": {"statusCode": 200, "body": {"size": 38}},
    "only a text": "fine",
}


def written(answer: Any) -> str:
    """An answer as it is typed."""
    return json.dumps(answer, indent=1)


def samples() -> list[Sample]:
    """The answers that can be chosen."""
    return [Sample(name=name, answer=written(answer)) for name, answer in ANSWERS.items()]


class BalancerTalk:
    """One balancer, its target group and the function in it; call it with a request, an answer and the switch."""

    def __init__(self, cloud: Cloud, evidence: Evidence, balancer: str) -> None:
        self._elb, self._lambda, self._evidence = cloud.client("elbv2"), cloud.client("lambda"), evidence
        door = next((one for one in cloud.doors() if one.name == balancer), None)
        if door is None:
            raise BadInput(
                f"There is no load balancer {balancer!r}",
                expected="one with a listener",
                todo="Run its cells first",
            )
        self._url = door.plain_url
        groups = self._elb.describe_target_groups(LoadBalancerArn=door.id)["TargetGroups"]
        self._group = str(groups[0]["TargetGroupArn"])
        health = self._elb.describe_target_health(TargetGroupArn=self._group)["TargetHealthDescriptions"]
        self._function = str(health[0]["Target"]["Id"]).rpartition(":")[2]
        self._deployed: tuple[str, str] | None = None

    @property
    def multi_value(self) -> bool:
        """Whether the target group has multi-value headers on."""
        found = self._elb.describe_target_group_attributes(TargetGroupArn=self._group)["Attributes"]
        return any(each["Key"] == MULTI_VALUE and each["Value"] == "true" for each in found)

    def __call__(self, request: Request, answer: Any, *, multi_value: bool) -> Exchange:
        """Deploy the answer where it is new, set the switch, send the request, and tell what was seen on the way."""
        self._deploy(json.dumps(answer))
        if multi_value != self.multi_value:
            wanted = [{"Key": MULTI_VALUE, "Value": str(multi_value).lower()}]
            self._elb.modify_target_group_attributes(TargetGroupArn=self._group, Attributes=wanted)
        before = len(self._told())
        status, response = sent(self._url, request)
        reason, code = self._why(answer, multi_value=multi_value) if status == BAD_GATEWAY else ("", "")
        return Exchange(event=self._event(before), status=status, response=response, reason=reason, code=code)

    def _deploy(self, answer: str) -> None:
        now = self._lambda.get_function_configuration(FunctionName=self._function)
        if self._deployed == (answer, now["CodeSha256"]):
            return
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"{str(now['Handler']).partition('.')[0]}.py"
            path.write_text(HANDLER.format(answer=answer), encoding="utf-8")
            made = self._lambda.update_function_code(FunctionName=self._function, ZipFile=package(path))
        waiter = self._lambda.get_waiter("function_updated_v2")
        waiter.wait(FunctionName=self._function, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300})
        self._deployed = (answer, made["CodeSha256"])

    def _told(self) -> list[str]:
        return self._evidence.said(self._function, ASKED)

    def _event(self, before: int) -> Any:
        """The event of the last call, read in the function's log; None where it did not come in time."""
        deadline = time.monotonic() + PATIENCE_S
        while len(told := self._told()) <= before:
            if time.monotonic() > deadline:
                return None
            time.sleep(LOOK_S)
        return json.loads(told[-1])

    def _why(self, answer: Any, *, multi_value: bool) -> tuple[str, str]:
        """Why the balancer refused this answer, and its access log's error_reason (ELB user guide)."""
        records = self._evidence.records(self._function)
        payload = json.dumps(answer).encode()
        try:
            answer_of(Reply(record=records[-1], payload=payload), multi_value=multi_value)
        except Malformed as problem:
            code = "LambdaResponseTooLarge" if len(payload) > RESPONSE_LIMIT else "LambdaInvalidResponse"
            return str(problem), code
        return "the function ended with an error", "LambdaUnhandled"


def sent(url: str, request: Request) -> tuple[int, str]:
    """Send this request below this address; the status, and the whole answer as text."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=TIMEOUT_S)
    body = request.body.encode()
    try:
        connection.putrequest(
            request.method, parts.path.rstrip("/") + request.path, skip_host=_names_host(request)
        )
        for name, value in request.headers:
            connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return answer.status, _as_text(answer, answer.read())
    finally:
        connection.close()


def _names_host(request: Request) -> bool:
    return any(name.lower() == "host" for name, _ in request.headers)


def _as_text(answer: http.client.HTTPResponse, body: bytes) -> str:
    headers = [f"{name}: {value}" for name, value in answer.getheaders() if name.lower() not in NOT_SHOWN]
    head = "\n".join([f"HTTP/1.1 {answer.status} {answer.reason}", *headers])
    return f"{head}\n\n{body.decode(errors='replace')}"
