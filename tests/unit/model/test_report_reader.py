"""A whole log: wrapped, prefixed, broken, huge, empty, binary; the fast way and the tolerant way agree."""

import io
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_specimens import SAMPLES, entries, faults, lines, report_lines, text_of

from lambada_labs.errors import BadInput
from lambada_labs.model.log_source import BLOCK
from lambada_labs.model.report_format import ORDINARY_TEXT
from lambada_labs.model.report_json import read_json
from lambada_labs.model.report_reader import REACH, line_of, read_log, scan
from lambada_labs.model.report_record import ManagedReport, PhaseReport, ReportLine
from lambada_labs.model.report_text import read_text

R = "13222b1e-f16b-4550-89df-869ab0a9806d"
PLAIN = f"REPORT RequestId: {R}\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 256 MB\tMax Memory Used: 80 MB\t\n"
NEXT = f"START RequestId: {R} Version: $LATEST\n"


@given(report_lines())
def test_what_is_written_is_read(made):
    line, text = made
    assert entries(text + NEXT) == [line]


@given(report_lines(), st.sampled_from([" ", "  ", "\t", " \t ", "\n", "\n# ", "\r\n", "\n    * ", "\\t"]))
def test_the_two_ways_and_any_gap_agree(made, gap):
    line, text = made
    ordinary = ORDINARY_TEXT.match((text + NEXT).encode())
    assert ordinary is not None
    assert line_of(ordinary) == read_text(text) == line
    assert entries(text_of(line, gap) + NEXT) == [line]


@given(report_lines(), st.integers(1, 200), st.sampled_from(["", "2026-10-08T07:30:29.470Z ", "03:58:40  "]))
def test_a_terminal_may_wrap_it_anywhere(made, width, prefix):
    line, text = made
    wrapped = "".join(_wrapped(physical, width) for physical in (prefix + text).splitlines())
    assert lines(entries(f"{NEXT}{wrapped}{NEXT}")) == [line]


@given(report_lines(), st.integers(8, 200))
def test_a_terminal_may_show_tabs_as_spaces_and_drop_blanks_at_line_ends(made, width):
    line, text = made
    shown = "".join(_wrapped(physical.expandtabs(8), width) for physical in text.splitlines())
    trimmed = "\n".join(physical.rstrip() for physical in shown.split("\n"))
    assert lines(entries(f"{trimmed}{NEXT}")) == [line]


def _wrapped(text, width):
    return "\n".join(text[start : start + width] for start in range(0, len(text), width)) + "\n"


@given(st.integers(1, 120), st.integers(0, 2))
def test_json_may_be_wrapped_and_pretty(width, indent):
    sample = next(one for one in SAMPLES if one["name"] == "JSON, cold, 2026")
    text = json.dumps(json.loads(sample["text"]), indent=indent or None)
    assert entries(_wrapped(text, width)) == entries(sample["text"])


@pytest.mark.parametrize("sample", [one for one in SAMPLES if one["name"].startswith("JSON")])
def test_json_may_stand_escaped_in_json_and_in_csv(sample):
    inner = sample["text"].rstrip("`#;\n")
    plain = _tolerated(sample["text"])
    once = json.dumps({"events": [{"timestamp": 1, "message": inner}]})
    assert _tolerated(once) == plain
    assert _tolerated(json.dumps({"message": once}, indent=2)) == plain
    assert _tolerated('1756861433072,"' + inner.replace('"', '""') + '"\n') == plain


def _tolerated(text):
    return [each for each in read_log([text.encode(), b"\n", PLAIN.encode()]) if each != read_text(PLAIN)]


@given(
    st.permutations(["time", "type", "record"]), st.permutations(["requestId", "metrics", "status", "spans"])
)
def test_json_keys_come_in_any_order(outer, inner):
    metrics = {
        "maxMemoryUsedMB": 70,
        "durationMs": 12.125,
        "billedDurationMs": 13,
        "memorySizeMB": 128,
        "new": 1,
    }
    record = {
        "requestId": R,
        "metrics": metrics,
        "status": "success",
        "spans": [{"name": "x", "durationMs": 9}],
    }
    event = {
        "time": "2026-01-01T00:00:00Z",
        "type": "platform.report",
        "record": {key: record[key] for key in inner},
    }
    text = json.dumps({key: event[key] for key in outer})
    (line,) = entries(f"{{ noise {text} more noise }}")
    assert (str(line.duration_ms), line.billed_ms, line.status) == ("12.125", 13, None)


