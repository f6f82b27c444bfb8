"""How lab 05 judges what a handler leaves behind: it sends events of its own and reads the tables."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from lambada_labs import facts
from lambada_labs.labs import event_stream
from lambada_labs.labs.catalogue.lab_05_start import ORDERS, PRICES
from lambada_labs.labs.check import CheckResult, failed, not_yet, passed
from lambada_labs.labs.evidence import Called, Evidence

FIRST, SECOND, THIRD = "00A1", "00B2", "00C3"
OLD, NEW, NEWEST = 3, 14, 15
SCHEDULE, RULE = "lab05-riga", "lab05-baltic-orders"
ZONE, EIGHT = "Europe/Riga", "cron(0 8 "
AT_ONCE = 3
# Order, amount, how often it comes at once: from the second on, the environments are warm and really meet.
TRIED = (("a", 30, AT_ONCE), ("b", 20, AT_ONCE), ("c", 30, 1), ("e", 5, AT_ONCE), ("f", 5, AT_ONCE))
PROBE = 7
ABOVE = "Run the cells above this task"


def check_sequencer(evidence: Evidence) -> CheckResult:
    """Newer news come before older ones; the table keeps the newest, and nothing raises."""
    expected = "the newest size in the table, in whatever order the events come"
    if evidence.function(PRICES) is None:
        return not_yet(f"there is no function {PRICES}", expected, ABOVE)
    key = f"check-{time.time_ns()}.csv"
    sent = [_object_event(key, size, mark) for size, mark in ((NEW, SECOND), (OLD, FIRST), (NEWEST, THIRD))]
    newer, older = (evidence.call(PRICES, event) for event in sent[:2])
    kept = _number(evidence, PRICES, key, "size")
    if newer.function_error:
        return _raised(newer, "the very first event of a key", expected)
    if kept == OLD:
        return not_yet(
            "an event of an older write has won",
            expected,
            "Write only if the sequencer in the table is smaller",
        )
    evidence.call(PRICES, sent[2])
    if _number(evidence, PRICES, key, "size") != NEWEST:
        step = "A newer sequencer has to replace the row: `sequencer < :mine`"
        return failed("frozen", "a newer event was turned away", expected=expected, next_step=step)
    if older.function_error:
        return _raised(older, "an older event", expected, reason="unhandled")
    meaning = "Late, twice or in the wrong order: the table ends in the same state. Where two sequencers differ in length, AWS has you fill the shorter one with zeros on the right."
    return passed("three events in the wrong order, and the newest size in the table", meaning)


def check_riga(evidence: Evidence) -> CheckResult:
    """The schedule runs at 8 in Riga's own time zone."""
    expected = "a schedule at 8:00 in the time zone Europe/Riga"
    client = evidence.cloud.client("scheduler")
    try:
        found = client.get_schedule(Name=SCHEDULE)
    except client.exceptions.ResourceNotFoundException:
        return not_yet(f"there is no schedule {SCHEDULE}", expected, "Run the cell above")
    expression, zone = found["ScheduleExpression"], found.get("ScheduleExpressionTimezone") or "UTC"
    seen, at_eight = f"{expression} in {zone}", expression.startswith(EIGHT)
    if zone == ZONE and at_eight:
        meaning = "The zone knows when summer begins. Your code does not have to."
        return passed(seen, meaning)
    if zone == "UTC" and at_eight:
        return not_yet(seen, expected, "Change ScheduleExpressionTimezone")
    reason = "moved" if zone == ZONE else "by-hand" if zone == "UTC" else "elsewhere"
    return failed(
        reason, seen, expected=expected, next_step="Leave the cron at 8, and name the zone Europe/Riga"
    )


def check_pattern(evidence: Evidence) -> CheckResult:
    """The rule's pattern matches the wanted orders of the stream, and no others."""
    expected = "a rule that matches the three wanted orders and nothing else"
    client = evidence.cloud.client("events")
    try:
        pattern = client.describe_rule(Name=RULE).get("EventPattern", "")
    except client.exceptions.ResourceNotFoundException:
        return not_yet(f"there is no rule {RULE}", expected, "Run the cell above")
    if json.loads(pattern or "{}") == {"source": ["shop.orders"]}:
        return not_yet(
            "every event of the shop matches",
            expected,
            "Add detail-type, then the detail's country and amount",
        )
    lit = {one["id"] for one in event_stream.stream() if _matches(client, pattern, one)}
    wanted = {one["id"] for one in event_stream.stream() if event_stream.wanted(one)}
    seen = f"{len(lit)} events match, {len(lit & wanted)} of the {len(wanted)} wanted ones among them"
    if lit == wanted and not _learnt_by_heart(client, pattern):
        meaning = "Fields in different places must all fit, values in one list are alternatives, and a number is not its text."
        return passed(f"exactly the {len(wanted)} wanted ones", meaning)
    reason = (
        "by-heart"
        if lit == wanted
        else "edge"
        if lit == wanted - {_exactly_hundred()}
        else "missing"
        if wanted - lit
        else "too-many"
    )
    return failed(
        reason,
        seen,
        expected=expected,
        next_step="Try it in the tester: which rows are lit, which are wanted?",
    )


