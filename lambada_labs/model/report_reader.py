"""A whole log, read as a stream: every report in it, in order, in memory that does not grow with it.

The log is taken in blocks. In each block one pattern matches ordinary lines whole and finds whatever
else looks like a report; that goes the tolerant way through `report_text` and `report_json`. A block's
last 16 KB wait for the next block, so that no report is cut in two, and 16 KB before them stay in
sight, because a JSON event may begin before the words that mark it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from heapq import merge

from lambada_labs.errors import BadInput
from lambada_labs.model.log_source import Source, blocks, name_of
from lambada_labs.model.report_format import (
    BROKEN,
    JSON_START,
    LOOKS_LIKE,
    ORDINARY_ESCAPED,
    ORDINARY_JSON,
    QUICK_EVENT,
    QUICK_TEXT,
    THOROUGH,
    TIME,
)
from lambada_labs.model.report_json import read_json
from lambada_labs.model.report_record import Entry, ManagedReport, ReportLine, Unreadable
from lambada_labs.model.report_text import NotReadable, Report, read_text

__all__ = ["Ordinary", "Source", "line_of", "read_log", "scan", "time_beside"]

Ordinary = re.Match[bytes]
"""An ordinary line, matched but not yet turned into a record; groups as in `report_format.ORDINARY_TEXT`."""

REACH = 1 << 14
_TEXT_REACH = 2048  # not AWS's: bytes in which a text report ends, however it is spread
_SHORT_EVENT = 700
_JSON_START_REACH = 80
_PREFIX_REACH = 300
_TYPE_REACH = 40
_PHASES = (b"INIT_", b"RESTORE_")
_LONGEST_HEAD = len("RESTORE_REPORT")
_SHOWN = 80


def read_log(source: Source) -> Iterator[Entry]:
    """Every report of a log, in order, and what looks like one and cannot be read.

    `source` is a path, a binary file, the bytes themselves, or chunks of them. Bytes that are no UTF-8 are replaced.
    Raises `BadInput` for a source that cannot be read or is no text, at once; and at the end, when
    no invocation was found.
    """
    for found in scan(source):
        yield line_of(found) if isinstance(found, re.Match) else found


def scan(source: Source) -> Iterator[Ordinary | Entry]:
    """The same, with ordinary lines left as matches, for whoever adds up millions of them."""
    block = _Block(name_of(source))
    for data, final in blocks(source):
        yield from block.take(data, final=final)
    block.close()


def line_of(match: Ordinary) -> ReportLine:
    """The record of an ordinary line."""
    fields = [None if group is None else group.decode("utf-8", "replace") for group in match.groups()]
    time, request_id, duration, billed, memory, used, init, status, error, trace, segment, sampled = fields
    return ReportLine(
        request_id=str(request_id),
        duration_ms=Decimal(str(duration)),
        billed_ms=int(str(billed)),
        memory_mb=int(str(memory)),
        max_memory_used_mb=int(str(used)),
        init_ms=Decimal(init) if init else None,
        status=status,
        error_type=error,
        trace_id=trace,
        segment_id=segment,
        sampled=sampled == "true" if sampled else None,
        time=time or time_beside(match),
    )


def time_beside(match: Ordinary) -> str | None:
    """The timestamp printed before an ordinary text line, if any."""
    if match[1] is None:
        return None
    found = _time_before(match.string, match.start())
    return found.decode() if found else None


def _time_before(data: bytes, place: int) -> bytes | None:
    """The timestamp on the line before this place; inside JSON also the event's own, just above."""
    start = data.rfind(b"\n", max(0, place - _PREFIX_REACH), place) + 1
    if start == place:
        return None
    found = TIME.search(data, start, place)
    if found is None and data[place - 1 : place] == b'"':
        earlier = TIME.findall(data, max(0, place - _PREFIX_REACH), place)
        return earlier[-1] if earlier else None
    return found.group() if found else None