@pytest.mark.parametrize("more", [{}, {"maxMemoryUsedMB": 40}, {"initDurationMs": 210.5}])
def test_managed_instances_bill_no_duration(more):
    event = {
        "time": "2026-01-01T00:00:00.000Z",
        "type": "platform.report",
        "record": {
            "requestId": R,
            "status": "error",
            "errorType": "Function.Unknown",
            "metrics": {"durationMs": 693.92, **more},
            "spans": [{"name": "responseLatency", "start": "2026-01-01T00:00:00.000Z", "durationMs": 23.02}],
            "tracing": {
                "spanId": "54565fb41ac79632",
                "value": "Root=1-62e900b2-710d76f009d6e7785905449a;Sampled=1",
            },
        },
    }
    (report,) = entries(json.dumps(event))
    assert isinstance(report, ManagedReport)
    assert (str(report.duration_ms), report.error_type) == ("693.92", "Function.Unknown")
    assert (report.trace_id, report.sampled) == ("1-62e900b2-710d76f009d6e7785905449a", True)


def test_unknown_fields_are_passed_over():
    extra = PLAIN.replace("\tMemory Size", "\tQueue Duration: 3.10 ms\tTenant Id: blue\tMemory Size")
    extra = extra.replace("80 MB\t\n", "80 MB\tExtension Duration: 5 ms\tInit Duration: 2.00 ms\t\n")
    (line,) = entries(extra)
    assert (str(line.duration_ms), str(line.init_ms)) == ("12.50", "2.00")


@pytest.mark.parametrize(
    "after", ["Status: error from the API\n", "Init Duration: none\n", "Hello\n", "[INFO] Status: timeout\n"]
)
def test_what_a_function_prints_afterwards_is_not_the_reports(after):
    line = read_text(PLAIN)
    assert entries(PLAIN + after) == [line]


def test_a_status_on_its_own_line_is_the_reports():
    (line,) = entries(PLAIN + "Status: timeout\nhello\n")
    assert line.status == "timeout"


def test_an_error_type_nobody_knows_is_kept():
    (line,) = entries(
        PLAIN.replace("80 MB\t", "80 MB\tStatus: error\tError Type: Runtime.Brand_New-2") + "hello\n"
    )
    assert line.error_type == "Runtime.Brand_New-2"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"REPORT RequestId: {R}\n", "it lacks duration_ms, billed_ms, memory_mb, max_memory_used_mb"),
        (PLAIN.replace("Billed Duration: 13 ms\t", ""), "it lacks billed_ms"),
        (PLAIN.replace("12.50", "12.5.0"), "it lacks duration_ms"),
        (PLAIN.replace("13 ms", "13.5 ms"), "billed_ms is 13.5, not a whole number"),
        (PLAIN.replace("13 ms", "9" * 40 + " ms"), "it lacks billed_ms"),
        ('{"type":"platform.report","record":{"requestId":"r"}}', "its record has no metrics"),
        ('{"type":"platform.report","record":{"metrics":{"durationMs":', "no complete JSON event around it"),
        (
            '{"type":"platform.report","record":{"requestId":"r","metrics":{"durationMs":true}}}',
            "durationMs is True, no number that Lambda would print",
        ),
        (
            '{"type":"platform.report","record":{"requestId":"r","metrics":{"durationMs":1e999999}}}',
            "durationMs is Decimal('1E+999999'), no number that Lambda would print",
        ),
        (
            '{"type":"platform.report","record":{"metrics":{"durationMs":NaN}}}',
            "no complete JSON event around it",
        ),
        (
            '{"type":"platform.report","record":{"metrics":{"durationMs":1.0e99999999999999999999}}}',
            "no complete JSON event around it",
        ),
        (
            (
                '{"type":"platform.report","record":{"requestId":"","metrics":{"durationMs":1,'
                '"billedDurationMs":1,"memorySizeMB":128,"maxMemoryUsedMB":40}}}'
            ),
            "it lacks request_id",
        ),
        ("INIT_REPORT Init Duration: soon\n", "it lacks its duration"),
    ],
)
def test_what_cannot_be_read_is_kept_with_line_and_reason(text, reason):
    found = entries(f"one\ntwo\n  {text}\n{PLAIN}")
    (fault,) = faults(found)
    assert (fault.line, fault.reason) == (3, reason)
    assert fault.text == text.split("\n")[0][:80]
    assert lines(found) == [read_text(PLAIN)]


def test_line_numbers_hold_across_blocks():
    noise = b"x" * 99 + b"\n"
    log = [
        noise * 5000,
        b"REPORT RequestId: broken\n",
        noise * 5000,
        b"REPORT RequestId: again\n",
        PLAIN.encode(),
    ]
    assert [fault.line for fault in faults(read_log(log))] == [5001, 10002]


@given(st.lists(st.sampled_from(SAMPLES), min_size=1, max_size=4), st.integers(1, 4000))
def test_where_the_chunks_end_does_not_matter(samples, size):
    data = ("\n".join(sample["text"] for sample in samples) + "\n" + PLAIN).encode()
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    assert list(read_log(pieces)) == list(read_log(data)) == list(read_log(io.BytesIO(data)))


def test_no_report_is_lost_at_the_end_of_a_block():
    count = 6 * BLOCK // len(PLAIN)
    log = "".join(PLAIN.replace("12.50", f"{number}.25") for number in range(count))
    assert [int(line.duration_ms) for line in read_log(log.encode())] == list(range(count))


