"""What the two books and one cent say about a bill."""

from dataclasses import replace
from decimal import Decimal

from lambada_labs.model.workload import Workload
from lambada_labs.pricing import bill, bill_both, one_cent_buys, price_book, what_drives

AWS, DECK = price_book("aws"), price_book("deck")
ONE_RUN = Workload(requests=1, duration_ms=100, memory_mb=128)
MONTH = Workload(requests=3_000_000, duration_ms=120, memory_mb=1536)


def test_one_cent_buys_tens_of_thousands_of_small_runs():
    # 0.0000002 + 0.0125 GB-s x 0.0000166667 = 0.00000040833375 a run: 24,489 of them are a cent
    assert one_cent_buys(bill(ONE_RUN, AWS, free_tier=False)) == 24_489
    # 0.0000002 + 0.0125 / 600,000 = 0.0000002208333...
    assert one_cent_buys(bill(ONE_RUN, DECK, free_tier=False)) == 45_283


def test_a_run_that_costs_nothing_has_no_number():
    assert one_cent_buys(bill(ONE_RUN, AWS)) is None


def test_the_dearest_line_after_the_free_tier_drives_the_bill():
    aws, deck = bill_both(MONTH)
    assert what_drives(aws).name == "duration x86_64"  # 2.33 against 0.40
    assert what_drives(deck).name == "requests (not in the deck)"  # 0.40 against 0.23


def test_nothing_drives_a_bill_of_nothing():
    assert what_drives(bill(replace(MONTH, requests=10), AWS)) is None


def test_a_bill_without_credits_is_driven_by_its_largest_charge():
    line = what_drives(bill(MONTH, AWS, free_tier=False))
    assert (line.name, line.amount) == ("duration x86_64", Decimal("9.000018"))