def check_pipeline(evidence: Evidence) -> CheckResult:
    """Orders of this check, some twice, one broken and then mended, each count once."""
    expected = "each event counted once, a broken one not at all until it is mended"
    if evidence.function(ORDERS) is None:
        return not_yet(f"there is no function {ORDERS}", expected, ABOVE)
    tried = _try_orders(evidence)
    if tried.raised is not None:
        return _raised(tried.raised, "a good order, or one that came again", expected)
    seen = f"{tried.counted} in the total where {tried.ordered} was ordered"
    if tried.counted == tried.naive:
        return not_yet(seen, expected, "Remember which event ids were done, and add only for a new one")
    if (fault := _fault(tried)) is not None:
        reason, step = fault
        return failed(reason, seen, expected=expected, next_step=step)
    if (added := left_over(evidence)) > 0:
        seen = f"{added} in the total from events that failed"
        step = "Write mark, order and total together, or none of them"
        return failed("left-over", seen, expected=expected, next_step=step)
    meaning = "At least once, made exactly once by the state you keep: mark and effect in one transaction, or neither."
    return passed(f"{tried.counted} in the total, though orders came three times at once", meaning)


def _fault(tried: _Tried) -> tuple[str, str] | None:
    """What is wrong with the state that the orders left, and what to look at."""
    if tried.counted > tried.ordered:
        return (
            "twice",
            "Where do you remember what was done? Every execution environment has to see it, at once",
        )
    if tried.counted == tried.ordered - tried.mended:
        return "half", "The broken event was marked as done before it was"
    if tried.counted < tried.ordered:
        return "lost", "Two events may well have the same amount, even the same order"
    return ("no-order", f"Keep the order, too: no row for {tried.missing}") if tried.missing else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """What the orders of a check came to; `naive` is what a handler would count that counts everything."""

    ordered: int
    counted: int
    naive: int
    mended: int
    missing: str
    raised: Called | None


def _try_orders(evidence: Evidence) -> _Tried:
    run = f"check-{time.time_ns()}"
    before = _number(evidence, ORDERS, "total", "amount")
    calls = [
        call
        for name, amount, times in TRIED
        for call in _together(evidence, _order_event(f"{run}-{name}", f"{run}-{name}", amount), times)
    ]
    # Twice, one after the other: who looks before adding drops the second, however all those at once have met.
    calls += [evidence.call(ORDERS, _order_event(f"{run}-s", f"{run}-s", 5)) for _ in range(2)]
    # A second event of an order that is known already: it adds to it, and is no repetition.
    calls.append(evidence.call(ORDERS, _order_event(f"{run}-more", f"{run}-a", 30)))
    evidence.call(ORDERS, _order_event(f"{run}-d", f"{run}-d", "ten"))
    calls.append(evidence.call(ORDERS, _order_event(f"{run}-d", f"{run}-d", 10)))
    rows = [name for name in "abcd" if not _item(evidence, ORDERS, f"order {run}-{name}")]
    return _Tried(
        ordered=135,
        counted=_number(evidence, ORDERS, "total", "amount") - before,
        naive=260,
        mended=10,
        missing=", ".join(rows),
        raised=next((call for call in calls if call.function_error), None),
    )


def left_over(evidence: Evidence) -> int:
    """What two events have added although they failed: one whose mark, one whose order no table can keep.

    No key in DynamoDB may be so long. A handler that keeps it elsewhere may add it, once, without an error.
    """
    run, long = f"check-{time.time_ns()}", "x" * int(facts.number("limit.dynamodb.partition_key"))
    before = _number(evidence, ORDERS, "total", "amount")
    names = ((f"{run}-{long}", f"{run}-g"), (f"{run}-h", f"{run}-{long}"))
    calls = [evidence.call(ORDERS, _order_event(event, order, PROBE)) for event, order in names]
    may = PROBE * sum(not call.function_error for call in calls)
    return _number(evidence, ORDERS, "total", "amount") - before - may


def _together(evidence: Evidence, event: dict[str, Any], times: int) -> list[Called]:
    """The same event so many times at once: each in an execution environment of its own."""
    with ThreadPoolExecutor(times) as callers:
        return list(callers.map(lambda _: evidence.call(ORDERS, event), range(times)))


def _raised(call: Called, what: str, expected: str, *, reason: str = "raised") -> CheckResult:
    step = "An error brings the event back, twice: catch what is none"
    return failed(
        reason, f"{what} made the handler raise {call.error_type}", expected=expected, next_step=step
    )


def _object_event(key: str, size: int, sequencer: str) -> dict[str, Any]:
    told = {"key": key, "size": size, "sequencer": sequencer.rjust(16, "0"), "eTag": sequencer}
    record = {
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": "check"}, "object": told},
    }
    return {"Records": [record]}


def _order_event(event_id: str, order: str, amount: Any) -> dict[str, Any]:
    return {
        "version": "0",
        "id": event_id,
        "detail-type": "OrderPlaced",
        "source": "lab05.shop",
        "detail": {"order": order, "amount": amount},
    }


def _item(evidence: Evidence, table: str, key: str) -> dict[str, Any]:
    client = evidence.cloud.client("dynamodb")
    found = client.get_item(TableName=table, Key={"key": {"S": key}}, ConsistentRead=True)
    return dict(found.get("Item", {}))


def _number(evidence: Evidence, table: str, key: str, attribute: str) -> int:
    return int(_item(evidence, table, key).get(attribute, {}).get("N", 0))


def _matches(client: Any, pattern: str, event: dict[str, Any]) -> bool:
    return bool(client.test_event_pattern(EventPattern=pattern, Event=json.dumps(event))["Result"])


def _learnt_by_heart(client: Any, pattern: str) -> bool:
    """Whether an order that the stream does not have, but the task wants, is turned away."""
    known = next(one for one in event_stream.stream() if event_stream.wanted(one))
    other = {**known, "detail": {"order": "B-2001", "amount": 1234, "country": "EE"}}
    return not _matches(client, pattern, other)


def _exactly_hundred() -> str:
    exact = (one for one in event_stream.stream() if one["detail"].get("amount") == event_stream.LEAST)
    return str(next(exact)["id"])