@pytest.mark.parametrize(
    "name", ["JSON, cold, 2026", "JSON, INIT of AWS's example", "SnapStart's INIT, 2026"]
)
@pytest.mark.parametrize("broken_first", [True, False])
def test_the_seam_between_blocks_loses_and_doubles_nothing(name, broken_first):
    text = next(one["text"] for one in SAMPLES if one["name"] == name).encode() + b"\n"
    expected = entries(text.decode() + PLAIN)[:-1]
    broken = b"REPO\nRT RequestId: x\n"
    for shift in range(0, len(text) + 60, 5):
        before = broken if broken_first else b""
        pad = b"." * (BLOCK - REACH - len(before) - shift - 1) + b"\n"
        rest = (b"" if broken_first else broken) + PLAIN.encode()
        log = before + pad + text + b"." * 2 * REACH + b"\n" + rest
        found = [each for each in read_log([log[:BLOCK], log[BLOCK:]]) if each != read_text(PLAIN)]
        assert [each for each in found if each not in faults(found)] == expected
        assert len(faults(found)) == 1


def test_the_log_is_not_read_far_ahead():
    taken = 0

    def chunks():
        nonlocal taken
        for _ in range(400):
            taken += 1
            yield PLAIN.encode() * 100

    found = scan(chunks())
    size = len(PLAIN) * 100
    for number in range(1, 4001):
        next(found)
        assert taken * size <= number * len(PLAIN) + 2 * (BLOCK + REACH + size)


def test_bytes_that_are_no_utf_8_are_replaced():
    (fault, line) = read_log([b"caf\xe9 REPORT RequestId: \xff\xfe broken\n", PLAIN.encode()])
    assert "\ufffd" in fault.text
    assert isinstance(line, ReportLine)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (bytes(range(256)) * 20, "is no text"),
        (PLAIN.encode("utf-16"), "is no text"),
        (b"\x1f\x8b\x08\x00" + bytes(50), "is compressed"),
        (b"nothing here\n" * 9, "has no REPORT line"),
        (b"INIT_REPORT Init Duration: 5.36 ms\tPhase: init\tStatus: error\n", "has no REPORT line"),
        (
            b"REPORT RequestId: a\nREPORT RequestId: b\n",
            r"has no REPORT line that can be read; 2 look like one \(line 1: ",
        ),
    ],
)
def test_a_log_that_is_none_is_refused_in_one_sentence(tmp_path, data, sentence):
    (tmp_path / "some.log").write_bytes(data)
    with pytest.raises(BadInput, match=sentence) as refusal:
        list(read_log(tmp_path / "some.log"))
    assert "\n" not in str(refusal.value)
    assert "some.log" in str(refusal.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        next(read_log(tmp_path / "missing"))


def test_a_stray_control_character_is_no_binary():
    assert lines(entries("\x00 and caf\u00e9 \u65e5\u672c\n" + PLAIN * 3)) == [read_text(PLAIN)] * 3


def test_text_in_another_script_is_text():
    assert lines(entries("\u65e5\u672c\u8a9e\u306e\u30ed\u30b0\n" * 200 + PLAIN)) == [read_text(PLAIN)]


def test_a_phase_is_no_invocation():
    found = entries("RESTORE_REPORT Restore Duration: 511.25 ms\n" + PLAIN)
    assert isinstance(found[0], PhaseReport)
    assert (found[0].kind, str(found[0].duration_ms)) == ("restore", "511.25")


@given(report_lines(), report_lines())
def test_two_reports_glued_together_stay_two(first, second):
    glued = first[1].replace("\n", " ") + second[1]
    assert lines(entries(glued)) == [first[0], second[0]]


def test_a_broken_event_is_not_the_one_before_it():
    whole = next(one["text"] for one in SAMPLES if one["name"] == "JSON, cold, 2026")
    found = entries(whole + ' "type":"platform.report", "record": {}\n')
    assert (len(lines(found)), [fault.reason for fault in faults(found)]) == (
        1,
        ["no complete JSON event around it"],
    )


def test_json_of_any_kind_ends_in_a_record_or_a_reason():
    text = '{"type":"platform.report","record":{"requestId":7,"metrics":{"durationMs":1,"billedDurationMs":1,"memorySizeMB":1,"maxMemoryUsedMB":1}}}'
    line = read_json(text, text.index("type"))
    assert line.request_id == "7"
    assert replace(line, request_id=R).basis == "duration"


@given(
    st.text(
        st.sampled_from('REPORT Requestld:DuaionBlms MySzxU.0123456789\n\t"{}\\,platform.report'),
        max_size=300,
    )
)
def test_garbage_never_raises_anything_else(text):
    try:
        found = entries(text)
    except BadInput:
        return
    assert found


def test_the_pattern_of_the_ordinary_line_is_exact():
    assert re.fullmatch(ORDINARY_TEXT, PLAIN.encode())
    assert not ORDINARY_TEXT.match((PLAIN + "Init Duration: 5.00 ms\n").encode())
