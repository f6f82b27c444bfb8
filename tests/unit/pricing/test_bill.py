"""Bills: worked out by hand from the price sheet, and true for every workload."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs import facts, files
from lambada_labs.errors import BadInput
from lambada_labs.model import InvocationRecord
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import (
    Scenario,
    Usage,
    Used,
    bill,
    bill_both,
    price_book,
    price_json,
    usage,
    why_books_differ,
)
from lambada_labs.units import EXACT

AWS, DECK = price_book("aws"), price_book("deck")
ONE = Workload(requests=3_000_000, duration_ms=120, memory_mb=1536)
SPECK = Decimal("1e-20")  # what a third of a dollar may be off by
RECORD = InvocationRecord(
    request_id="r",
    function_name="f",
    function_version="$LATEST",
    function_arn="arn:aws:lambda:us-east-1:123456789012:function:f",
    environment_id="e",
    log_group="/aws/lambda/f",
    log_stream="s",
    accepted_at=0,
    started_at=0,
    ended_at=1,
    duration_ms=999.5,
    billed_ms=1000,
    memory_mb=1024,
    max_memory_used_mb=40,
)

workloads = st.builds(
    Workload,
    requests=st.integers(0, 10**12),
    duration_ms=st.integers(1, 900_000),
    memory_mb=st.integers(128, 10_240),
    architecture=st.sampled_from(["x86_64", "arm64"]),
)
books = st.sampled_from([AWS, DECK])


@pytest.mark.parametrize(
    ("workload", "aws", "deck"),
    [
        # 3M x 0.12 s x 1.5 GB = 540,000 GB-s; 140,000 beyond the free tier; 2M requests x 0.20/M = 0.40
        (ONE, "2.733338", "0.633333333333333333"),
        # the deck's own examples: 400,000 s at 1 GB and 3,200,000 s at 128 MB cost nothing but requests
        (Workload(requests=400_000, duration_ms=1000, memory_mb=1024), "0", "0"),
        (Workload(requests=3_200_000, duration_ms=1000, memory_mb=128), "0.44", "0.44"),
        # 10M x 1 s x 1 GB arm64: 9.6M GB-s x 0.0000133334 = 128.00064; 9M requests = 1.80
        (
            Workload(requests=10_000_000, duration_ms=1000, memory_mb=1024, architecture="arm64"),
            "129.80064",
            "17.8",
        ),
        (Workload(requests=0, duration_ms=1, memory_mb=128), "0", "0"),
        # 12.4 ms is billed as 13: 100M x 0.013 x 0.5 GB = 650,000; 250,000 x 0.0000166667 = 4.166675; 99M = 19.80
        (
            Workload(requests=100_000_000, duration_ms=12.4, memory_mb=512),
            "23.966675",
            "20.216666666666666667",
        ),
    ],
)
def test_golden_totals(workload, aws, deck):
    assert [each.to_json()["total"] for each in bill_both(workload)] == [aws, deck]


def test_the_lines_of_a_bill():
    lines = [(line.name, line.quantity, line.amount) for line in bill(ONE, AWS).lines]
    assert lines == [
        ("requests", 3_000_000, Decimal("0.6")),
        ("duration x86_64", 540_000, Decimal("9.000018")),
        ("free tier: requests", -1_000_000, Decimal("-0.2")),
        ("free tier: duration x86_64", -400_000, Decimal("-6.66668")),
    ]
    assert bill(ONE, AWS).cents == Decimal("2.73")


def test_without_the_free_tier():
    assert bill(ONE, AWS, free_tier=False).total == Decimal("9.600018")


def test_six_hundred_thousand_gb_seconds_cost_a_dollar_in_the_deck_and_ten_at_aws():
    work = Workload(requests=600_000, duration_ms=1000, memory_mb=1024)
    aws, deck = bill_both(work, free_tier=False)
    assert deck.lines[1].amount == 1
    assert aws.lines[1].amount == Decimal("10.00002")


def test_what_the_deck_does_not_price_is_labelled():
    names = [line.name for line in bill(ONE, DECK).lines]
    assert names[0] == "requests (not in the deck)"
    assert names[1] == "duration x86_64"


def test_both_architectures_share_one_free_tier():
    arm = replace(ONE, architecture="arm64")
    lines = {line.name: line.quantity for line in bill([ONE, arm], AWS).lines}
    assert lines["free tier: duration x86_64"] == -400_000
    assert lines["free tier: duration arm64"] == 0
    assert lines["free tier: requests"] == -1_000_000


def test_measured_invocations_are_billed_by_their_report():
    failed = replace(RECORD, outcome="error", status="error")
    throttled = replace(RECORD, outcome="throttled")
    cold = replace(RECORD, billed_ms=2000, init_ms=1000.0)
    lines = bill(iter([RECORD, failed, throttled, cold]), AWS, free_tier=False).lines
    assert [(line.name, line.quantity) for line in lines] == [
        ("requests", 3),
        ("duration x86_64", 3),
        ("INIT x86_64", 1),
    ]


def test_no_invocation_costs_nothing():
    assert bill([], AWS).total == 0
    assert [line.name for line in bill([], AWS).lines][:2] == ["requests", "duration x86_64"]


def test_both_bills_come_from_one_pass_over_the_records():
    aws, deck = bill_both(iter([RECORD, RECORD]), free_tier=False)
    assert aws.lines[1].quantity == deck.lines[1].quantity == 2


@given(workloads, books)
def test_the_total_is_the_sum_and_never_negative(workload, book):
    made = bill(workload, book)
    with localcontext(EXACT):
        assert made.total == sum(line.amount for line in made.lines)
    assert made.total >= 0


@given(workloads, books)
def test_the_free_tier_only_ever_takes_off_what_was_used(workload, book):
    lines = {line.name: line for line in bill(workload, book).lines}
    for name, line in lines.items():
        if name.startswith("free tier: "):
            used = lines[name.removeprefix("free tier: ")].quantity
            assert -used <= line.quantity <= 0
            assert line.amount <= 0


additions = st.tuples(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 10**9))


@given(workloads, additions, books, st.booleans())
def test_more_never_costs_less(workload, added, book, free_tier):
    memory, duration, requests = added
    larger = replace(
        workload,
        memory_mb=min(workload.memory_mb + memory, 10_240),
        duration_ms=min(workload.duration_ms + duration, 900_000),
        requests=workload.requests + requests,
    )
    assert bill(larger, book, free_tier=free_tier).total >= bill(workload, book, free_tier=free_tier).total


@given(workloads, workloads, books)
def test_bills_add_up_and_volume_only_ever_makes_them_cheaper(one, other, book):
    together = bill([one, other], book, free_tier=False)
    with localcontext(EXACT):
        apart = bill(one, book, free_tier=False).total + bill(other, book, free_tier=False).total
        assert together.total <= apart + SPECK
        if not any(", over " in line.name for line in together.lines):
            assert abs(together.total - apart) <= SPECK


@pytest.mark.parametrize(
    ("gb_seconds", "tiers"),
    [
        # 1 GB for 1 s each; the first 400,000 are free, 6 and 15 thousand million are the tier edges
        (6_000_400_000, [6_000_400_000]),
        (6_000_400_001, [6_000_400_000, 1]),
        (15_000_400_000, [6_000_400_000, 9_000_000_000]),
        (20_000_400_000, [6_000_400_000, 9_000_000_000, 5_000_000_000]),
    ],
)
def test_volume_tiers_count_what_is_left_after_the_free_tier(gb_seconds, tiers):
    made = bill(Workload(requests=gb_seconds, duration_ms=1000, memory_mb=1024), AWS)
    durations = [line for line in made.lines if line.name.startswith("duration")]
    assert [line.quantity for line in durations] == tiers
    rates = [Decimal("0.0000166667"), Decimal("0.000015"), Decimal("0.0000133334")]
    assert [line.unit_price for line in durations] == rates[: len(tiers)]
    assert made.line("free tier: duration x86_64").amount == -400_000 * rates[0]


def test_free_seconds_behind_a_full_tier_cost_nothing():
    # a function with provisioned concurrency has filled the first tier; the next one is within the free tier
    spilled = Used("spillover", "duration.x86_64", Decimal(7_000_000_000), free=False)
    small = Used("small", "duration.x86_64", Decimal(400_001))
    added = bill(Usage([spilled, small]), AWS).total - bill(Usage([spilled]), AWS).total
    assert added == AWS.prices["duration.x86_64"].tiers[1].amount


def test_both_architectures_have_volume_tiers_of_their_own():
    one = Workload(requests=6_000_000_000, duration_ms=1000, memory_mb=1024)
    lines = bill([one, replace(one, architecture="arm64")], AWS, free_tier=False).lines
    assert not any(", over " in line.name for line in lines)


def test_duration_and_init_fill_the_same_tier():
    work = Workload(requests=6_000_000_000, duration_ms=1000, memory_mb=1024, cold_share=1, init_ms=1000)
    lines = {line.name: line.quantity for line in bill(work, AWS, free_tier=False).lines}
    assert lines["INIT x86_64, over 6,000,000,000"] == 6_000_000_000


def test_a_cold_start_is_rounded_up_once_with_its_init():
    # 10.4 ms run as 11; with 5.4 ms of INIT they are 15.8, billed as 16: INIT adds 5 to half of them
    work = Workload(
        requests=1_024_000, duration_ms=10.4, memory_mb=1024, cold_share=Decimal("0.5"), init_ms=5.4
    )
    lines = {line.name: line.quantity for line in bill(work, AWS, free_tier=False).lines}
    assert lines["duration x86_64"] == Decimal(11264)
    assert lines["INIT x86_64"] == Decimal(2560)


def test_a_spread_is_rounded_up_run_by_run():
    # mean 1 ms: half take 0.7, 30 % take 1, 15 % take 1.5, 5 % take 2.5; billed 1, 1, 2, 3
    work = Workload(requests=1_000_000, duration_ms=1, memory_mb=1024, spread="typical")
    assert usage(work).quantity("duration x86_64") == Decimal(1250)


def test_retries_are_requests_and_full_durations():
    once = Workload(requests=1000, duration_ms=1000, memory_mb=1024)
    twice = usage(replace(once, retry_share=1))
    assert (twice.quantity("requests"), twice.quantity("duration x86_64")) == (2000, 2000)


@pytest.mark.parametrize(
    ("event_kb", "requests"), [(0, 1), (256, 1), (257, 2), (320, 2), (321, 3), (1024, 13)]
)
def test_a_large_asynchronous_event_counts_as_several_requests(event_kb, requests):
    work = Workload(requests=1, duration_ms=1, memory_mb=128, event_kb=event_kb)
    assert usage(work).quantity("requests") == requests


def test_storage_beyond_512_mb_is_paid_by_the_second_whatever_the_memory():
    # 10,240 MB are 9.5 GB beyond what is included
    for memory in (128, 10_240):
        work = Workload(requests=1000, duration_ms=1000, memory_mb=memory, ephemeral_mb=10_240)
        assert usage(work).quantity("ephemeral storage") == 9500


def test_a_workload_and_records_in_one_bill():
    both = usage([Workload(requests=9, duration_ms=1000, memory_mb=1024), RECORD])
    assert (both.quantity("requests"), both.quantity("duration x86_64")) == (10, 10)


def test_rounding_like_aws_rounds_each_charge_after_its_credit():
    # 2.333338 and 0.40 are charged: 2.33 + 0.40; requests and duration of one run are each below half a cent
    assert bill(ONE, AWS).like_aws == Decimal("2.73")
    assert bill(replace(ONE, requests=1), AWS, free_tier=False).like_aws == 0


def test_a_price_the_region_lacks_makes_the_bill_incomplete():
    bare = replace(AWS, prices={name: AWS.prices[name] for name in AWS.prices if name != "ephemeral"})
    work = replace(ONE, ephemeral_mb=1024)
    made = bill(work, bare)
    assert (made.complete, [used.name for used in made.missing]) == (False, ["ephemeral storage"])
    assert made.total == bill(ONE, AWS).total
    assert made.to_json()["missing"] == [{"name": "ephemeral storage", "quantity": "180000"}]
    assert str(made).splitlines()[-2:] == [
        "total so far, incomplete" + " " * 51 + "$2.73",
        "ephemeral storage: no price in us-east-1",
    ]


def test_the_deck_borrows_no_price_in_another_currency():
    aws, deck = bill_both(Scenario(workload=ONE, region="cn-north-1"))
    # 3,000,000 requests at 1.36 yuan a million; the deck knows nothing but its dollar for 600,000 GB-s
    assert (aws.book.currency, aws.line("requests").amount) == ("CNY", Decimal("4.08"))
    assert [line.name for line in deck.lines] == ["duration x86_64", "free tier: duration x86_64"]
    assert [used.name for used in deck.missing] == ["requests"]
    assert deck.cents == Decimal("0.23")  # 140,000 / 600,000


def test_a_price_older_than_a_year_is_stale():
    price = AWS.prices["requests"]
    # A date without a day, or without a month, is taken at its beginning: it may be that old.
    dates = {"2025-12": False, "2025": True, "2025-11-26": False, "2025-11-24": True, "undated": False}
    assert replace(price, as_of="2025-10").stale(date(2026, 10, 2))
    assert not replace(price, as_of="2025-13").stale(date(2026, 11, 25))
    seen = {as_of: replace(price, as_of=as_of).stale(date(2026, 11, 25)) for as_of in dates}
    assert seen == dates


@given(workloads, books)
def test_the_free_tier_never_makes_it_dearer(workload, book):
    assert bill(workload, book).total <= bill(workload, book, free_tier=False).total


@given(workloads)
def test_json_keeps_the_schema(workload):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(files.data("schemas", "price.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(price_json(Scenario(workload=workload)))), schema)


def test_json_says_what_went_in():
    made = price_json(Scenario(workload=replace(ONE, duration_ms=120.5)))
    assert made["inputs"] == {
        "memory_mb": 1536,
        "duration_ms": "120.5",
        "requests": 3_000_000,
        "architecture": "x86_64",
        "region": "us-east-1",
        "free_tier": True,
    }
    assert list(made["books"]) == ["aws", "deck"]
    assert list(made["books"]["aws"]["lines"][0]) == ["name", "quantity", "unit", "unit_price", "amount"]


def test_the_text_of_a_bill_ends_in_its_total():
    text = str(bill(ONE, AWS))
    assert text.splitlines()[0] == "AWS list price (us-east-1, 2026-09-19)"
    assert text.endswith("$2.73")


def test_the_text_of_a_bill_says_once_where_a_price_comes_from():
    assert str(bill(ONE, DECK)).splitlines()[1].split() == [
        "requests", "(not", "in", "the", "deck)", "3,000,000", "requests", "$0.60",
    ]  # fmt: skip


def test_why_the_books_differ():
    arm = replace(ONE, architecture="arm64")
    tiny = replace(ONE, requests=10)
    assert why_books_differ(*bill_both(ONE)).endswith("60,000 (x86_64): its duration is 10 times too cheap.")
    assert "75,000 (arm64): its duration is 8 times" in why_books_differ(*bill_both(arm))
    assert "8 to 10 times" in why_books_differ(*bill_both([ONE, arm]))
    assert "the free tier covers every GB-second" in why_books_differ(*bill_both(tiny))
    idle = bill_both(replace(ONE, requests=0), free_tier=False)
    assert why_books_differ(*idle).endswith("the same, because nothing is billed by the GB-second.")
    far = bill_both(Scenario(workload=arm, region="cn-north-1"))
    assert (
        why_books_differ(*far)
        == "The deck counts in USD, AWS in CNY here: the two totals cannot be compared."
    )


def test_the_price_files_agree_with_the_facts():
    assert AWS.prices["requests"].of(Decimal(1_000_000)) == facts.decimal("lambda.request.usd_per_million")
    assert AWS.prices["duration.x86_64"].each == facts.decimal("lambda.duration.x86.tier1")
    assert AWS.prices["duration.arm64"].each == facts.decimal("lambda.duration.arm64.tier1")
    for book in (AWS, DECK):
        assert book.free("requests") == facts.number("free_tier.requests")
        assert book.free("duration") == facts.number("free_tier.gb_seconds")
    assert DECK.prices["duration.x86_64"].per == facts.number("price.deck_gb_seconds_per_dollar")
    assert AWS.as_of == facts.fact("lambda.duration.x86.tier1").as_of


def test_a_book_that_is_not_shipped_is_refused():
    with pytest.raises(BadInput, match="No price list for Region 'mars-north-1'"):
        price_book("aws", region="mars-north-1")


def test_usage_of_usage_is_itself():
    used = usage(ONE)
    assert usage(used) is used
