"""AWS Config's custom rules in front of moto: evaluated when made, when asked, and by their frequency.

moto keeps recorders and rules. A rule looks at the resources as they are at that moment; a change of a resource
alone does not invoke it here. Source: AWS Config developer guide, "AWS Config Custom Lambda Rules".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.integrations.calling import Calls
from lambada_labs.cloud.local.integrations.config import event as config_event
from lambada_labs.cloud.local.integrations.config.custom import Custom, custom
from lambada_labs.cloud.local.integrations.config.evaluations import Evaluations
from lambada_labs.cloud.local.integrations.config.resources import Resources
from lambada_labs.cloud.local.integrations.config.results import Invoked, Results, compliance
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.register import integrations
from lambada_labs.cloud.local.integrations.verdict import Sent, Verdict
from lambada_labs.cloud.local.integrations.workings import Choices, Workings
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service
from lambada_labs.runtime.clock import Clock

TARGET = "StarlingDoveService."
OK = 200
CANNOT_INVOKE = (
    "The AWS Lambda function {arn} cannot be invoked. Check the specified function ARN, and check the function's "
    "permissions."
)
NO_RECORDER = "Configuration recorder is not available to put config rule."
SAMPLE = "a sample"  # the rule of a sample's token
Stores = Callable[[str, str], Any]
Given = Mapping[str, Any]


class ConfigRules:
    """Answers requests to AWS Config."""

    def __init__(
        self, *, store: Service, stores: Stores, calls: Calls, resources: Resources, clock: Clock
    ) -> None:
        self._store, self._stores, self._calls, self._now = store, stores, calls, clock.now
        self._resources, self.results = resources, Results()
        self._evaluations = Evaluations(calls, resources, self.results, clock)
        self._operations = {
            "PutConfigRule": self._put_rule,
            "DeleteConfigRule": self._delete_rule,
            "StartConfigRulesEvaluation": self._start,
            "PutEvaluations": self._put_evaluations,
            "GetComplianceDetailsByConfigRule": self._details,
            "DescribeComplianceByConfigRule": self._compliance,
        }

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer one request to AWS Config."""
        answers = self._operations.get(request.headers.get("x-amz-target", "").removeprefix(TARGET))
        if answers is None:
            return await self._store.handle(request)
        try:
            given = request.json()
        except ValueError:
            given = None
        if not isinstance(given, dict):
            raise AwsError("SerializationException", "")
        return await answers(request, given)

    def workings(self) -> Workings:
        """A sample whose token PutEvaluations knows, and which waits for it."""

        def sample(choices: Choices, place: Place) -> Sent:
            sent = config_event.sample(choices, place)
            self.results.give(
                sent.event["resultToken"], Invoked(region=place.region, rule=SAMPLE, at=place.now)
            )
            return sent

        return Workings(sample=sample, settled=self._settled)

    async def _settled(self, sent: Sent, seconds: float) -> Verdict:
        came = await self.results.came(sent.event["resultToken"], seconds)
        if came is None:
            text = f"No PutEvaluations came with the event's resultToken within {seconds:g} seconds."
            return Verdict(outcome="waiting", text=text)
        return Verdict(
            outcome="accepted",
            text="PutEvaluations came with the event's token.",
            state={"evaluations": came},
        )

    async def _put_rule(self, request: AwsRequest, given: Given) -> AwsResponse:
        wanted = given.get("ConfigRule") or {}
        source = wanted.get("Source") or {}
        if source.get("Owner") == "CUSTOM_LAMBDA":
            await self._check(request, wanted, str(source.get("SourceIdentifier", "")))
        answer = await self._store.handle(request)
        made = self._custom(request, str(wanted.get("ConfigRuleName", "")))
        if answer.status == OK and made is not None:
            self._evaluations.soon(request, made)
            self._evaluations.follow(request, made)
        return answer

    async def _check(self, request: AwsRequest, wanted: Given, arn: str) -> None:
        """A rule wants a recorder, and a function that Config may invoke."""
        if await self._resources.recorder_role(request) is None:
            raise AwsError("NoAvailableConfigurationRecorderException", NO_RECORDER)
        known = self._rule(request.region, str(wanted.get("ConfigRuleName", "")))
        rule_arn = (
            known.config_rule_arn
            if known is not None
            else f"arn:aws:config:{request.region}:{request.caller.account_id}:config-rule/config-rule-new"
        )
        if not self._calls.may(arn, integrations()["config"].principal, rule_arn):
            raise AwsError("InsufficientPermissionsException", CANNOT_INVOKE.format(arn=arn))

    async def _delete_rule(self, request: AwsRequest, given: Given) -> AwsResponse:
        name = str(given.get("ConfigRuleName", ""))
        gone = self._rule(request.region, name)
        answer = await self._store.handle(request)
        if answer.status == OK and gone is not None:
            self.results.forget(request.region, name)
            self._evaluations.end(gone.config_rule_arn)
        return answer

    async def _start(self, request: AwsRequest, given: Given) -> AwsResponse:
        names = [str(name) for name in given.get("ConfigRuleNames") or ()]
        refusal = await self._unknown(request, names)
        if refusal is not None:
            return refusal
        for name in names:
            found = self._custom(request, name)
            if found is not None:
                self._evaluations.soon(request, found)
        return AwsResponse.of_json({})

    async def _put_evaluations(self, _: AwsRequest, given: Given) -> AwsResponse:
        return AwsResponse.of_json(self.results.put(given, self._now()))

    async def _details(self, request: AwsRequest, given: Given) -> AwsResponse:
        name = str(given.get("ConfigRuleName", ""))
        refusal = await self._unknown(request, [name])
        if refusal is not None:
            return refusal
        wanted = given.get("ComplianceTypes") or ()
        found = [
            one
            for one in self.results.of_rule(request.region, name)
            if not wanted or one.compliance in wanted
        ]
        return AwsResponse.of_json({"EvaluationResults": [one.told() for one in found]})

    async def _compliance(self, request: AwsRequest, given: Given) -> AwsResponse:
        names = given.get("ConfigRuleNames") or list(self._rules(request.region))
        refusal = await self._unknown(request, names)
        if refusal is not None:
            return refusal
        told = [compliance(name, self.results.of_rule(request.region, name)) for name in names]
        wanted = given.get("ComplianceTypes") or ()
        kept = [one for one in told if not wanted or one["Compliance"]["ComplianceType"] in wanted]
        return AwsResponse.of_json({"ComplianceByConfigRules": kept})

    async def _unknown(self, request: AwsRequest, names: list[str]) -> AwsResponse | None:
        """Config's refusal where one of these rules is not there."""
        if not names:
            return None
        answer = await self._resources.answer(request, "DescribeConfigRules", ConfigRuleNames=names)
        return answer if answer.status != OK else None

    def _rules(self, region: str) -> Mapping[str, Any]:
        store = self._stores("config", region)
        return dict(store.config_rules) if store is not None else {}

    def _rule(self, region: str, name: str) -> Any:
        return self._rules(region).get(name)

    def _custom(self, request: AwsRequest, name: str) -> Custom | None:
        return custom(self._rule(request.region, name), request)
