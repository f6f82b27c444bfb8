"""The lines Lambda itself writes around an invocation in the text log format: written and read.

    START RequestId: R Version: $LATEST
    ... what the function prints ...
    END RequestId: R
    REPORT RequestId: R⇥Duration: D ms⇥Billed Duration: B ms⇥Memory Size: 128 MB⇥Max Memory Used: M MB⇥

`⇥` is a tab. `Init Duration: I ms` follows a cold start. Where the platform ended the
invocation, `Status: timeout` or `Status: error⇥Error Type: Runtime.OutOfMemory` follows, and then
no tab ends the line. A handler that raises gets no Status: the runtime answered. The JSON twins
of these lines are in `platform_event`; `read` takes both, and `report_reader` a whole log.

Sources: answers recorded from AWS (`test_invocation_with_logs`), REPORT lines in public threads of 2024-2026.
"""

from __future__ import annotations

from typing import Literal

from lambada_labs.errors import BadInput
from lambada_labs.model.invocation import InvocationRecord
from lambada_labs.model.report_format import LOOKS_LIKE, REPORT_EVENT, REQUIRED
from lambada_labs.model.report_json import read_json
from lambada_labs.model.report_record import ReportLine
from lambada_labs.model.report_text import NotReadable, Report, read_text

__all__ = [
    "REPORT_EVENT",
    "ReportLine",
    "end_line",
    "init_report_line",
    "init_start_line",
    "read",
    "report_line",
    "start_line",
    "write",
]


def start_line(request_id: str, version: str) -> str:
    """The line before the function's own output, with its line feed."""
    return f"START RequestId: {request_id} Version: {version}\n"


def end_line(request_id: str) -> str:
    """The line after the function's own output, with its line feed."""
    return f"END RequestId: {request_id}\n"


def report_line(record: InvocationRecord) -> str:
    """The REPORT line of this invocation, tab for tab, with its line feed."""
    fields = [
        f"REPORT RequestId: {record.request_id}",
        f"Duration: {record.duration_ms:.2f} ms",
        f"Billed Duration: {record.billed_ms} ms",
        f"Memory Size: {record.memory_mb} MB",
        f"Max Memory Used: {record.max_memory_used_mb} MB",
    ]
    if record.init_ms is not None:
        fields.append(f"Init Duration: {record.init_ms:.2f} ms")
    return "\t".join([*fields, _outcome(record.status, record.error_type)]) + "\n"


write = report_line


def init_start_line(runtime_version: str, runtime_version_arn: str) -> str:
    """The line that opens the log of a new execution environment of a managed runtime."""
    return f"INIT_START Runtime Version: {runtime_version}\tRuntime Version ARN: {runtime_version_arn}\n"


def init_report_line(
    init_ms: float, *, phase: Literal["init", "invoke"], status: str, error_type: str | None = None
) -> str:
    """The line that AWS writes for an Init that failed or timed out, once per attempt."""
    outcome = _outcome(status, error_type)
    return f"INIT_REPORT Init Duration: {init_ms:.2f} ms\tPhase: {phase}\t{outcome}\n"


def read(text: str) -> ReportLine:
    """A REPORT line, as text or as a JSON `platform.report` event, whatever stands around it.

    Tabs, spaces or line feeds may stand between the fields. A whole log is `report_reader`'s.
    Raises `BadInput` naming what is missing, also for a report that bills nothing by duration.
    """
    try:
        report = _first(text)
        if isinstance(report, ReportLine):
            return report
        reason = f"is a {type(report).__name__} and bills no duration"
    except NotReadable as error:
        reason = str(error).removeprefix("it ")
    raise BadInput(
        f"{text.strip()[:80]!r} {reason}",
        expected="a REPORT line of AWS Lambda, or a platform.report event",
        todo="Copy the whole line out of CloudWatch Logs",
    )


def _first(text: str) -> Report:
    """The first thing in this text that looks like a report."""
    data = text.encode("utf-8", "replace")
    mark = LOOKS_LIKE.search(data)
    if mark is None:
        raise NotReadable(f"lacks {', '.join(REQUIRED)}")
    place = len(data[: mark.start()].decode())
    return read_json(text, place) if mark.group()[:1] == b"t" else read_text(text[place:])


def _outcome(status: str | None, error_type: str | None) -> str:
    if status is None:
        return ""
    return f"Status: {status}" + (f"\tError Type: {error_type}" if error_type else "")
