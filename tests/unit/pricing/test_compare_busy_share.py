"""On demand, provisioned and SnapStart over how busy an environment is."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, price_book
from lambada_labs.pricing.compare import busy_share
from lambada_labs.pricing.compare.busy_share import busy_requests, provisioned_rule

AWS = price_book("aws")
GB = Scenario(workload=Workload(requests=1, duration_ms=1000, memory_mb=1024))


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_the_rule_of_sixty_per_cent(architecture):
    # 0.0000041667 / (0.0000166667 - 0.0000097222) = 41667 / 69445; arm64: 33334 / 55556
    by_hand = {"x86_64": Decimal(41667) / 69445, "arm64": Decimal(33334) / 55556}
    rule = provisioned_rule(AWS, architecture)
    assert rule == by_hand[architecture]
    assert round(rule, 3) == Decimal("0.600")


def test_the_rule_of_the_drawn_curves_is_the_same_without_cold_starts():
    made = busy_share(GB)
    assert round(made.pays_from, 20) == round(made.rule, 20)


def test_the_ends_of_the_curves_by_hand():
    made = busy_share(GB)
    on_demand, provisioned, snapstart = made.curves
    assert [curve.name for curve in made.curves] == ["on demand", "provisioned", "SnapStart"]
    # 730 h are 2,628,000 s; capacity 2,628,000 x 0.0000041667
    assert (on_demand.amounts[0], provisioned.amounts[0]) == (0, Decimal("10.9500876"))
    # 2,628,000 x 0.0000166667 + 2.628 M requests x 0.20
    assert on_demand.amounts[-1] == Decimal("43.8000876") + Decimal("0.5256") == made.full
    # 2,628,000 x (0.0000041667 + 0.0000097222) + 0.5256
    assert provisioned.amounts[-1] == Decimal("36.5000292") + Decimal("0.5256")
    # one snapshot: 2,628,000 x 0.0000015046
    assert snapstart.amounts[0] == Decimal("3.9540888")


def test_either_side_of_the_crossing():
    made = busy_share(GB)
    (crossing,) = made.crossings
    assert (crossing.before, crossing.after) == ("on demand", "provisioned")
    speck = Decimal("0.001")
    around = busy_share(GB, shares=[crossing.at - speck, crossing.at, crossing.at + speck])
    below, at, above = zip(around.curves[0].amounts, around.curves[1].amounts, strict=True)
    assert below[0] < below[1]
    assert abs(at[0] - at[1]) < Decimal("1e-20")
    assert above[0] > above[1]
    assert round(crossing.amount, 12) == round(at[0], 12)


def test_init_makes_provisioned_pay_earlier():
    # every tenth run pays 1 s of Init: on demand costs 1.1 x 0.0000166667 a busy second; provisioned pays one
    # Init of 1 GB-s when it is configured: (10.9500876 + 0.0000097222) / (2,628,000 x (0.00001833337 - 0.0000097222))
    cold = GB.with_workload(cold_share=Decimal("0.1"), init_ms=1000)
    made = busy_share(cold)
    by_hand = Decimal("10.9500973222") / (2_628_000 * Decimal("0.00000861117"))
    assert round(made.pays_from, 12) == round(by_hand, 12)
    assert made.finding == (
        "Provisioned concurrency pays once an environment of 1 GB, which costs $48.71 if never idle, "
        "is busy 48.4 % of the time"
    )


def test_a_region_without_snapstart_prices_says_so():
    made = busy_share(replace(GB, region="ap-southeast-6"))
    assert [curve.amounts[-1] is None for curve in made.curves] == [False, False, True]
    assert made.missing == ("SnapStart cache",)
    assert made.pays_from is not None


def test_busy_requests_fill_a_month():
    # 2,628,000 s / 1 s; half of them retried once takes 1.5 s each
    assert busy_requests(GB.workload) == 2_628_000
    assert busy_requests(replace(GB.workload, retry_share=0.5)) == 1_752_000


@settings(max_examples=30)
@given(st.integers(128, 10_240), st.integers(1, 900_000), st.sampled_from(["x86_64", "arm64"]))
def test_a_busier_environment_never_costs_less_and_provisioned_pays_only_beyond_its_rule(
    memory, duration, kind
):
    made = busy_share(
        Scenario(workload=Workload(requests=1, duration_ms=duration, memory_mb=memory, architecture=kind))
    )
    for curve in made.curves:
        assert list(curve.amounts) == sorted(curve.amounts)
    for share, on_demand, provisioned in zip(
        made.shares, made.curves[0].amounts, made.curves[1].amounts, strict=True
    ):
        if abs(share - made.rule) > Decimal("1e-9"):
            assert (on_demand > provisioned) == (share > made.rule)
