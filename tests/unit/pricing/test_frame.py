"""A million workloads at once have the same cents as one by one."""

import random
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, bill, price_book
from lambada_labs.pricing.frame import cents_of, dollars_of
from lambada_labs.pricing.parts import KINDS, Logs, ManagedInstances, Provisioned

AWS, DECK = price_book("aws"), price_book("deck")
PLAIN = Scenario(workload=Workload(requests=1, duration_ms=1, memory_mb=128))
LOADED = Scenario(
    workload=Workload(
        requests=1, duration_ms=1, memory_mb=128, architecture="arm64", spread="long_tail",
        cold_share=Decimal("0.013"), init_ms=412, retry_share=Decimal("0.07"), ephemeral_mb=2048,
    ),
    parts=(Logs(kb_per_request=3),),
)  # fmt: skip

BENDING = [
    Scenario(workload=PLAIN.workload, parts=(Provisioned(environments=20),)),
    Scenario(workload=PLAIN.workload, parts=(ManagedInstances(),)),
]


def table(rows, seed=20261125):
    """Workloads from anywhere in the range, small and large equally likely."""
    chance = random.Random(seed)
    return {
        "memory_mb": [round(128 * 80 ** chance.random()) for _ in range(rows)],
        "duration_ms": [round(900_000 ** chance.random(), 2) for _ in range(rows)],
        "requests": [round(10 ** (12 * chance.random())) for _ in range(rows)],
    }


def one_by_one(rows, like, book):
    cells = zip(rows["memory_mb"], rows["duration_ms"], rows["requests"], strict=True)
    scenarios = (like.with_workload(memory_mb=m, duration_ms=d, requests=r) for m, d, r in cells)
    return [int(bill(each, book).cents * 100) for each in scenarios]


@pytest.mark.parametrize("book", [AWS, DECK], ids=["aws", "deck"])
@pytest.mark.parametrize("like", [PLAIN, LOADED], ids=["plain", "loaded"])
def test_every_cent_is_the_same(like, book):
    rows = table(5000)
    assert cents_of(rows, like, book).tolist() == one_by_one(rows, like, book)


@given(st.integers(0, 10**6), st.integers(1, 40))
@settings(max_examples=50)
def test_exact_halves_of_a_cent_round_up(extra, hundreds):
    # requests alone, beyond the free million, in steps of 25,000: every other one costs exactly half a cent more
    rows = {"memory_mb": [128], "duration_ms": [1], "requests": [1_000_000 + 25_000 * hundreds + extra % 2]}
    assert cents_of(rows, PLAIN, AWS).tolist() == one_by_one(rows, PLAIN, AWS)


def test_a_pandas_frame_is_a_table():
    pandas = pytest.importorskip("pandas")
    rows = table(20)
    assert cents_of(pandas.DataFrame(rows), PLAIN, AWS).tolist() == one_by_one(rows, PLAIN, AWS)


def test_cold_starts_may_vary_by_row():
    rows = {
        **table(200),
        "cold_share": [k / 200 for k in range(200)],
        "init_ms": [7.5 * k for k in range(200)],
    }
    like = Scenario(workload=Workload(requests=1, duration_ms=1, memory_mb=128, cold_share=1, init_ms=1))
    works = [dict(zip(rows, cells, strict=True)) for cells in zip(*rows.values(), strict=True)]
    exact = [int(bill(like.with_workload(**each), AWS).cents * 100) for each in works]
    assert cents_of(rows, like, AWS).tolist() == exact


@pytest.mark.parametrize("like", BENDING, ids=lambda like: like.parts[0].key)
def test_what_bends_with_the_load_is_billed_row_by_row(like):
    rows = table(300)
    assert cents_of(rows, like, AWS).tolist() == one_by_one(rows, like, AWS)
    assert dollars_of(rows, like, AWS) * 100 == pytest.approx(one_by_one(rows, like, AWS), abs=0.51)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_part_has_the_same_cents(kind):
    like = Scenario(workload=replace(PLAIN.workload, cold_share=Decimal("0.1"), init_ms=300), parts=(kind(),))
    rows = table(150)
    assert cents_of(rows, like, AWS).tolist() == one_by_one(rows, like, AWS)


def test_an_empty_table_has_no_totals():
    assert cents_of({"memory_mb": [], "duration_ms": [], "requests": []}, PLAIN, AWS).tolist() == []


def test_dollars_for_charts():
    rows = {"memory_mb": [1536], "duration_ms": [120], "requests": [3_000_000]}
    assert dollars_of(rows, PLAIN, AWS) == pytest.approx([2.733338])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"duration_ms": [1]},
            "memory_mb (2,), duration_ms (1,), requests (2,). Expected: one value for each row",
        ),
        ({"duration_ms": 1}, "duration_ms ()"),
        ({"duration_ms": ["1", "soon"]}, "The column duration_ms holds no numbers"),
        ({"duration_ms": [1, None]}, "Row 1: duration_ms=nan"),
        ({"memory_mb": [128, 64]}, "Row 1: memory_mb=64. Expected: 128 to 10240."),
        ({"duration_ms": [np.nan, 1]}, "Row 0: duration_ms=nan"),
        ({"duration_ms": [5, 0]}, "Row 1: duration_ms=0"),
        ({"requests": [1, -1]}, "Row 1: requests=-1"),
        ({"requests": [1, 1.5]}, "Row 1: requests=1.5"),
    ],
)
def test_a_row_that_lambda_would_not_run_is_named(changed, said):
    rows = {"memory_mb": [128, 128], "duration_ms": [1, 1], "requests": [1, 1], **changed}
    with pytest.raises(BadInput) as refused:
        cents_of(rows, PLAIN, AWS)
    assert said in str(refused.value)


def test_a_missing_column_is_named():
    with pytest.raises(BadInput, match="The table lacks requests"):
        cents_of({"memory_mb": [128], "duration_ms": [1]}, PLAIN, AWS)
