"""CloudFront Functions, Lambda@Edge or a Region."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario
from lambada_labs.pricing.compare import edge_choices

HERE = Scenario(workload=Workload(requests=10_000_000, duration_ms=10, memory_mb=128), free_tier=False)
SMALL = {"script_kb": 4, "cpu_ms": 0.5}


def by_name(made):
    return {choice.name: choice for choice in made.choices}


def test_a_small_script_on_every_request():
    made = edge_choices(HERE, **SMALL)
    found = by_name(made)
    # 10M x 0.10/M; 10M x 0.60/M and 10M x 0.001 s x 0.125 GB x 0.00005001
    assert found["CloudFront Functions"].total == 1
    assert found["Lambda@Edge viewer"].total == 6 + Decimal("0.0625125")
    assert [choice.fits for choice in made.choices] == [True, True, False, False]
    assert made.cheapest == "CloudFront Functions"
    assert made.finding == (
        "Of what fits, CloudFront Functions is cheapest at $1.00 a month with 80 % of requests cached; Lambda@Edge viewer $6.06"
    )


def test_the_free_tier_of_cloudfront_functions_is_two_million():
    free = Scenario(workload=HERE.workload)
    assert by_name(edge_choices(free, **SMALL))["CloudFront Functions"].total == Decimal("0.8")


def test_work_for_the_origin_runs_where_the_cache_misses():
    made = edge_choices(HERE, cpu_ms=10, hit_rate=Decimal("0.9"), event="origin")
    found = by_name(made)
    assert [choice.runs for choice in made.choices] == [10_000_000, 10_000_000, 1_000_000, 1_000_000]
    # a million: 0.60 and 1,250 GB-s x 0.00005001; in a Region 0.20 and x 0.0000166667
    assert found["Lambda@Edge origin"].total == Decimal("0.6") + Decimal("0.0625125")
    assert found["Lambda in a Region"].total == Decimal("0.2") + Decimal("0.020833375")
    assert found["CloudFront Functions"].why == (
        "it knows viewer events only",
        "a run ends at about 1 ms of processor time",
    )
    assert made.cheapest == "Lambda in a Region"


def test_a_larger_or_slower_script_does_not_fit_cloudfront_functions():
    found = by_name(edge_choices(HERE, script_kb=11, cpu_ms=2))["CloudFront Functions"]
    assert found.why == ("a script ends at 10 KB", "a run ends at about 1 ms of processor time")


def test_what_is_too_large_for_the_edge():
    huge = edge_choices(HERE.with_workload(architecture="arm64"), script_kb=51 * 1024, cpu_ms=31_000)
    assert by_name(huge)["Lambda@Edge viewer"].why == (
        "a package ends at 50 MB",
        "a run ends at 30 s",
        "it runs on x86_64 only",
    )
    assert huge.cheapest == ""
    assert huge.finding == "Nothing here can run this script: it breaks a limit everywhere"


def test_the_curves_run_over_the_hit_rate():
    made = edge_choices(HERE, event="origin", hit_rates=[0, 0.5, 1])
    curves = {curve.name: curve.amounts for curve in made.curves}
    assert curves["Lambda in a Region"][1] == curves["Lambda in a Region"][0] / 2
    assert curves["Lambda in a Region"][2] == 0
    assert len(set(curves["Lambda@Edge viewer"])) == 1


def test_the_scenarios_duration_stands_in():
    assert edge_choices(HERE).choices == edge_choices(HERE, cpu_ms=10).choices


@pytest.mark.parametrize(
    "wrong",
    [
        {"script_kb": 0},
        {"script_kb": float("nan")},
        {"cpu_ms": -1},
        {"cpu_ms": float("inf")},
        {"hit_rate": 1.1},
        {"event": "response"},
    ],
)
def test_a_script_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(BadInput):
        edge_choices(HERE, **wrong)


@given(st.floats(0, 1), st.sampled_from(["viewer", "origin"]), st.floats(0.1, 60_000), st.floats(1, 10**6))
def test_the_cheapest_fits_and_nothing_that_fits_is_cheaper(hit_rate, event, cpu_ms, script_kb):
    made = edge_choices(
        HERE, hit_rate=hit_rate, event=event, cpu_ms=cpu_ms, script_kb=script_kb, hit_rates=[hit_rate]
    )
    fitting = {choice.name: choice.total for choice in made.choices if choice.fits}
    assert (made.cheapest in fitting) == bool(fitting)
    assert all(fitting[made.cheapest] <= total for total in fitting.values())
    for curve, choice in zip(made.curves, made.choices, strict=True):
        assert curve.amounts == (choice.total,)
