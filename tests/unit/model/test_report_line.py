"""START, END and REPORT: AWS's own bytes, and back again."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.errors import BadInput
from lambada_labs.model import FunctionConfig, InvocationRecord, billed_ms, platform_event
from lambada_labs.model.report_line import (
    ReportLine,
    end_line,
    init_report_line,
    init_start_line,
    read,
    report_line,
    start_line,
    write,
)

R = "13222b1e-f16b-4550-89df-869ab0a9806d"
WARM = InvocationRecord(
    request_id=R,
    function_name="greet",
    function_version="$LATEST",
    function_arn="arn:aws:lambda:us-east-1:123456789012:function:greet",
    environment_id="e1",
    log_group="/aws/lambda/greet",
    log_stream="2026/11/24/[$LATEST]0123456789abcdef0123456789abcdef",
    accepted_at=1_791_444_627.0,
    started_at=1_791_444_627.0,
    ended_at=1_791_444_627.5,
    duration_ms=1.674,
    billed_ms=2,
    memory_mb=128,
    max_memory_used_mb=37,
)
COLD = replace(WARM, init_ms=85.416, billed_ms=88)
TIMEOUT = replace(WARM, duration_ms=3000.0, billed_ms=3000, outcome="timeout", status="timeout")
OUT_OF_MEMORY = replace(WARM, outcome="error", status="error", error_type="Runtime.OutOfMemory")


def test_the_lines_around():
    assert start_line(R, "$LATEST") == f"START RequestId: {R} Version: $LATEST\n"
    assert end_line(R) == f"END RequestId: {R}\n"


def test_a_warm_report_ends_with_a_tab():
    assert report_line(WARM) == (
        f"REPORT RequestId: {R}\tDuration: 1.67 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 37 MB\t\n"
    )


def test_a_cold_report_names_its_init():
    assert report_line(COLD).endswith("\tMax Memory Used: 37 MB\tInit Duration: 85.42 ms\t\n")


def test_a_timeout_as_recorded_in_public():
    assert report_line(replace(TIMEOUT, memory_mb=1024, max_memory_used_mb=64)) == (
        "REPORT RequestId: 13222b1e-f16b-4550-89df-869ab0a9806d\tDuration: 3000.00 ms\t"
        "Billed Duration: 3000 ms\tMemory Size: 1024 MB\tMax Memory Used: 64 MB\tStatus: timeout\n"
    )


def test_a_platform_error_names_its_type():
    assert report_line(OUT_OF_MEMORY).endswith("\tStatus: error\tError Type: Runtime.OutOfMemory\n")


def test_init_lines():
    failed = init_report_line(137.689, phase="init", status="error", error_type="Runtime.ImportModuleError")
    assert failed == (
        "INIT_REPORT Init Duration: 137.69 ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError\n"
    )
    slow = init_report_line(10_000.0, phase="init", status="timeout")
    assert slow == "INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout\n"
    opened = init_start_line("python:3.12.v36", "arn:aws:lambda:us-east-1::runtime:0123")
    assert opened.split("\t")[0] == "INIT_START Runtime Version: python:3.12.v36"


@pytest.mark.parametrize(
    "line",
    [
        # public threads, 2024-2026
        (
            f"REPORT RequestId: {R}\tDuration: 95.78 ms\tBilled Duration: 96 ms\tMemory Size: 512 MB\t"
            "Max Memory Used: 39 MB\tStatus: error\tError Type: Runtime.ImportModuleError"
        ),
        (
            f"2026-10-08T07:30:29Z REPORT RequestId: {R} Duration: 95.78 ms Billed Duration: 96 ms "
            "Memory Size: 512 MB Max Memory Used: 39 MB Status: error Error Type: Runtime.ImportModuleError"
        ),
        (
            f"REPORT RequestId: {R}\nDuration: 95.78 ms\nBilled Duration: 96 ms\nMemory Size: 512 MB\n"
            "Max Memory Used: 39 MB\nStatus: error\nError Type: Runtime.ImportModuleError\n"
        ),
    ],
)
def test_reading_what_people_paste(line):
    assert read(line) == ReportLine(
        request_id=R,
        duration_ms=Decimal("95.78"),
        billed_ms=96,
        memory_mb=512,
        max_memory_used_mb=39,
        status="error",
        error_type="Runtime.ImportModuleError",
    )


def test_reading_a_recorded_json_event():
    line = (
        '{"time":"2026-10-08T07:30:29.470Z","type":"platform.report","record":{"requestId":"79b5e81f",'
        '"metrics":{"durationMs":1233.96,"billedDurationMs":1698,"memorySizeMB":256,"maxMemoryUsedMB":123,'
        '"initDurationMs":463.512},"status":"success"}}'
    )
    report = read(line)
    assert (report.billed_ms, report.init_ms, report.status) == (1698, Decimal("463.512"), None)
    assert report.init_billed
    assert report.billed_ms == billed_ms(float(report.duration_ms), float(report.init_ms))


@pytest.mark.parametrize(
    "text", ["", "END RequestId: x", "{not json", '{"type": "platform.start"}', "REPORT RequestId: x"]
)
def test_what_is_no_report_is_refused_with_the_missing_fields(text):
    with pytest.raises(BadInput, match=r"lacks .*duration_ms"):
        read(text)


hundredths = st.integers(0, 90_000_000).map(lambda n: n / 100)
records = st.builds(
    replace,
    st.just(WARM),
    duration_ms=hundredths,
    billed_ms=st.integers(1, 900_000),
    memory_mb=st.integers(128, 10_240),
    max_memory_used_mb=st.integers(1, 10_240),
    init_ms=st.none() | hundredths,
    status=st.none() | st.sampled_from(["timeout", "error"]),
)


def _as_read(record):
    return ReportLine(
        request_id=record.request_id,
        duration_ms=Decimal(str(record.duration_ms)),
        billed_ms=record.billed_ms,
        memory_mb=record.memory_mb,
        max_memory_used_mb=record.max_memory_used_mb,
        init_ms=None if record.init_ms is None else Decimal(str(record.init_ms)),
        status=record.status,
        error_type=record.error_type,
    )


@given(records)
def test_what_is_written_is_read(record):
    assert read(write(record)) == _as_read(record)


@given(records)
def test_what_is_written_as_json_is_read(record):
    assert read(platform_event.report(record)) == _as_read(record)


def test_half_a_character_before_the_line_is_no_hindrance():
    assert read("\udce9\u00e9 " + report_line(WARM)) == read(report_line(WARM))


def test_a_record_as_plain_json():
    plain = read(report_line(COLD)).to_json()
    assert (plain["duration_ms"], plain["init_ms"], plain["init_billed"]) == (1.67, 85.42, True)
    assert json.loads(json.dumps(plain)) == plain


def test_a_report_that_bills_no_duration_is_refused():
    event = '{"type":"platform.report","record":{"requestId":"r","metrics":{"durationMs":1.5}}}'
    with pytest.raises(BadInput, match="ManagedReport and bills no duration"):
        read(event)


def test_json_events_in_aws_order():
    started = json.loads(
        platform_event.start(R, "$LATEST", function_arn=WARM.function_arn, at=1_791_444_628.235)
    )
    assert list(started) == ["time", "type", "record"]
    assert started["time"] == "2026-10-08T07:30:28.235Z"
    assert list(started["record"]) == ["requestId", "functionArn", "version"]
    done = json.loads(platform_event.runtime_done(TIMEOUT, produced_bytes=12))
    assert done["record"]["status"] == "timeout"
    failed = json.loads(platform_event.report(OUT_OF_MEMORY))
    assert list(failed["record"]) == ["requestId", "metrics", "status", "errorType"]
    assert platform_event.report(WARM).count("\n") == 1


def test_init_start_names_the_environment():
    function = FunctionConfig(
        account_id="123456789012",
        region="eu-central-1",
        name="tenner",
        handler="app.handler",
        runtime="nodejs22.x",
        role_arn="arn:aws:iam::123456789012:role/r",
        code_sha256="",
        memory_mb=256,
    )
    event = json.loads(
        platform_event.init_start(
            function, log_stream="stream", at=0, runtime_version="nodejs:22", runtime_version_arn="arn"
        )
    )
    assert event["record"]["instanceMaxMemory"] == 268_435_456
    assert event["time"] == "1970-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("event", "failed", "level", "expected"),
    [
        ("platform.start", False, None, True),
        ("platform.start", False, "WARN", False),
        ("platform.runtimeDone", False, "INFO", False),
        ("platform.runtimeDone", False, "DEBUG", True),
        ("platform.runtimeDone", True, "INFO", True),
        ("platform.report", False, "WARN", False),
        ("platform.report", True, "WARN", True),
    ],
)
def test_the_system_log_level_chooses(event, failed, level, expected):
    assert platform_event.written(event, failed=failed, system_log_level=level) is expected
