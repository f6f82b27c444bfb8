"""The events Lambda itself writes around an invocation in the JSON log format.

The twins of START, END and REPORT: `platform.start`, `platform.runtimeDone`, `platform.report`,
and `platform.initStart` for a new execution environment. One compact line each, keys in AWS's order.

Sources: a log recorded from AWS in October 2026; Telemetry API `Event` schema reference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from lambada_labs.model.function import FunctionConfig
from lambada_labs.model.invocation import InvocationRecord
from lambada_labs.model.report_line import REPORT_EVENT

Level = Literal["DEBUG", "INFO", "WARN"]
_LEVELS: tuple[Level, ...] = ("DEBUG", "INFO", "WARN")
_MS = 3
_BYTES_PER_MB = 1024 * 1024


def init_start(
    function: FunctionConfig, *, log_stream: str, at: float, runtime_version: str, runtime_version_arn: str
) -> str:
    """`platform.initStart`: a new execution environment begins its Init phase."""
    record = {
        "initializationType": "on-demand",
        "phase": "init",
        "runtimeVersion": runtime_version,
        "runtimeVersionArn": runtime_version_arn,
        "functionName": function.name,
        "functionVersion": function.version,
        "instanceId": log_stream,
        "instanceMaxMemory": function.memory_mb * _BYTES_PER_MB,
    }
    return _event("platform.initStart", at, record)


def init_report(
    *, at: float, init_ms: float, phase: Literal["init", "invoke"], status: str, error_type: str | None = None
) -> str:
    """`platform.initReport`: an attempt at the Init phase ended. Key order as in a log of June 2024."""
    record = {"initializationType": "on-demand", "phase": phase, "status": status}
    failure = {"errorType": error_type} if error_type else {}
    return _event(
        "platform.initReport", at, {**record, **failure, "metrics": {"durationMs": round(init_ms, _MS)}}
    )


def start(request_id: str, version: str, *, function_arn: str, at: float) -> str:
    """`platform.start`: the twin of START."""
    return _event(
        "platform.start", at, {"requestId": request_id, "functionArn": function_arn, "version": version}
    )


def runtime_done(record: InvocationRecord, *, produced_bytes: int = 0) -> str:
    """`platform.runtimeDone`: the runtime has answered; written at level DEBUG when all went well."""
    metrics = {"durationMs": round(record.duration_ms, _MS), "producedBytes": produced_bytes}
    body = {"requestId": record.request_id, **_outcome(record), "metrics": metrics}
    return _event("platform.runtimeDone", record.ended_at, body)


def report(record: InvocationRecord) -> str:
    """`platform.report`: the twin of REPORT."""
    metrics: dict[str, Any] = {
        "durationMs": round(record.duration_ms, _MS),
        "billedDurationMs": record.billed_ms,
        "memorySizeMB": record.memory_mb,
        "maxMemoryUsedMB": record.max_memory_used_mb,
    }
    if record.init_ms is not None:
        metrics["initDurationMs"] = round(record.init_ms, _MS)
    body = {"requestId": record.request_id, "metrics": metrics, **_outcome(record)}
    return _event(REPORT_EVENT, record.ended_at, body)


def written(event_type: str, *, failed: bool, system_log_level: str | None) -> bool:
    """Whether a function with this system log level (`INFO` where unset) gets this event.

    Start and report are INFO, runtimeDone is DEBUG; report and runtimeDone rise to WARN
    when the invocation failed. Source: advanced logging controls, system log level event mapping.
    """
    details = {"platform.runtimeDone", "platform.initRuntimeDone", "platform.initReport"}
    usual: Level = "DEBUG" if event_type in details else "INFO"
    rises = failed and event_type in {REPORT_EVENT, *details}
    level: Level = "WARN" if rises else usual
    wanted = system_log_level if system_log_level in _LEVELS else "INFO"
    return _LEVELS.index(level) >= _LEVELS.index(wanted)


def _outcome(record: InvocationRecord) -> dict[str, str]:
    outcome = {"status": record.status or "success"}
    return outcome | ({"errorType": record.error_type} if record.error_type else {})


def _event(kind: str, at: float, record: Mapping[str, Any]) -> str:
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    event = {"time": moment, "type": kind, "record": record}
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False) + "\n"
