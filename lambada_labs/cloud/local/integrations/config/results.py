"""What AWS Config knows of evaluations: the tokens it gave out, and the results that came back with them.

Source: AWS Config API reference, PutEvaluations, GetComplianceDetailsByConfigRule, DescribeComplianceByConfigRule.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError

MOST_EVALUATIONS = facts.number("limit.config.evaluations")
COMPLIANCES = ("COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE", "INSUFFICIENT_DATA")
MOST_TOKENS = 10_000  # given out and kept
WRONG = "The specified ResultToken is invalid."
NOT_ONE_OF = (
    "1 validation error detected: Value '{value}' at 'evaluations.{number}.member.complianceType' failed to satisfy "
    "constraint: Member must satisfy enum value set: [COMPLIANT, NON_COMPLIANT, NOT_APPLICABLE, INSUFFICIENT_DATA]"
)
TOO_MANY = (
    "1 validation error detected: Value at 'evaluations' failed to satisfy constraint: Member must have length less "
    "than or equal to {most}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoked:
    """What a token stands for: a rule's invocation, at a moment (seconds since the epoch)."""

    region: str
    rule: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a rule says of one resource."""

    rule: str
    type: str
    id: str
    compliance: str
    annotation: str
    ordered_at: float
    recorded_at: float
    invoked_at: float

    def told(self) -> dict[str, Any]:
        """As GetComplianceDetailsByConfigRule answers it."""
        qualifier = {"ConfigRuleName": self.rule, "ResourceType": self.type, "ResourceId": self.id}
        identifier = {"EvaluationResultQualifier": qualifier, "OrderingTimestamp": self.ordered_at}
        return {
            "EvaluationResultIdentifier": identifier,
            "ComplianceType": self.compliance,
            "ResultRecordedTime": self.recorded_at,
            "ConfigRuleInvokedTime": self.invoked_at,
            **({"Annotation": self.annotation} if self.annotation else {}),
        }


class Results:
    """Tokens and results of all rules. For the cloud's event loop."""

    def __init__(self) -> None:
        self._tokens: OrderedDict[str, Invoked] = OrderedDict()
        self._put: dict[str, asyncio.Future[list[dict[str, Any]]]] = {}
        self._results: dict[tuple[str, str], dict[tuple[str, str], Result]] = {}

    def give(self, token: str, invoked: Invoked) -> None:
        """A token is on its way to a function; the oldest beyond the cap are forgotten."""
        self._tokens[token] = invoked
        while len(self._tokens) > MOST_TOKENS:
            self._tokens.popitem(last=False)

    def put(self, given: Mapping[str, Any], now: float) -> dict[str, Any]:
        """Answer PutEvaluations. AwsError: a wrong token, or evaluations that cannot be used."""
        token, evaluations = given.get("ResultToken"), list(given.get("Evaluations") or ())
        _check(evaluations)
        if given.get("TestMode"):
            return {"FailedEvaluations": []}
        invoked = self._tokens.get(str(token))
        if invoked is None:
            raise AwsError("InvalidResultTokenException", WRONG)
        held = self._results.setdefault((invoked.region, invoked.rule), {})
        for one in evaluations:
            result = _result(one, invoked, now)
            held.pop((result.type, result.id), None)
            if result.compliance != "NOT_APPLICABLE":
                held[result.type, result.id] = result
        waiting = self._put.pop(str(token), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(evaluations)
        return {"FailedEvaluations": []}

    async def came(self, token: str, seconds: float) -> list[dict[str, Any]] | None:
        """The evaluations that come with a token within so many true seconds; None where none do."""
        future = self._put.setdefault(token, asyncio.get_running_loop().create_future())
        try:
            return await asyncio.wait_for(future, seconds)
        except TimeoutError:
            return None
        finally:
            self._put.pop(token, None)

    def of_rule(self, region: str, rule: str) -> list[Result]:
        """What is known of a rule's resources."""
        return list(self._results.get((region, rule), {}).values())

    def forget(self, region: str, rule: str) -> None:
        """A rule is gone, its results with it."""
        self._results.pop((region, rule), None)
        for token in [
            token for token, held in self._tokens.items() if (held.region, held.rule) == (region, rule)
        ]:
            del self._tokens[token]


def compliance(rule: str, results: Iterable[Result]) -> dict[str, Any]:
    """A rule as DescribeComplianceByConfigRule answers it."""
    found = list(results)
    against = sum(one.compliance == "NON_COMPLIANT" for one in found)
    if not found:
        return {"ConfigRuleName": rule, "Compliance": {"ComplianceType": "INSUFFICIENT_DATA"}}
    if not against:
        return {"ConfigRuleName": rule, "Compliance": {"ComplianceType": "COMPLIANT"}}
    capped = min(against, MOST_EVALUATIONS)
    count = {"CappedCount": capped, "CapExceeded": against > capped}
    told = {"ComplianceType": "NON_COMPLIANT", "ComplianceContributorCount": count}
    return {"ConfigRuleName": rule, "Compliance": told}


def _result(given: Mapping[str, Any], invoked: Invoked, now: float) -> Result:
    return Result(
        rule=invoked.rule,
        type=str(given.get("ComplianceResourceType", "")),
        id=str(given.get("ComplianceResourceId", "")),
        compliance=given["ComplianceType"],
        annotation=str(given.get("Annotation", "")),
        ordered_at=_moment(given.get("OrderingTimestamp"), now),
        recorded_at=now,
        invoked_at=invoked.at,
    )


def _moment(given: Any, now: float) -> float:
    """A timestamp as clients send it: a number."""
    return float(given) if isinstance(given, int | float) else now


def _check(evaluations: list[Any]) -> None:
    if len(evaluations) > MOST_EVALUATIONS:
        raise AwsError("ValidationException", TOO_MANY.format(most=MOST_EVALUATIONS))
    for number, one in enumerate(evaluations, 1):
        value = one.get("ComplianceType") if isinstance(one, dict) else one
        if value not in COMPLIANCES:
            raise AwsError("ValidationException", NOT_ONE_OF.format(value=value, number=number))
