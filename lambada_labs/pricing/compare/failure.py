"""The price of failure: incidents as invoices."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

from lambada_labs import facts
from lambada_labs.errors import BadInput
from lambada_labs.model.workload import LONGEST_MS, Number, Workload
from lambada_labs.pricing.compare.incident import Incident, incident
from lambada_labs.pricing.compare.priced import SECONDS_PER_HOUR
from lambada_labs.pricing.item import Item, exact
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.units import MS_PER_S, count


def failures(
    scenario: Scenario,
    *,
    per_month: int = 1,
    timeout_s: Number | None = None,
    retries: int | None = None,
    max_receive_count: int | None = None,
    record_age_hours: Number | None = None,
    per_second: Number | None = None,
    hours: Number | None = None,
    storm_share: Number = 1,
) -> tuple[Incident, ...]:
    """Every incident, each `per_month` times a month; see each function for its figures.

    Raises `BadInput` for a negative figure or a timeout Lambda does not allow.
    """
    often = {"per_month": per_month}
    return (
        poison_async(scenario, timeout_s=timeout_s, retries=retries, **often),
        poison_sqs(scenario, timeout_s=timeout_s, max_receive_count=max_receive_count, **often),
        poison_stream(scenario, timeout_s=timeout_s, record_age_hours=record_age_hours, **often),
        recursion_stopped(scenario, **often),
        recursion(scenario, per_second=per_second, hours=hours, **often),
        retry_storm(scenario, timeout_s=timeout_s, storm_share=storm_share, **often),
    )


def poison_async(
    scenario: Scenario,
    *,
    timeout_s: Number | None = None,
    retries: int | None = None,
    per_month: int = 1,
) -> Incident:
    """An asynchronous event that always times out: the first attempt and `retries` further ones."""
    again = _given("retries", retries, facts.number("async.retries"))
    attempts = 1 + int(again)
    return incident(
        scenario,
        ("poison_async", "Poison event"),
        f"One asynchronous event hangs until the timeout, and Lambda tries it {attempts} times",
        _hanging(scenario.workload, attempts, timeout_s),
        times=per_month,
    )


def poison_sqs(
    scenario: Scenario,
    *,
    timeout_s: Number | None = None,
    max_receive_count: int | None = None,
    per_month: int = 1,
) -> Incident:
    """A message that always times out: received `max_receive_count` times, then moved to the dead-letter queue."""
    least = facts.number("assumed.sqs.max_receive_count")
    received = int(_given("max_receive_count", max_receive_count, least))
    calls = Item("SQS requests", "sqs.standard", "month", Decimal(1 + received))
    return incident(
        scenario,
        ("poison_sqs", "Poison message"),
        f"One SQS message hangs until the timeout, {received} times, then moves to the dead-letter queue",
        _hanging(scenario.workload, received, timeout_s),
        (calls,),
        times=per_month,
    )


def poison_stream(
    scenario: Scenario,
    *,
    timeout_s: Number | None = None,
    record_age_hours: Number | None = None,
    retries: int | None = None,
    per_month: int = 1,
) -> Incident:
    """A record that blocks its shard: tried one time after the other until it expires, or `retries` end it."""
    age = _given("record_age_hours", record_age_hours, facts.number("stream.retention_h"))
    hanging = _hanging(scenario.workload, 1, timeout_s)
    attempts = max(1, int(age * SECONDS_PER_HOUR * MS_PER_S / exact(hanging.duration_ms)))
    if retries is not None:
        attempts = min(attempts, 1 + int(_given("retries", retries, 0)))
    return incident(
        scenario,
        ("poison_stream", "Blocked shard"),
        f"One record of a stream hangs until the timeout; its shard waits while Lambda tries {count(attempts)} times",
        replace(hanging, requests=attempts),
        times=per_month,
    )


def recursion_stopped(scenario: Scenario, *, per_month: int = 1) -> Incident:
    """A function that calls itself, and Lambda's loop detection ends it (source: invocation-recursion)."""
    attempts = facts.number("recursion.limit")
    return incident(
        scenario,
        ("recursion_stopped", "Loop that Lambda stops"),
        f"A function sets itself off through SQS, SNS or S3; Lambda stops the chain after {attempts} invocations",
        replace(scenario.workload, requests=attempts),
        times=per_month,
    )


def recursion(
    scenario: Scenario,
    *,
    per_second: Number | None = None,
    hours: Number | None = None,
    per_month: int = 1,
) -> Incident:
    """The same where loop detection does not look: `per_second` invocations until somebody stops it.

    The account's concurrency is the only brake.
    """
    asked = _given("per_second", per_second, facts.number("assumed.recursion.per_second"))
    lasting = _given("hours", hours, facts.number("assumed.recursion.hours"))
    most = facts.number("concurrency.default") * MS_PER_S / exact(scenario.workload.duration_ms)
    rate = min(asked, most)
    return incident(
        scenario,
        ("recursion", "Loop that nobody stops"),
        f"A function sets itself off {count(round(rate, 1))} times a second for {count(lasting)} hours",
        replace(scenario.workload, requests=int(rate * lasting * SECONDS_PER_HOUR)),
        times=per_month,
    )


def retry_storm(
    scenario: Scenario,
    *,
    timeout_s: Number | None = None,
    retries: int | None = None,
    hours: Number | None = None,
    storm_share: Number = 1,
    per_month: int = 1,
) -> Incident:
    """A service behind the function is down: `storm_share` of the requests time out, and each is tried again."""
    again = 1 + int(_given("retries", retries, facts.number("assumed.storm.retries")))
    lasting = _given("hours", hours, facts.number("assumed.storm.hours"))
    share = _given("storm_share", storm_share, 1)
    if share > 1:
        raise BadInput(f"storm_share={storm_share!r}", expected="a share from 0 to 1")
    hit = scenario.workload.requests * lasting / facts.decimal("month.hours") * share
    return incident(
        scenario,
        ("retry_storm", "Retry storm"),
        f"A service behind the function is down for {count(lasting)} h: {count(math.ceil(hit))} requests hang "
        f"until the timeout, each {again} times",
        _hanging(scenario.workload, math.ceil(hit) * again, timeout_s),
        times=per_month,
    )


def _given(name: str, value: Number | None, otherwise: int) -> Decimal:
    number = exact(otherwise if value is None else value)
    if not number.is_finite() or number < 0:
        raise BadInput(f"{name}={value!r}", expected="a number, 0 or more")
    return number


def _hanging(work: Workload, requests: int, timeout_s: Number | None) -> Workload:
    """So many runs that end at the timeout: Lambda's default, or longer where the work itself is longer."""
    longest = LONGEST_MS // MS_PER_S
    if timeout_s is not None and not 0 < timeout_s <= longest:
        raise BadInput(f"timeout_s={timeout_s!r}", expected=f"seconds above 0, up to {longest}")
    usual = max(facts.decimal("timeout.default") * MS_PER_S, exact(work.duration_ms))
    time = usual if timeout_s is None else exact(timeout_s) * MS_PER_S
    return replace(work, requests=requests, duration_ms=time, spread="steady", cold_share=0, retry_share=0)
