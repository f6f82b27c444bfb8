"""A log added up: exact sums, the same whichever way its lines were read, and nothing lost."""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.errors import BadInput
from lambada_labs.model.report_reader import read_log
from lambada_labs.pricing.log_summary import EXAMPLES, summarise, summary_of
from lambada_labs.pricing.log_totals import histogram_percentile
from lambada_labs.units import gb_seconds

R = "13222b1e-f16b-4550-89df-869ab0a9806d"


def line(duration="100.00", billed=100, *, memory=1024, used=256, more="", gap="\t", prefix=""):
    """One REPORT line."""
    fields = [
        f"{prefix}REPORT RequestId: {R}",
        f"Duration: {duration} ms",
        f"Billed Duration: {billed} ms",
        f"Memory Size: {memory} MB",
        f"Max Memory Used: {used} MB",
        *([more] if more else []),
        "\n",
    ]
    return gap.join(fields)


def summary(*texts):
    return summarise("".join(texts).encode())


def test_the_sums_by_hand():
    found = summary(
        line(),
        line(billed=300, more="Init Duration: 200.00 ms"),
        line("50.00", 50, memory=512, used=512),
        line("3000.00", 3000, memory=512, used=100, more="Status: timeout"),
        line("10.00", 10, memory=512, more="Status: error\tError Type: Runtime.ExitError"),
    )
    assert (found.count, found.cold, found.billed_ms) == (5, 1, 3460)
    assert [size.memory_mb for size in found.sizes] == [512, 1024]
    # 0.4 GB-s at 1 GB; 3.06 s at half a GB
    assert found.gb_seconds == Decimal("1.93")
    assert found.init.mb_ms == 1024 * 200
    assert found.init_share == Decimal("0.2") / Decimal("1.93")
    assert (found.timeouts.count, found.timeouts.gb_seconds) == (1, Decimal("1.5"))
    assert (found.errors.count, found.errors.gb_seconds) == (1, Decimal("0.005"))
    assert found.sizes[1].unused_gb_seconds == Decimal("0.3")
    assert found.sizes[0].max_used_mb == 512
    assert found.timeout_share == Decimal("1.5") / Decimal("1.93")


def test_memory_used_above_the_size_is_no_negative_waste():
    assert summary(line(memory=128, used=130)).unused_share == 0


def test_restore_and_what_nobody_explains_have_portions_of_their_own():
    found = summary(
        line("10.00", 30, more="Restore Duration: 400.00 ms\tBilled Restore Duration: 20 ms"),
        line("5000.00", 5600, more="Status: timeout"),
    )
    assert (found.restore.count, found.restore.mb_ms) == (1, 1024 * 20)
    assert (found.unexplained.count, found.unexplained.mb_ms) == (1, 1024 * 600)
    assert (found.init.count, found.cold) == (0, 1)


def test_init_that_was_not_billed_is_no_cost():
    found = summary(line("100.00", 100, more="Init Duration: 200.00 ms"))
    assert (found.cold, found.init.count, found.init_share) == (1, 0, 0)


def test_phases_managed_instances_and_faults_are_counted_apart():
    managed = '{"type":"platform.report","record":{"requestId":"r","metrics":{"durationMs":1.5}}}\n'
    broken = "".join(f"REPORT RequestId: {number}\n" for number in range(EXAMPLES + 5))
    found = summary(
        line(),
        "INIT_REPORT Init Duration: 10.00 ms\tPhase: init\tStatus: timeout\n",
        "RESTORE_REPORT Restore Duration: 511.25 ms\n",
        managed,
        broken,
    )
    assert (found.count, found.init_reports, found.restore_reports, found.managed) == (1, 1, 1, 1)
    assert (found.unreadable, len(found.examples)) == (EXAMPLES + 5, EXAMPLES)
    assert found.examples[0].line == 5
    assert found.gb_seconds == Decimal("0.1")


