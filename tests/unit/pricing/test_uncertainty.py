"""A bill as a distribution: percentiles, the tornado, and break-even as a probability."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, bill, price_book
from lambada_labs.pricing.uncertainty import Range, chance_cheaper, samples, uncertainty

AWS = price_book("aws")
MONTH = Scenario(workload=Workload(requests=30_000_000, duration_ms=120, memory_mb=1536), free_tier=False)


def span(low, high):
    return Range(low=Decimal(low), high=Decimal(high))


def test_a_range_holds_eight_samples_in_ten():
    drawn = samples(MONTH, {"duration_ms": span(60, 240)})["duration_ms"]
    assert np.percentile(drawn, [10, 50, 90]) == pytest.approx([60, 120, 240], rel=0.01)


def test_a_range_that_touches_zero_is_spread_evenly():
    drawn = samples(MONTH, {"cold_share": span(0, "0.1")})["cold_share"]
    assert np.percentile(drawn, [0, 50, 100]) == pytest.approx([0, 0.05, 0.1], abs=0.001)


def test_the_percentiles_of_a_bill_that_is_proportional_to_one_range():
    # without a free tier requests cost proportionally: P10 and P90 of the bill are the bills at 10M and 90M
    found = uncertainty(MONTH, {"requests": span(10_000_000, 90_000_000)}, AWS)
    ends = [bill(MONTH.with_workload(requests=r), AWS).total for r in (10_000_000, 30_000_000, 90_000_000)]
    assert [float(each) for each in (found.p10, found.p50, found.p90)] == pytest.approx(
        [float(each) for each in ends], rel=0.02
    )
    assert found.chance_below(ends[1]) == pytest.approx(0.5, abs=0.01)


def test_the_tornado_puts_the_widest_first_with_exact_ends():
    ranges = {"requests": span(29_000_000, 31_000_000), "duration_ms": span(40, 400)}
    found = uncertainty(MONTH, ranges, AWS)
    assert [swing.name for swing in found.swings] == ["duration_ms", "requests"]
    middle = found.scenario
    assert found.swings[0].at_high == bill(middle.with_workload(duration_ms=400), AWS).total
    assert found.finding.endswith("what matters most is the duration")


def test_the_histogram_adds_up():
    found = uncertainty(MONTH, {"requests": span(10_000_000, 90_000_000)}, AWS)
    assert sum(share for _, _, share in found.bins) == pytest.approx(1)


def test_what_is_certain_has_one_price():
    found = uncertainty(MONTH, {}, AWS)
    assert float(found.p10) == float(found.p90) == pytest.approx(float(bill(MONTH, AWS).total))


def test_the_same_question_has_the_same_answer():
    ranges = {"requests": span(1, 10**9), "init_ms": span(0, 900), "cold_share": span("0.01", "0.2")}
    assert uncertainty(MONTH, ranges, AWS) == uncertainty(MONTH, ranges, AWS)


def test_break_even_as_a_probability_falls_with_the_volume():
    ranges = {"duration_ms": span(60, 240), "requests": span(1, 10)}
    # at its middle of 120 ms, 30 million requests cost this much: a coin toss, give or take the rounding up
    monthly = bill(MONTH, AWS).total
    points = chance_cheaper(
        MONTH, ranges, AWS, monthly=monthly, requests=(3_000_000, 30_000_000, 300_000_000)
    )
    assert [chance for _, chance in points] == pytest.approx([1, 0.5, 0], abs=0.01)


def test_a_duration_may_begin_at_nothing():
    found = uncertainty(MONTH, {"duration_ms": span(0, 200)}, AWS)
    # at its shortest a run is billed one millisecond: $6 for requests, 45,000 GB-s at 0.0000166667
    assert found.swings[0].at_low == Decimal("6.7500015")


def test_a_month_in_beijing_is_in_yuan():
    far = replace(MONTH, region="cn-north-1")
    found = uncertainty(far, {"requests": span(1_000_000, 2_000_000)}, price_book(region="cn-north-1"))
    assert found.finding.count("¥") == 2
    assert found.finding.endswith("what matters most are the requests")


@pytest.mark.parametrize(
    ("ranges", "said"),
    [
        ({"architecture": span(1, 2)}, "No range can be given for 'architecture'"),
        ({"requests": span(5, 1)}, "requests from 5 to 1. Expected: 0 to 9007199254740992, the low end"),
        ({"requests": span(-5, 1)}, "requests from -5 to 1"),
        ({"requests": span("1", "Infinity")}, "requests from 1 to Infinity"),
        ({"duration_ms": span("NaN", "1")}, "duration_ms from NaN to 1"),
        (
            {"memory_mb": span(64, 256)},
            "memory_mb from 64 to 256. Expected: 128 to 10240, the low end first.",
        ),
        ({"cold_share": span(0, 2)}, "cold_share from 0 to 2. Expected: 0 to 1"),
    ],
)
def test_an_impossible_range_is_refused(ranges, said):
    with pytest.raises(BadInput) as refused:
        uncertainty(MONTH, ranges, AWS)
    assert said in str(refused.value)
