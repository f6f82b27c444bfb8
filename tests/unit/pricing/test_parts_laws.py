"""True for every part: it adds up, it grows with its requests, its JSON comes back, its gaps are shown."""

import json
from dataclasses import fields, replace
from decimal import Decimal, localcontext
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs import files
from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Number, Workload
from lambada_labs.pricing import Scenario, bill, price_book, scenario_from_json, usage
from lambada_labs.pricing.parts import KINDS, PARTS, Part
from lambada_labs.pricing.parts.part import bounds, kinds
from lambada_labs.units import EXACT

AWS, CHINA = price_book("aws"), price_book("aws", region="cn-north-1")
SPECK = Decimal("1e-30")  # what shares such as 1/3 may be off by
WORDS = json.loads(files.data("parts.json").read_text(encoding="utf-8"))
LIMITED = {"target_share": (Decimal("0.1"), Decimal(1)), "mb_per_response": (0, 200), "days_kept": (0, 90)}


def values(name: str, kind: object) -> st.SearchStrategy:
    if kind is bool:
        return st.booleans()
    if kind is int:
        return st.integers(1, 60)
    if kind is not Number:
        return st.sampled_from(get_args(kind))
    low, high = LIMITED.get(name, bounds(name))
    return st.decimals(low, min(Decimal(high), Decimal(1500)), places=3)


def part_of(kind: type[Part]) -> st.SearchStrategy[Part]:
    return st.builds(kind, **{name: values(name, each) for name, each in kinds(kind).items()})


any_part = st.sampled_from(KINDS).flatmap(part_of)
beside = st.lists(
    st.sampled_from([kind for kind in KINDS if not kind.compute]), unique=True, max_size=5
).flatmap(lambda chosen: st.tuples(*map(part_of, chosen)))
workloads = st.builds(
    Workload,
    requests=st.integers(0, 10**9),
    duration_ms=st.integers(1, 900_000),
    memory_mb=st.integers(128, 10_240),
    architecture=st.sampled_from(["x86_64", "arm64"]),
    cold_share=st.sampled_from([0, Decimal("0.01"), Decimal("0.3")]),
    init_ms=st.sampled_from([0, 250]),
    retry_share=st.sampled_from([0, Decimal("0.1")]),
    ephemeral_mb=st.sampled_from([512, 1024]),
)


@given(workloads, any_part, beside)
def test_what_a_scenario_says_in_json_is_the_same_scenario(work, part, others):
    parts = (part, *(other for other in others if other.key != part.key))
    scenario = Scenario(workload=work, parts=parts)
    assert scenario_from_json(json.loads(json.dumps(scenario.to_json()))) == scenario


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_as_it_comes_is_empty_in_json_and_can_be_priced(kind):
    scenario = Scenario(workload=Workload(requests=1000, duration_ms=100, memory_mb=512), parts=(kind(),))
    assert scenario.to_json()["parts"] == {kind.key: {}}
    assert scenario_from_json(scenario.to_json()) == scenario
    assert bill(scenario, AWS).complete


@given(workloads, beside)
def test_parts_add_up(work, parts):
    together = Scenario(workload=work, parts=parts)
    plain = len(usage(work))
    alone = [
        used for part in together.parts for used in usage(Scenario(workload=work, parts=(part,)))[plain:]
    ]
    assert list(usage(together)[plain:]) == alone
    names = [used.name for used in usage(together)]
    assert len(set(names)) == len(names)


@given(workloads, any_part, st.integers(0, 10**9))
def test_more_requests_never_cost_less_nor_use_less(work, part, more):
    few = Scenario(workload=work, parts=(part,))
    many = few.with_workload(requests=work.requests + more)
    used = {each.name: each.quantity for each in usage(many)}
    with localcontext(EXACT):
        assert all(each.quantity <= used.get(each.name, 0) + SPECK for each in usage(few))
        assert bill(few, AWS).total <= bill(many, AWS).total + SPECK


@given(workloads, any_part)
def test_no_part_uses_less_than_nothing(work, part):
    made = Scenario(workload=work, parts=(part,))
    assert all(used.quantity >= 0 for used in usage(made))
    assert bill(made, AWS).total >= 0


