"""How lab 03 judges: what callers sent and got, seen in the function's log, its records and at its doors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lambada_labs.labs.check import CheckResult, failed, not_yet, passed
from lambada_labs.labs.evidence import Evidence
from lambada_labs.model import InvocationRecord

DESK, SALE, GROUP, BALANCER = "lab03-desk", "lab03-sale", "lab03-group", "lab03-balancer"
ASKED, SERVED = "asked ", "served "
PLACEHOLDER = "..."
NAMES_OF_THE_LAB = {PLACEHOLDER, "the web", ""}
MULTI_VALUE = "lambda.multi_value_headers.enabled"
CUSTOMERS, CALLS_ALLOWED, SECONDS_ALLOWED = 20, 160, 10
OK, BAD_GATEWAY = 200, 502


def check_name_at_the_door(evidence: Evidence) -> CheckResult:
    """A request with the learner's own name came through the HTTP API."""
    expected = f"{DESK}, asked through your API with ?name= and a name of your own"
    if evidence.function(DESK) is None:
        return not_yet(f"there is no function {DESK}", expected, "Run the cell that creates it")
    events = asked(evidence)
    queries = [_query(event) for event in events if "routeKey" in event]
    own = [query["name"] for query in queries if query.get("name", "") not in NAMES_OF_THE_LAB]
    if own:
        meaning = "A browser, curl, urllib: whoever speaks HTTP can call your function now, and waits for it."
        return passed(f"the event carried “{own[-1]}”", meaning)
    if any(event.get("name") not in {None, "the SDK", "the CLI", "a state"} for event in events):
        seen = "your name came straight through the SDK, not through the API"
        return failed("wrong-door", seen, expected=expected, next_step="Fetch the API's address instead")
    if queries and queries[-1].keys() - {"name"}:
        seen = f"the last query has {', '.join(queries[-1])}, but no name of yours"
        return failed("wrong-key", seen, expected=expected, next_step="The key is `name`, in small letters")
    seen = f"{len(queries)} requests through the API, none with a name of your own"
    return not_yet(seen, expected, "Write your name in place of the dots")


def check_multi_value(evidence: Evidence) -> CheckResult:
    """Multi-value headers are on, and a repeated parameter has come through with all its values."""
    expected = f"{GROUP} with multi-value headers on, and both sizes in an event"
    switch = _multi_value(evidence)
    if switch is None:
        return not_yet(f"there is no target group {GROUP}", expected, "Run the cells that make it")
    lists = [event["multiValueQueryStringParameters"] for event in asked(evidence) if _has_lists(event)]
    several = [values for query in lists for values in query.values() if len(values) > 1]
    if not switch:
        if several:
            seen = "both sizes came through once, but the switch is off again"
            return failed("off-again", seen, expected=expected, next_step="Switch it on once more")
        return not_yet("the switch is off", expected, "Set the attribute to true, then ask for both sizes")
    if several:
        meaning = (
            "One attribute, and every event of this group has another shape: its handlers must know which."
        )
        return passed(f"the event carried {' and '.join(several[-1])}", meaning)
    if lists:
        seen = f"the switch is on; the last query was {dict(lists[-1])}"
        return failed("one-value", seen, expected=expected, next_step="Ask for ?size=38&size=39")
    seen = "the switch is on, but nobody has asked since"
    return failed(
        "not-asked", seen, expected=expected, next_step="Fetch the balancer's address with both sizes"
    )


