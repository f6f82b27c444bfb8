"""One day of traffic as servers and as functions."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lambada_labs import facts
from lambada_labs.pricing import day
from lambada_labs.pricing.day import fleet

EACH = facts.number("assumed.day.server_rps")


def test_a_day_with_a_peak_of_100():
    made = day(peak=100)
    assert made.load[20] == 100
    assert made.load[3] == min(made.load)
    assert made.servers == (1,) * 8 + (2,) * 8 + (3,) * 8
    # 48 server hours a day, twice 730 hours a month, 0.0416 each
    assert made.server_month == Decimal(1460) * Decimal("0.0416")
    assert made.functions_at(20) == 10


@given(st.integers(1, 100_000))
def test_the_fleet_always_carries_the_load(peak):
    made = day(peak=peak)
    for hour, (before, after) in enumerate(pairwise(made.load)):
        assert made.servers[hour] * EACH >= max(before, after)
    assert 0 <= made.idle_share < 1
    assert len(made.servers) == 24


@given(st.integers(1, 10_000))
def test_more_traffic_never_costs_less(peak):
    smaller, larger = day(peak=peak), day(peak=peak + 10)
    assert larger.server_month >= smaller.server_month
    assert larger.function_month >= smaller.function_month


def test_servers_cost_when_nobody_comes_and_functions_do_not():
    made = day(peak=0)
    assert made.servers == (1,) * 24
    assert made.server_month == Decimal(730) * Decimal("0.0416")
    assert made.function_month == 0


def test_never_less_than_one_server():
    assert fleet((0.0,) * 25) == (1,) * 24
