"""Poisson and Erlang, against tables and each other."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.pricing.compare.queueing import (
    blocked_share,
    blocked_shares,
    busy_shares,
    poisson_percentile,
)


@pytest.mark.parametrize(
    ("mean", "percentile"),
    # by hand for 1: e^-1 (1 + 1 + 1/2 + 1/6) = 0.981, with 1/24 0.996; 10 and 100 from a table of the distribution
    [(0, 0), (0.005, 0), (0.02, 1), (1, 4), (10, 18), (100, 124)],
)
def test_the_99th_percentile_of_a_poisson_count(mean, percentile):
    assert poisson_percentile(mean) == percentile


def test_a_large_mean_is_close_to_the_normal_one():
    # 10,000 + 2.326 x 100 = 10,232.6
    assert abs(poisson_percentile(10_000) - 10_233) <= 2


@pytest.mark.parametrize(
    ("mean", "environments", "blocked"),
    # Erlang B tables: 10 erlang on 10 lines lose 21.5 %, 5 on 10 1.84 %; by hand: 1 on 1 a half, 1 on 2 a fifth
    [(10, 10, 0.2146), (5, 10, 0.0184), (1, 1, 0.5), (1, 2, 0.2), (3, 0, 1), (0, 1, 0)],
)
def test_erlangs_loss_formula(mean, environments, blocked):
    assert blocked_share(mean, environments) == pytest.approx(blocked, abs=5e-5)


@given(st.floats(0.01, 500), st.integers(1, 300))
def test_busy_environments_carry_what_is_not_blocked(mean, environments):
    carried = sum(busy_shares(mean, environments))
    assert carried == pytest.approx(mean * (1 - blocked_share(mean, environments)))


@given(st.floats(0.01, 200), st.integers(1, 200))
def test_each_further_environment_is_less_busy_and_blocks_less(mean, environments):
    shares = busy_shares(mean, environments)
    assert all(after <= before + 1e-12 for before, after in itertools.pairwise(shares))
    assert blocked_shares(mean, environments) == sorted(blocked_shares(mean, environments), reverse=True)


@given(st.floats(0.001, 2000))
def test_the_percentile_is_the_smallest_that_holds(mean):
    found = poisson_percentile(mean)
    chances = [math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(found + 1)]
    assert sum(chances) >= 0.99 - 1e-9
    assert sum(chances[:-1]) < 0.99 + 1e-9
