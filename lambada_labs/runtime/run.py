"""One invocation while it runs: its clock, what the runtime is told, and the record at its end."""

from __future__ import annotations

import os
import time

from lambada_labs.model import FunctionConfig, Invocation, InvocationRecord, Outcome, billed_ms
from lambada_labs.runtime.faults import Fault
from lambada_labs.runtime.ports import ChunkSink
from lambada_labs.runtime.session import Answer, Delivery


class Run:
    """The timeout counts from `begin`: an event is delivered, or an Init inside the invocation begins."""

    def __init__(self, invocation: Invocation, on_chunk: ChunkSink | None) -> None:
        self.invocation = invocation
        self.function: FunctionConfig = invocation.function
        self.on_chunk = on_chunk
        self.init_ms: float | None = None
        self.answer: Answer | None = None
        self.peak_mb = 1
        self.started_at = 0.0
        self._began = 0.0

    @property
    def request_id(self) -> str:
        """AWS's request id."""
        return self.invocation.request_id

    def begin(self) -> None:
        """Start the clock, once."""
        if not self._began:
            self.started_at = time.time()
            self._began = time.perf_counter()

    def elapsed_ms(self) -> float:
        """Since the clock started."""
        return (time.perf_counter() - self._began) * 1000

    def remaining_s(self) -> float:
        """Until the function's timeout; never negative."""
        return max(0.0, self.function.timeout_s - self.elapsed_ms() / 1000)

    def delivery(self) -> Delivery:
        """The event and the headers of GET next."""
        call = self.invocation
        deadline = self.started_at + self.function.timeout_s
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": call.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": call.invoked_arn,
            "Lambda-Runtime-Trace-Id": _one_line(call.trace_id or new_trace_id(self.started_at)),
        }
        if call.client_context is not None:
            headers["Lambda-Runtime-Client-Context"] = _one_line(call.client_context)
        if call.cognito_identity is not None:
            headers["Lambda-Runtime-Cognito-Identity"] = _one_line(call.cognito_identity)
        return Delivery(request_id=call.request_id, event=call.event, headers=headers, on_chunk=self.on_chunk)

    def record(self, *, environment_id: str, log_stream: str, fault: Fault | None) -> InvocationRecord:
        """What happened, as measured until now."""
        function, call = self.function, self.invocation
        timed_out = fault is not None and fault.status == "timeout"
        # AWS reports a timeout with the timeout itself, not with what killing took.
        duration_ms = function.timeout_s * 1000.0 if timed_out else self.elapsed_ms()
        status, error_type = self._status(fault)
        return InvocationRecord(
            request_id=call.request_id,
            function_name=function.name,
            function_version=function.version,
            function_arn=function.arn,
            environment_id=environment_id,
            log_group=function.log_group_name,
            log_stream=log_stream,
            accepted_at=call.accepted_at,
            started_at=self.started_at,
            ended_at=self.started_at + duration_ms / 1000,
            duration_ms=duration_ms,
            billed_ms=billed_ms(duration_ms, self.init_ms),
            memory_mb=function.memory_mb,
            max_memory_used_mb=self.peak_mb,
            type=call.type,
            init_ms=self.init_ms,
            architecture=function.architecture,
            outcome=self._outcome(fault),
            status=status,
            error_type=error_type,
            producer=call.producer,
        )

    def _outcome(self, fault: Fault | None) -> Outcome:
        if fault is not None:
            return "timeout" if fault.status == "timeout" else "error"
        return "error" if self.answer is not None and self.answer.failed else "success"

    def _status(self, fault: Fault | None) -> tuple[str | None, str | None]:
        if fault is not None:
            return fault.status, fault.error_type
        if self.answer is not None and self.answer.fault:
            return "error", self.answer.error_type
        return None, None


def throttled_record(invocation: Invocation, at: float) -> InvocationRecord:
    """An invocation that no environment saw."""
    function = invocation.function
    return InvocationRecord(
        request_id=invocation.request_id,
        function_name=function.name,
        function_version=function.version,
        function_arn=function.arn,
        environment_id="",
        log_group=function.log_group_name,
        log_stream="",
        accepted_at=invocation.accepted_at,
        started_at=at,
        ended_at=at,
        duration_ms=0.0,
        billed_ms=0,
        memory_mb=function.memory_mb,
        max_memory_used_mb=0,
        type=invocation.type,
        architecture=function.architecture,
        outcome="throttled",
        producer=invocation.producer,
    )


def _one_line(text: str) -> str:
    """Pretty-printed JSON of a caller, fit for a header."""
    return " ".join(text.splitlines())


def new_trace_id(at: float) -> str:
    """An X-Ray trace header for a call that brought none: not sampled."""
    unique = os.urandom(20).hex()
    return f"Root=1-{int(at):08x}-{unique[:24]};Parent={unique[24:40]};Sampled=0"
