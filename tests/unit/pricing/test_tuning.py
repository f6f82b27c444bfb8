"""Power tuning: what each size costs, which ones are recommended, and what is said against it."""

import csv
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.errors import BadInput
from lambada_labs.model import report_line
from lambada_labs.model.invocation import billed_ms
from lambada_labs.pricing import price_book
from lambada_labs.pricing.tuning import recommend
from lambada_labs.pricing.tuning_level import Run, run_of
from lambada_labs.pricing.tuning_table import tuning_csv, tuning_json

AWS, DECK = price_book("aws"), price_book("deck")


def warm(memory, *durations):
    return [Run(memory_mb=memory, duration_ms=each, billed_ms=billed_ms(each)) for each in durations]


def cold(memory, duration, init, **more):
    billed = billed_ms(duration, init)
    return [Run(memory_mb=memory, duration_ms=duration, billed_ms=billed, init_ms=init, **more)]


def failed(memory):
    return [Run(memory_mb=memory, duration_ms=3000, billed_ms=3000, failed=True)]


def tuned(runs, architecture="x86_64", book=AWS, **more):
    return recommend(runs, architecture=architecture, book=book, **more)


def picked(tuning):
    return tuning.cheapest.memory_mb, tuning.fastest.memory_mb, tuning.balanced.memory_mb


# What a size costs


def test_a_million_runs_by_hand():
    # 128 MB, 100.2 ms -> 101 ms billed: 0.2 + 1,000,000 x 0.125 GB x 0.101 s x 0.0000166667 = 0.41041708750 dollars
    [level] = tuned(warm(128, 100.2)).levels
    assert level.cost == Decimal("0.2") + Decimal(12_625) * Decimal("0.0000166667")
    assert (level.gb_seconds, level.billed_ms) == (Decimal("0.012625"), 101)
    assert level.rounding == pytest.approx(101 / 100.2 - 1)


def test_the_cost_is_of_the_mean_of_the_billed_times_not_of_the_median():
    [level] = tuned(warm(1024, 10, 10, 10, 970)).levels
    assert (level.median_ms, level.billed_ms) == (10, 250)
    assert level.cost == Decimal("0.2") + Decimal(250_000) * Decimal("0.0000166667")


def test_arm_has_its_own_price_and_the_deck_its_own_book():
    runs = warm(1024, 100)
    [arm] = tuned(runs, architecture="arm64").levels
    assert arm.cost == Decimal("0.2") + Decimal(100_000) * Decimal("0.0000133334")
    [deck] = tuned(runs, book=DECK).levels
    assert round(deck.cost, 9) == round(Decimal("0.2") + Decimal(100_000) / 600_000, 9)


def test_percentiles_stand_beside_the_median():
    [level] = tuned(warm(512, *range(1, 102))).levels
    assert (level.runs, level.median_ms, level.p90_ms, level.p99_ms) == (101, 51, 91, 100)


# Which size


def test_computing_costs_the_same_and_more_is_faster():
    # In proportion: the same GB-seconds at every size up to one vCPU, then only dearer.
    tuning = tuned(warm(256, 1600) + warm(512, 800) + warm(1024, 400) + warm(2048, 400))
    assert picked(tuning) == (1024, 1024, 1024)
    assert tuning.sentence == "1 GB ($6.87 for a million runs, 400 ms): cheapest and fastest at once."


def test_a_recommendation_in_beijing_is_in_yuan():
    # 1.36 for a million requests, 1,000,000 x 1 GB x 0.4 s x 0.000113477
    tuning = tuned(warm(1024, 400), book=price_book(region="cn-north-1"))
    assert tuning.sentence.startswith("1 GB (¥46.75 for a million runs, 400 ms)")


def test_waiting_is_cheapest_where_memory_is_smallest():
    tuning = tuned(warm(128, 100) + warm(512, 100) + warm(1024, 100) + warm(1769, 100))
    assert picked(tuning) == (128, 128, 128)


def test_between_the_two_stands_the_balanced_one():
    tuning = tuned(warm(128, 1000) + warm(512, 300) + warm(1769, 240))
    # cost / dearest and time / longest, half each: 128 MB .31+1 · 512 MB .37+.3 · 1769 MB 1+.24
    assert picked(tuning) == (128, 1769, 512)
    assert tuning.sentence == (
        "Cheapest: 128 MB ($2.28 for a million runs, 1 s); fastest: 1,769 MB ($7.11 for a million runs, 240 ms); "
        "balanced: 512 MB ($2.70 for a million runs, 300 ms)."
    )


def test_the_weight_moves_the_balance():
    runs = warm(128, 1000) + warm(512, 300) + warm(1769, 240)
    assert [tuned(runs, weight=weight).balanced.memory_mb for weight in (0, 0.5, 1)] == [1769, 512, 128]


def test_on_a_tie_of_cost_the_faster_size_wins():
    tuning = tuned(warm(128, 800) + warm(256, 401))  # 256 MB is 0.2 % dearer
    assert picked(tuning)[0] == 256


def test_on_a_tie_of_time_the_cheaper_size_wins():
    tuning = tuned(warm(1769, 100.5) + warm(3008, 100))
    assert picked(tuning)[1] == 1769


def test_a_size_at_which_a_run_failed_is_shown_and_not_recommended():
    tuning = tuned(warm(128, 10) + failed(128) + warm(512, 90) + warm(1024, 80))
    assert [(level.memory_mb, level.failed) for level in tuning.levels] == [(128, 1), (512, 0), (1024, 0)]
    assert 128 not in picked(tuning)
    assert "Runs failed at 128 MB: not recommended." in tuning.caution


