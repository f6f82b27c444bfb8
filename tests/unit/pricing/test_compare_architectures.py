"""x86_64 against arm64."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, bill, price_book
from lambada_labs.pricing.compare import architectures

AWS = price_book("aws")
WORK = Workload(requests=10_000_000, duration_ms=1000, memory_mb=1024)
HERE = Scenario(workload=WORK, free_tier=False)


def test_both_totals_by_hand():
    made = architectures(HERE)
    # 10M GB-s x 0.0000166667 and x 0.0000133334, 10M requests 2.00
    assert made.x86 == Decimal("168.667")
    assert made.arm_here == Decimal("135.334")


def test_arm_pays_until_it_is_a_quarter_slower():
    made = architectures(HERE)
    # 0.0000166667 / 0.0000133334 = 1.24999625; billed in whole ms: 1,249 ms is the last that pays
    assert made.break_even == pytest.approx(Decimal("1.249"), abs=Decimal("0.00001"))
    assert made.finding == "arm64 costs $135.33 where x86_64 costs $168.67; it pays until it is 24.9 % slower"


def test_both_sides_of_the_break_even():
    made = architectures(HERE)
    speck = Decimal("0.002")
    around = architectures(HERE, slowdowns=[made.break_even - speck, made.break_even + speck])
    below, above = around.arm[1:]
    assert around.slowdowns == (1, made.break_even - speck, made.break_even + speck)
    assert below <= made.x86 < above


def test_the_free_tier_moves_the_break_even():
    # 12M requests of 100 ms, 1.2M GB-s: x86 800,000 x 0.0000166667 = 13.33336; arm64 999,998.7 paid GB-s cost the
    # same, 1,399,998.7 in all, 116.67 ms: 116 ms is the last that pays
    small = Scenario(workload=replace(WORK, requests=12_000_000, duration_ms=100))
    assert architectures(small).break_even == pytest.approx(Decimal("1.16"), abs=Decimal("0.00001"))


def test_what_the_free_tier_covers_is_never_dearer():
    made = architectures(Scenario(workload=replace(WORK, requests=10, duration_ms=100)))
    assert made.break_even is None
    assert made.finding.endswith("it stays no dearer even at ten times the duration")


def test_the_scenarios_own_architecture_does_not_matter():
    assert architectures(HERE.with_workload(architecture="arm64")) == architectures(HERE)


def test_a_slower_arm_is_said_so():
    made = architectures(HERE, slowdown=Decimal("1.3"))
    assert made.arm_here > made.x86
    assert ", taking 1.3 times as long; " in made.finding


def test_a_region_without_arm_prices():
    made = architectures(replace(HERE, region="cn-north-1"))
    assert (made.arm_here, made.break_even) == (None, None)
    assert made.missing == ("duration arm64",)
    assert made.finding == "The totals are incomplete here: no price for duration arm64"


@pytest.mark.parametrize("wrong", [0, -1, float("nan"), 901])
def test_a_slowdown_that_is_none_is_refused(wrong):
    with pytest.raises(BadInput):
        architectures(HERE, slowdown=wrong)


@settings(max_examples=25)
@given(st.integers(0, 10**8), st.integers(1, 10_000), st.booleans())
def test_a_slower_arm_never_costs_less_and_starts_at_its_bill(requests, duration, free_tier):
    work = replace(WORK, requests=requests, duration_ms=duration)
    made = architectures(Scenario(workload=work, free_tier=free_tier))
    assert list(made.arm) == sorted(made.arm)
    assert made.arm_here == bill(replace(work, architecture="arm64"), AWS, free_tier=free_tier).total
    assert made.arm_here <= made.x86
