"""AWS IoT in front of moto: topic rules are parsed when they are made, and run when a message is published.

moto keeps things and rules. Rules with a Lambda action run here; other actions are kept and do nothing. Sources:
AWS IoT Core developer guide, "Lambda rule action" and "Error handling (error action)".
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.front_doors.calling import NotRun
from lambada_labs.cloud.local.integrations.calling import Ask, Calls
from lambada_labs.cloud.local.integrations.iot.functions import Message
from lambada_labs.cloud.local.integrations.iot.sql import parse
from lambada_labs.cloud.local.integrations.iot.tokens import BadSql
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.refusals import did_not_run
from lambada_labs.cloud.local.integrations.register import integrations
from lambada_labs.cloud.local.integrations.verdict import Sent
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service

log = logging.getLogger(__name__)

RULES, TOPICS = "/rules/", "/topics/"
OK, MS = 200, 1000
Stores = Callable[[str, str], Any]


class TopicRules:
    """Answers requests to AWS IoT: refuses SQL that it cannot read."""

    def __init__(self, store: Service) -> None:
        self._store = store

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer one request to the control plane."""
        if request.path.startswith(RULES) and request.method in {"POST", "PATCH"}:
            _check(request)
        return await self._store.handle(request)


class Messages:
    """Answers requests to IoT's data plane, and lets every message pass the rules. `now` is the cloud's clock."""

    def __init__(self, *, store: Service, stores: Stores, calls: Calls, now: Callable[[], float]) -> None:
        self._store, self._stores, self._calls, self._now = store, stores, calls, now

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer one request to the data plane."""
        answer = await self._store.handle(request)
        if answer.status == OK and request.method == "POST" and request.path.startswith(TOPICS):
            topic = request.path.removeprefix(TOPICS)
            message = Message(topic=topic, payload=request.body, at_ms=int(self._now() * MS))
            self._published(message, request.region)
        return answer

    def _published(self, message: Message, region: str) -> None:
        store = self._stores("iot", region)
        for rule in list(store.rules.values()) if store is not None else ():
            if not rule.rule_disabled:
                self._run(rule, message)

    def _run(self, rule: Any, message: Message) -> None:
        try:
            row = parse(rule.sql).row(message)
        except BadSql as problem:
            log.warning("the rule %s has SQL that is not understood here: %s", rule.rule_name, problem)
            return
        if row is None:
            return
        failures = [found for arn in _functions(rule.actions) if (found := self._tell(rule, arn, row))]
        if failures:
            self._failed(rule, message, failures)

    def _tell(self, rule: Any, arn: str, event: Mapping[str, Any]) -> dict[str, str] | None:
        """Put an event into a function's queue; what an error action is told where that fails."""
        about = integrations()["iot"]
        sent = Sent(event=event, source_arn=rule.arn)
        try:
            self._calls.tell(Ask(function_arn=arn, sent=sent, principal=about.principal))
        except NotRun as stopped:
            verdict = did_not_run(about, stopped, Place(function_arn=arn))
            log.warning("the rule %s did not reach %s: %s", rule.rule_name, arn, verdict.text)
            return {"failedAction": "LambdaAction", "failedResource": arn, "errorMessage": verdict.text}
        return None

    def _failed(self, rule: Any, message: Message, failures: list[dict[str, str]]) -> None:
        told = {
            "ruleName": rule.rule_name,
            "topic": message.topic,
            "clientId": message.client_id,
            "base64OriginalPayload": base64.b64encode(message.payload).decode(),
            "failures": failures,
        }
        for arn in _functions([rule.error_action] if rule.error_action else []):
            self._tell(rule, arn, told)


def _functions(actions: Iterable[Mapping[str, Any]]) -> list[str]:
    """The functions among a rule's actions."""
    return [one["lambda"]["functionArn"] for one in actions if "lambda" in one]


def _check(request: AwsRequest) -> None:
    try:
        given = request.json()
    except ValueError:
        return
    payload = given.get("topicRulePayload", given) if isinstance(given, dict) else {}
    sql = payload.get("sql") if isinstance(payload, dict) else None
    if isinstance(sql, str):
        try:
            parse(sql)
        except BadSql as problem:
            raise AwsError("SqlParseException", f"Sql parse error: {problem}") from None
