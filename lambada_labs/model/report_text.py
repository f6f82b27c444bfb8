"""One report read out of a piece of text that begins with it, whatever stands between its fields.

The text is squeezed first: every blank, comment sign and escaped tab goes, so that neither the
separators nor a terminal's line ends matter. Fields must then follow each other without a gap;
what comes after the first thing that is no field belongs to somebody else.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from lambada_labs.model.report_format import (
    BLANK,
    FIELD,
    FIELD_AHEAD,
    HEADS,
    NEXT_HEAD,
    NUMBERS,
    REQUEST_ID,
    REQUIRED,
    UNKNOWN,
    WHOLE,
    WORD,
    WORDS,
)
from lambada_labs.model.report_record import ManagedReport, PhaseReport, ReportLine

Report = ReportLine | ManagedReport | PhaseReport
_BOUNDARY = re.compile(r"[\s\"',;})\]\\|`]|$")
_RAW_WORD = re.compile(r"[ \t]*([\w.\-]*)")
_ENDS_LINE = re.compile(r"[ \t]*(?:$|[\r\n\"'\\|}]|E|X)")
_LONGEST_ID = 64


class NotReadable(ValueError):
    """This piece of text is no report; the message is the reason, to be kept with the line."""


@dataclass(frozen=True, slots=True)
class _Squeezed:
    """A text without its blanks, and where each piece of it stood."""

    raw: str
    text: str
    starts: tuple[int, ...]
    places: tuple[int, ...]

    def place(self, index: int) -> int:
        """Where the character before this index of `text` ends in `raw`."""
        piece = bisect_right(self.starts, index - 1) - 1
        return self.places[piece] + index - self.starts[piece]


def read_text(raw: str) -> Report:
    """The report that begins this text (REPORT, INIT_REPORT or RESTORE_REPORT); raises `NotReadable`."""
    squeezed = _squeeze(raw)
    head = next((head for head in HEADS if squeezed.text.startswith(head)), None)
    if head is None:
        raise NotReadable("it does not begin with REPORT")
    if following := NEXT_HEAD.search(squeezed.text, len(head)):
        squeezed = replace(squeezed, text=squeezed.text[: following.start()])
    request_id, start = _request_id(squeezed, len(head)) if head.endswith(":") else (None, len(head))
    found = _fields(squeezed, start, known={"request_id": request_id} if request_id else {})
    return phase_report(HEADS[head], found) if HEADS[head] != "report" else invocation_report(found)


def _squeeze(raw: str) -> _Squeezed:
    pieces, starts, places, length, done = [], [], [], 0, 0
    for gap in [*(match.span() for match in BLANK.finditer(raw)), (len(raw), len(raw))]:
        if gap[0] > done:
            pieces.append(raw[done : gap[0]])
            starts.append(length)
            places.append(done)
            length += gap[0] - done
        done = gap[1]
    return _Squeezed(raw, "".join(pieces), tuple(starts), tuple(places))


def _request_id(squeezed: _Squeezed, start: int) -> tuple[str | None, int]:
    """The request id at `start` and where it ends: a UUID, or anything before the first field."""
    if uuid := REQUEST_ID.match(squeezed.text, start):
        return uuid.group(), uuid.end()
    if start >= len(squeezed.text):
        return None, start
    field = FIELD_AHEAD.search(squeezed.text, start, start + _LONGEST_ID)
    end = field.start() if field else start + len(squeezed.text[start : start + _LONGEST_ID])
    return squeezed.text[start:end] or None, end


def _fields(squeezed: _Squeezed, position: int, known: dict[str, Any]) -> dict[str, Any]:
    """Field after field, known ones kept and unknown ones passed over, until something is no field."""
    found, text = dict(known), squeezed.text
    line_end = _first_line(squeezed)
    while position < len(text):
        number = FIELD.match(text, position)
        word = None if number else WORD.match(text, position)
        unknown = None if number or word else UNKNOWN.match(text, position)
        if number and NUMBERS[number[1]] not in found:
            found[NUMBERS[number[1]]] = as_printed(NUMBERS[number[1]], number[2])
            position = number.end()
        elif word and WORDS[word[0]][0] not in found:
            position, value = _word(squeezed, word, own_line=position < line_end)
            if value is None:
                break
            found[WORDS[word[0]][0]] = value
        elif unknown and (position < line_end or any(name not in found for name in REQUIRED)):
            position = unknown.end()
        else:
            break
    return found


def _first_line(squeezed: _Squeezed) -> int:
    """How much of the squeezed text stood on the first line; no piece crosses a line end."""
    end = squeezed.raw.find("\n")
    later = bisect_left(squeezed.places, end) if end >= 0 else len(squeezed.places)
    return squeezed.starts[later] if later < len(squeezed.starts) else len(squeezed.text)


def _word(squeezed: _Squeezed, name: re.Match[str], *, own_line: bool) -> tuple[int, str | None]:
    """The value after this name and where it ends; a value nobody has seen before ends at a blank.

    A Status on a line of its own must be the line's only word, or it is somebody's own output.
    """
    known = WORDS[name[0]][1].match(squeezed.text, name.end())
    if known and _BOUNDARY.match(squeezed.raw, squeezed.place(known.end())):
        value, end = known.group(), known.end()
    else:
        loose = _RAW_WORD.match(squeezed.raw, squeezed.place(name.end()))
        value = loose[1] if loose else ""
        end = name.end() + len(value)
    alone = own_line or name[0] != "Status:" or _ENDS_LINE.match(squeezed.raw, squeezed.place(end))
    return end, value if alone else None


def as_printed(name: str, digits: str) -> Decimal | int:
    """The number of this field, exactly; raises `NotReadable` for a fraction of what comes whole."""
    number = Decimal(digits)
    if name not in WHOLE:
        return number
    if number != int(number):
        raise NotReadable(f"{name} is {digits}, not a whole number")
    return int(number)


def invocation_report(found: dict[str, Any]) -> ReportLine:
    """The record of these fields; raises `NotReadable` naming what is missing."""
    missing = [name for name in REQUIRED if found.get(name) in {None, ""}]
    if missing:
        raise NotReadable(f"it lacks {', '.join(missing)}")
    found.pop("phase", None)
    return ReportLine(**outcome(found))


def phase_report(kind: Any, found: dict[str, Any]) -> PhaseReport:
    """The record of an INIT_REPORT or RESTORE_REPORT with these fields; raises `NotReadable`."""
    duration = found.get("init_ms", found.get("restore_ms", found.get("duration_ms")))
    if duration is None:
        raise NotReadable("it lacks its duration")
    kept = {name: value for name, value in found.items() if name in {"phase", "status", "error_type", "time"}}
    return PhaseReport(kind=kind, duration_ms=duration, **outcome(kept))


def outcome(found: dict[str, Any]) -> dict[str, Any]:
    """The fields with "success" as no status, empty words as none, and `sampled` as a truth value."""
    plain = {name: value for name, value in found.items() if value not in {"", None}}
    if plain.get("status") == "success":
        del plain["status"]
    if isinstance(plain.get("sampled"), str):
        plain["sampled"] = plain["sampled"] == "true"
    return plain
