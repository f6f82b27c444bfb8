"""One invocation: what was asked, what happened, what came back.

`InvocationRecord` is the record that travels everywhere: the engine measures it, a
REPORT line spells it, pricing bills it, plots draw it. None of them asks where it came from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from lambada_labs.model.function import Architecture, FunctionConfig

InvocationType = Literal["RequestResponse", "Event"]
Outcome = Literal["success", "error", "timeout", "throttled"]
Phase = Literal["init", "invoke", "idle", "frozen", "killed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """A request to run a function once.

    `event` is the JSON text as it was sent; `invoked_arn` carries a qualifier only when
    the caller named one; `accepted_at` is in seconds since the epoch; `client_context` is
    plain JSON (the base64 of the Invoke header already removed), `cognito_identity` the JSON
    of the identity and pool of a caller that Amazon Cognito signed in. `producer` is who sent it:
    the caller's ARN, a service, or a resource.
    """

    function: FunctionConfig
    event: bytes
    request_id: str
    invoked_arn: str
    accepted_at: float
    type: InvocationType = "RequestResponse"
    client_context: str | None = None
    trace_id: str | None = None
    cognito_identity: str | None = None
    producer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationRecord:
    """What one invocation did, and everything its bill needs.

    Times are seconds since the epoch, durations milliseconds, memory MB. `init_ms` is
    set only where this invocation waited for a cold start that AWS reports (`Init
    Duration`). `billed_ms` is what the REPORT line says. `status` and `error_type`
    are the REPORT line's own words (`None` where it prints neither). `producer` is who sent it: the
    caller's ARN, a service, or a resource.
    """

    request_id: str
    function_name: str
    function_version: str
    function_arn: str
    environment_id: str
    log_group: str
    log_stream: str
    accepted_at: float
    started_at: float
    ended_at: float
    duration_ms: float
    billed_ms: int
    memory_mb: int
    max_memory_used_mb: int
    type: InvocationType = "RequestResponse"
    init_ms: float | None = None
    architecture: Architecture = "x86_64"
    outcome: Outcome = "success"
    status: str | None = None
    error_type: str | None = None
    producer: str = ""

    @property
    def cold(self) -> bool:
        """Whether the caller waited for an Init phase."""
        return self.init_ms is not None

    @property
    def init_billed_ms(self) -> int:
        """Whole milliseconds of `billed_ms` that only Init added; 0 where it was not billed."""
        return max(0, self.billed_ms - math.ceil(self.duration_ms)) if self.init_ms is not None else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the caller gets back, beside the record of how it came about.

    `function_error` is the value of `X-Amz-Function-Error`; `log_tail` the last 4 KB of the log.
    """

    record: InvocationRecord
    payload: bytes
    function_error: Literal["Unhandled", "Handled"] | None = None
    log_tail: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEvent:
    """From `at` (seconds since the epoch) on, this execution environment is in `phase`."""

    environment_id: str
    function_name: str
    function_version: str
    phase: Phase
    at: float
    request_id: str | None = None


def billed_ms(duration_ms: float, init_ms: float | None = None) -> int:
    """Whole milliseconds billed: INIT and duration added first, then rounded up once.

    Source: 31 of 31 recorded REPORT lines; INIT is billed for every package type since 2025-08-01.
    """
    # REPORT prints hundredths: rounding there first keeps a float's last bit from costing 1 ms.
    return math.ceil(round(duration_ms + (init_ms or 0.0), 2))
