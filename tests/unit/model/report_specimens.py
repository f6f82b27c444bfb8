"""The captured lines, and REPORT lines that hypothesis makes up."""

import json
import math
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from lambada_labs.model.report_format import ERROR_TYPES
from lambada_labs.model.report_reader import read_log
from lambada_labs.model.report_record import ManagedReport, PhaseReport, ReportLine, Unreadable

SAMPLES = json.loads((Path(__file__).parent / "report_samples/captured.json").read_text(encoding="utf-8"))[
    "samples"
]
_EXACT = ("duration_ms", "init_ms", "restore_ms")


def entry(expected):
    """The record that a sample's `expect` describes, all fields."""
    fields = {name: Decimal(value) if name in _EXACT else value for name, value in expected.items()}
    kind, _ = fields.pop("kind"), fields.pop("basis", None)
    kinds = {"report": ReportLine, "managed": ManagedReport}
    return kinds[kind](**fields) if kind in kinds else PhaseReport(kind=kind, **fields)


def entries(text):
    """Everything that the reader finds in this text."""
    return list(read_log(text.encode()))


def lines(found):
    """The invocations among these."""
    return [each for each in found if isinstance(each, ReportLine)]


def faults(found):
    """The unreadable ones among these."""
    return [each for each in found if isinstance(each, Unreadable)]


_hundredths = st.integers(1, 90_000_000).map(lambda n: Decimal(n) / 100)
_hex = "0123456789abcdef"


@st.composite
def report_lines(draw):
    """A REPORT line as Lambda prints it today, and what it says."""
    identifier = str(draw(st.uuids()))
    duration, init = draw(_hundredths), draw(st.none() | _hundredths)
    traced = draw(st.booleans())
    status = draw(st.sampled_from([None, None, "timeout", "error"]))
    line = ReportLine(
        request_id=identifier,
        duration_ms=duration,
        billed_ms=math.ceil(duration + (init or 0)),
        memory_mb=draw(st.integers(128, 10_240)),
        max_memory_used_mb=draw(st.integers(1, 10_240)),
        init_ms=init,
        status=status,
        error_type=draw(st.sampled_from(ERROR_TYPES)) if status == "error" else None,
        trace_id=f"1-{draw(st.text(_hex, min_size=8, max_size=8))}-{identifier.replace('-', '')[:24]}"
        if traced
        else None,
        segment_id=draw(st.text(_hex, min_size=16, max_size=16)) if traced else None,
        sampled=draw(st.booleans()) if traced else None,
    )
    return line, text_of(line)


def text_of(line, gap="\t"):
    """The text of this record."""
    fields = [
        f"REPORT RequestId: {line.request_id}",
        f"Duration: {line.duration_ms:.2f} ms",
        f"Billed Duration: {line.billed_ms} ms",
        f"Memory Size: {line.memory_mb} MB",
        f"Max Memory Used: {line.max_memory_used_mb} MB",
        *([f"Init Duration: {line.init_ms:.2f} ms"] if line.init_ms else []),
        *([f"Status: {line.status}"] if line.status else []),
        *([f"Error Type: {line.error_type}"] if line.error_type else []),
    ]
    traced = [
        f"XRAY TraceId: {line.trace_id}",
        f"SegmentId: {line.segment_id}",
        f"Sampled: {str(line.sampled).lower()}",
    ]
    xray = gap.join([*traced, "\n"]) if line.trace_id else ""
    return gap.join([*fields, "\n"]) + xray
