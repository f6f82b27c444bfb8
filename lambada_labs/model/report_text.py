"""One report read out of a piece of text that begins (text) or contains (JSON) it, whatever its dress.

The text is squeezed first: every blank, comment sign and escaped tab goes, so that neither the
separators nor a terminal's line ends matter. Fields must then follow each other without a gap;
what comes after the first thing that is no field belongs to somebody else.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from lambada_labs.model.report_format import (
    BLANK,
    EVENTS,
    FIELD,
    FIELD_AHEAD,
    HEADS,
    METRICS,
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
_RAW_WORD = re.compile(r"\s{0,3}([\w.\-]*)")
_ENDS_LINE = re.compile(r"[ \t]*(?:$|[\r\n\"'\\|}]|E|X)")
_ROOT = re.compile(r"Root=([^;]+)")
_SAMPLED = re.compile(r"Sampled=([01])")
_LONGEST_ID = 64
_MOST_BRACES = 60


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
    request_id, start = _request_id(squeezed, len(head)) if head.endswith(":") else (None, len(head))
    found = _fields(squeezed, start, known={"request_id": request_id} if request_id else {})
    return _phase(HEADS[head], found) if HEADS[head] != "report" else _report(found)


def read_json(raw: str, mark: int) -> Report:
    """The report event whose `"type": "platform…"` stands at `mark`; raises `NotReadable`.

    Anything may stand before and after; its quotes may be escaped (inside another JSON text) or
    doubled (inside CSV), and line ends may break it anywhere.
    """
    for text, place in _plain_json(raw, mark):
        for start in _braces(text, place):
            event = _decoded(text, start)
            if event is not None and event.get("type") in EVENTS:
                return _event(event)
    raise NotReadable("no complete JSON event around it")


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
            found[NUMBERS[number[1]]] = _number(NUMBERS[number[1]], number[2])
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


def _number(name: str, digits: str) -> Decimal | int:
    number = Decimal(digits)
    if name not in WHOLE:
        return number
    if number != int(number):
        raise NotReadable(f"{name} is {digits}, not a whole number")
    return int(number)


def _report(found: dict[str, Any]) -> ReportLine:
    missing = [name for name in REQUIRED if found.get(name) is None]
    if missing:
        raise NotReadable(f"it lacks {', '.join(missing)}")
    found.pop("phase", None)
    return ReportLine(**_outcome(found))


def _phase(kind: Any, found: dict[str, Any]) -> PhaseReport:
    duration = found.get("init_ms", found.get("restore_ms", found.get("duration_ms")))
    if duration is None:
        raise NotReadable("it lacks its duration")
    kept = {name: found[name] for name in ("phase", "status", "error_type", "time") if name in found}
    return PhaseReport(kind=kind, duration_ms=duration, **_outcome(kept))


def _outcome(found: dict[str, Any]) -> dict[str, Any]:
    """The fields with "success" as no status, empty words as none, and `sampled` as a truth value."""
    plain = {name: value for name, value in found.items() if value not in {"", None}}
    if plain.get("status") == "success":
        del plain["status"]
    if isinstance(plain.get("sampled"), str):
        plain["sampled"] = plain["sampled"] == "true"
    return plain


def _plain_json(raw: str, mark: int) -> Iterator[tuple[str, int]]:
    """The text as JSON would have it, with where the mark stands: line ends out, quotes made plain."""
    head, tail = (re.sub(r"[\r\n]", "", part) for part in (raw[:mark], raw[mark:]))
    quote = re.match(r"\w+(\\*)(\"{1,2})", re.sub(r"\s", "", tail[:40]))
    if quote and quote[1]:
        head, tail = (re.sub(r"\\+\s{0,2}[nrt]", "", part) for part in (head, tail))
        head, tail = (re.sub(r'\\+"', '"', part) for part in (head, tail))
    elif quote and quote[2] == '""':
        head, tail = head.replace('""', '"'), tail.replace('""', '"')
    yield head + tail, len(head)
    head, tail = (re.sub(r",(\s*[}\]])", r"\1", part) for part in (head, tail))  # as AWS's own example has it
    yield head + tail, len(head)


def _braces(text: str, place: int) -> Iterator[int]:
    """Where an object around this place may begin: the nearest brace first."""
    for _ in range(_MOST_BRACES):
        place = text.rfind("{", 0, place)
        if place < 0:
            return
        yield place


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse, strict=False)


def _decoded(text: str, start: int) -> dict[str, Any] | None:
    try:
        event, _ = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def _event(event: dict[str, Any]) -> Report:
    record = event.get("record")
    if not isinstance(record, dict) or not isinstance(record.get("metrics"), dict):
        raise NotReadable("its record has no metrics")
    found = dict(_metrics(record["metrics"]))
    words = {"request_id": "requestId", "status": "status", "error_type": "errorType", "phase": "phase"}
    found |= {name: str(record[key]) for name, key in words.items() if record.get(key) is not None}
    found |= _tracing(record.get("tracing"))
    if isinstance(event.get("time"), str):
        found["time"] = event["time"]
    kind = EVENTS[event["type"]]
    if kind != "report":
        return _phase(kind, found)
    if "duration_ms" in found and "request_id" in found and not found.keys() & {"billed_ms", "memory_mb"}:
        found.pop("phase", None)
        return ManagedReport(**_outcome(found))
    return _report(found)


def _metrics(metrics: dict[str, Any]) -> Iterator[tuple[str, Decimal | int]]:
    for key, value in metrics.items():
        if key not in METRICS or value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
            raise NotReadable(f"{key} is {value!r}, not a number of 0 or more")
        yield METRICS[key], _number(METRICS[key], str(value))


def _tracing(tracing: object) -> dict[str, Any]:
    if not isinstance(tracing, dict):
        return {}
    value = str(tracing.get("value", ""))
    root, sampled = _ROOT.search(value), _SAMPLED.search(value)
    found = {"trace_id": root[1] if root else None, "segment_id": tracing.get("spanId")}
    return {**found, "sampled": sampled[1] == "1" if sampled else None}