def check_bad_gateway(evidence: Evidence) -> CheckResult:
    """The function succeeds, and the balancer answers 502: asked anew through the door."""
    expected = f"{DESK} succeeds, and the balancer answers {BAD_GATEWAY}"
    before = len(evidence.settled_records(DESK))
    if (status := evidence.visit(BALANCER)) is None:
        return not_yet(f"there is no balancer {BALANCER}", expected, "Run the cells that make it")
    records = evidence.settled_records(DESK)
    outcome = records[-1].outcome if len(records) > before else ""
    if status == OK:
        return not_yet(
            "the balancer answers 200", expected, "Change what the handler returns, then deploy it"
        )
    if status != BAD_GATEWAY:
        seen = f"the balancer passes your {status} on: for it this is a good answer"
        return failed("passed-on", seen, expected=expected, next_step="Make it one that is no HTTP answer")
    if not outcome:
        seen = f"{BAD_GATEWAY}, because the balancer did not get through to {DESK}"
        step = "Let the function's policy admit the target group again"
        return failed("not-called", seen, expected=expected, next_step=step)
    if outcome != "success":
        step = "Let the handler return, but return something else"
        return failed("raised", "502, because the function failed", expected=expected, next_step=step)
    meaning = (
        "The balancer reads what you return. Lambda counts no error, your log is clean, and whoever comes through it sees "
        f"{BAD_GATEWAY}: alarm on the door, too."
    )
    return passed(f"a success in Lambda's records, {BAD_GATEWAY} at the door", meaning)


def check_persistent(evidence: Evidence) -> CheckResult:
    """All customers of the last sale were served within the budget of calls and of seconds."""
    if evidence.function(SALE) is None:
        return not_yet("there was no sale yet", _budget(), "Run the cell with your `persistent`")
    return judge_sale(evidence.settled_records(SALE), set(evidence.said(SALE, SERVED)))


def judge_sale(records: Sequence[InvocationRecord], served: set[str]) -> CheckResult:
    """The sale of these calls, in which these customers were served."""
    calls, errors = len(records), sum(record.outcome == "error" for record in records)
    seconds = max((each.ended_at for each in records), default=0.0) - min(
        (each.accepted_at for each in records), default=0.0
    )
    seen = f"{len(served)} of {CUSTOMERS} served, {calls} calls, {seconds:.1f} s"
    if calls <= CUSTOMERS and len(served) < CUSTOMERS:
        return not_yet(
            seen, _budget(), "Call again when the function was busy, and when its answer is an error"
        )
    if len(served) < CUSTOMERS:
        return failed(
            "some-left",
            f"{seen}; {errors} calls failed",
            expected=_budget(),
            next_step="Look into every answer",
        )
    if calls > CALLS_ALLOWED:
        return failed("too-many", seen, expected=_budget(), next_step="Wait longer, and not all equally long")
    if seconds > SECONDS_ALLOWED:
        return failed(
            "too-slow", seen, expected=_budget(), next_step="Wait less at first, and not longer than needed"
        )
    meaning = "Longer waits spread the work, chance spreads the crowd. The function did nothing but its work."
    return passed(seen, meaning)


def asked(evidence: Evidence) -> list[Mapping[str, Any]]:
    """The events that the desk was asked with, oldest first."""
    found = (_parsed(text) for text in evidence.said(DESK, ASKED))
    return [event for event in found if isinstance(event, Mapping)]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:  # a handler of the learner's own may print what it likes
        return None


def _query(event: Mapping[str, Any]) -> Mapping[str, str]:
    return event.get("queryStringParameters") or {}


def _has_lists(event: Mapping[str, Any]) -> bool:
    # A REST API sends such lists as well: only a balancer's event has `elb` in its context.
    return "elb" in event.get("requestContext", ()) and bool(event.get("multiValueQueryStringParameters"))


def _multi_value(evidence: Evidence) -> bool | None:
    elb = evidence.cloud.client("elbv2")
    try:
        group = elb.describe_target_groups(Names=[GROUP])["TargetGroups"][0]["TargetGroupArn"]
    except elb.exceptions.TargetGroupNotFoundException:
        return None
    attributes = elb.describe_target_group_attributes(TargetGroupArn=group)["Attributes"]
    return any(each["Key"] == MULTI_VALUE and each["Value"] == "true" for each in attributes)


def _budget() -> str:
    return f"{CUSTOMERS} of {CUSTOMERS} served, with at most {CALLS_ALLOWED} calls, in at most {SECONDS_ALLOWED} s"
