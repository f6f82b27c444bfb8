"""What the lines say that Lambda writes after an invocation: the records, and what was billed in them.

Numbers are kept as printed: milliseconds as `Decimal`, whole milliseconds and MB as `int`.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Literal

Basis = Literal["duration", "init", "restore", "timeout", "hundreds", "unexplained"]
_HUNDRED = 100
_SECOND = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """What a REPORT line says: milliseconds and MB, as printed.

    `status` and `error_type` are `None` where the line prints none (JSON's "success" too).
    `time` is the timestamp beside the line, as printed; two readings of one line are equal
    whether or not it was copied along.
    """

    request_id: str
    duration_ms: Decimal
    billed_ms: int
    memory_mb: int
    max_memory_used_mb: int
    init_ms: Decimal | None = None
    restore_ms: Decimal | None = None
    billed_restore_ms: int | None = None
    status: str | None = None
    error_type: str | None = None
    trace_id: str | None = None
    segment_id: str | None = None
    sampled: bool | None = None
    time: str | None = field(default=None, compare=False)

    @property
    def basis(self) -> Basis:
        """What Billed Duration was rounded up from: the line alone tells.

        `init` and `restore`: Duration plus that part. `timeout`: it stayed at the timeout, below
        Duration. `hundreds`: steps of 100 ms, as before December 2020. `unexplained`: none of
        these, such as a timeout whose INIT was billed but not printed.
        Source: REPORT lines of 2017-2026; printed numbers are rounded, so their sum may be off by
        one unit of the last digit for each number.
        """
        if self.billed_restore_ms is not None and self._is_ceiling(Decimal(self.billed_restore_ms)):
            return "restore"
        if self.init_ms is not None and self._is_ceiling(self.init_ms):
            return "init"
        if self._is_ceiling():
            return "duration"
        if self.billed_ms < self.duration_ms and self.billed_ms % _SECOND == 0:
            return "timeout"
        steps = self.billed_ms % _HUNDRED == 0 and 0 <= self.billed_ms - self.duration_ms < _HUNDRED
        return "hundreds" if steps else "unexplained"

    @property
    def init_billed(self) -> bool:
        """Whether Billed Duration contains Init Duration."""
        return self.basis == "init"

    @property
    def start_ms(self) -> int:
        """The billed milliseconds beyond the handler's own, rounded up: billed INIT or restore."""
        run = math.ceil(self.duration_ms)
        return max(0, self.billed_ms - run) if self.basis in {"init", "restore", "unexplained"} else 0

    def to_json(self) -> dict[str, Any]:
        """The record as plain JSON: numbers as numbers, `None` for what the line does not print."""
        return {name: _plain(value) for name, value in asdict(self).items()} | {
            "init_billed": self.init_billed
        }

    def _is_ceiling(self, extra: Decimal | None = None) -> bool:
        """Whether Billed Duration is Duration, with this part added, rounded up."""
        exact, slack = self.duration_ms, Decimal(0)
        if extra is not None:
            exact += extra
            slack = _unit(self.duration_ms) + _unit(extra)
        return math.ceil(exact - slack) <= self.billed_ms <= math.ceil(exact + slack)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedReport:
    """The `platform.report` of a function on Lambda Managed Instances: nothing is billed by duration.

    Source: Telemetry API, `platform.report`: it carries `durationMs` and no other metric there.
    """

    request_id: str
    duration_ms: Decimal
    status: str | None = None
    error_type: str | None = None
    trace_id: str | None = None
    segment_id: str | None = None
    sampled: bool | None = None
    time: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseReport:
    """An INIT_REPORT or RESTORE_REPORT line: a phase of an environment, no invocation, no bill of its own.

    `phase` is `init`, `invoke` (INIT run again within an invocation) or `snap-start`, where printed.
    """

    kind: Literal["init", "restore"]
    duration_ms: Decimal
    phase: str | None = None
    status: str | None = None
    error_type: str | None = None
    time: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Something that looks like a REPORT and cannot be read: line number from 1, its beginning, the reason."""

    line: int
    text: str
    reason: str

    def __str__(self) -> str:
        """The fault to read."""
        return f"line {self.line}: {self.reason}: {self.text!r}"


Entry = ReportLine | ManagedReport | PhaseReport | Unreadable


def _unit(number: Decimal) -> Decimal:
    """One unit of the last printed digit; nothing for a whole number."""
    exponent = number.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) and exponent < 0 else Decimal(0)


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
