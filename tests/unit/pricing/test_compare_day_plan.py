"""A day, hour by hour."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario
from lambada_labs.pricing.compare import day_plan, shapes
from lambada_labs.pricing.compare.queueing import busy_shares
from lambada_labs.pricing.compare.shape import hours_of

# 730 h x 3,600 requests: one a second, all day
ONE_RPS = Scenario(workload=Workload(requests=2_628_000, duration_ms=1000, memory_mb=1024))
FLAT = [1] * 24


def test_an_even_day_by_hand():
    made = day_plan(ONE_RPS, FLAT)
    hour = made.hours[7]
    assert (hour.hour, hour.rps, hour.busy, hour.p99) == (7, 1, 1, 4)
    # 3,600 s x 0.0000166667 and 3,600 requests x 0.0000002
    assert hour.on_demand == Decimal("0.06000012") + Decimal("0.00072")
    # a month is 730 such hours
    assert made.on_demand_month == hour.on_demand * 730


def test_the_first_environment_of_a_lonely_second_is_busy_half_the_time():
    # Erlang: 1 / (1 + 1) = 50 %, below the rule's 60 %
    made = day_plan(ONE_RPS, FLAT)
    assert {hour.provisioned for hour in made.hours} == {0}
    assert made.planned_month == made.on_demand_month
    assert made.finding == (
        "At 0:00 1 requests/s keep 1 environments busy (4 in 99 of 100 moments): too few for provisioned "
        "concurrency to pay in any hour"
    )


def test_a_busier_hour_is_provisioned_up_to_the_rule():
    # 10 busy on average: as many as are each busy for over 60 %
    made = day_plan(ONE_RPS.with_workload(requests=26_280_000), FLAT)
    wanted = sum(share > 0.6 for share in busy_shares(10, 20))
    assert {hour.provisioned for hour in made.hours} == {wanted} == {made.flat}
    assert made.planned_month == made.flat_month < made.on_demand_month


def test_the_cost_of_a_provisioned_hour_by_hand():
    # 2 busy on average. First 2/3, second 4/15 x 2 ... : only the first is above 60 %
    made = day_plan(ONE_RPS.with_workload(requests=5_256_000), FLAT)
    hour = made.hours[0]
    assert hour.provisioned == 1
    # it serves a third of 7,200 s: capacity 3,600 x 0.0000041667, 2,400 s at 0.0000097222, 4,800 at 0.0000166667
    by_hand = (
        Decimal("0.01500012") + Decimal("0.02333328") + Decimal("0.08000016") + 7200 * Decimal("0.0000002")
    )
    assert abs(hour.planned - by_hand) < Decimal("1e-12")


def test_traffic_in_one_hour_only():
    shape = [0] * 24
    shape[12] = 5
    made = day_plan(ONE_RPS, shape)
    assert made.peak_hour == 12
    assert made.hours[12].rps == pytest.approx(24)
    assert sum(hour.rps for hour in made.hours) == pytest.approx(24)
    assert made.hours[0].planned == 0
    # the hour's environments all start cold: as many as 99 of 100 moments need
    assert made.cold_starts_day == made.hours[12].p99


def test_lonely_requests_all_start_cold():
    # a request an hour: each comes after more than the ten minutes assumed, e^(-600/3600) of them
    made = day_plan(ONE_RPS.with_workload(requests=730, duration_ms=10), FLAT)
    assert made.cold_starts_day == 21  # 24 x 0.846
    assert made.confession.startswith("A guess")


def test_an_hour_beyond_the_accounts_concurrency_is_throttled():
    busy = ONE_RPS.with_workload(requests=2_628_000 * 2000)
    made = day_plan(busy, FLAT)
    assert made.throttled_hours == tuple(range(24))
    # 2,000 on 1,000: about half is refused
    assert made.hours[0].throttled_share == pytest.approx(0.5, abs=0.002)
    assert made.finding.endswith("24 hours a day are throttled")
    assert day_plan(busy, FLAT, account_concurrency=3000).throttled_hours == ()


def test_short_requests_are_throttled_by_their_rate():
    # 20,000 a second of 1 ms keep 20 busy, but 1,000 of concurrency take 10,000 a second
    fast = ONE_RPS.with_workload(requests=2_628_000 * 20_000, duration_ms=1)
    assert day_plan(fast, FLAT).hours[0].throttled_share == pytest.approx(0.5)


def test_scaling_fills_a_thousand_environments_in_ten_seconds():
    made = day_plan(ONE_RPS.with_workload(requests=2_628_000 * 500), FLAT)
    assert made.fill_s == Decimal(made.hours[0].p99) / 100


def test_25_values_stand_at_the_full_hours():
    assert hours_of(range(25))[0] == Decimal("0.5") / Decimal("23.5")
    assert hours_of([*range(24)])[-1] == 1


def test_the_shapes_to_start_from():
    names = [shape.name for shape in shapes()]
    assert names == ["flat", "office", "evening", "nightly", "spike"]
    for shape in shapes():
        assert (len(shape.values), max(shape.values), bool(shape.title)) == (24, 1, True)
        assert sum(hour.rps for hour in day_plan(ONE_RPS, shape).hours) == pytest.approx(24)


def test_init_and_retries_take_their_part():
    plain = day_plan(ONE_RPS, FLAT)
    retried = day_plan(ONE_RPS.with_workload(retry_share=1), FLAT)
    assert retried.hours[0].busy == 2 * plain.hours[0].busy
    cold = day_plan(ONE_RPS.with_workload(cold_share=1, init_ms=1000), FLAT)
    assert cold.on_demand_month > plain.on_demand_month


def test_a_region_without_provisioned_prices():
    made = day_plan(replace(ONE_RPS, region="cn-north-1"), FLAT)
    assert (made.currency, made.rule, made.flat) == ("CNY", None, 0)


@pytest.mark.parametrize("wrong", [[1] * 23, [0] * 24, [-1] * 24, [float("nan")] * 24, []])
def test_a_shape_that_is_no_day_is_refused(wrong):
    with pytest.raises(BadInput):
        day_plan(ONE_RPS, wrong)


def test_a_concurrency_below_one_is_refused():
    with pytest.raises(BadInput, match="account_concurrency"):
        day_plan(ONE_RPS, FLAT, account_concurrency=0)


@settings(max_examples=20)
@given(
    st.integers(0, 10**8),
    st.integers(200, 5000),
    st.lists(st.integers(0, 100), min_size=24, max_size=24).filter(any),
)
def test_the_plan_by_the_hour_never_costs_more_than_on_demand_or_flat(requests, duration, shape):
    made = day_plan(ONE_RPS.with_workload(requests=requests, duration_ms=duration), shape)
    speck = Decimal("1e-9")
    assert made.planned_month <= made.on_demand_month + speck
    assert made.planned_month <= made.flat_month + speck
    assert len(made.hours) == 24
