"""How lab 04 judges: by tables, queues, configurations, records and metrics of the cloud."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lambada_labs import facts
from lambada_labs.labs.check import CheckResult, failed, not_yet, passed
from lambada_labs.labs.evidence import Evidence

CUP, GRIND, POUR = "lab04-cup", "lab04-grind", "lab04-pour"
PATIENT, LOSSY = "lab04-patient", "lab04-lossy"
ORDERS = "lab04-orders"
DEAD_LETTERS, FAILURES = "lab04-dead-letters", "lab04-failures"
JAMMED, TWICE, ALONE = "A-17", "B-2", "C-9"
RIGHTS = "may-send"
#: A metric's period that holds a whole lab.
PERIOD_S = 3600
LATER = timedelta(days=2)
FIRST_WAIT_S, SECOND_WAIT_S = facts.number("async.first_wait_s"), facts.number("async.second_wait_s")


def check_no_waiting(evidence: Evidence) -> CheckResult:
    """An event was accepted while the caller went on."""
    expected = f"{CUP} invoked without waiting for its cup"
    if evidence.function(CUP) is None:
        return not_yet(f"there is no function {CUP}", expected, "Run the cell that creates it")
    if metric(evidence, CUP, "AsyncEventsReceived"):
        meaning = "202 means: I have your event. From here on the queue is responsible, not you."
        return passed("Lambda has accepted your event", meaning)
    waited = sum(record.type == "RequestResponse" for record in evidence.records(CUP))
    step = "Look at InvocationType in your call"
    if waited == 1:
        seen = "only the first, synchronous call has run"
        return failed("nothing-ran", seen, expected=expected, next_step=step)
    return not_yet(f"{waited} calls, and you waited for each of them", expected, step)


def check_idempotent(evidence: Evidence) -> CheckResult:
    """Each order is poured once: the one that was tried three times, and the one that was sent twice."""
    expected = "one cup for each of three orders, and no error for an order that has been poured already"
    outcomes = _outcomes(evidence, POUR)
    if not outcomes:
        return not_yet(f"{POUR} has not run", expected, "Run the cell that proves it")
    poured = {order: _poured(evidence, order) for order in (JAMMED, TWICE, ALONE)}
    seen = ", ".join(f"{number} for {order}" for order, number in poured.items())
    if reason := _why_not_idempotent(poured, outcomes):
        if reason == "untouched":
            return not_yet(f"cups poured: {seen}", expected, "Let DynamoDB refuse the second cup of an order")
        words = f"cups poured: {seen}" if reason != "raised" else "one cup each, but an event ended in errors"
        step = 'Ask for a hint: lab.hint("idempotent")'
        return failed(reason, words, expected=expected, next_step=step)
    meaning = "Idempotent: doing it again changes nothing. The queue may now deliver as often as it likes."
    return passed(f"one cup for each order, in {sum(map(len, outcomes.values()))} runs", meaning)


def _why_not_idempotent(poured: Mapping[str, int], outcomes: Mapping[str, list[str]]) -> str:
    """The first thing that is wrong, as the key of its hint; empty where nothing is."""
    attempts = facts.number("async.retries") + 1
    failing = [found for found in outcomes.values() if "error" in found and "success" not in found]
    if poured[JAMMED] >= attempts and poured[TWICE] > 1:
        return "untouched"
    if poured[JAMMED] > 1:
        return "retries"
    if poured[TWICE] > 1:
        return "two-events"
    if any(number < 1 for number in poured.values()):
        return "lost"
    if poured[ALONE] > 1:
        return "duplicates"
    return "raised" if len(failing) > 1 else ""


def check_both_told(evidence: Evidence) -> CheckResult:
    """A failed event reaches the dead-letter queue and the destination."""
    expected = f"one message about the same event in {DEAD_LETTERS} and one in {FAILURES}"
    function = evidence.function(GRIND)
    if function is None:
        return not_yet(f"there is no function {GRIND}", expected, "Run the cell that creates it")
    dead = str(function.get("DeadLetterConfig", {}).get("TargetArn", ""))
    success, failure = destinations(evidence, GRIND)
    if not failure:
        if success:
            seen = "your destination is for events that succeed"
            return failed(
                "on-success", seen, expected=expected, next_step="Which of the two keys do you want?"
            )
        return not_yet("no destination is set", expected, "Add a DestinationConfig to the call")
    if failure == dead:
        seen = f"the dead-letter queue is the destination, too: {failure.rpartition(':')[2]}"
        return failed("one-queue", seen, expected=expected, next_step=f"Send the record to {FAILURES}")
    counts = [messages(evidence, name) for name in (DEAD_LETTERS, FAILURES)]
    if not all(counts):
        seen = f"in {DEAD_LETTERS}: {counts[0]} messages, in {FAILURES}: {counts[1]}"
        step = "Both are set: send a poison event again and wait for its end"
        return failed("not-told", seen, expected=expected, next_step=step)
    meaning = "A dead-letter queue keeps the event, a destination keeps the story. Both can be set at once."
    return passed(f"{counts[0]} in {DEAD_LETTERS}, {counts[1]} in {FAILURES}", meaning)


def check_two_tries(evidence: Evidence) -> CheckResult:
    """The function's events get exactly two tries, by either of two settings."""
    expected = f"an event of {PATIENT} that is tried exactly twice"
    if evidence.function(PATIENT) is None:
        return not_yet(f"there is no function {PATIENT}", expected, "Run the cell that creates it")
    allowed = tries_allowed(*limits(evidence, PATIENT))
    tried = list(_outcomes(evidence, PATIENT).values())
    last = len(tried[-1]) if tried else 0
    if allowed == last == len((FIRST_WAIT_S, SECOND_WAIT_S)):
        meaning = "Retries count tries, age counts time: whichever limit an event meets first ends it."
        return passed("two tries, and no third will come", meaning)
    if allowed == facts.number("async.retries") + 1:
        return not_yet(
            f"{allowed} tries are allowed",
            expected,
            "Change MaximumRetryAttempts, or MaximumEventAgeInSeconds",
        )
    if allowed == 1:
        return failed(
            "one", "it gives up after the first try", expected=expected, next_step="Allow one try more"
        )
    seen = f"two tries are allowed, the last event has had {last}"
    return failed("not-sent", seen, expected=expected, next_step="Send an event and wait for its end")


