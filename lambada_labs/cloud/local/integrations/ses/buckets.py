"""The S3 action of a receipt rule: whole mails as objects, where a bucket's policy lets SES write.

Source: Amazon SES developer guide, "Deliver to S3 bucket action" and "Giving permissions to Amazon SES".
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from lambada_labs.cloud.local.functions.grants import ServiceCaller, allowed
from lambada_labs.cloud.local.integrations.register import integrations
from lambada_labs.cloud.local.internal_requests import object_request, role_session
from lambada_labs.cloud.local.message import Principal, Service

log = logging.getLogger(__name__)

PUT, PARTITION = "s3:PutObject", "aws"
FIRST_REFUSAL = 300
Stores = Callable[[str, str], Any]


class MailBuckets:
    """Asks buckets' policies, and writes. `store` is moto, `stores` what it keeps."""

    def __init__(self, store: Service, stores: Stores) -> None:
        self._store, self._stores = store, stores

    def lets_in(self, bucket: str, rule_arn: str) -> bool:
        """Whether there is such a bucket, and SES may write into it for this rule."""
        held = self._stores("s3", PARTITION)
        found = held.buckets.get(bucket) if held is not None else None
        if found is None or not found.policy:
            return False
        statements = json.loads(found.policy).get("Statement", [])
        caller = ServiceCaller(
            principal=integrations()["ses"].principal,
            source_arn=rule_arn,
            source_account=rule_arn.split(":")[4],
        )
        return allowed([statements] if isinstance(statements, dict) else statements, caller, PUT)

    async def put(self, bucket: str, key: str, raw: bytes, rule_arn: str) -> None:
        """Write a mail; what the bucket refuses is lost, as far as the sender hears."""
        if not self.lets_in(bucket, rule_arn):
            log.warning("%s may not write into %s", rule_arn, bucket)
            return
        request = object_request(
            "PUT", bucket, key, caller=_ses(rule_arn.split(":")[4]), region=rule_arn.split(":")[3], body=raw
        )
        answer = await self._store.handle(request)
        if answer.status >= FIRST_REFUSAL:
            log.warning("%s did not take a mail: %s", bucket, answer.status)


def _ses(account_id: str) -> Principal:
    """As whom SES writes."""
    return role_session(f"arn:aws:iam::{account_id}:role/ses", session="receiving")