def test_a_log_of_managed_instances_alone_bills_no_duration():
    found = summary('{"type":"platform.report","record":{"requestId":"r","metrics":{"durationMs":1.5}}}\n')
    assert (found.managed, found.count, found.gb_seconds, found.unused_share) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("first", "last", "seconds"),
    [
        ("2026-10-08T07:30:29.470Z ", "2026-10-08T07:31:29.720Z ", Decimal("60.25")),
        (
            "2026-10-08T07:30:29.470000+00:00 2026/10/08/[$LATEST]ab ",
            "2026-10-08T08:30:29.470000+00:00 x ",
            3600,
        ),
        ("1756861433072,", "1756861437352,", Decimal("4.28")),
        ("| 2025-08-15 13:17:24.627 | ", "| 2025-08-15 13:17:26.627 | ", 2),
        ("2026-10-08T07:30:29Z ", "1791444632000,", 3),
        # summer time ends between them: 90 minutes, though the clock on the wall shows half an hour
        ("2026-10-25T02:15:00+02:00 ", "2026-10-25T02:45:00+01:00 ", 5400),
        ("2026-10-25T10:00:00+02:00 ", "2026-10-25T09:45:00-01:00 ", 9900),
    ],
)
def test_the_time_a_log_covers(first, last, seconds):
    texts = [line(), line(prefix=last), line(prefix=first), line(prefix=first, more="Status: timeout")]
    assert summary(*texts).observed_seconds == seconds


def test_no_timestamps_no_time_covered():
    assert summary(line(), line()).observed_seconds is None
    assert summary(line(prefix="2026-10-08T07:30:29.470Z ")).observed_seconds is None
    assert summary(line(prefix="2026-99-99T07:30:29.470Z ")).first is None


def test_moments_are_in_utc():
    found = summary(line(prefix="2026-10-08T07:30:29Z "))
    assert found.first == datetime(2026, 10, 8, 7, 30, 29, tzinfo=UTC)


specimens = st.lists(
    st.tuples(
        st.integers(1, 400_000),
        st.sampled_from([0, 0, 0, 20_000, 31_234]),
        st.sampled_from([128, 512, 1769]),
        st.integers(20, 2000),
        st.sampled_from(["", "", "Status: timeout", "Status: error\tError Type: Runtime.Unknown"]),
    ),
    min_size=1,
    max_size=30,
)


def _text(specimen, gap="\t"):
    hundredths, init, memory, used, outcome = specimen
    billed = -(-(hundredths + init) // 100)
    more = gap.join(filter(None, [f"Init Duration: {init / 100:.2f} ms" if init else "", outcome]))
    return line(f"{hundredths / 100:.2f}", billed, memory=memory, used=used, more=more, gap=gap)


@given(specimens, st.sampled_from(["\t", "  ", "\n", "\\t"]))
def test_every_way_of_reading_gives_the_same_sums(made, gap):
    quick = summary(*(_text(one) for one in made))
    assert summary(*(_text(one, gap) for one in made)) == quick
    assert summary_of(read_log("".join(_text(one) for one in made).encode())) == quick


@given(specimens)
def test_the_sums_are_those_of_the_lines_in_any_order(made):
    found = summary(*(_text(one) for one in made))
    assert summary(*(_text(one) for one in reversed(made))) == found
    reports = list(read_log("".join(_text(one) for one in made).encode()))
    assert found.count == len(made)
    assert found.gb_seconds == sum(gb_seconds(one.memory_mb, one.billed_ms) for one in reports)
    assert found.init.mb_ms == sum(one.memory_mb * one.start_ms for one in reports if one.init_billed)
    for size in found.sizes:
        mine = [one for one in reports if one.memory_mb == size.memory_mb]
        assert size.billed == Counter(one.billed_ms for one in mine)
        assert size.billed_ms == sum(one.billed_ms for one in mine)
        assert size.used_percentile(100) == size.max_used_mb == max(one.max_memory_used_mb for one in mine)


@given(st.lists(st.integers(0, 50), min_size=1), st.integers(1, 100))
def test_a_percentile_of_a_histogram_is_one_of_the_values(values, percent):
    found = histogram_percentile(Counter(values), percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values)
    assert sum(value < found for value in values) * 100 < percent * len(values)


def test_a_log_without_invocations_is_refused():
    with pytest.raises(BadInput, match="has no REPORT line"):
        summary("nothing here\n")


def test_memory_does_not_grow_with_the_log():
    import tracemalloc

    def log(blocks):
        text = "".join(line(f"{number}.50", number + 1) for number in range(1, 200)).encode()
        return (text for _ in range(blocks))

    def peak(blocks):
        tracemalloc.start()
        try:
            summarise(log(blocks))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(20) > 0
    assert peak(400) < peak(40) * 1.5
