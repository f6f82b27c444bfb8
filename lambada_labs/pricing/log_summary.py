"""A log added up while it streams by: what was paid, what for, and what of it was not used.

Billed durations are kept as histograms: memory grows with the number of different durations, at most
one for each millisecond of the longest timeout and memory size, not with the log.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain
from typing import Literal

from lambada_labs.model.log_source import Source
from lambada_labs.model.report_reader import Ordinary, line_of, scan, time_beside
from lambada_labs.model.report_record import Entry, ManagedReport, PhaseReport, ReportLine, Unreadable
from lambada_labs.pricing.log_totals import LogSummary, Portion, SizeSummary
from lambada_labs.units import MS_PER_S

EXAMPLES = 20
_EPOCH_DIGITS = 13
_OFFSET = len("+02:00")


def summarise(source: Source) -> LogSummary:
    """The summary of a log: a path, a binary file, or chunks of bytes, streamed.

    Raises `BadInput` for what cannot be read, is no text, or holds no invocation.
    """
    return summary_of(scan(source))


def summary_of(found: Iterable[Ordinary | Entry]) -> LogSummary:
    """The summary of reports, whether read already or still as they matched."""
    tally = _Tally()
    tally.add(found)
    return tally.summary()


class _Size:
    """The counts of one memory size while they grow."""

    __slots__ = ("cold", "memory_mb", "used", "warm")

    def __init__(self, memory_mb: int) -> None:
        self.memory_mb = memory_mb
        self.warm: dict[int, int] = {}
        self.cold: Counter[tuple[int, int, int]] = Counter()
        self.used: dict[bytes, list[int]] = {}

    def frozen(self) -> SizeSummary:
        used: dict[int, tuple[int, int]] = {}
        for mb, (count, ms) in self.used.items():
            before = used.get(int(mb), (0, 0))
            used[int(mb)] = (before[0] + count, before[1] + ms)
        return SizeSummary(memory_mb=self.memory_mb, warm=self.warm, cold=dict(self.cold), used=used)


_Kind = Literal["init", "restore", "unexplained", "timeouts", "errors"]
_STARTS: dict[str, _Kind] = {"init": "init", "restore": "restore", "unexplained": "unexplained"}


class _Tally:
    """Everything a summary counts, while it grows."""

    def __init__(self) -> None:
        self.sizes: dict[bytes, _Size] = {}
        self.counts: Counter[str] = Counter()
        self.portions: Counter[_Kind] = Counter()
        self.mb_ms: Counter[_Kind] = Counter()
        self.examples: list[Unreadable] = []
        self.times: dict[tuple[int, str], list[str]] = {}

    def add(self, found: Iterable[Ordinary | Entry]) -> None:
        """Count each; the common line, warm and successful, without making a record of it."""
        sizes, ceiling, match = self.sizes, math.ceil, re.Match
        for each in found:
            if isinstance(each, match):
                time, duration, billed, memory, used, init, status = each.group(1, 3, 4, 5, 6, 7, 8)
                ms, size = int(billed), sizes.get(memory)
                if init or status or size is None or ceiling(float(duration)) != ms:
                    self._line(line_of(each))
                    continue
                size.warm[ms] = size.warm.get(ms, 0) + 1
                cell = size.used.get(used)
                if cell is None:
                    cell = size.used[used] = [0, 0]
                cell[0] += 1
                cell[1] += ms
                if time is not None:
                    self._time(time.decode() or time_beside(each))
            else:
                self._entry(each)

    def _entry(self, entry: Entry) -> None:
        if isinstance(entry, ReportLine):
            self._line(entry)
        elif isinstance(entry, ManagedReport):
            self.counts["managed"] += 1
        elif isinstance(entry, PhaseReport):
            self.counts[entry.kind] += 1
        else:
            self.counts["unreadable"] += 1
            if len(self.examples) < EXAMPLES:
                self.examples.append(entry)

    def _line(self, line: ReportLine) -> None:
        key = b"%d" % line.memory_mb
        size = self.sizes.setdefault(key, _Size(line.memory_mb))
        cell = size.used.setdefault(b"%d" % line.max_memory_used_mb, [0, 0])
        cell[0] += 1
        cell[1] += line.billed_ms
        start = line.start_ms
        if start:
            init = start if line.init_billed else 0
            size.cold[line.billed_ms, init, start - init] += 1
        else:
            size.warm[line.billed_ms] = size.warm.get(line.billed_ms, 0) + 1
        self.counts["cold"] += line.init_ms is not None or line.restore_ms is not None
        self._portions(line, start)
        self._time(line.time)

    def _portions(self, line: ReportLine, start: int) -> None:
        if start:
            self._portion(_STARTS[line.basis], line.memory_mb * start)
        if line.status is not None:
            self._portion(
                "timeouts" if line.status == "timeout" else "errors", line.memory_mb * line.billed_ms
            )

    def _portion(self, kind: _Kind, mb_ms: int) -> None:
        self.portions[kind] += 1
        self.mb_ms[kind] += mb_ms

    def _time(self, time: str | None) -> None:
        """Keep the earliest and latest of each shape and zone of timestamp: within one, text sorts like time."""
        if time is None:
            return
        bounds = self.times.setdefault((len(time), _zone(time)), [time, time])
        if time < bounds[0]:
            bounds[0] = time
        elif time > bounds[1]:
            bounds[1] = time

    def summary(self) -> LogSummary:
        """What has been counted so far."""
        moments = [moment for time in chain(*self.times.values()) if (moment := _moment(time))]
        return LogSummary(
            sizes=tuple(
                sorted((size.frozen() for size in self.sizes.values()), key=lambda one: one.memory_mb)
            ),
            cold=self.counts["cold"],
            init=self._frozen("init"),
            restore=self._frozen("restore"),
            unexplained=self._frozen("unexplained"),
            timeouts=self._frozen("timeouts"),
            errors=self._frozen("errors"),
            managed=self.counts["managed"],
            init_reports=self.counts["init"],
            restore_reports=self.counts["restore"],
            unreadable=self.counts["unreadable"],
            examples=tuple(self.examples),
            first=min(moments, default=None),
            last=max(moments, default=None),
        )

    def _frozen(self, kind: _Kind) -> Portion:
        return Portion(count=self.portions[kind], mb_ms=self.mb_ms[kind])


def _zone(time: str) -> str:
    """The zone that a timestamp ends in, such as `+02:00`; empty for UTC and for none."""
    tail = time[-_OFFSET:]
    return tail if tail[0:1] in {"+", "-"} and tail[3:4] == ":" else ""


def _moment(time: str) -> datetime | None:
    """A printed timestamp as a moment, in UTC where it names no zone."""
    try:
        if len(time) == _EPOCH_DIGITS and time.isdigit():
            return datetime.fromtimestamp(int(time) / MS_PER_S, UTC)
        moment = datetime.fromisoformat(time)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
