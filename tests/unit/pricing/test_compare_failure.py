"""Incidents as invoices."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario
from lambada_labs.pricing.compare import (
    failures,
    poison_async,
    poison_sqs,
    poison_stream,
    recursion,
    recursion_stopped,
    retry_storm,
)

HERE = Scenario(workload=Workload(requests=730_000, duration_ms=100, memory_mb=1024))
REQUEST, SECOND = Decimal("0.0000002"), Decimal("0.0000166667")


def test_a_poison_event_is_three_timeouts():
    made = poison_async(HERE)
    # 3 requests, 3 x Lambda's default timeout of 3 s x 1 GB
    assert (made.attempts, made.seconds) == (3, 9)
    assert made.per_incident == 3 * REQUEST + 9 * SECOND
    assert [line.name for line in made.invoice.lines] == ["requests", "duration x86_64"]
    assert poison_async(HERE, retries=0).attempts == 1


def test_a_poison_message_is_received_five_times_and_its_queue_is_paid():
    made = poison_sqs(HERE, timeout_s=30)
    # 5 x 30 s, 5 requests; one send and 5 receives at 0.40 a million
    assert made.per_incident == 5 * REQUEST + 150 * SECOND + 6 * Decimal("0.0000004")
    assert poison_sqs(HERE, max_receive_count=1000, timeout_s=900).seconds == 900_000


def test_a_poison_record_blocks_its_shard_until_it_expires():
    # 24 h of 3 s each
    made = poison_stream(HERE)
    assert (made.attempts, made.seconds) == (28_800, 86_400)
    assert made.per_incident == 28_800 * REQUEST + 86_400 * SECOND
    assert made.finding == "Blocked shard: 28,800 attempts bill 86,400 s and cost $1.45"
    assert poison_stream(HERE, retries=9).attempts == 10
    assert poison_stream(HERE, record_age_hours=168).attempts == 7 * 28_800


def test_lambda_stops_a_loop_after_sixteen():
    made = recursion_stopped(HERE)
    assert made.per_incident == 16 * REQUEST + Decimal("1.6") * SECOND


def test_a_loop_that_nobody_stops():
    # 100 a second for 12 hours are 4.32M runs of 0.1 s
    made = recursion(HERE)
    assert made.attempts == 4_320_000
    assert made.per_incident == 4_320_000 * REQUEST + 432_000 * SECOND


def test_the_accounts_concurrency_is_the_only_brake_of_a_loop():
    # 1,000 environments of 100 ms each take 10,000 a second
    assert recursion(HERE, per_second=10**9, hours=1).attempts == 36_000_000


def test_a_storm_is_an_hours_requests_three_times():
    # 730,000 a month are 1,000 an hour, each three times 3 s
    made = retry_storm(HERE)
    assert (made.attempts, made.seconds) == (3000, 9000)
    assert retry_storm(HERE, storm_share=0.5, hours=2, retries=0).attempts == 1000


def test_work_longer_than_the_default_timeout_is_paid_whole():
    assert poison_async(HERE.with_workload(duration_ms=60_000)).seconds == 180


def test_all_of_them_in_one_call():
    made = failures(HERE, per_month=10)
    keys = ["poison_async", "poison_sqs", "poison_stream", "recursion_stopped", "recursion", "retry_storm"]
    assert [each.key for each in made] == keys
    for each in made:
        assert each.per_month == each.per_incident * 10
        assert each.finding.endswith("for 10 a month")
        assert each.story
        assert each.missing == ()


def test_the_scenarios_cold_starts_and_spread_do_not_change_a_timeout():
    odd = HERE.with_workload(cold_share=1, init_ms=500, spread="long_tail", retry_share=1)
    assert poison_async(odd).per_incident == poison_async(HERE).per_incident


def test_a_price_the_region_lacks_is_named():
    made = poison_sqs(Scenario(workload=HERE.workload, region="ap-southeast-6"))
    assert made.missing == ("SQS requests",)
    assert poison_async(Scenario(workload=HERE.workload, region="cn-north-1")).currency == "CNY"


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout_s": 901},
        {"timeout_s": 0},
        {"retries": -1},
        {"max_receive_count": -1},
        {"record_age_hours": float("nan")},
        {"per_second": float("inf")},
        {"storm_share": 2},
        {"per_month": -1},
    ],
)
def test_figures_that_make_no_sense_are_refused(wrong):
    with pytest.raises(BadInput, match=next(iter(wrong))):
        failures(HERE, **wrong)


@given(st.integers(1, 900), st.integers(128, 10_240))
def test_a_longer_timeout_never_makes_a_poison_message_cheaper(timeout, memory):
    scenario = HERE.with_workload(memory_mb=memory)
    shorter, longer = (poison_sqs(scenario, timeout_s=each).per_incident for each in (timeout / 2, timeout))
    assert shorter <= longer
