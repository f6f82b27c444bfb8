"""Lambda against servers that would do the same work."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, price_book
from lambada_labs.pricing.compare import Around, computes, fargate_busy_share, fargate_size
from lambada_labs.pricing.compare.computes import lambda_cost, server_cost
from lambada_labs.pricing.compare.machines import ec2, fargate, managed
from lambada_labs.pricing.parts import Logs

AWS = price_book("aws")
WORK = Workload(requests=3_000_000, duration_ms=1000, memory_mb=1769)
HERE = Scenario(workload=WORK, free_tier=False)
BARE = Around(load_balancer=False, headroom=0)


@pytest.mark.parametrize(
    ("memory_mb", "size"),
    [
        (128, "0.25 vCPU / 0.5 GB"),
        (442, "0.25 vCPU / 0.5 GB"),
        (513, "0.5 vCPU / 1 GB"),  # 0.29 vCPU do not fit into a quarter
        (884, "0.5 vCPU / 1 GB"),
        (885, "1 vCPU / 2 GB"),
        (1769, "1 vCPU / 2 GB"),
        (1770, "2 vCPU / 4 GB"),
        (10_240, "8 vCPU / 16 GB"),
    ],
)
def test_the_task_that_holds_a_function(memory_mb, size):
    assert str(fargate_size(memory_mb)) == size


def test_fargate_beats_a_function_of_one_vcpu_above_47_6_per_cent_busy():
    # 0.04048 + 2 x 0.004445 = 0.04937 an hour; 1769/1024 GB x 3600 s x 0.0000166667 = 0.10365...
    share = fargate_busy_share(1769, AWS)
    by_hand = Decimal("0.04937") / (Decimal(1769) / 1024 * 3600 * Decimal("0.0000166667"))
    assert abs(share - by_hand) < Decimal("1e-20")
    assert round(share, 3) == Decimal("0.476")


def test_either_side_of_47_6_per_cent():
    # a month has 2,628,000 s: so many requests of 1 s keep a task busy; the request fee is left out
    function, task = lambda_cost(HERE, BARE, AWS), server_cost(HERE, fargate(WORK), BARE, AWS)
    for share, cheaper in ((Decimal("0.475"), "function"), (Decimal("0.478"), "task")):
        requests = 2_628_000 * share
        fee = requests * Decimal("0.0000002")
        cost = {"function": function(requests).amount - fee, "task": task(requests).amount}
        assert min(cost, key=cost.get) == cheaper


def test_the_break_even_of_fargate_by_hand():
    # one task: 730 x 0.04937 = 36.0401; a request of 1 s: 1769/1024 x 0.0000166667 + 0.0000002 = 0.00002899239...
    made = computes(HERE, BARE)
    (found,) = [each for each in made.break_even if each.name == "Fargate"]
    assert found.requests == 1_243_089
    assert found.amount == Decimal("36.0401")
    function = lambda_cost(HERE, BARE, AWS)
    assert (
        function(Decimal(found.requests - 1)).amount
        < found.amount
        <= function(Decimal(found.requests)).amount
    )


@pytest.mark.parametrize("memory_mb", [128, 1769, 3008])
@pytest.mark.parametrize("duration_ms", [20, 900])
def test_both_sides_of_every_break_even(memory_mb, duration_ms):
    scenario = HERE.with_workload(memory_mb=memory_mb, duration_ms=duration_ms)
    around = Around(api_gateway="http")
    made = computes(scenario, around)
    function = lambda_cost(scenario, around, AWS)
    machines = {"Fargate": fargate(scenario.workload), "EC2": ec2(scenario.workload, AWS)}
    machines["Managed Instances"] = managed(scenario.workload, AWS)
    for each in made.break_even:
        if each.requests is None:
            continue
        server = server_cost(scenario, machines[each.name], around, AWS)
        assert server(Decimal(each.requests)).amount == each.amount <= function(Decimal(each.requests)).amount
        before = Decimal(each.requests - 1)
        assert server(before).amount > function(before).amount


def test_a_server_holds_several_small_functions():
    # 128 MB have 0.072 vCPU: three fit into a quarter of one, by CPU
    small = WORK.__class__(requests=1, duration_ms=1, memory_mb=128)
    assert fargate(small).slots == 3
    assert (ec2(WORK, AWS).size, ec2(WORK, AWS).slots) == ("c5.large", 2)


def test_a_burstable_instance_counts_what_it_may_always_use():
    # t3.medium: 2 vCPU x 20 % = 0.4 vCPU, five times 0.072
    small = Workload(requests=1, duration_ms=1, memory_mb=128)
    assert ec2(small, AWS, instance="t3.medium").slots == 5
    assert ec2(WORK, AWS, instance="t3.medium").slots == 0


def test_managed_instances_cost_fifteen_per_cent_more_and_run_three():
    # c5.large 0.085 x 1.15 = 0.09775; three of them 730 h = 214.0725; a million requests 0.20
    machine = managed(WORK, AWS)
    assert machine.hour(AWS) == Decimal("0.09775")
    assert server_cost(HERE, machine, BARE, AWS)(Decimal(1_000_000)).amount == Decimal("214.2725")


def test_the_toggles_by_hand():
    task = fargate(WORK)
    bare = server_cost(HERE, task, BARE, AWS)(Decimal(0)).amount
    cost = {
        # 730 x 0.0225, two NAT gateways 2 x 730 x 0.045, one address 730 x 0.005
        "load_balancer": (Around(headroom=0), Decimal("16.425")),
        "nat": (Around(load_balancer=False, headroom=0, nat_zones=2), Decimal("65.7")),
        "ipv4": (Around(load_balancer=False, headroom=0, public_ipv4=True), Decimal("3.65")),
        "two tasks": (Around(load_balancer=False, headroom=0, smallest=2), Decimal("36.0401")),
    }
    for around, more in cost.values():
        assert server_cost(HERE, task, around, AWS)(Decimal(0)).amount - bare == more


def test_the_toggles_on_lambdas_side():
    plain = lambda_cost(HERE, BARE, AWS)(Decimal(1_048_576)).amount
    gateway = lambda_cost(HERE, Around(api_gateway="rest"), AWS)(Decimal(1_048_576)).amount
    logs = lambda_cost(HERE, Around(logs_kb=1), AWS)(Decimal(1_048_576)).amount
    assert gateway - plain == Decimal("3.50") * Decimal("1.048576")
    assert logs - plain == Decimal("0.50")  # 1,048,576 KB are one GB


def test_headroom_and_concurrency_change_how_many_servers_run():
    task = fargate(WORK)
    assert Around(headroom=0).servers(task, Decimal(10)) == 10
    assert Around(headroom=0.5).servers(task, Decimal(10)) == 20
    assert Around(headroom=0, concurrency=4).servers(task, Decimal(10)) == 3
    assert Around(smallest=2).servers(task, Decimal(0)) == 2


def test_what_fits_nowhere_has_no_curve_and_no_break_even():
    made = computes(HERE.with_workload(memory_mb=10_240))
    plans = {plan.name: plan for plan in made.plans}
    assert (plans["EC2"].slots, plans["EC2"].size) == (0, "no listed instance holds 10 GB")
    assert {amount for curve in made.curves if curve.name == "EC2" for amount in curve.amounts} == {None}
    assert made.missing == ()


def test_a_region_without_the_price_says_which():
    made = computes(Scenario(workload=WORK, region="ap-southeast-6"))
    assert "Fargate vCPU" in made.missing
    assert made.curves[0].amounts[0] is not None
    assert [each.requests for each in made.break_even] == [None, None, None]
    assert made.finding == "Lambda is cheapest up to 10,000,000,000 requests a month"


def test_the_finding_names_who_costs_no_more_and_from_where():
    assert computes(HERE, BARE).finding == (
        "Lambda is cheapest up to 1,240,000 requests a month; from there on Fargate costs no more, "
        "EC2 from 2,140,000, Managed Instances from 7,440,000"
    )


def test_other_parts_of_the_scenario_do_not_count():
    assert computes(HERE.with_parts(Logs(kb_per_request=100)), BARE).curves == computes(HERE, BARE).curves


@pytest.mark.parametrize(
    "wrong",
    [
        {"headroom": 1},
        {"headroom": -0.1},
        {"headroom": float("nan")},
        {"concurrency": 0},
        {"nat_zones": -1},
        {"api_gateway": "soap"},
        {"instance": "x9.huge"},
    ],
)
def test_toggles_that_make_no_sense_are_refused(wrong):
    with pytest.raises(BadInput, match=next(iter(wrong))):
        Around(**wrong)


@settings(max_examples=25)
@given(st.integers(128, 10_240), st.integers(1, 60_000), st.booleans())
def test_more_traffic_never_costs_less(memory_mb, duration_ms, balanced):
    scenario = HERE.with_workload(memory_mb=memory_mb, duration_ms=duration_ms)
    made = computes(scenario, Around(load_balancer=balanced), requests=range(1000, 10**9, 10**8))
    for curve in made.curves:
        known = [amount for amount in curve.amounts if amount is not None]
        assert known == sorted(known)