def tries_allowed(retries: int, age_s: int) -> int:
    """How often an event that always fails is tried: the age is looked at ahead, before each wait."""
    due, tries = 0, 1
    for wait in (FIRST_WAIT_S, SECOND_WAIT_S)[:retries]:
        due += wait
        # An attempt takes a moment, so an event is always a little older than its waits.
        tries += due < age_s
    return tries


def check_lost(evidence: Evidence) -> CheckResult:
    """An event has failed, and the record of it reached nobody."""
    expected = f"a failed event of {LOSSY} whose record could not be delivered"
    if evidence.function(LOSSY) is None:
        return not_yet(f"there is no function {LOSSY}", expected, "Run the cell that creates it")
    dropped = metric(evidence, LOSSY, "AsyncEventsDropped")
    if metric(evidence, LOSSY, "DestinationDeliveryFailures"):
        meaning = (
            "No error, no message, no retry: only a metric knows. An alarm on it is part of the destination."
        )
        return passed("DestinationDeliveryFailures says 1: the event is gone", meaning)
    if not destinations(evidence, LOSSY)[1]:
        seen = "there is no destination, so nothing can fail to reach it"
        return failed("no-destination", seen, expected=expected, next_step="Leave the destination as it is")
    if not _may_send(evidence):
        seen = "the right is gone, and no event has ended since"
        return failed(
            "not-sent", seen, expected=expected, next_step="Run the cell again, so that an event ends"
        )
    seen = f"{dropped:g} {'event' if dropped == 1 else 'events'} dropped, each told to {FAILURES}"
    return not_yet(seen, expected, "Take away what the delivery needs")


def _may_send(evidence: Evidence) -> bool:
    role = str((evidence.function(LOSSY) or {}).get("Role", "")).rpartition("/")[2]
    client = evidence.cloud.client("iam")
    try:
        return RIGHTS in client.list_role_policies(RoleName=role)["PolicyNames"]
    except client.exceptions.NoSuchEntityException:
        return False


def metric(evidence: Evidence, function: str, name: str) -> float:
    """The sum of a metric of AWS/Lambda over the function's present life."""
    found = evidence.cloud.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=name,
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        StartTime=datetime.fromtimestamp(evidence.start(function), UTC),
        EndTime=datetime.now(UTC) + LATER,
        Period=PERIOD_S,
        Statistics=["Sum"],
    )
    return sum(float(point["Sum"]) for point in found["Datapoints"])


def messages(evidence: Evidence, queue: str) -> int:
    """How many messages a queue holds, those in flight included."""
    client = evidence.cloud.client("sqs")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    try:
        url = client.get_queue_url(QueueName=queue)["QueueUrl"]
    except client.exceptions.QueueDoesNotExist:
        return 0
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def destinations(evidence: Evidence, function: str) -> tuple[str, str]:
    """The ARNs for success and for failure; empty where none is set."""
    config = _event_config(evidence, function).get("DestinationConfig", {})
    success, failure = config.get("OnSuccess", {}), config.get("OnFailure", {})
    return str(success.get("Destination", "")), str(failure.get("Destination", ""))


def limits(evidence: Evidence, function: str) -> tuple[int, int]:
    """Retries and age in seconds that the function's events are allowed."""
    config = _event_config(evidence, function)
    retries = config.get("MaximumRetryAttempts", facts.number("async.retries"))
    return int(retries), int(config.get("MaximumEventAgeInSeconds", facts.number("async.max_event_age_s")))


def _event_config(evidence: Evidence, function: str) -> Mapping[str, Any]:
    client = evidence.cloud.client("lambda")
    try:
        found: Mapping[str, Any] = client.get_function_event_invoke_config(FunctionName=function)
    except client.exceptions.ResourceNotFoundException:
        return {}
    return found


def _outcomes(evidence: Evidence, function: str) -> dict[str, list[str]]:
    """Request id → how each of its runs ended, in the order of the events."""
    found: dict[str, list[str]] = {}
    for record in evidence.records(function):
        if record.type == "Event" and record.outcome != "throttled":
            found.setdefault(record.request_id, []).append(record.outcome)
    return found


def _poured(evidence: Evidence, order: str) -> int:
    client = evidence.cloud.client("dynamodb")
    try:
        answer = client.get_item(TableName=ORDERS, Key={"order": {"S": order}}, ConsistentRead=True)
    except client.exceptions.ResourceNotFoundException:
        return 0
    return int(answer.get("Item", {}).get("poured", {}).get("N", "0"))
