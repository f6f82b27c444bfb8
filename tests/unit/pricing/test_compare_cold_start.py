"""What cold starts add, and which remedy is cheapest where."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, bill, price_book
from lambada_labs.pricing.compare import cold_start_tax

AWS = price_book("aws")
WORK = Workload(requests=1_000_000, duration_ms=100, memory_mb=1024, cold_share=Decimal("0.01"), init_ms=1000)
HERE = Scenario(workload=WORK, free_tier=False)


def test_the_three_taxes_by_hand():
    here = cold_start_tax(HERE).here
    init, snapstart, provisioned = here.taxes
    # 10,000 cold starts x 1 s x 1 GB x 0.0000166667
    assert init == Decimal("0.166667")
    # one snapshot 2,628,000 x 0.0000015046 = 3.9540888; 10,000 restores of 1 GB x 0.0001397998 = 1.397998;
    # and 10,000 x 0.2 s x 0.0000166667 = 0.0333334
    assert snapstart == Decimal("3.9540888") + Decimal("1.397998") + Decimal("0.0333334")
    # 100,000 s of a month's 2,628,000 are 0.04 environments: one, 2,628,000 x 0.0000041667 = 10.9500876;
    # 100,000 GB-s at 0.0000097222 in place of 0.0000166667 save 0.69445;
    # one Init of 1 GB-s when it is configured
    assert provisioned == Decimal("10.9500876") - Decimal("0.69445") + Decimal("0.0000097222")
    assert here.cheapest == "INIT"


def test_the_tax_of_init_is_a_line_of_the_bill():
    assert cold_start_tax(HERE).here.taxes[0] == bill(HERE, AWS).line("INIT x86_64").amount


def test_the_scenarios_point_is_in_the_map():
    made = cold_start_tax(HERE)
    row, column = made.memory_mb.index(1024), made.rates.index(Decimal("0.01"))
    assert tuple(layer.amounts[row][column] for layer in made.taxes) == made.here.taxes
    assert made.cheapest[row][column] == "INIT"
    assert made.finding == (
        "1 % cold starts at 1 GB: INIT adds least, $0.17 a month; SnapStart $5.39, provisioned $10.26"
    )


def test_slow_inits_of_many_requests_make_snapstart_cheapest():
    # at 100 % cold starts of 10 s: INIT 10 GB-s each 0.000166667, a restore 0.0001397998 + 0.2 x 0.0000166667
    slow = replace(WORK, cold_share=1, init_ms=10_000)
    taxes = cold_start_tax(Scenario(workload=slow, free_tier=False), versions=0).here.taxes
    assert taxes[0] == Decimal("166.667")
    assert taxes[1] == Decimal("139.7998") + Decimal("3.33334")


def test_a_busy_function_pays_less_with_provisioned_concurrency():
    # 26,280,000 requests of 100 ms keep exactly one environment busy: provisioned is the cheaper way to run
    made = cold_start_tax(HERE.with_workload(requests=26_280_000, cold_share=0))
    assert made.here.cheapest == "provisioned"
    # 10.9500876 capacity, less 2,628,000 x (0.0000166667 - 0.0000097222), and one Init
    assert made.here.taxes[2] == Decimal("10.9500876") - Decimal("18.250146") + Decimal("0.0000097222")


def test_without_an_init_the_assumption_stands_in():
    assert cold_start_tax(HERE.with_workload(init_ms=0)).init_ms == 300


def test_forgotten_versions_cost_every_month():
    one, two = (cold_start_tax(HERE, versions=count).here.taxes[1] for count in (1, 2))
    assert two - one == Decimal("3.9540888")


def test_a_region_without_snapstart_says_so():
    made = cold_start_tax(replace(HERE, region="ap-southeast-6"))
    assert made.here.taxes[1] is None
    assert made.missing == ("SnapStart cache", "SnapStart restores")
    assert "SnapStart" not in made.finding


def test_a_rate_beyond_one_is_refused():
    with pytest.raises(BadInput, match="cold_share"):
        cold_start_tax(HERE, rates=[1.5])


@settings(max_examples=15)
@given(st.integers(0, 10**8), st.integers(128, 10_240), st.booleans())
def test_more_cold_starts_never_cost_less_and_no_cold_start_costs_no_init(requests, memory_mb, free_tier):
    work = replace(WORK, requests=requests, memory_mb=memory_mb)
    made = cold_start_tax(Scenario(workload=work, free_tier=free_tier), memory_mb=[128, 10_240])
    for layer in made.taxes[:2]:
        assert all(list(row) == sorted(row) for row in layer.amounts)
    assert {row[0] for row in made.taxes[0].amounts} == {0}
