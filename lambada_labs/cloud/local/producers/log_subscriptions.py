"""CloudWatch Logs as a sender of events: lines that a subscription filter wants go to a function.

Sources: Amazon CloudWatch Logs user guide, "Log group-level subscription filters" (the envelope, gzip and
base64); refusals of a real account (localstack's snapshots of `test_logs_subscription_filters`).
"""

from __future__ import annotations

import base64
import gzip
import itertools
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.grants import ServiceCaller
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service
from lambada_labs.cloud.local.producers.arns import Arn
from lambada_labs.cloud.local.producers.log_patterns import BadFilter, compiled
from lambada_labs.cloud.local.producers.outlets import NotDelivered, Outlets, function_name

log = logging.getLogger(__name__)

PRINCIPAL = "logs.amazonaws.com"
MOST_FILTERS = facts.number("limit.logs.subscription_filters")
#: So many lines at most in one event: it stays far below the size an event may have.
MOST_LINES = 1000
ID_DIGITS = 56
CANNOT_EXECUTE = (
    "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission "
    "to execute your function."
)
OTHER_ACCOUNT = (
    "Cross-account lambda invocation passing is not allowed. "
    "You must use DestinationPolicies to create cross account lambda triggers."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """A subscription filter of a log group."""

    name: str
    pattern: str
    destination: str


class Lines(NamedTuple):
    """Lines that came into a stream: (milliseconds since the epoch, text) each."""

    account_id: str
    region: str
    group: str
    stream: str
    events: Sequence[tuple[int, str]]


class Groups(Protocol):
    """The log groups of this cloud."""

    async def written(self) -> None:
        """Until all lines written so far are in their groups."""

    def log_filters(self, region: str, group: str) -> list[LogFilter] | None:
        """The subscription filters of a group; None where there is no such group."""
        ...

    def put_log_filter(self, region: str, group: str, kept: LogFilter) -> None:
        """Keep a filter, in the place of one of the same name."""
        ...


class LogEvents:
    """Checks subscription filters to functions, lets moto answer the rest, sends what they want."""

    def __init__(
        self,
        *,
        store: Service,
        groups: Groups,
        outlets: Outlets,
        group_of: Callable[[str], str | None],
    ) -> None:
        self._store, self._groups, self._outlets, self._group_of = store, groups, outlets, group_of
        self._numbers = itertools.count(1)

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer one request to CloudWatch Logs."""
        if request.headers.get("x-amz-target", "").endswith(".PutSubscriptionFilter"):
            try:
                given = request.json()
            except ValueError:
                raise AwsError("SerializationException", "") from None
            if Arn.of(given.get("destinationArn", "")).service == "lambda":
                await self._groups.written()
                self._put(request, given)
                return AwsResponse.of_json({})
        return await self._store.handle(request)

    def came(self, lines: Lines) -> None:
        """Lines were written: send to every function what its filter wants of them."""
        for one in self._groups.log_filters(lines.region, lines.group) or ():
            destination = Arn.of(one.destination)
            if destination.service != "lambda" or self._group_of(one.destination) == lines.group:
                continue  # the lines of a function about its own lines would never end
            wants = compiled(one.pattern)
            wanted = [event for event in lines.events if wants(event[1])]
            for start in range(0, len(wanted), MOST_LINES):
                self._send(lines, one, wanted[start : start + MOST_LINES])

    def _put(self, request: AwsRequest, given: dict[str, Any]) -> None:
        group, destination = given.get("logGroupName", ""), given["destinationArn"]
        if Arn.of(destination).account_id != request.caller.account_id:
            raise AwsError("AccessDeniedException", OTHER_ACCOUNT)
        filters = self._groups.log_filters(request.region, group)
        if filters is None:
            raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
        try:
            compiled(given.get("filterPattern", ""))
        except BadFilter:
            raise AwsError("InvalidParameterException", "Invalid filter pattern") from None
        try:
            self._let_in(destination, request.caller.account_id, request.region, group)
        except NotDelivered:
            raise AwsError("InvalidParameterException", CANNOT_EXECUTE) from None
        name = given.get("filterName", "")
        if len({one.name for one in filters} | {name}) > MOST_FILTERS:
            raise AwsError("LimitExceededException", "Resource limit exceeded.")
        kept = LogFilter(name=name, pattern=given.get("filterPattern", ""), destination=destination)
        self._groups.put_log_filter(request.region, group, kept)

    def _send(self, lines: Lines, one: LogFilter, events: Sequence[tuple[int, str]]) -> None:
        numbered = [(self._id(at), at, text) for at, text in events]
        try:
            caller = self._let_in(one.destination, lines.account_id, lines.region, lines.group)
            self._outlets.invoke(
                one.destination, envelope(lines, one.name, numbered), caller, producer=caller.source_arn
            )
        except NotDelivered as refused:
            log.warning("lines of %s did not reach %s: %s", lines.group, one.destination, refused)

    def _let_in(self, destination: str, account_id: str, region: str, group: str) -> ServiceCaller:
        """As whom CloudWatch Logs may invoke: a policy may name the service with its Region or without."""
        arn = f"arn:aws:logs:{region}:{account_id}:log-group:{group}:*"
        plain, regional = (
            ServiceCaller(principal=name, source_arn=arn, source_account=account_id)
            for name in (PRINCIPAL, f"logs.{region}.amazonaws.com")
        )
        try:
            self._outlets.check_function(destination, plain)
        except NotDelivered:
            self._outlets.check_function(destination, regional)
            return regional
        return plain

    def _id(self, at_ms: int) -> str:
        """As long as AWS's ids, and growing; how AWS makes them is not published."""
        return f"{at_ms:013d}{next(self._numbers):043d}".rjust(ID_DIGITS, "0")


def envelope(lines: Lines, name: str, events: Sequence[tuple[str, int, str]]) -> dict[str, Any]:
    """The event of a function: the lines as JSON, compressed, in base64."""
    told = {
        "messageType": "DATA_MESSAGE",
        "owner": lines.account_id,
        "logGroup": lines.group,
        "logStream": lines.stream,
        "subscriptionFilters": [name],
        "logEvents": [{"id": number, "timestamp": at, "message": text} for number, at, text in events],
    }
    packed = gzip.compress(json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode(), mtime=0)
    return {"awslogs": {"data": base64.b64encode(packed).decode()}}


def own_group(plane: Any, function_arn: str) -> str | None:
    """The log group of a function; None where there is no such function."""
    try:
        found = plane.store.find(function_name(function_arn))
    except NotDelivered:
        return None
    return found.latest.config.log_group_name if found else None