class _Block:
    """The part of the log in sight, and what has been seen so far."""

    def __init__(self, name: str) -> None:
        self.name, self.data, self.done = name, b"", 0
        self.line, self.counted = 1, 0
        self.invocations = 0
        self.unreadable = 0
        self.first: Unreadable | None = None

    def take(self, data: bytes, *, final: bool) -> Iterator[Ordinary | Entry]:
        """Everything in the next block that cannot reach beyond what is in sight."""
        self.data += data
        limit = len(self.data) if final else len(self.data) - REACH
        # A word that marks a report may stand a little behind the place where the report begins.
        edge, handled, ordinary = limit + _TYPE_REACH, None, 0
        for mark in self._marks():
            if mark.start() >= edge:
                break
            handled = mark
            if mark.lastindex:
                ordinary += 1
                yield mark
            elif (place := self._place(mark)) is not None:
                yield self._unusual(place)
        self.invocations += ordinary
        self.done = max(self.done, limit, handled.end() if handled else 0)
        self._forget(max(0, self.done - REACH))

    def close(self) -> None:
        """Raise `BadInput` where the whole log held no invocation."""
        if self.invocations:
            return
        seen = f"{self.name} has no REPORT line"
        if self.first is not None:
            seen += f" that can be read; {self.unreadable} look like one ({self.first})"
        raise BadInput(seen, "a log of AWS Lambda, as text or JSON", "Export it from the log group")

    def _marks(self) -> Iterator[re.Match[bytes]]:
        """Ordinary lines and places to look at closely, in order."""
        if BROKEN.search(self.data, self.done):
            return THOROUGH.finditer(self.data, self.done)
        reports = QUICK_TEXT.finditer(self.data, self.done)
        if b"platform." not in self.data:
            return reports
        return merge(reports, QUICK_EVENT.finditer(self.data, self.done), key=re.Match.start)

    def _place(self, mark: re.Match[bytes]) -> int | None:
        """Where something begins that looks like a report, if the mark is part of one."""
        place, data = mark.start(), self.data
        if mark.group().startswith(b"platform"):
            place = data.rfind(b"type", max(0, place - _TYPE_REACH), place)
        else:
            place -= next((len(word) for word in _PHASES if data.endswith(word, 0, place)), 0)
        return place if place >= 0 and LOOKS_LIKE.match(data, place) else None

    def _unusual(self, place: int) -> Ordinary | Entry:
        """What looks like a report and is no ordinary text line."""
        found = self._ordinary(place)
        if found is not None:
            self.invocations += 1
            return found
        try:
            report = self._tolerant(place)
        except NotReadable as reason:
            return self._unreadable(place, str(reason))
        self.invocations += isinstance(report, ReportLine | ManagedReport)
        return report

    def _ordinary(self, place: int) -> Ordinary | None:
        """The ordinary event, or the ordinary line inside JSON, at this place."""
        if self.data[place : place + 1] != b"t":
            return ORDINARY_ESCAPED.match(self.data, place)
        start = self.data.rfind(JSON_START, max(0, place - _JSON_START_REACH), place)
        return ORDINARY_JSON.match(self.data, start) if start >= 0 else None

    def _tolerant(self, place: int) -> Report:
        if self.data[place : place + 1] == b"t":
            return self._event(place)
        end = self.data.find(b"REPORT", place + _LONGEST_HEAD, place + _TEXT_REACH)
        report = read_text(
            self.data[place : end if end > 0 else place + _TEXT_REACH].decode("utf-8", "replace")
        )
        time = _time_before(self.data, place)
        return replace(report, time=time.decode()) if time else report

    def _event(self, place: int) -> Report:
        """The event around this place: most are short, and a long one may take all that is in sight."""
        try:
            return read_json(*self._around(place, _SHORT_EVENT))
        except NotReadable:
            return read_json(*self._around(place, REACH))

    def _around(self, place: int, reach: int) -> tuple[str, int]:
        before = self.data[max(0, place - reach) : place].decode("utf-8", "replace")
        return before + self.data[place : place + reach].decode("utf-8", "replace"), len(before)

    def _unreadable(self, place: int, reason: str) -> Unreadable:
        self._count(place)
        start = self.data.rfind(b"\n", max(0, place - _SHOWN), place) + 1 or place
        text = self.data[start : start + 4 * _SHOWN].decode("utf-8", "replace").split("\n", 1)[0]
        found = Unreadable(line=self.line, text=text.strip()[:_SHOWN], reason=reason)
        self.unreadable += 1
        self.first = self.first or found
        return found

    def _count(self, place: int) -> None:
        self.line += self.data.count(b"\n", self.counted, place)
        self.counted = max(place, self.counted)

    def _forget(self, cut: int) -> None:
        self._count(cut)
        self.data = self.data[cut:]
        self.done, self.counted = self.done - cut, self.counted - cut
