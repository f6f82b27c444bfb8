"""More traffic does not cost as many times more."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, bill, price_book
from lambada_labs.pricing.compare import scale

AWS = price_book("aws")
HERE = Scenario(workload=Workload(requests=3_000_000, duration_ms=120, memory_mb=1536))


def test_a_thousand_a_month_and_a_year_by_hand():
    made = scale(HERE)
    assert made.per_month == Decimal("2.733338")
    assert made.per_year == Decimal("32.800056")
    assert round(made.per_thousand, 12) == round(Decimal("2.733338") / 3000, 12)


def test_ten_times_the_traffic_is_more_than_ten_times_as_dear_past_the_free_tier():
    # 5.4M GB-s less 400,000 = 5M x 0.0000166667 = 83.3335; 29M requests 5.80
    row = scale(HERE).rows[1]
    assert (row.factor, row.requests, row.total) == (10, 30_000_000, Decimal("89.1335"))
    assert round(row.times, 2) == Decimal("32.61")
    assert scale(HERE).finding == "A month costs $2.73; 10 times the traffic costs $89.13, 32.6 times as much"


def test_volume_tiers_make_it_less_than_ten_times():
    # 1 GB for 1 s: 6,000M GB-s are the first tier; ten times that reaches the third
    large = Scenario(workload=Workload(requests=6 * 10**9, duration_ms=1000, memory_mb=1024), free_tier=False)
    row = scale(large).rows[1]
    # 100,000.2 + 9e9 x 0.000015 + 45e9 x 0.0000133334 = 835,003.2, requests 12,000
    assert row.total == Decimal("847003.2")
    assert row.times < 10


def test_without_requests_or_cost_there_are_no_ratios():
    made = scale(HERE.with_workload(requests=0))
    assert (made.per_thousand, made.per_month) == (None, 0)
    assert [(row.times, row.per_million) for row in made.rows] == [(None, None)] * 3
    assert made.finding == "A month costs $0.00; 10 times the traffic costs $0.00"


def test_todays_row_is_always_there():
    assert [row.factor for row in scale(HERE, factors=[2]).rows] == [1, 2]
    assert scale(HERE, factors=[]).finding == "A month costs $2.73"


@pytest.mark.parametrize("wrong", [-1, float("nan")])
def test_a_factor_that_is_none_is_refused(wrong):
    with pytest.raises(BadInput):
        scale(HERE, factors=[wrong])


@given(st.integers(0, 10**9), st.integers(1, 1000))
def test_every_row_is_the_bill_of_that_many_requests(requests, factor):
    made = scale(HERE.with_workload(requests=requests), factors=[factor])
    for row in made.rows:
        assert row.total == bill(HERE.with_workload(requests=row.requests), AWS).total
