"""What AWS answers and logs when an invocation fails outside the handler: texts, error types, payloads."""

from __future__ import annotations

import json
import re
import signal
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from lambada_labs import facts

RESPONSE_LIMIT = facts.number("limit.payload.response")
_KNOWN_ERROR_TYPE = re.compile(r"(Runtime|Function)\.[A-Z][a-zA-Z]+")
#: As Go's runtime names them; AWS's init process is written in it.
_SIGNAL_WORDS: dict[int, str] = {
    signal.SIGHUP: "hangup",
    signal.SIGINT: "interrupt",
    signal.SIGQUIT: "quit",
    signal.SIGILL: "illegal instruction",
    signal.SIGTRAP: "trace/breakpoint trap",
    signal.SIGABRT: "aborted",
    signal.SIGBUS: "bus error",
    signal.SIGFPE: "floating point exception",
    signal.SIGKILL: "killed",
    signal.SIGUSR1: "user defined signal 1",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGUSR2: "user defined signal 2",
    signal.SIGPIPE: "broken pipe",
    signal.SIGALRM: "alarm clock",
    signal.SIGTERM: "terminated",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`payload` goes to the caller, `log` into a text log, `status` and `error_type` into REPORT."""

    payload: bytes
    log: str
    status: Literal["error", "timeout"]
    error_type: str | None = None


def exited(request_id: str, exit_code: int | None, signal_number: int | None) -> Fault:
    """The runtime ended before it answered."""
    return _runtime_fault(request_id, exit_text(exit_code, signal_number), "Runtime.ExitError")


def out_of_memory(request_id: str) -> Fault:
    """The process tree took more than the function's memory, and was killed."""
    return _runtime_fault(request_id, exit_text(None, signal.SIGKILL), "Runtime.OutOfMemory")


def exit_text(exit_code: int | None, signal_number: int | None) -> str:
    """AWS's sentence on how a runtime ended."""
    if signal_number:
        word = _SIGNAL_WORDS.get(signal_number, f"signal {signal_number}")
        return f"Runtime exited with error: signal: {word}"
    if exit_code:
        return f"Runtime exited with error: exit status {exit_code}"
    return "Runtime exited without providing a reason"


def _runtime_fault(request_id: str, text: str, reported: str) -> Fault:
    message = f"RequestId: {request_id} Error: {text}"
    return Fault(
        payload=_payload("Runtime.ExitError", message),
        log=f"{message}\nRuntime.ExitError\n",
        status="error",
        error_type=reported,
    )


def timed_out(request_id: str, timeout_s: int, at: float) -> Fault:
    """The function's timeout is over; `at` (seconds since the epoch) stands in the log line."""
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    text = f"Task timed out after {timeout_s:.2f} seconds"
    return Fault(
        payload=_payload("Sandbox.Timedout", f"RequestId: {request_id} Error: {text}"),
        log=f"{moment} {request_id} {text}\n\n",
        status="timeout",
    )


def response_too_large() -> tuple[bytes, str]:
    """The payload and the error type for a response above the synchronous limit."""
    text = f"Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes)."
    return json.dumps({"errorMessage": text, "errorType": TOO_LARGE}).encode(), TOO_LARGE


TOO_LARGE = "Function.ResponseSizeTooLarge"


def init_failed(payload: bytes, error_type: str) -> Fault:
    """The runtime reported an init error; its own body goes to the caller."""
    unknown = (
        "Unknown application error occurred\nRuntime.Unknown\n" if error_type == "Runtime.Unknown" else ""
    )
    return Fault(payload=payload, log=unknown, status="error", error_type=error_type)


def cannot_start(request_id: str, error_type: str, text: str) -> Fault:
    """Nothing could be started: this machine lacks the runtime, or the program is no program."""
    message = f"RequestId: {request_id} Error: {text}"
    return Fault(
        payload=_payload(error_type, message),
        log=f"{message}\n{error_type}\n",
        status="error",
        error_type=error_type,
    )


def valid_error_type(given: str | None) -> str:
    """The error type that a runtime named, as far as AWS takes it (Interface Emulator, fatalerror.go)."""
    if given and _KNOWN_ERROR_TYPE.search(given):
        return given
    return "Function.Unknown" if (given or "").startswith("Function.") else "Runtime.Unknown"


def _payload(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}, separators=(",", ":")).encode()
