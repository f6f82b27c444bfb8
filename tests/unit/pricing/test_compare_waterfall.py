"""The path of a request, step by step."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, bill, price_book
from lambada_labs.pricing.compare import waterfall
from lambada_labs.pricing.parts import KINDS, ApiGatewayRest, Logs, Nat, Provisioned, Sqs

AWS = price_book("aws")
HERE = Scenario(workload=Workload(requests=1_048_576, duration_ms=100, memory_mb=128), free_tier=False)
PATH = HERE.with_parts(Nat(kb_per_request=0), Logs(kb_per_request=1, months_kept=0), ApiGatewayRest())


def test_the_steps_by_hand():
    made = waterfall(PATH)
    assert [step.key for step in made.steps] == ["api_gateway_rest", "function", "logs", "nat"]
    gateway, function, logs, nat = made.steps
    assert gateway.amount == Decimal("3.670016")  # 1.048576M x 3.50
    # 1.048576M x 0.20, and 13,107.2 GB-s x 0.0000166667
    assert function.amount == Decimal("0.2097152") + Decimal("0.21845377024") == made.compute
    assert logs.amount == Decimal("0.50")
    assert nat.amount == Decimal("32.85")
    assert [step.dearer for step in made.steps] == [True, False, True, True]


def test_the_steps_stand_on_each_other_and_end_at_the_bill():
    made = waterfall(PATH)
    assert made.steps[0].start == 0
    for before, after in zip(made.steps, made.steps[1:], strict=False):
        assert after.start == before.end
    assert made.steps[-1].end == made.total == bill(PATH, AWS).total


def test_the_finding_names_what_is_dearer_than_the_function():
    assert waterfall(PATH).finding == (
        "NAT gateway costs $32.85 of $37.45, the function costs $0.43; 2 more parts are dearer than it too"
    )
    assert waterfall(HERE).finding == (
        "Nothing around it costs more than the function: the function costs $0.43 of $0.43"
    )


def test_another_way_to_pay_for_the_function_stands_in_its_place():
    made = waterfall(PATH.with_parts(Provisioned()))
    function = made.steps[1]
    assert (function.key, function.title) == ("function", "Provisioned concurrency")
    assert not function.dearer


def test_a_step_without_a_price_is_named_and_leaves_no_total():
    made = waterfall(replace(HERE.with_parts(Sqs()), region="ap-southeast-6"))
    queue, function = made.steps
    assert (queue.amount, queue.missing) == (None, ("SQS standard requests", "SQS standard idle polls"))
    assert function.missing == ()
    assert made.compute == function.amount
    assert made.total is None
    assert made.finding.startswith("The total is incomplete here: no price for SQS")


def test_a_function_that_costs_nothing_has_no_shares():
    made = waterfall(HERE.with_workload(requests=0))
    assert [(step.amount, step.share) for step in made.steps] == [(0, None)]


@given(st.sets(st.sampled_from([kind for kind in KINDS if not kind.compute])), st.booleans())
def test_whatever_the_parts_the_steps_add_up_to_the_bill(kinds, free_tier):
    scenario = replace(HERE, free_tier=free_tier, parts=tuple(kind() for kind in kinds))
    made = waterfall(scenario)
    assert len(made.steps) == len(kinds) + 1
    assert abs(sum(step.amount for step in made.steps) - bill(scenario, AWS).total) < Decimal("1e-20")
