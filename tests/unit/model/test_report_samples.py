"""Lines that AWS wrote, in all the dress in which people keep them: exact values, and what was billed."""

import math
from decimal import Decimal

import pytest
from report_specimens import SAMPLES, entries, entry, faults, lines

from lambada_labs.model.report_line import read
from lambada_labs.model.report_reader import read_log

NAMES = [sample["name"] for sample in SAMPLES]
REPORTS = [
    (sample["name"], expected)
    for sample in SAMPLES
    for expected in sample["expect"]
    if expected["kind"] == "report"
]


def sampled(text):
    """Everything in a sample; one without any invocation ends with a refusal, which is not the matter here."""
    found = read_log([text.encode(), b"\n", OTHER.encode()])
    return [each for each in found if getattr(each, "request_id", None) != "other"]


OTHER = (
    "START RequestId: other Version: 1\nREPORT RequestId: other\tDuration: 1.00 ms\tBilled Duration: 1 ms\t"
    "Memory Size: 128 MB\tMax Memory Used: 9 MB\t\n"
)


@pytest.mark.parametrize("sample", SAMPLES, ids=NAMES)
def test_every_captured_line_is_read_to_its_exact_values(sample):
    readable = [expected for expected in sample["expect"] if expected["kind"] != "unreadable"]
    found = [each for each in sampled(sample["text"]) if not hasattr(each, "reason")]
    assert found == [entry(expected) for expected in readable]
    printed = [expected.get("time") for expected in readable]
    assert [each.time for each in found] == printed
    assert [fault.reason for fault in faults(sampled(sample["text"]))] == [
        expected["reason"] for expected in sample["expect"] if expected["kind"] == "unreadable"
    ]


@pytest.mark.parametrize("sample", SAMPLES, ids=NAMES)
def test_windows_line_ends_change_nothing(sample):
    assert sampled(sample["text"].replace("\n", "\r\n")) == sampled(sample["text"])


@pytest.mark.parametrize("sample", SAMPLES, ids=NAMES)
def test_one_line_alone_reads_as_within_a_log(sample):
    first = lines(sampled(sample["text"]))[:1]
    if first and sample["expect"][0]["kind"] == "report":
        assert read(sample["text"]) == first[0]


def test_there_are_enough_samples():
    assert len(REPORTS) >= 40
    assert all(sample["source"] for sample in SAMPLES)


@pytest.mark.parametrize(("name", "expected"), REPORTS, ids=[name for name, _ in REPORTS])
def test_the_identities_of_billed_duration(name, expected):
    line = entry(expected)
    sums = {
        "duration": line.duration_ms,
        "init": line.duration_ms + (line.init_ms or 0),
        "restore": line.duration_ms + (line.billed_restore_ms or 0),
        "hundreds": Decimal(math.ceil(line.duration_ms / 100) * 100),
    }
    assert line.basis == expected["basis"]
    if line.basis in sums:
        assert line.billed_ms == math.ceil(sums[line.basis])
    assert line.init_billed == (expected["basis"] == "init")


@pytest.mark.parametrize(
    ("fields", "basis", "start"),
    [
        ("Duration: 1.20 ms Billed Duration: 2 ms {} Init Duration: 0.30 ms", "init", 0),
        # the printed sum is 88.00; the exact one may have been 88.01
        ("Duration: 2.58 ms Billed Duration: 89 ms {} Init Duration: 85.42 ms", "init", 86),
        ("Duration: 2.58 ms Billed Duration: 90 ms {} Init Duration: 85.42 ms", "unexplained", 87),
        ("Duration: 3000.00 ms Billed Duration: 3000 ms {} Init Duration: 9999.10 ms Status: timeout", "duration", 0),
        ("Duration: 3003.17 ms Billed Duration: 3000 ms {}", "timeout", 0),
        ("Duration: 100.00 ms Billed Duration: 100 ms {}", "duration", 0),
        ("Duration: 100.01 ms Billed Duration: 200 ms {}", "hundreds", 0),
        ("Duration: 100.00 ms Billed Duration: 200 ms {}", "unexplained", 100),
        ("Duration: 10.00 ms Billed Duration: 9 ms {}", "unexplained", 0),
        ("Duration: 4.10 ms Billed Duration: 25 ms {} Restore Duration: 300.00 ms Billed Restore Duration: 20 ms", "restore", 20),
    ],
)  # fmt: skip
def test_what_was_billed_is_told_from_the_line(fields, basis, start):
    memory = "Memory Size: 128 MB Max Memory Used: 70 MB"
    line = entries(f"REPORT RequestId: r {fields.format(memory)}\n")[0]
    assert (line.basis, line.start_ms) == (basis, start)
