"""One scenario in every Region."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, bill, price_book, regions
from lambada_labs.pricing.compare import regions_table
from lambada_labs.pricing.parts import Sqs

HERE = Scenario(workload=Workload(requests=3_000_000, duration_ms=120, memory_mb=1536))


def test_every_region_stands_once_with_its_own_bill():
    rows = regions_table(HERE).rows
    assert sorted(row.region for row in rows) == list(regions())
    for row in rows:
        assert row.total == bill(replace(HERE, region=row.region), price_book("aws", region=row.region)).total


def test_dollars_come_cheapest_first_and_yuan_last():
    rows = regions_table(HERE).rows
    dollars = [row.total for row in rows if row.currency == "USD"]
    assert dollars == sorted(dollars)
    assert rows[-1].currency == "CNY"
    assert rows[-1].against_here is None


def test_a_dearer_region_by_hand():
    # Cape Town: 140,000 GB-s x 0.0000221 = 3.094 and 2M requests x 0.27 = 0.54
    (row,) = [row for row in regions_table(HERE).rows if row.region == "af-south-1"]
    assert row.total == Decimal("3.634")
    assert row.against_here == Decimal("3.634") / Decimal("2.733338")


def test_the_finding_compares_complete_regions():
    finding = regions_table(HERE).finding
    assert finding.startswith("The same month costs from $2.46 (ap-east-2) to $")
    assert finding.endswith("$2.73 in us-east-1")


def test_a_part_without_a_price_makes_a_region_incomplete():
    made = regions_table(HERE.with_parts(Sqs()))
    lacking = [row for row in made.rows if not row.complete]
    assert lacking
    assert {row.against_here for row in lacking} == {None}
    assert all("SQS standard requests" in row.missing for row in lacking)
    dollars = [row.complete for row in made.rows if row.currency == "USD"]
    assert dollars == sorted(dollars, reverse=True)
    assert f"; {len(lacking)} Regions lack a price" in made.finding


def test_an_incomplete_home_compares_with_nothing():
    made = regions_table(replace(HERE.with_parts(Sqs()), region="ap-southeast-6"))
    assert {row.against_here for row in made.rows} == {None}
    assert made.finding.startswith("ap-southeast-6 has no price for SQS standard requests")


def test_old_prices_are_named_when_a_day_is_given():
    assert {row.stale for row in regions_table(HERE).rows} == {()}
    rows = {row.region: row for row in regions_table(HERE, today=date(2026, 11, 25)).rows}
    assert rows["us-east-1"].stale == ()
    later = {row.region: row for row in regions_table(HERE, today=date(2036, 1, 1)).rows}
    assert later["us-east-1"].stale == ("requests", "duration.x86_64")


def test_a_month_of_nothing_has_no_ratio():
    made = regions_table(HERE.with_workload(requests=0))
    assert {row.against_here for row in made.rows} == {None}
    assert made.finding.startswith("The same month costs nothing")


@settings(max_examples=20)
@given(st.sampled_from(regions()))
def test_the_scenarios_own_region_is_one_against_itself(region):
    (row,) = [row for row in regions_table(replace(HERE, region=region)).rows if row.here]
    assert (row.region, row.against_here) == (region, 1)
