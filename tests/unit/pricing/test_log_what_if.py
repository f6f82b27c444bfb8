"""A log's traffic billed as it was, on arm64, at another size, provisioned: by hand, and as laws."""

from decimal import Decimal

import pytest

from lambada_labs.errors import BadInput
from lambada_labs.pricing import bill, price_book
from lambada_labs.pricing.log_summary import summarise
from lambada_labs.pricing.log_what_if import (
    at_memory,
    concurrency,
    on_architecture,
    per_month,
    usage_of,
    with_provisioned,
)

R = "13222b1e-f16b-4550-89df-869ab0a9806d"


def log(*lines):
    return summarise(
        "".join(
            f"{time}REPORT RequestId: {R}\tDuration: {duration} ms\tBilled Duration: {billed} ms\t"
            f"Memory Size: {memory} MB\tMax Memory Used: 200 MB\t{more}\n"
            for time, duration, billed, memory, more in lines
        ).encode()
    )


WARM = ("2026-10-08T07:30:00.000Z ", "100.00", 100, 1024, "")
COLD = ("2026-10-08T07:30:10.000Z ", "100.00", 300, 1024, "Init Duration: 200.00 ms")
SMALL = ("2026-10-08T07:30:05.000Z ", "1000.00", 1000, 512, "")


def quantities(usage):
    return {used.name: used.quantity for used in usage}


def test_what_was_billed_init_apart():
    assert quantities(usage_of(log(WARM, COLD, SMALL))) == {
        "requests": 3,
        "duration x86_64": Decimal("0.7"),
        "INIT x86_64": Decimal("0.2"),
    }


def test_without_billed_init_there_is_no_line_for_it():
    assert set(quantities(usage_of(log(WARM)))) == {"requests", "duration x86_64"}


def test_the_bill_of_a_log_by_hand():
    total = bill(usage_of(log(WARM, COLD)), price_book("aws"), free_tier=False).total
    assert total == 2 * Decimal("0.20") / 1_000_000 + Decimal("0.4") * Decimal("0.0000166667")


def test_on_arm64_only_the_prices_change():
    answer = on_architecture(log(WARM, COLD), "arm64")
    assert quantities(answer.usage) == {
        "requests": 2,
        "duration arm64": Decimal("0.2"),
        "INIT arm64": Decimal("0.2"),
    }
    assert "measure" in answer.assumption


def test_at_another_size_with_the_same_durations():
    answer = at_memory(log(WARM, COLD, SMALL), 256)
    assert answer.usage.quantity("duration x86_64") == Decimal("0.3")
    assert answer.usage.quantity("INIT x86_64") == Decimal("0.05")
    assert "unchanged" in answer.assumption


def test_at_the_same_size_it_is_the_same():
    found = log(WARM, COLD)
    assert at_memory(found, 1024).usage == usage_of(found)


def test_a_curve_bends_the_handler_and_leaves_init():
    answer = at_memory(log(WARM, COLD), 2048, curve=lambda ms: ms * Decimal("0.501"))
    # each handler 100 ms becomes 50.1, billed as 51; INIT stays 200 ms
    assert answer.usage.quantity("duration x86_64") == Decimal("0.204")
    assert answer.usage.quantity("INIT x86_64") == Decimal("0.4")
    assert "curve" in answer.assumption


def test_restore_stays_what_it_was():
    found = log(("", "10.00", 30, 1024, "Restore Duration: 400.00 ms\tBilled Restore Duration: 20 ms"))
    answer = at_memory(found, 1024, curve=lambda ms: ms / 2)
    assert answer.usage.quantity("duration x86_64") == Decimal("0.025")


@pytest.mark.parametrize(
    ("memory", "sentence"),
    [(64, "memory_mb=64"), (20_000, "memory_mb=20000"), (199, "too small: the log shows up to 200 MB used")],
)
def test_a_size_that_would_not_fit_is_refused(memory, sentence):
    with pytest.raises(BadInput, match=sentence):
        at_memory(log(WARM), memory)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -1])
def test_a_curve_that_gives_no_duration_is_refused(wrong):
    with pytest.raises(BadInput, match="The curve makes"):
        at_memory(log(WARM), 512, curve=lambda _: wrong)


def test_provisioned_concurrency_by_littles_law():
    found = log(WARM, COLD, SMALL)
    assert found.observed_seconds == 10
    answer = with_provisioned(found, "arm64")
    # one environment for each size, ready for the least step of 5 minutes: (1 GB + 0.5 GB) x 300 s
    assert quantities(answer.usage) == {
        "requests": 3,
        "provisioned capacity arm64": Decimal(450),
        "provisioned duration arm64": Decimal("0.7"),
    }
    assert not any(used.free for used in answer.usage)
    assert answer.assumption.startswith("2 environments stay ready")


def test_a_busy_second_needs_more_environments():
    busy = log(*[WARM] * 25)
    assert concurrency(busy.sizes[0], Decimal(1)) == 3
    assert (
        with_provisioned(busy, observed_seconds=Decimal(1)).usage.quantity("provisioned capacity x86_64")
        == 900
    )


def test_without_a_span_of_time_there_is_no_concurrency():
    with pytest.raises(BadInput, match="does not say how much time"):
        with_provisioned(log(("", "100.00", 100, 1024, "")))


def test_a_month_of_it():
    month = per_month(usage_of(log(WARM, COLD)), Decimal(3600))
    assert quantities(month) == {
        "requests": 1460,
        "duration x86_64": Decimal(146),
        "INIT x86_64": Decimal(146),
    }
    with pytest.raises(BadInput, match="observed_seconds=0"):
        per_month(month, Decimal(0))
