"""Totals by memory and duration."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, bill, price_book
from lambada_labs.pricing.compare import heat_map
from lambada_labs.pricing.parts import Logs

AWS = price_book("aws")
WORK = Workload(requests=3_000_000, duration_ms=120, memory_mb=1536)
HERE = Scenario(workload=WORK)


def test_the_four_corners_by_hand():
    made = heat_map(HERE, memory_mb=[1024, 2048], duration_ms=[1000, 2000])
    assert made.memory_mb == (1024, 1536, 2048)
    assert made.duration_ms == (120, 1000, 2000)
    # 3M GB-s less 400,000 free = 2.6M x 0.0000166667, and 2M requests x 0.20/M = 0.40
    assert made.totals[0][1] == Decimal("43.73342")
    # 12M GB-s less 400,000 = 11.6M x 0.0000166667 = 193.33372, and 0.40
    assert made.totals[2][2] == Decimal("193.73372")
    # half the time at twice the memory is the same
    assert made.totals[2][1] == made.totals[0][2]


def test_the_scenarios_own_cell_is_its_bill():
    made = heat_map(HERE)
    assert made.here.total == bill(HERE, AWS).total == Decimal("2.733338")
    row, column = made.memory_mb.index(1536), made.duration_ms.index(120)
    assert made.totals[row][column] == made.here.total
    assert (made.memory_mb[0], made.memory_mb[-1]) == (128, 10_240)
    assert made.finding == (
        "3,000,000 requests of 1,536 MB for 120 ms cost $2.73; twice the memory costs $11.73, "
        "twice the time costs $11.73"
    )


def test_parts_are_in_every_cell():
    with_logs = heat_map(
        HERE.with_parts(Logs(kb_per_request=10, months_kept=0)), memory_mb=[128], duration_ms=[1]
    )
    bare = heat_map(HERE, memory_mb=[128], duration_ms=[1])
    # 30M KB are 28.6102294921875 GB, 5 of them free, x 0.50
    assert with_logs.totals[0][0] - bare.totals[0][0] == Decimal("11.80511474609375")


def test_beyond_lambdas_limits_there_is_no_twice():
    made = heat_map(
        HERE.with_workload(memory_mb=10_240, duration_ms=900_000), memory_mb=[128], duration_ms=[1]
    )
    assert made.twice == ()
    assert made.finding.startswith("3,000,000 requests of 10 GB for 15 min cost $")


def test_a_missing_price_leaves_no_number():
    bare = replace(AWS, prices={name: AWS.prices[name] for name in AWS.prices if name != "duration.x86_64"})
    made = heat_map(HERE, memory_mb=[128], duration_ms=[1], book=bare)
    assert {total for row in made.totals for total in row} == {None}
    assert made.missing == ("duration x86_64",)
    assert made.finding == "The total is incomplete here: no price for duration x86_64"


def test_a_part_without_a_price_is_left_out_and_named():
    ireland = replace(HERE, region="eu-west-1", parts=(Logs(),))
    made = heat_map(ireland, memory_mb=[128], duration_ms=[1])
    assert made.totals == heat_map(ireland.without("logs"), memory_mb=[128], duration_ms=[1]).totals
    assert made.missing == ("logs ingested", "logs kept")
    assert made.finding.endswith("(without logs ingested, logs kept: no price here)")


def test_a_step_lambda_would_not_run_is_refused():
    with pytest.raises(BadInput, match="memory_mb=64"):
        heat_map(HERE, memory_mb=[64])


@settings(max_examples=20)
@given(st.integers(0, 10**9), st.integers(128, 10_240), st.booleans())
def test_more_memory_or_time_never_costs_less(requests, memory_mb, free_tier):
    work = replace(WORK, requests=requests, memory_mb=memory_mb)
    made = heat_map(Scenario(workload=work, free_tier=free_tier))
    for row in made.totals:
        assert all(before <= after for before, after in pairwise(row))
    for column in zip(*made.totals, strict=True):
        assert all(before <= after for before, after in pairwise(column))
