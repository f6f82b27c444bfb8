"""Amazon SES in front of moto: mail that is sent here also comes in here, and runs the active receipt rules.

On an account a mail comes in when the domain's MX record names SES's inbound endpoint; here every domain's does.
moto keeps rule sets and what was sent. Lambda, S3 and Stop actions act; other actions are kept and do nothing.
Sources: Amazon SES developer guide, "Email receiving concepts", "Creating receipt rules" and "Invoke Lambda
function action".
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.background import Background
from lambada_labs.cloud.local.front_doors.calling import NotRun
from lambada_labs.cloud.local.integrations.calling import Ask, Calls
from lambada_labs.cloud.local.integrations.register import integrations
from lambada_labs.cloud.local.integrations.ses import answer as ses_answer
from lambada_labs.cloud.local.integrations.ses import requests as ses_requests
from lambada_labs.cloud.local.integrations.ses.answer import Disposition, Mail, receipt_rule_arn
from lambada_labs.cloud.local.integrations.ses.buckets import MailBuckets
from lambada_labs.cloud.local.integrations.ses.requests import RuleGiven
from lambada_labs.cloud.local.integrations.verdict import Sent
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service

log = logging.getLogger(__name__)

OK = 200
NOT_INVOKED, NOT_WRITTEN = "Could not invoke Lambda function: {arn}", "Could not write to bucket: {bucket}"
Stores = Callable[[str, str], Any]


class Receiving:
    """Answers requests to SES. `now` is the cloud's clock."""

    def __init__(self, *, store: Service, stores: Stores, calls: Calls, now: Callable[[], float]) -> None:
        self._store, self._stores, self._calls, self._now = store, stores, calls, now
        self._buckets = MailBuckets(store, stores)
        self._work = Background("the receiving of a mail")

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer one request; a mail that was sent comes in a moment later."""
        rule = ses_requests.rule_given(request)
        if rule is not None:
            self._check(request, rule)
        answer = await self._store.handle(request)
        sent = ses_requests.sent_mail(request, answer, self._now()) if answer.status == OK else None
        if sent is not None:
            self._work.begin(self.receive(sent, request.region, request.caller.account_id))
        return answer

    async def receive(self, mail: Mail, region: str, account_id: str) -> None:
        """Run the active rule set on a mail."""
        rule_set, rules = self._active(region)
        for rule in rules:
            recipients = [one for one in mail.recipients if _is_for(rule.get("Recipients") or (), one)]
            if not recipients or not _true(rule.get("Enabled")):
                continue
            arn = receipt_rule_arn(region, account_id, rule_set, rule["Name"])
            if await self._ran(rule, mail, recipients, arn) == "STOP_RULE_SET":
                return

    async def _ran(
        self, rule: Mapping[str, Any], mail: Mail, recipients: Sequence[str], arn: str
    ) -> Disposition:
        """One rule's actions in their order; what ends more than this rule."""
        for action in rule.get("Actions") or ():
            if "StopAction" in action:
                return "STOP_RULE_SET"
            if "S3Action" in action:
                wanted = action["S3Action"]
                key = (wanted.get("ObjectKeyPrefix") or "") + mail.id
                await self._buckets.put(wanted["BucketName"], key, mail.raw, arn)
            if "LambdaAction" in action:
                said = await self._called(action["LambdaAction"], mail, recipients, arn)
                if said != "CONTINUE":
                    return said
        return "CONTINUE"

    async def _called(
        self, action: Mapping[str, Any], mail: Mail, recipients: Sequence[str], arn: str
    ) -> Disposition:
        function, kind = action["FunctionArn"], action.get("InvocationType") or "Event"
        about = integrations()["ses"]
        event = ses_answer.event(mail, recipients, function_arn=function, invocation=kind)
        ask = Ask(
            function_arn=function,
            sent=Sent(event=event, source_arn=arn),
            principal=about.principal,
            timeout_s=about.timeout_s,
        )
        try:
            if kind == "Event":
                self._calls.tell(ask)
                return "CONTINUE"
            return ses_answer.disposition(await self._calls.ask(ask))
        except NotRun as stopped:
            log.warning("%s did not run %s: %s", arn, function, stopped.why)
            return "CONTINUE"

    def _check(self, request: AwsRequest, rule: RuleGiven) -> None:
        """A rule may name only functions that SES may invoke, and buckets that it may write into."""
        source = receipt_rule_arn(request.region, request.caller.account_id, rule.rule_set, rule.name)
        for arn in rule.functions:
            if not self._calls.may(arn, integrations()["ses"].principal, source):
                raise AwsError("InvalidLambdaFunction", NOT_INVOKED.format(arn=arn))
        for bucket in rule.buckets:
            if not self._buckets.lets_in(bucket, source):
                raise AwsError("InvalidS3Configuration", NOT_WRITTEN.format(bucket=bucket))

    def _active(self, region: str) -> tuple[str, list[Mapping[str, Any]]]:
        store = self._stores("ses", region)
        for held in list(store.receipt_rule_set.values()) if store is not None else ():
            if held.is_active:
                return held.name, list(held.rules)
        return "", []


def _is_for(wanted: Sequence[str], recipient: str) -> bool:
    """Whether a rule with these recipients is for an address; a rule without any is for all."""
    return not wanted or any(_matches(one.lower(), recipient.lower()) for one in wanted)


def _matches(wanted: str, recipient: str) -> bool:
    domain = recipient.rpartition("@")[2]
    if "@" in wanted:
        return wanted == recipient
    return domain.endswith(wanted) if wanted.startswith(".") else domain == wanted


def _true(value: Any) -> bool:
    return str(value).lower() == "true"
