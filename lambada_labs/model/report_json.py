"""One JSON report event read out of a text that contains it, whatever stands before and after."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from lambada_labs.model.report_format import EVENTS, METRICS
from lambada_labs.model.report_record import ManagedReport
from lambada_labs.model.report_text import (
    NotReadable,
    Report,
    as_printed,
    invocation_report,
    outcome,
    phase_report,
)

_ROOT = re.compile(r"Root=([^;]+)")
_SAMPLED = re.compile(r"Sampled=([01])")
_MOST_BRACES = 24
_TOO_MANY = 10**12
_MANAGED = {field.name for field in fields(ManagedReport)}


def read_json(raw: str, mark: int) -> Report:
    """The report event whose `"type": "platform…"` stands at `mark`; raises `NotReadable`.

    Anything may stand before and after; its quotes may be escaped (inside another JSON text) or
    doubled (inside CSV), and line ends may break it anywhere.
    """
    for text, place in _plain_json(raw, mark):
        for start in _braces(text, place):
            event = _decoded(text, start, place)
            if event is not None and event.get("type") in EVENTS:
                return _event(event)
    raise NotReadable("no complete JSON event around it")


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
    # A comma before a closing brace is no JSON, but AWS's own example has one.
    as_in_the_guide = [re.sub(r",(\s*[}\]])", r"\1", part) for part in (head, tail)]
    if as_in_the_guide != [head, tail]:
        yield "".join(as_in_the_guide), len(as_in_the_guide[0])


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


def _decoded(text: str, start: int, place: int) -> dict[str, Any] | None:
    """The object that begins at `start`, if it holds the place: an earlier event is another report."""
    try:
        event, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError, InvalidOperation):  # the last: a fraction beyond any `Decimal`
        return None
    return event if isinstance(event, dict) and end > place else None


def _event(event: dict[str, Any]) -> Report:
    record = event.get("record")
    if not isinstance(record, dict) or not isinstance(record.get("metrics"), dict):
        raise NotReadable("its record has no metrics")
    found: dict[str, Any] = dict(_metrics(record["metrics"]))
    words = {"request_id": "requestId", "status": "status", "error_type": "errorType", "phase": "phase"}
    found |= {name: str(record[key]) for name, key in words.items() if record.get(key) is not None}
    found |= _tracing(record.get("tracing"))
    if isinstance(event.get("time"), str):
        found["time"] = event["time"]
    kind = EVENTS[event["type"]]
    if kind != "report":
        return phase_report(kind, found)
    if "duration_ms" in found and found.get("request_id") and not found.keys() & {"billed_ms", "memory_mb"}:
        return ManagedReport(**outcome({name: each for name, each in found.items() if name in _MANAGED}))
    return invocation_report(found)


def _metrics(metrics: dict[str, Any]) -> Iterator[tuple[str, Decimal | int]]:
    for key, value in metrics.items():
        if key not in METRICS or value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 <= value < _TOO_MANY:
            raise NotReadable(f"{key} is {value!r}, no number that Lambda would print")
        yield METRICS[key], as_printed(METRICS[key], str(value))


def _tracing(tracing: object) -> dict[str, Any]:
    if not isinstance(tracing, dict):
        return {}
    value = str(tracing.get("value", ""))
    root, sampled = _ROOT.search(value), _SAMPLED.search(value)
    found = {"trace_id": root[1] if root else None, "segment_id": tracing.get("spanId")}
    return {**found, "sampled": sampled[1] == "1" if sampled else None}
