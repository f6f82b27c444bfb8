"""The events of a custom AWS Config rule, and the JSON that is text in them.

Source: AWS Config developer guide, "Example Events for AWS Config Rules".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.verdict import Sent
from lambada_labs.cloud.local.integrations.workings import Choices

CHANGE, SCHEDULE = "ConfigurationItemChangeNotification", "ScheduledNotification"
ROLE = "arn:aws:iam::{account}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as its events name it; `parameters` is the JSON text of its InputParameters."""

    name: str
    arn: str
    id: str
    account_id: str
    parameters: str = "{}"
    role_arn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What is judged: a configuration item as far as it is known."""

    type: str
    id: str
    arn: str
    region: str
    account_id: str
    name: str = ""
    configuration: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


def event(rule: Rule, invoking: Mapping[str, Any], token: str) -> dict[str, Any]:
    """The event of one evaluation; `token` is what PutEvaluations must bring back."""
    return {
        "version": "1.0",
        "invokingEvent": json.dumps(invoking, separators=(",", ":")),
        "ruleParameters": rule.parameters,
        "resultToken": token,
        "eventLeftScope": False,
        "executionRoleArn": rule.role_arn or ROLE.replace("{account}", rule.account_id),
        "configRuleArn": rule.arn,
        "configRuleName": rule.name,
        "configRuleId": rule.id,
        "accountId": rule.account_id,
    }


def changed(resource: Resource, at: float) -> dict[str, Any]:
    """The invoking event of a resource whose configuration changed; `at` in seconds since the epoch."""
    stamp = _stamp(at)
    item = {
        "relatedEvents": [],
        "relationships": [],
        "configuration": dict(resource.configuration),
        "tags": dict(resource.tags),
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": stamp,
        "configurationStateId": int(at * 1000),
        "awsAccountId": resource.account_id,
        "configurationItemStatus": "OK",
        "resourceType": resource.type,
        "resourceId": resource.id,
        "resourceName": resource.name or resource.id,
        "ARN": resource.arn,
        "awsRegion": resource.region,
        "availabilityZone": "Not Applicable",
    }
    return {
        "configurationItemDiff": None,
        "configurationItem": item,
        "notificationCreationTime": stamp,
        "messageType": CHANGE,
        "recordVersion": "1.3",
    }


def scheduled(account_id: str, at: float) -> dict[str, Any]:
    """The invoking event of a periodic evaluation."""
    return {
        "awsAccountId": account_id,
        "notificationCreationTime": _stamp(at),
        "messageType": SCHEDULE,
        "recordVersion": "1.0",
    }


def sample(choices: Choices, place: Place) -> Sent:
    """A bucket that changed, or a periodic evaluation, for a rule that nobody made."""
    rule = Rule(
        name="sample",
        arn=place.filled("arn:aws:config:{region}:{account}:config-rule/config-rule-sample"),
        id="config-rule-sample",
        account_id=place.account_id,
        parameters=choices.get("parameters") or "{}",
    )
    bucket = Resource(
        type="AWS::S3::Bucket",
        id="sample-bucket",
        arn="arn:aws:s3:::sample-bucket",
        region=place.region,
        account_id=place.account_id,
        configuration={"name": "sample-bucket", "owner": {"id": place.id}},
    )
    periodic = choices["message"] == SCHEDULE
    invoking = scheduled(place.account_id, place.now) if periodic else changed(bucket, place.now)
    return Sent(event=event(rule, invoking, place.id), source_arn=rule.arn)


def _stamp(at: float) -> str:
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
