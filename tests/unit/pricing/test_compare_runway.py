"""When the free tier ends."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario
from lambada_labs.pricing.compare import runway

NOVEMBER = date(2026, 11, 25)


def scenario(requests, *, duration_ms=1000, memory_mb=1024, **more):
    return Scenario(
        workload=Workload(requests=requests, duration_ms=duration_ms, memory_mb=memory_mb), **more
    )


def test_even_traffic_by_hand():
    # 3M requests in 30 days: a million after 10 days; 3M GB-s: 400,000 after 4 days
    made = runway(scenario(3_000_000), month=NOVEMBER)
    requests, gb_seconds = made.allowances
    assert (requests.name, requests.quantity, requests.used) == ("requests", 1_000_000, 3_000_000)
    assert requests.ends == datetime(2026, 11, 11, tzinfo=UTC)
    assert gb_seconds.ends == datetime(2026, 11, 5, tzinfo=UTC)
    assert made.month == date(2026, 11, 1)
    assert made.finding == (
        "The free tier ends for the 1,000,000 requests on November 11 at 00:00 UTC, "
        "the 400,000 GB-s on November 5 at 00:00 UTC; it is worth $6.87"
    )


def test_the_cumulative_use_has_a_value_for_each_days_end():
    requests = runway(scenario(3_000_000), month=NOVEMBER).allowances[0]
    assert len(requests.used_by_day) == 31
    assert requests.used_by_day[0] == 0
    assert [round(used, 6) for used in requests.used_by_day[1:3]] == [100_000, 200_000]
    assert round(requests.used_by_day[-1], 6) == 3_000_000


def test_a_month_that_stays_below_never_ends():
    made = runway(scenario(400_000), month=NOVEMBER)
    assert [each.ends for each in made.allowances] == [None, None]
    # 400,000 requests at 0.20/M and 400,000 GB-s x 0.0000166667
    assert made.saved == Decimal("0.08") + Decimal("6.66668")
    assert made.finding == "The free tier lasts all month: it is worth $6.75"


def test_one_of_the_two_lasts():
    made = runway(scenario(2_000_000, duration_ms=1, memory_mb=128), month=NOVEMBER)
    assert [each.ends for each in made.allowances] == [datetime(2026, 11, 16, tzinfo=UTC), None]
    assert ", duration never; " in made.finding


def test_traffic_in_one_hour_of_the_day_ends_it_in_that_hour():
    # 3M requests, all between 12:00 and 13:00 of 30 days, 100,000 each: the tenth day's hour ends at 13:00
    noon = [0] * 12 + [1] + [0] * 11
    made = runway(scenario(3_000_000), month=NOVEMBER, hourly=noon)
    assert made.allowances[0].ends == datetime(2026, 11, 10, 13, tzinfo=UTC)


def test_traffic_on_working_days_only():
    # November 2026 begins on a Sunday and has 21 working days: 2.1M requests are 100,000 each; the tenth is
    # Friday the 13th
    made = runway(scenario(2_100_000), month=NOVEMBER, daily=[1, 1, 1, 1, 1, 0, 0])
    assert round(made.allowances[0].used_by_day[13], 6) == 1_000_000
    assert made.allowances[0].ends.date() in {date(2026, 11, 13), date(2026, 11, 14)}


def test_february_is_shorter():
    # 2.8M requests in 28 days
    ends = runway(scenario(2_800_000), month=date(2026, 2, 3)).allowances[0].ends
    assert ends == datetime(2026, 2, 11, tzinfo=UTC)


def test_without_the_free_tier_there_is_no_runway():
    made = runway(scenario(3_000_000, free_tier=False), month=NOVEMBER)
    assert (made.allowances, made.saved) == ((), 0)
    assert made.finding == "No free tier covers this scenario"


@pytest.mark.parametrize("wrong", [[1] * 23, [0] * 24, [-1] + [1] * 23, [float("nan")] * 24])
def test_a_shape_that_is_no_day_is_refused(wrong):
    with pytest.raises(BadInput, match="hourly="):
        runway(scenario(1), month=NOVEMBER, hourly=wrong)


@settings(max_examples=25)
@given(
    st.integers(1_000_001, 10**9),
    st.lists(st.integers(0, 9), min_size=24, max_size=24).filter(any),
    st.integers(1, 12),
)
def test_the_use_at_the_end_is_the_allowance(requests, hourly, month):
    made = runway(scenario(requests), month=date(2026, month, 1), hourly=hourly)
    for each in made.allowances:
        day = (each.ends - datetime(2026, month, 1, tzinfo=UTC)).days
        below = each.used_by_day[min(day, len(each.used_by_day) - 1)]
        assert below <= each.quantity * Decimal("1.000001")
        assert list(each.used_by_day) == sorted(each.used_by_day)


@settings(max_examples=25)
@given(st.integers(1_000_001, 10**8))
def test_more_traffic_ends_it_no_later(requests):
    fewer, more = (
        runway(scenario(count), month=NOVEMBER).allowances[0].ends for count in (requests, requests * 2)
    )
    assert more <= fewer