# First calls


def test_first_calls_stand_apart_from_warm_ones():
    tuning = tuned(cold(128, 900, 250) + warm(128, 100) + cold(512, 200, 240) + warm(512, 30))
    small, large = tuning.levels
    assert (small.runs, small.first_calls, small.median_ms, small.first_call_ms) == (1, 1, 100, 900)
    assert (large.init_ms, tuning.init_ms) == (240, 245)


def test_cold_mode_judges_first_calls_alone_with_their_init():
    tuning = tuned(cold(128, 900, 250) + warm(128, 1) + cold(512, 200, 240) + warm(512, 1), mode="cold")
    assert [(level.median_ms, level.billed_ms, level.runs) for level in tuning.levels] == [
        (1150, 1150, 1),
        (440, 440, 1),
    ]
    assert [level.duration_ms for level in tuning.levels] == [900, 200]
    assert picked(tuning)[1] == 512


def test_without_a_run_of_the_mode_there_is_nothing_to_recommend():
    with pytest.raises(BadInput, match="2 runs, no size with only successful warm ones"):
        tuned(cold(128, 900, 250) + failed(512))


# What is said against it


def test_local_times_are_never_passed_off_as_those_of_aws():
    runs = [run for size in (128, 512, 1024, 1769) for run in warm(size, 40)]
    assert tuned(runs, where="local").sentence.startswith("On this computer, 128 MB (")
    caution = tuned(runs, where="local").caution
    assert caution.startswith("These are times of this computer, and it gives every size its whole processor")
    assert "On AWS 128 MB have 7% of a vCPU." in caution
    assert tuned(runs, where="local").curve is None
    assert tuned(runs, where="account").caution == ""
    assert tuned(runs, where="account").curve.waiting_share == 1


def test_a_doubtful_curve_is_said():
    assert tuned(warm(128, 80) + warm(512, 20)).caution == "Measured at 2 sizes: fit on at least four."


def test_one_size_has_no_curve():
    assert tuned(warm(128, 80)).curve is None


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_a_weight_lies_between_0_and_1(weight):
    with pytest.raises(BadInput, match="weight"):
        tuned(warm(128, 80), weight=weight)


def test_a_size_that_lambda_has_not_is_refused():
    with pytest.raises(BadInput, match="64 MB"):
        tuned(warm(64, 80))


# Lines in, tables out


def test_report_lines_are_runs():
    line = report_line.read(
        "REPORT RequestId: 1-2\tDuration: 10.40 ms\tBilled Duration: 112 ms\tMemory Size: 256 MB\t"
        "Max Memory Used: 40 MB\tInit Duration: 101.30 ms\t"
    )
    assert run_of(line) == Run(
        memory_mb=256, duration_ms=10.4, billed_ms=112, init_ms=101.3, max_memory_used_mb=40
    )
    assert isinstance(run_of(line).init_ms, float)
    timeout = report_line.read(
        "REPORT RequestId: 1-3\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 256 MB\t"
        "Max Memory Used: 40 MB\tStatus: timeout"
    )
    assert run_of(timeout).failed


def test_a_restore_stands_where_init_would():
    line = report_line.read(
        "REPORT RequestId: 1-4\tDuration: 20.00 ms\tBilled Duration: 120 ms\tMemory Size: 512 MB\t"
        "Max Memory Used: 90 MB\tRestore Duration: 310.50 ms\tBilled Restore Duration: 100 ms\t"
    )
    assert (run_of(line).init_ms, run_of(line).billed_ms) == (310.5, 120)


def test_the_csv_has_every_size_with_every_number():
    text = tuning_csv(tuned(warm(128, 100.2) + cold(128, 300, 80) + warm(256, 50)))
    first, second = csv.DictReader(text.splitlines())
    assert (first["memory_mb"], first["cost"], first["billed_ms"]) == ("128", "0.4104170875", "101")
    assert (first["init_ms"], second["init_ms"]) == ("80", "")


def test_the_json_is_json_and_names_its_assumptions():
    found = json.loads(json.dumps(tuning_json(tuned(warm(128, 100) + warm(256, 50)))))
    assert (found["cheapest"], found["region"], found["book"]) == (256, "us-east-1", "aws")
    assert [level["cost"] for level in found["levels"]] == ["0.40833375", "0.40833375"]
    assert found["curve"]["good"] is False


# Laws

RUNS = st.lists(
    st.tuples(st.sampled_from((128, 512, 1024, 1769, 3008)), st.floats(0.1, 900)).map(
        lambda at: warm(*at)[0]
    ),
    min_size=1,
    max_size=20,
)


@given(RUNS, st.floats(0, 1))
def test_nothing_measured_beats_what_is_recommended(runs, weight):
    tuning = tuned(runs, weight=weight)
    assert all(tuning.cheapest.cost <= level.cost * Decimal("1.01") for level in tuning.levels)
    assert all(tuning.fastest.median_ms <= level.median_ms * 1.01 for level in tuning.levels)
    assert sum(level.runs for level in tuning.levels) == len(runs)


@given(RUNS)
def test_the_order_of_runs_does_not_matter(runs):
    assert tuning_csv(tuned(runs)) == tuning_csv(tuned(runs[::-1]))