@given(workloads, any_part)
def test_a_price_that_a_region_lacks_is_shown_as_missing(work, part):
    scenario = Scenario(workload=work, parts=(part,))
    bare = replace(AWS, prices={})
    made = bill(scenario, bare)
    assert [used.name for used in made.missing] == [used.name for used in usage(scenario)]
    assert made.lines == ()
    assert made.complete == (not usage(scenario))


def test_a_region_without_a_price_makes_the_bill_incomplete_and_borrows_none():
    work = Workload(requests=10**6, duration_ms=100, memory_mb=512)
    lacking = [
        kind
        for kind in KINDS
        if not bill(Scenario(workload=work, region="cn-north-1", parts=(kind(),)), CHINA).complete
    ]
    assert PARTS["edge"] in lacking
    assert bill(Scenario(workload=work, region="cn-north-1"), CHINA).complete


@pytest.mark.parametrize("kind", KINDS)
def test_every_price_that_a_part_asks_for_is_in_the_list_of_virginia(kind):
    words = {
        name: get_args(each) for name, each in kinds(kind).items() if get_args(each) and each is not Number
    }
    for name, choices in words.items() or [("", ())]:
        for part in [kind(**{name: word}) for word in choices] or [kind()]:
            asked = part.items(Workload(requests=10, duration_ms=1, memory_mb=128))
            assert {item.price for item in asked} <= set(AWS.prices)


@pytest.mark.parametrize(
    ("key", "options", "said"),
    [
        ("provisioned", {"share": "1.2"}, "provisioned.share=Decimal('1.2'). Expected: a number from 0 to 1"),
        ("provisioned", {"hours": 731}, "provisioned.hours=731. Expected: a number from 0 to 730"),
        ("provisioned", {"stretches": 0}, "provisioned.stretches=0. Expected: 1 or more"),
        (
            "provisioned",
            {"environments": -1},
            "provisioned.environments=-1. Expected: a whole number, 0 or more",
        ),
        ("provisioned", {"environments": "1.5"}, "Expected: a whole number"),
        (
            "savings_plan",
            {"payment": "later"},
            "savings_plan.payment='later'. Expected: no_upfront, all_upfront",
        ),
        ("managed_instances", {"instance": "t3.nano"}, "Expected: c7g.large, "),
        ("managed_instances", {"target_share": 0}, "Expected: 0.01 or more"),
        ("managed_instances", {"busy_share": 2}, "Expected: a number from 0 to 1"),
        ("snapstart", {"java": "yes"}, "snapstart.java='yes'. Expected: true or false"),
        ("streaming", {"mb_per_response": 201}, "Expected: at most 200"),
        ("durable", {"days_kept": 91}, "Expected: at most 90"),
        ("event_pollers", {"kind": "mq"}, "event_pollers.kind='mq'. Expected: sqs, kafka"),
        ("sqs", {"batch": 0}, "sqs.batch=0. Expected: 1 or more"),
        (
            "nat",
            {"gateway": 1},
            "Unknown option nat.gateway. Expected: one of gateways, hours, kb_per_request",
        ),
        ("edge", {"hours": 1}, "Unknown option edge.hours"),
        ("lambda", {}, "Unknown part 'lambda'"),
    ],
)
def test_an_option_that_cannot_be_is_refused_by_its_name(key, options, said):
    given = {"memory_mb": 128, "duration_ms": 1, "requests": 1, "parts": {key: options}}
    with pytest.raises(BadInput) as refused:
        scenario_from_json(given)
    assert said in str(refused.value)


@pytest.mark.parametrize("bad", [-1, float("nan"), float("inf"), "2", None, True])
def test_a_size_that_is_none_is_refused(bad):
    with pytest.raises(BadInput, match=r"logs\.kb_per_request"):
        PARTS["logs"](kb_per_request=bad)


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_has_words_and_every_option_a_label_and_a_range_that_it_takes(kind):
    said = WORDS[kind.key]
    assert said["help"].endswith(".")
    assert said["group"]
    assert list(said["options"]) == [field.name for field in fields(kind)]
    for name, option in said["options"].items():
        assert 0 < len(option["label"]) <= 28
        number = kinds(kind)[name] in {int, Number}
        assert number == ("range" in option)
        for end in map(str, option.get("range", [])):
            assert getattr(kind(**{name: Decimal(end) if "." in end else int(end)}), name) == Decimal(end)


def test_words_stand_for_parts_that_exist():
    assert set(WORDS) - {"note"} == set(PARTS)
