"""What the platform itself writes into a function's log, in the text and in the JSON format."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal, Protocol

from lambada_labs.model import FunctionConfig, Invocation, InvocationRecord, platform_event, report_line

InitPhase = Literal["init", "invoke"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InitReport:
    """How an attempt at the Init phase ended."""

    at: float
    duration_ms: float
    phase: InitPhase
    status: Literal["success", "error", "timeout"]
    error_type: str | None = None


class PlatformLog(Protocol):
    """Each method gives the text of one log event, or nothing where this format has none."""

    def init_start(self, log_stream: str, at: float) -> str | None:
        """A new execution environment begins."""

    def init_report(self, report: InitReport) -> str | None:
        """The Init phase ended."""

    def start(self, invocation: Invocation, at: float) -> str | None:
        """The handler gets its event."""

    def fault(self, text: str) -> str | None:
        """The platform ended the invocation."""

    def end(self, record: InvocationRecord, produced_bytes: int) -> str | None:
        """The runtime is done."""

    def report(self, record: InvocationRecord) -> str | None:
        """What it took."""


class TextLog:
    """INIT_START, START, END, REPORT; INIT_REPORT only where Init failed."""

    def __init__(self, function: FunctionConfig) -> None:
        self._function = function

    def init_start(self, log_stream: str, at: float) -> str | None:  # noqa: ARG002
        """See PlatformLog."""
        return report_line.init_start_line(*runtime_version(self._function))

    def init_report(self, report: InitReport) -> str | None:
        """See PlatformLog."""
        if report.status == "success":
            return None
        return report_line.init_report_line(
            report.duration_ms, phase=report.phase, status=report.status, error_type=report.error_type
        )

    def start(self, invocation: Invocation, at: float) -> str | None:  # noqa: ARG002
        """See PlatformLog."""
        return report_line.start_line(invocation.request_id, self._function.version)

    def fault(self, text: str) -> str | None:
        """See PlatformLog."""
        return text or None

    def end(self, record: InvocationRecord, produced_bytes: int) -> str | None:  # noqa: ARG002
        """See PlatformLog."""
        return report_line.end_line(record.request_id)

    def report(self, record: InvocationRecord) -> str | None:
        """See PlatformLog."""
        return report_line.write(record)


class JsonLog:
    """The platform events, as far as the function's system log level lets them through."""

    def __init__(self, function: FunctionConfig) -> None:
        self._function = function

    def init_start(self, log_stream: str, at: float) -> str | None:
        """See PlatformLog."""
        version, arn = runtime_version(self._function)
        event = platform_event.init_start(
            self._function, log_stream=log_stream, at=at, runtime_version=version, runtime_version_arn=arn
        )
        return self._if_written("platform.initStart", event)

    def init_report(self, report: InitReport) -> str | None:
        """See PlatformLog."""
        event = platform_event.init_report(
            at=report.at,
            init_ms=report.duration_ms,
            phase=report.phase,
            status=report.status,
            error_type=report.error_type,
        )
        return self._if_written("platform.initReport", event, failed=report.status != "success")

    def start(self, invocation: Invocation, at: float) -> str | None:
        """See PlatformLog."""
        version = self._function.version
        event = platform_event.start(
            invocation.request_id, version, function_arn=invocation.invoked_arn, at=at
        )
        return self._if_written("platform.start", event)

    def fault(self, text: str) -> str | None:  # noqa: ARG002
        """See PlatformLog."""
        return None  # runtimeDone and report carry the status

    def end(self, record: InvocationRecord, produced_bytes: int) -> str | None:
        """See PlatformLog."""
        event = platform_event.runtime_done(record, produced_bytes=produced_bytes)
        return self._if_written("platform.runtimeDone", event, failed=record.status is not None)

    def report(self, record: InvocationRecord) -> str | None:
        """See PlatformLog."""
        return self._if_written(
            "platform.report", platform_event.report(record), failed=record.status is not None
        )

    def _if_written(self, kind: str, event: str, *, failed: bool = False) -> str | None:
        level = self._function.system_log_level
        return event if platform_event.written(kind, failed=failed, system_log_level=level) else None


def platform_log(function: FunctionConfig) -> PlatformLog:
    """The platform's hand in this function's log format."""
    return JsonLog(function) if function.log_format == "JSON" else TextLog(function)


def runtime_version(function: FunctionConfig) -> tuple[str, str]:
    """`python:3.12.v0` and an ARN in AWS's form; `v0` because AWS published no such version."""
    found = re.match(r"([a-z]+)\.?(.*?)(?:\.x)?$", function.runtime)
    family, version = found.groups() if found else (function.runtime, "")
    digest = hashlib.sha256(function.runtime.encode()).hexdigest()
    return f"{family}:{version}.v0", f"arn:aws:lambda:{function.region}::runtime:{digest}"
