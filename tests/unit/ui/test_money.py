"""The bill card shows both books, every line, and what one cent buys; it computes nothing itself."""

import specimens

from lambada_labs import pricing, ui, units
from lambada_labs.model.workload import Workload
from lambada_labs.notebook import money as bills_of_a_lab
from lambada_labs.ui import estimate


def test_bill_card_lists_the_lines_of_both_books():
    card = ui.bill_card(specimens.bills(10_000_000, 120, 1536), title="Ten million greetings")
    lines = str(card).splitlines()
    assert lines[0] == "Ten million greetings"
    assert lines[1].split("  ")[0] == ""
    assert [line.split("  ")[0] for line in lines[2:7]] == [
        "Requests",
        "Duration x86_64",
        "Free tier: requests",
        "Free tier: duration x86_64",
        "Total",
    ]
    assert lines[6].split()[-2:] == ["$25.13", "$4.13"]
    assert "The deck lets $1 buy 600,000 GB-s" in lines[-1]


def test_a_borrowed_price_is_labelled():
    assert "not in the deck" in ui.bill_card(specimens.bills(1), title="One").body


def test_one_cent_buys_so_many():
    card = ui.bill_card(specimens.bills(1), title="One", per_run=specimens.bills(1, free_tier=False))
    run = specimens.bills(1, free_tier=False)[0]
    assert f"1 cent buys <b>{units.count(pricing.one_cent_buys(run))}</b> like the last one" in card.body


def test_the_driver_is_said():
    assert "cold starts" in str(ui.bill_card(specimens.bills(3), title="T", driver="Mostly **cold starts**."))


def test_bills_at_scale_share_one_scale():
    card = ui.bill_at_scale(
        [("ten runs", specimens.bills(10)), ("ten million runs", specimens.bills(10_000_000, 120, 512))]
    )
    assert str(card).splitlines()[0] == "Ten million runs cost $5.13"
    assert "--share:1.0000" in card.body
    assert "--share:0.0000" in card.body


def test_nothing_to_pay_is_no_error():
    assert "$0.00" in str(ui.bill_at_scale([("no run", specimens.bills(0))]))


def test_the_calculators_sentence_names_what_drives_the_bill():
    def sentence(**work):
        asked = Workload(**{"requests": 3_000_000, "duration_ms": 120, "memory_mb": 1536, **work})
        return estimate.driver(asked, estimate.bills_of(asked)[0])

    assert sentence() == "**Duration** drives it: 3,000,000 runs × 120 ms × 1,536 MB are 540,000 GB-seconds."
    assert sentence(memory_mb=128).startswith("**Requests** drive it")
    assert sentence(requests=1000) == "The free tier covers all of it."
    assert sentence(requests=0) == "Nobody asks, so there is nothing to pay."


def test_init_counts_as_memory_times_time_in_what_drives_a_bill():
    # 512 MB: 1,000 ms of work and 500 ms of INIT are 0.75 GB-s, 0.0000125; a request costs 0.0000002
    once = specimens.record(0, 999, init_ms=500, memory=512)
    assert bills_of_a_lab.driver([once]) == (
        "What drives it: memory times time, INIT included, 98% of the bill before the free tier."
    )
