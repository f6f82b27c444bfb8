"""One workload at the prices of each time."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs import files
from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, bill, price_book
from lambada_labs.pricing.compare import time_machine
from lambada_labs.pricing.parts import Logs

AWS = price_book("aws")
TODAY = date(2026, 11, 25)
# AWS's own example of 2020-12-01: 60 million requests of 28 ms with 1 GB
BLOG = Scenario(workload=Workload(requests=60_000_000, duration_ms=28, memory_mb=1024), free_tier=False)


def era(made, since):
    return next(each for each in made.eras if each.since == date.fromisoformat(since))


def test_the_example_of_awss_announcement():
    made = time_machine(BLOG, today=TODAY)
    # 60M x 0.1 s x 0.00001667 = 100.02 and 12; AWS writes $112. Then 60M x 0.028 s x 0.0000166667 = 28.000056
    assert era(made, "2018-10-10").total == Decimal("112.02")
    assert era(made, "2020-12-01").total == Decimal("40.000056")
    assert era(made, "2020-12-01").lines == (("requests", 12), ("duration x86_64", Decimal("28.000056")))
    assert (
        made.finding == "What cost $112.02 a month in 2014 costs $40.00 since 2025-08-01: 2.8 times cheaper"
    )


def test_the_example_of_awss_old_pricing_page():
    # 3M requests of 1 s with 512 MB: 1.1M GB-s beyond the free tier x 0.00001667 = 18.337, and 0.40
    page = Scenario(workload=Workload(requests=3_000_000, duration_ms=1000, memory_mb=512))
    assert era(time_machine(page, today=TODAY), "2017-11-30").total == Decimal("18.737")


def test_arm_came_in_2021():
    made = time_machine(BLOG.with_workload(architecture="arm64"), today=TODAY)
    before, after = era(made, "2020-12-01"), era(made, "2021-09-29")
    assert before.total == Decimal("40.000056")
    assert before.note == "there was no arm64: x86_64's price stands in"
    assert not before.runnable
    # 1.68M GB-s x 0.0000133334
    assert after.total == Decimal("22.400112") + 12
    assert after.runnable


def test_tiers_came_in_2022():
    # 12,000M GB-s: all at the first price, then 6,000M at 0.000015
    large = BLOG.with_workload(requests=12 * 10**9, duration_ms=1000)
    made = time_machine(large, today=TODAY)
    assert era(made, "2022-03-24").total == Decimal("200000.4") + 2400
    assert era(made, "2022-08-01").total == Decimal("100000.2") + 90_000 + 2400


def test_init_was_free_until_2025():
    cold = BLOG.with_workload(cold_share=1, init_ms=100)
    made = time_machine(cold, today=TODAY)
    assert era(made, "2025-05-01").total == Decimal("40.000056")
    # 60M x 0.1 s x 0.0000166667
    assert era(made, "2025-08-01").total == Decimal("40.000056") + Decimal("100.0002")


def test_logs_had_one_price_until_2025():
    # 20,480 GB: 0.50 each; then 10,240 at 0.50 and 10,240 at 0.25
    logs = Logs(kb_per_request=1, months_kept=0)
    busy = BLOG.with_workload(requests=20_480 * 1024 * 1024, duration_ms=1).with_parts(logs)
    made = time_machine(busy, today=TODAY)
    assert era(made, "2022-08-01").total - era(made, "2025-05-01").total == Decimal(2560)


def test_what_would_not_have_run():
    large = BLOG.with_workload(memory_mb=10_240, duration_ms=900_000, ephemeral_mb=1024)
    made = time_machine(large, today=TODAY)
    assert [each.runnable for each in made.eras] == [False] * 6 + [True] * 4
    assert made.eras[0].note == (
        "memory ended at 1,024 MB; a run ended after 60 s; the temporary disk had 512 MB"
    )
    odd = time_machine(BLOG.with_workload(memory_mb=1000), today=TODAY)
    assert era(odd, "2014-11-13").note == "memory came in steps of 64 MB"


def test_a_visit_to_the_past_sees_no_later_price():
    made = time_machine(BLOG, today=date(2016, 1, 1))
    assert [each.since.year for each in made.eras] == [2014, 2015]
    assert made.times_cheaper == 1
    with pytest.raises(BadInput, match="today=2014-01-01"):
        time_machine(BLOG, today=date(2014, 1, 1))


def test_a_month_within_the_free_tier_has_no_ratio():
    made = time_machine(Scenario(workload=Workload(requests=10, duration_ms=10, memory_mb=128)), today=TODAY)
    assert made.times_cheaper is None
    assert made.finding == "What cost $0.00 a month in 2014 costs $0.00 since 2025-08-01"


def test_every_row_has_a_source_and_a_date_and_says_what_is_not_confirmed():
    raw = json.loads(files.data("price_history.json").read_text(encoding="utf-8"))
    days = [date.fromisoformat(row["since"]) for row in raw["eras"]]
    assert days == sorted(days)
    for row in raw["eras"]:
        assert row["source"]
        assert row["as_of"]
        assert row["confirmed"] or row["note"]


@given(
    st.integers(0, 10**11),
    st.integers(1, 60_000),
    st.integers(128, 10_240),
    st.sampled_from(["x86_64", "arm64"]),
    st.booleans(),
)
def test_the_last_era_is_todays_bill(requests, duration, memory, kind, free_tier):
    work = Workload(
        requests=requests,
        duration_ms=duration,
        memory_mb=memory,
        architecture=kind,
        ephemeral_mb=1024,
        cold_share=Decimal("0.1"),
        init_ms=100,
        spread="typical",
    )
    scenario = Scenario(workload=work, free_tier=free_tier, parts=(Logs(),))
    made = time_machine(scenario, today=TODAY)
    assert made.eras[-1].total == bill(scenario, AWS).total
    lines = sum(amount for _, amount in made.eras[-1].lines)
    assert abs(lines - made.eras[-1].total) < Decimal("1e-12")
