"""The lines Lambda itself writes around an invocation in the text log format: written and read.

    START RequestId: R Version: $LATEST
    ... what the function prints ...
    END RequestId: R
    REPORT RequestId: R⇥Duration: D ms⇥Billed Duration: B ms⇥Memory Size: 128 MB⇥Max Memory Used: M MB⇥

`⇥` is a tab. `Init Duration: I ms` follows a cold start. Where the platform ended the
invocation, `Status: timeout` or `Status: error⇥Error Type: Runtime.OutOfMemory` follows, and then
no tab ends the line. A handler that raises gets no Status: the runtime answered. The JSON twins
of these lines are in `platform_event`; `read` takes both.

Sources: answers recorded from AWS (`test_invocation_with_logs`), REPORT lines in public threads of 2024-2026.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lambada_labs.errors import BadInput
from lambada_labs.model.invocation import InvocationRecord

REPORT_EVENT = "platform.report"
_NUMBERS = {
    "duration_ms": r"(?<!Billed )(?<!Init )(?<!Restore )Duration:\s*([\d.]+)\s*ms",
    "billed_ms": r"Billed Duration:\s*(\d+)\s*ms",
    "memory_mb": r"Memory Size:\s*(\d+)\s*MB",
    "max_memory_used_mb": r"Max Memory Used:\s*(\d+)\s*MB",
    "init_ms": r"Init Duration:\s*([\d.]+)\s*ms",
}
_WORDS = {
    "request_id": r"REPORT RequestId:\s*([0-9A-Za-z-]+)",
    "status": r"(?<!\w)Status:\s*(\w+)",
    "error_type": r"Error Type:\s*([\w.]+)",
}
_OPTIONAL = {"init_ms", "status", "error_type"}
_KINDS = {"duration_ms": float, "init_ms": float}
_METRICS = {
    "duration_ms": "durationMs",
    "billed_ms": "billedDurationMs",
    "memory_mb": "memorySizeMB",
    "max_memory_used_mb": "maxMemoryUsedMB",
    "init_ms": "initDurationMs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """What a REPORT line says: milliseconds and MB, as printed.

    `status` and `error_type` are `None` where the line prints none (JSON's "success" too).
    """

    request_id: str
    duration_ms: float
    billed_ms: int
    memory_mb: int
    max_memory_used_mb: int
    init_ms: float | None = None
    status: str | None = None
    error_type: str | None = None

    @property
    def init_billed(self) -> bool:
        """Whether Billed Duration contains Init Duration: the line alone tells."""
        return self.init_ms is not None and self.billed_ms > self.duration_ms + 1


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
    """A REPORT line, as text or as a JSON `platform.report` event.

    Tabs, spaces or line feeds may stand between the fields, and anything before REPORT.
    Raises `BadInput` naming the fields that are missing.
    """
    stripped = text.strip()
    found = _from_json(stripped) if stripped.startswith("{") else _from_text(stripped)
    missing = [name for name in (*_WORDS, *_NUMBERS) if name not in _OPTIONAL and found.get(name) is None]
    if missing:
        raise BadInput(
            f"{stripped[:80]!r} lacks {', '.join(missing)}",
            expected="a REPORT line of AWS Lambda, or a platform.report event",
            todo="Copy the whole line out of CloudWatch Logs",
        )
    return ReportLine(**found)


def _outcome(status: str | None, error_type: str | None) -> str:
    if status is None:
        return ""
    return f"Status: {status}" + (f"\tError Type: {error_type}" if error_type else "")


def _from_text(text: str) -> dict[str, Any]:
    matches = {name: re.search(pattern, text) for name, pattern in {**_WORDS, **_NUMBERS}.items()}
    found = {name: match.group(1) for name, match in matches.items() if match}
    return {name: _KINDS.get(name, int)(raw) if name in _NUMBERS else raw for name, raw in found.items()}


def _from_json(text: str) -> dict[str, Any]:
    try:
        event = json.loads(text)
    except ValueError:
        return {}
    record: Mapping[str, Any] = event.get("record") or {} if event.get("type") == REPORT_EVENT else {}
    metrics = record.get("metrics") or {}
    found = {name: metrics.get(key) for name, key in _METRICS.items()}
    status = record.get("status")
    words = {"request_id": record.get("requestId"), "error_type": record.get("errorType")}
    return {**found, **words, "status": None if status == "success" else status}
