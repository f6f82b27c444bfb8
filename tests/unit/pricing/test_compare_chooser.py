"""The cheapest way to run code over busy share and memory."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario
from lambada_labs.pricing.compare import Around, chooser

HERE = Scenario(workload=Workload(requests=1, duration_ms=1000, memory_mb=1769))
BARE = Around(load_balancer=False, headroom=0)


def totals(made, name, memory_mb):
    (layer,) = [layer for layer in made.totals if layer.name == name]
    return layer.amounts[made.memory_mb.index(memory_mb)]


def test_the_ends_by_hand():
    made = chooser(HERE, BARE, shares=[0, 1], memory_mb=[1024])
    # functions: nothing, and 2,628,000 s x 0.0000166667 + 2.628M x 0.20
    assert totals(made, "Lambda", 1024) == (0, Decimal("43.8000876") + Decimal("0.5256"))
    # 1 GB needs 0.58 vCPU: a task of 1 vCPU and 2 GB holds one; 730 x 0.04937 = 36.0401
    assert totals(made, "Fargate", 1024) == (Decimal("36.0401"), Decimal("36.0401"))
    # c5.large holds three: 730 x 0.085 / 3
    assert totals(made, "EC2", 1024)[0] == pytest.approx(Decimal(730) * Decimal("0.085") / 3)
    assert made.cheapest == (("Lambda", "EC2"), ("Lambda", "EC2"))


def test_the_frontier_of_fargate_is_the_anchor_with_the_request_fee():
    # of 1,769 MB: Fargate 36.0401 against share x (2,628,000 x 0.0000287923... + 0.5256)
    lambda_full = Decimal(2_628_000) * (Decimal(1769) / 1024 * Decimal("0.0000166667") + Decimal("0.0000002"))
    made = chooser(HERE, BARE, shares=[Decimal("36.0401") / lambda_full])
    at = totals(made, "Lambda", 1769)[0], totals(made, "Fargate", 1769)[0]
    assert at[0] == pytest.approx(at[1])
    assert Decimal("0.47") < made.shares[0] < Decimal("0.476")


def test_both_sides_of_the_frontier():
    speck = Decimal("0.0001")
    made = chooser(HERE)
    (at,) = made.here.shares
    near = chooser(HERE, shares=[at - speck, at + speck])
    row = near.memory_mb.index(1769)
    assert near.cheapest[row] == made.here.names == ("Lambda", "EC2")


def test_headroom_makes_a_full_server_dearer():
    half = Around(load_balancer=False, headroom=Decimal("0.5"))
    made = chooser(HERE, half, shares=[0, Decimal("0.5"), 1])
    idle, knee, full = totals(made, "Fargate", 1769)
    assert idle == knee == Decimal("36.0401")
    assert full == 2 * knee


def test_a_load_balancer_comes_on_top():
    with_one = chooser(HERE, Around(headroom=0), shares=[0])
    assert totals(with_one, "Fargate", 1769)[0] == Decimal("36.0401") + Decimal("16.425")


def test_concurrency_shares_a_server():
    made = chooser(HERE, Around(load_balancer=False, headroom=0, concurrency=10), shares=[0])
    assert totals(made, "Fargate", 1769)[0] == Decimal("3.60401")


def test_what_fits_nowhere_is_never_cheapest():
    made = chooser(HERE, memory_mb=[10_240])
    assert set(totals(made, "EC2", 10_240)) == {None}
    assert made.missing == ()
    assert {name for row in made.cheapest[-1:] for name in row} == {"Lambda", "Fargate"}


def test_a_region_without_server_prices():
    made = chooser(replace(HERE, region="ap-southeast-6"))
    assert "Fargate vCPU" in made.missing
    assert {name for row in made.cheapest for name in row} == {"Lambda"}
    assert made.finding == "Lambda is cheapest at 1,769 MB, however busy it is"


def test_the_finding_gives_the_share():
    # half of a c5.large, 730 x 0.085 / 2 = 31.025, against 75.665 + 0.5256 when never idle
    assert chooser(HERE, BARE).finding == (
        "At 1,769 MB Lambda is cheapest up to 40.7 % busy, EC2 from 40.7 % busy"
    )


@settings(max_examples=20)
@given(st.integers(128, 10_240), st.integers(1, 900_000), st.floats(0, 0.9))
def test_the_frontier_agrees_with_the_cells(memory_mb, duration_ms, headroom):
    around = Around(load_balancer=False, headroom=headroom)
    made = chooser(
        HERE.with_workload(memory_mb=memory_mb, duration_ms=duration_ms), around, memory_mb=[memory_mb]
    )
    (frontier,) = made.frontier
    for share, name in zip(made.shares, made.cheapest[0], strict=True):
        if all(abs(share - at) > Decimal("1e-9") for at in frontier.shares) and share > 0:
            assert name == frontier.names[sum(at < share for at in frontier.shares)]
